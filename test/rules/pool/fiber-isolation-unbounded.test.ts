import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'fiber-isolation-unbounded';

async function found(pool: string, rails: string, level = ':fiber') {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails }),
    'config/application.rb': `class Shop < Rails::Application\n  config.active_support.isolation_level = ${level}\nend\n`,
    'config/puma.rb': 'threads 5, 5\n',
    'config/database.yml': `production:\n  adapter: postgresql\n  pool: ${pool}\n`,
  });
  return findings.filter(({ rule }) => rule === RULE).map(concise);
}

describe(RULE, () => {
  it('is a warning up to Rails 7.1, an info from Rails 7.2 on', async () => {
    expect((await found('5', '7.1.5'))[0]).toContain(`warning ${RULE}`);
    expect((await found('5', '7.2.2'))[0]).toContain(`info ${RULE}`);
  });

  it('leaves a pool alone that is larger than the threads, one that nobody knows, and isolation by thread', async () => {
    expect(await found('6', '7.1.5')).toEqual([]);
    expect(await found('<%= Settings.pool %>', '7.1.5')).toEqual([]);
    expect(await found('5', '7.1.5', ':thread')).toEqual([]);
    expect(await found('5', '7.1.5', 'Settings.level')).toEqual([]);
  });
});
