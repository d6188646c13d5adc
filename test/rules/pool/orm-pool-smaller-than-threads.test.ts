import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'orm-pool-smaller-than-threads';
const GEMS = { pg: '1.5.9', puma: '6.6.0', sequel: '5.92.0' };

async function found(files: Record<string, string>, gems: Record<string, string> = GEMS) {
  const { findings, verdicts } = await lintFiles({ 'Gemfile.lock': lockfile(gems), ...files });
  return { findings: findings.map(concise), verdicts };
}

const library = (options: string, threads: string) => ({
  'config/database.rb': `DB = Sequel.connect("postgres://db.example/library"${options})\n`,
  'config/puma.rb': `threads ${threads}, ${threads}\n`,
});

describe(RULE, () => {
  it('is an error where the size is written, and holds where it is as large as the threads', async () => {
    expect((await found(library(', max_connections: 5', '6'))).findings).toEqual([
      `config/database.rb:1:71: error ${RULE} web runs 6 threads on a pool of 5`,
    ]);
    const fits = await found(library(', max_connections: 5', '5'));
    expect(fits.findings).toEqual([]);
    expect(fits.verdicts.holds).toBeGreaterThan(0);
  });

  it("is a warning where it is Sequel's default", async () => {
    expect((await found(library('', '5'))).findings).toEqual([
      `config/database.rb:1:6: warning ${RULE} web runs 5 threads on a pool of 4`,
    ]);
    expect((await found(library('', '4'))).findings).toEqual([]);
  });

  it('is an error at a pool that Sequel does not read', async () => {
    expect((await found(library(', pool: 20', '5'))).findings).toEqual([
      `config/database.rb:1:60: error ${RULE} web runs 5 threads on a pool of 4: Sequel does not read \`pool\``,
    ]);
  });

  it('is no error on a guess: a size that a variable may replace is medium', async () => {
    expect((await found(library(', max_connections: Integer(ENV.fetch("DB_POOL", 3))', '5'))).findings).toEqual([
      `config/database.rb:1:71: warning ${RULE} web runs 5 threads on a pool of 3`,
    ]);
  });

  it('says nothing where the size is not known', async () => {
    const unseen = await found(library(', max_connections: Settings.pool', '5'));
    expect(unseen.findings).toEqual([]);
    expect(unseen.verdicts.unknown).toBeGreaterThan(0);
  });

  it('judges Sidekiq too, and leaves Active Record to its own rules', async () => {
    const files = { ...library(', max_connections: 5', '5'), Procfile: 'worker: bundle exec sidekiq -c 10\n' };
    expect((await found(files, { ...GEMS, sidekiq: '7.3.9' })).findings).toEqual([
      `config/database.rb:1:71: error ${RULE} worker runs 10 threads on a pool of 5`,
    ]);
  });

  it('is an info in a new Hanami app, where both sides are defaults', async () => {
    const puma =
      'max_threads_count = ENV.fetch("HANAMI_MAX_THREADS", 5)\n' +
      'min_threads_count = ENV.fetch("HANAMI_MIN_THREADS") { max_threads_count }\n' +
      'threads min_threads_count, max_threads_count\n';
    const app = { 'config/app.rb': 'class App < Hanami::App\nend\n', 'app/relations/books.rb': '' };
    const gems = { ...GEMS, hanami: '2.2.1', 'hanami-db': '2.2.1' };
    expect((await found({ ...app, 'config/puma.rb': puma }, gems)).findings).toEqual([
      `config/puma.rb:1:21: info ${RULE} web runs 5 threads on a pool of 4`,
    ]);
    const more = puma.replace('5', '16');
    expect((await found({ ...app, 'config/puma.rb': more }, gems)).findings).toEqual([
      `config/puma.rb:1:21: warning ${RULE} web runs 16 threads on a pool of 4`,
    ]);
  });
});
