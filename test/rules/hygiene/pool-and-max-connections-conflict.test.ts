import { describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../../src/lint/engine.ts';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

async function findings(
  yaml: string,
  rails = '8.1.1',
  options: Partial<EngineOptions> = {},
): Promise<readonly string[]> {
  const files = {
    'Gemfile.lock': lockfile({ pg: '1.6.2', puma: '7.1.0', rails }),
    'config/puma.rb': 'threads 3\n',
    'config/database.yml': yaml,
  };
  return (await lintFiles(files, options)).findings.map(concise);
}

const RULE = 'pool-and-max-connections-conflict';
const SIZES = `${RULE} Rails raises: \`pool\` and \`max_connections\` are set to different sizes`;
const production = (...lines: string[]): string =>
  ['production:', '  adapter: postgresql', ...lines.map((line) => `  ${line}`), ''].join('\n');

describe('two names of one size', () => {
  it('stop Rails 8.1 where they differ, and not before', async () => {
    const yaml = production('pool: 5', 'max_connections: 9');
    expect(await findings(yaml)).toEqual([`config/database.yml:4:20: error ${SIZES}`]);
    expect((await findings(yaml, '8.0.4')).join()).not.toContain(RULE);
    expect(await findings(production('pool: 5', 'max_connections: "5"'))).toEqual([]);
  });

  it('stop it in a section that nobody uses', async () => {
    const yaml = `${production('pool: 5')}staging:\n  adapter: postgresql\n  pool: 5\n  max_connections: 6\n`;
    expect(await findings(yaml)).toEqual([`config/database.yml:7:20: error ${SIZES}`]);
  });

  it('stop it where `min_connections` stands beside `pool`, even as 0', async () => {
    expect(await findings(production('pool: 9', 'min_connections: 0'))).toEqual([
      `config/database.yml:4:20: error ${RULE} Rails raises: \`pool\` and \`min_connections\` cannot be set together`,
    ]);
  });

  it('differ perhaps, where variables that nothing sets say so', async () => {
    const yaml = production('pool: <%= ENV.fetch("POOL", 5) %>', 'max_connections: 9');
    expect(await findings(yaml)).toEqual([`config/database.yml:4:20: warning ${SIZES}`]);
  });

  it('do not stop it where one comes from a URL, which then decides', async () => {
    const set = [{ process: null, key: 'DATABASE_URL', value: 'postgres://db.example/shop?max_connections=4' }];
    expect(await findings(production('pool: 9'), '8.1.1', { set })).toEqual([
      `config/database.yml:3:9: warning ${RULE} \`pool\` of primary is 9 in the file, and \`max_connections\` 4 in the URL`,
    ]);
    expect(await findings(production('pool: 4'), '8.1.1', { set })).toEqual([]);
    expect(await findings(production('pool: 9'), '8.0.4', { set })).toEqual([]);
  });
});
