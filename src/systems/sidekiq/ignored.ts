import type { Boot } from '../../launch/boot.ts';
import { span } from '../../text/source.ts';
import { NOTHING_ASSUMED } from '../../value/origin.ts';
import type { Remark } from '../system.ts';
import type { SidekiqLine } from './command_line.ts';
import type { SidekiqRules } from './rules.ts';

const PLACE = 'config/sidekiq.yml';

/**
 * What Sidekiq leaves unread: a sidekiq.yml that is not where it looks, and up to 5.0 keys that are no symbols.
 * Source: lib/sidekiq/cli.rb, per row of SIDEKIQ_RULES
 */
export function ignoredBySidekiq(boot: Boot, line: SidekiqLine, rules: SidekiqRules): readonly Remark[] {
  if (line.config || line.require) return [];
  const inPlace = [PLACE, `${PLACE}.erb`].some((path) => boot.files.kind(path) === 'file');
  if (!inPlace) return elsewhere(boot);
  return rules.symbolKeysOnly ? stringKeys(boot) : [];
}

function elsewhere(boot: Boot): readonly Remark[] {
  const path = ['sidekiq.yml', 'sidekiq.yaml', 'config/sidekiq.yaml'].find((one) => boot.files.kind(one) === 'file');
  const file = path === undefined ? null : boot.source(path);
  if (!file || path === undefined) return [];
  const end = file.text.indexOf('\n');
  const why = `Without -C Sidekiq reads ${PLACE} only, and runs with its defaults where that is not there.`;
  const at = span(file, 0, end === -1 ? file.text.length : end);
  const advice = `move it to ${PLACE}, or name it: sidekiq -C ${path}.`;
  return [{ kind: 'ignored-configuration', what: path, why, advice, at, assumes: NOTHING_ASSUMED }];
}

function stringKeys(boot: Boot): readonly Remark[] {
  const worlds = boot.yaml(PLACE, null) ?? [];
  const root = worlds.length === 1 ? worlds[0]!.document.root : null;
  if (root?.kind !== 'mapping') return [];
  const entry = root.entries.find(({ key }) => key === 'concurrency');
  if (!entry) return [];
  const why = 'Up to Sidekiq 5.0 only symbols count: a key without the colon is left out, and the default runs.';
  const what = 'concurrency of config/sidekiq.yml';
  return [
    {
      kind: 'ignored-configuration',
      what,
      why,
      advice: 'write the key as a symbol, `:concurrency:`, or update Sidekiq.',
      at: entry.keyAt,
      assumes: NOTHING_ASSUMED,
    },
  ];
}
