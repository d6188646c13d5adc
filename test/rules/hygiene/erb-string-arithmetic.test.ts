import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../src/text/source.ts';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const LOCK = lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' });

function database(pool: string): string {
  return `production:\n  adapter: postgresql\n  database: shop\n  pool: <%= ${pool} %>\n`;
}

async function found(files: Record<string, string>): Promise<string[]> {
  const { findings } = await lintFiles({ 'Gemfile.lock': LOCK, ...files });
  return findings.filter(({ rule }) => rule === 'erb-string-arithmetic').map(concise);
}

describe('erb-string-arithmetic', () => {
  it('warns of a maximum that compares texts once both are set', async () => {
    const pool = '[ENV.fetch("MAX_THREADS", 5), ENV.fetch("DB_POOL", 5)].max';
    expect(await found({ 'config/database.yml': database(pool) })).toEqual([
      `config/database.yml:4:13: warning erb-string-arithmetic \`${pool}\` compares with the text of MAX_THREADS and DB_POOL, not with a number`,
    ]);
  });

  it('is an error where the deployment sets the variable, whether Ruby raises or computes something else', async () => {
    const Procfile = 'web: RAILS_MAX_THREADS=5 bundle exec puma\n';
    const joined = await lintFiles({
      'Gemfile.lock': LOCK,
      Procfile,
      'config/database.yml': database('ENV.fetch("RAILS_MAX_THREADS", 5) * 2'),
    });
    expect(joined.findings.map(concise)).toEqual([
      'config/database.yml:4:13: error erb-string-arithmetic `ENV.fetch("RAILS_MAX_THREADS", 5) * 2` computes with the text of RAILS_MAX_THREADS, not with a number',
    ]);
    expect(joined.findings[0]!.arithmetic).toBe('"5" * 2 is "55"');
    const scaled = await lintFiles({
      'Gemfile.lock': LOCK,
      Procfile,
      'config/database.yml': database('ENV.fetch("RAILS_MAX_THREADS", 5) * 1.2'),
    });
    expect(scaled.findings[0]!.arithmetic).toBe('"5" * 1.2 is "5"');
    expect(joined.findings[0]!.related.map(({ at }) => placeOf(at).file)).toEqual(['Procfile']);
    const raises = await lintFiles({
      'Gemfile.lock': LOCK,
      Procfile,
      'config/database.yml': database('ENV.fetch("RAILS_MAX_THREADS", 5) + 2'),
    });
    // The failed boot is not said a second time.
    expect(raises.findings.map(({ rule, severity }) => [severity, rule])).toEqual([['error', 'erb-string-arithmetic']]);
  });

  it('speaks of puma.rb too, and where a variable was read before', async () => {
    const code = 'count = ENV.fetch("RAILS_MAX_THREADS", 5)\nthreads count, count\nworkers 2 if count > 1\n';
    const { findings } = await lintFiles({
      'Gemfile.lock': LOCK,
      'config/puma.rb': code,
      'config/database.yml': database('ENV.fetch("RAILS_MAX_THREADS", 5)'),
    });
    expect(findings.map(concise)).toEqual([
      'config/puma.rb:3:14: warning erb-string-arithmetic `count > 1` compares with the text of RAILS_MAX_THREADS, not with a number',
    ]);
    expect(findings[0]!.fix?.safety).toBe('unsafe');
  });

  it.each([
    ['ENV.fetch("A", 5) + 2', 'ENV.fetch("A", 5).to_i + 2'],
    ['(ENV["A"] || 5) + 2', '((ENV["A"] || 5).to_i) + 2'],
    ['ENV.fetch("A") { 5 } * 2', 'ENV.fetch("A") { 5 }.to_i * 2'],
    ['[ENV.fetch("A", 5), ENV.fetch("B", 5)].max', '[ENV.fetch("A", 5).to_i, ENV.fetch("B", 5).to_i].max'],
  ])('fixes %s', async (pool, fixed) => {
    const text = database(pool);
    const { findings } = await lintFiles({ 'Gemfile.lock': LOCK, 'config/database.yml': text });
    const { fix } = findings.find(({ rule }) => rule === 'erb-string-arithmetic')!;
    let repaired = text;
    for (const { at, text: added } of fix!.edits.toReversed()) {
      repaired = repaired.slice(0, at.start) + added + repaired.slice(at.end);
    }
    expect(repaired).toBe(database(fixed));
    expect(fix!.safety).toBe('safe');
    expect(await found({ 'config/database.yml': repaired })).toEqual([]);
  });

  it.each([
    'ENV.fetch("A", 5).to_i + 2',
    'Integer(ENV.fetch("A", 5)) * 2',
    'ENV.fetch("A", "5")',
    '[ENV.fetch("A", 5), ENV.fetch("B", 5)].map(&:to_i).max',
  ])('is silent about %s', async (pool) => {
    expect(await found({ 'config/database.yml': database(pool) })).toEqual([]);
  });

  it('is silent about what an initializer computes for something else', async () => {
    const files = {
      'config/database.yml': database('5'),
      'config/initializers/cache.rb': 'Rails.application.config.x.cache_seconds = ENV.fetch("CACHE_MINUTES", 5) * 60\n',
    };
    expect(await found(files)).toEqual([]);
  });
});
