import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

async function found(puma: string, version: string, text: string): Promise<string[]> {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: version, rails: '8.0.2' }),
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 20\n',
    'config/puma.rb': `threads 5, 5\n${puma}\n`,
    Procfile: `web: WEB_CONCURRENCY=${text} bundle exec puma\n`,
  });
  return findings.map(({ rule, severity }) => `${severity} ${rule}`);
}

const ERROR = ['error web-concurrency-auto-unsupported'];
const WARNING = ['warning web-concurrency-auto-unsupported'];
const WORKERS = 'workers ENV.fetch("WEB_CONCURRENCY", 2)';

describe('web-concurrency-auto-unsupported', () => {
  it.each([
    // Puma reads the variable itself.
    ['', '4.3.12', 'auto', []],
    ['', '5.0.4', 'auto', ERROR],
    ['', '6.4.3', 'auto', ERROR],
    ['', '6.5.0', 'auto', []],
    ['', '6.4.3', '""', ERROR],
    ['', '6.5.0', '""', []],
    // puma.rb hands it to `workers`.
    [WORKERS, '6.6.1', 'auto', WARNING],
    [WORKERS, '7.1.0', 'auto', WARNING],
    [WORKERS, '7.2.0', 'auto', []],
    [WORKERS, '7.2.0', '""', ERROR],
    [WORKERS, '7.1.0', '""', []],
    // puma.rb converts it.
    ['workers Integer(ENV.fetch("WEB_CONCURRENCY", 2))', '8.0.2', 'auto', ERROR],
    ['workers ENV.fetch("WEB_CONCURRENCY", 2).to_i', '8.0.2', 'auto', WARNING],
    // A number.
    [WORKERS, '6.4.3', '2', []],
    ['workers 2', '6.4.3', '2', []],
  ])('%s with Puma %s and %s', async (puma, version, text, expected) => {
    expect(await found(puma, version, text)).toEqual(expected);
  });
});
