import { describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../../src/lint/engine.ts';
import type { LintResult } from '../../../src/lint/result.ts';
import { placeName } from '../../../src/lint/phrases.ts';
import { concise, lintFiles, lintFixture, lockfile } from '../../support/lint.ts';

const THREE = [
  'default: &default',
  '  adapter: postgresql',
  '  pool: <%= ENV.fetch("DB_POOL", 5) %>',
  'production:',
  '  primary: &primary',
  '    <<: *default',
  '    database: library',
  '  loans:',
  '    <<: *primary',
  '    database: library_loans',
  '  catalogue:',
  '    <<: *primary',
  '    database: library_catalogue',
  '',
].join('\n');

const MODELS = {
  'app/models/loan.rb': 'class Loan < ApplicationRecord\n  connects_to database: { writing: :loans }\nend\n',
  'app/models/title.rb': 'class Title < ApplicationRecord\n  connects_to database: { writing: :catalogue }\nend\n',
};

async function lint(
  files: Record<string, string>,
  rails = '7.1.5',
  options: Partial<EngineOptions> = {},
): Promise<LintResult> {
  const gems = { pg: '1.5.9', puma: '6.6.0', rails, sidekiq: '7.3.9' };
  const command = 'web: DB_POOL=5 bundle exec puma\n';
  return lintFiles({ 'Gemfile.lock': lockfile(gems), Procfile: command, ...MODELS, ...files }, options);
}

const THREADS = (count: number): string => `threads ${count}, ${count}\n`;

describe('one number for several pools', () => {
  it('replaces the findings of the entries below the anchor, and stays beside the one of the first database', async () => {
    const { findings } = await lint({ 'config/database.yml': THREE, 'config/puma.rb': THREADS(8) });
    expect(findings.map(concise)).toEqual([
      'config/database.yml:3:9: error pool-smaller-than-puma-threads web runs 8 threads on a pool of 5',
      'config/database.yml:3:9: error shared-anchor-pool-size one pool size of 5 is shared through an anchor and too small for primary, loans and catalogue',
    ]);
    const [first, shared] = findings;
    expect(first?.consequence).toContain('The same number sizes loans and catalogue: see shared-anchor-pool-size.');
    expect(shared?.snippet).toBe('pool: 8');
    expect(shared?.related.map(({ at, message }) => `${placeName(at)} ${message}`)).toEqual([
      'config/puma.rb:1 8 threads in each web process',
      'config/database.yml:6 reaches primary, loans and catalogue here',
      'config/database.yml:9 reaches loans here',
      'config/database.yml:12 reaches catalogue here',
    ]);
  });

  it('says which entries it fits and which it does not, and writes a line for those', async () => {
    const own = THREE.replace('    database: library\n', '    database: library\n    pool: 8\n').replace(
      '    <<: *primary\n    database: library_cat',
      '    <<: *default\n    pool: 8\n    database: library_cat',
    );
    const two = own.replaceAll('    <<: *primary\n', '    <<: *default\n');
    const files = { 'config/database.yml': `${two}  archive:\n    <<: *default\n`, 'config/puma.rb': THREADS(8) };
    const model = 'class Old < ApplicationRecord\n  connects_to database: { writing: :archive }\nend\n';
    const { findings } = await lint({ ...files, 'app/models/old.rb': model });
    expect(findings.map(concise)).toEqual([
      'config/database.yml:3:9: error shared-anchor-pool-size one pool size of 5 is shared through an anchor and too small for loans and archive',
    ]);
    expect(findings[0]?.arithmetic).toBe('5 < 8 in web for loans and archive');
    expect(findings[0]?.database).toBeNull();
  });

  it('tells the entry that does not fit from those that do', async () => {
    const result = await lintFixture('solid-queue-pool-below-threads-plus-2');
    const shared = result.findings.find(({ rule }) => rule === 'shared-anchor-pool-size');
    expect(shared?.arithmetic).toMatch(/^3 < 5 in \w+ for queue; it fits primary, cache and cable$/);
    expect(shared?.snippet).toBe('queue:\n  pool: 5');
  });

  it('is silent about equal pools that suffice', async () => {
    const { findings, verdicts } = await lint({ 'config/database.yml': THREE, 'config/puma.rb': THREADS(5) });
    expect(findings).toEqual([]);
    expect(verdicts).toMatchObject({ violated: 0, unknown: 0 });
  });

  it('says that Solid Queue does not start where it does not, and calls that fine in no case', async () => {
    const { findings } = await lintFixture('solid-queue-pool-below-threads-plus-2');
    const shared = findings.find(({ rule }) => rule === 'shared-anchor-pool-size');
    expect(shared?.consequence).toMatch(/^Solid Queue 1\.1\.3 checks this when it starts and exits;/);
    expect(shared?.fineWhen).toBeNull();
  });

  it('asks for the same size of an entry as the finding beside it does', async () => {
    const { findings } = await lintFiles({
      'Gemfile.lock': lockfile({ pg: '1.5.9', rails: '8.0.2', solid_queue: '1.5.0' }),
      'config/database.yml': THREE.replaceAll('loans', 'queue'),
      'app/models/title.rb': MODELS['app/models/title.rb'],
      'config/application.rb':
        'module Library\n  class Application < Rails::Application\n' +
        '    config.solid_queue.connects_to = { database: { writing: :queue } }\n  end\nend\n',
      'config/queue.yml': 'production:\n  workers:\n    - threads: 8\n',
      Procfile: 'jobs: bin/jobs\n',
    });
    expect(findings.map(({ database, snippet }) => [database, snippet])).toEqual([
      ['catalogue', 'pool: <%= ENV.fetch("CATALOGUE_POOL", 8) %>'],
      ['primary', 'pool: <%= ENV.fetch("PRIMARY_POOL", 8) %>'],
      ['queue', 'pool: <%= ENV.fetch("QUEUE_POOL", 10) %>'],
      [null, 'primary:\n  pool: 8\nqueue:\n  pool: 10\ncatalogue:\n  pool: 8'],
    ]);
  });

  it('leaves numbers alone that stand in each entry', async () => {
    const own = THREE.replace('  pool: <%= ENV.fetch("DB_POOL", 5) %>\n', '').replaceAll(
      /( {4}database: \w+\n)/g,
      '$1    pool: 5\n',
    );
    const { findings } = await lint({ 'config/database.yml': own, 'config/puma.rb': THREADS(8) });
    expect(findings.map(({ rule, database }) => `${rule} ${database}`)).toEqual([
      'pool-smaller-than-puma-threads primary',
      'secondary-pool-smaller-than-threads loans',
      'secondary-pool-smaller-than-threads catalogue',
    ]);
  });

  it('leaves the only entry alone that a process uses', async () => {
    const files = { 'config/database.yml': THREE, 'config/puma.rb': THREADS(8), ...blank(MODELS) };
    const { findings } = await lint(files);
    expect(findings.map(({ rule }) => rule)).toEqual(['pool-smaller-than-puma-threads']);
  });

  it('follows an alias of the number itself', async () => {
    const scalar = THREE.replace('  pool: <%', '  pool: &size <%')
      .replaceAll('<<: *primary', 'pool: *size')
      .replaceAll('    database: library_', '    adapter: postgresql\n    database: library_');
    const { findings } = await lint({ 'config/database.yml': scalar, 'config/puma.rb': THREADS(8) });
    expect(findings.map(({ rule }) => rule)).toEqual(['pool-smaller-than-puma-threads', 'shared-anchor-pool-size']);
  });
});

describe('how bad it is', () => {
  it('is a warning from Rails 7.2 on', async () => {
    const files = { 'config/database.yml': THREE, 'config/puma.rb': THREADS(8) };
    const severity = async (rails: string): Promise<unknown> =>
      (await lint(files, rails)).findings.find(({ rule }) => rule === 'shared-anchor-pool-size')?.severity;
    expect(await severity('7.1.5')).toBe('error');
    expect(await severity('7.2.2')).toBe('warning');
  });

  it('cannot tell where nobody knows the size', async () => {
    const files = { 'config/database.yml': THREE.replace('ENV.fetch("DB_POOL", 5)', 'Settings.pool') };
    const { findings, unresolved } = await lint({ ...files, 'config/puma.rb': THREADS(8) });
    expect(findings).toEqual([]);
    expect(unresolved.map(({ what }) => what)).toContain('the size that primary, loans and catalogue share');
  });

  it('is a guess where only a process that nothing starts falls short', async () => {
    const files = {
      'config/database.yml': THREE,
      'config/puma.rb': THREADS(5),
      'config/sidekiq.yml': ':concurrency: 9\n',
    };
    const { findings } = await lint(files);
    const shared = findings.filter(({ rule }) => rule === 'shared-anchor-pool-size');
    expect(shared.map(({ severity, confidence, process }) => `${severity} ${confidence} ${process}`)).toEqual([
      'info low sidekiq',
    ]);
  });
});

function blank(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.keys(files).map((path) => [path, '']));
}
