import { describe, expect, it } from 'vitest';
import { spanText } from '../../../src/text/source.ts';
import { lintFiles, lockfile } from '../../support/lint.ts';

async function found(puma: string, set: string, database = '') {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/database.yml': `production:\n  adapter: postgresql\n  pool: 20\n${database}`,
    'config/puma.rb': `threads 5, 5\n${puma}\n`,
    Procfile: `web: ${set} bundle exec puma\n`,
  });
  return findings.filter(({ rule }) => rule === 'env-flag-false-is-truthy');
}

const PLUGIN = 'plugin :solid_queue if ENV["SOLID_QUEUE_IN_PUMA"]';

describe('env-flag-false-is-truthy', () => {
  it.each(['false', '0', 'no', 'off', 'FALSE', '""'])('warns of a plugin that is switched off by %s', async (text) => {
    expect(await found(PLUGIN, `SOLID_QUEUE_IN_PUMA=${text}`)).toHaveLength(1);
  });

  it.each(['true', '1', 'yes'])('is silent where it is switched on by %s', async (text) => {
    expect(await found(PLUGIN, `SOLID_QUEUE_IN_PUMA=${text}`)).toEqual([]);
    expect(await found(PLUGIN, '')).toEqual([]);
  });

  it('says what does not run because of it', async () => {
    const [finding] = await found('workers 2 unless ENV["SINGLE"]', 'SINGLE=false');
    expect(finding?.message).toBe('SINGLE is "false" and counts as true: `workers` does not run in web');
  });

  it('speaks of a template that prints something else, and not of an empty address', async () => {
    const url = '<% if ENV["REPLICA"] %>\n  replica: true\n<% end %>\n';
    expect(await found('', 'REPLICA=false', url)).toHaveLength(1);
    expect(await found('', 'REPLICA=', url)).toEqual([]);
  });

  it.each([
    'plugin :solid_queue if ENV["SOLID_QUEUE_IN_PUMA"] == "true"',
    'plugin :solid_queue unless ENV["SOLID_QUEUE_IN_PUMA"] == "false"',
    'pidfile "tmp/puma.pid" if ENV["SOLID_QUEUE_IN_PUMA"]',
  ])('is silent about %s', async (puma) => {
    expect(await found(puma, 'SOLID_QUEUE_IN_PUMA=false')).toEqual([]);
  });

  it('offers a condition that is right, to be looked at', async () => {
    const [finding] = await found(PLUGIN, 'SOLID_QUEUE_IN_PUMA=false');
    const [edit] = finding!.fix!.edits;
    expect(finding!.fix!.safety).toBe('unsafe');
    const fixed = PLUGIN.replace(spanText(edit!.at), () => edit!.text);
    expect(await found(fixed, 'SOLID_QUEUE_IN_PUMA=false')).toEqual([]);
  });
});
