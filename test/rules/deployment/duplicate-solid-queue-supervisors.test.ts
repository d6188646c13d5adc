import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

const RULE = 'duplicate-solid-queue-supervisors';
const GEMS = { pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', solid_queue: '1.1.5' };

async function found(plugin: string, Procfile: string, gems: Record<string, string> = GEMS) {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile(gems),
    Procfile,
    'config/puma.rb': `threads 3, 3\n${plugin}\n`,
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
  });
  return findings.filter(({ rule }) => rule === RULE).map(concise);
}

describe(RULE, () => {
  it('is a warning where a process of its own runs beside the plugin', async () => {
    expect(
      await found('plugin :solid_queue', 'web: bundle exec puma\njobs: bundle exec rake solid_queue:start\n'),
    ).toEqual([
      `config/puma.rb:2:1: warning ${RULE} web starts Solid Queue through Puma's plugin, and jobs runs it too`,
    ]);
  });

  it('takes the variable of the command for what it is', async () => {
    const plugin = 'plugin :solid_queue if ENV["SOLID_QUEUE_IN_PUMA"]';
    expect(await found(plugin, 'web: bundle exec puma\njobs: bin/jobs\n')).toEqual([]);
    expect(await found(plugin, 'web: SOLID_QUEUE_IN_PUMA=1 bundle exec puma\njobs: bin/jobs\n')).toHaveLength(1);
  });

  it('says nothing of one alone, and of a leftover without the gem', async () => {
    expect(await found('plugin :solid_queue', 'web: bundle exec puma\n')).toEqual([]);
    const { solid_queue: _gone, ...without } = GEMS;
    expect(await found('plugin :solid_queue', 'web: bundle exec puma\njobs: bin/jobs\n', without)).toEqual([]);
  });
});
