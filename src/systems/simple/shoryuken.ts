import { agree, combine, unknown, UNDECIDED, type Traced } from '../../value/traced.ts';
import type { PsychNode, PsychScalar } from '../../yaml/node.ts';
import { sum } from './sum.ts';
import { entryOf, scalarOf } from '../yaml_keys.ts';
import { configFile } from './ruby_file.ts';
import type { Reading } from './reading.ts';
import { alone, type Counts } from './row.ts';

/**
 * The sum over the groups of queues: each has a concurrency of its own, or the general one. The group `default` is there
 * where queues are listed outside of any group. shoryuken.yml is read only where -C names it.
 * Source: lib/shoryuken/environment_loader.rb@v7.0.3 (initialize_options, parse_queues)
 */
export function shoryuken(reading: Reading): Counts {
  const { boot } = reading;
  const usual = boot.launch.command === null ? 'config/shoryuken.yml' : null;
  const file = configFile(boot, reading.option('config'), usual);
  const fallback = reading.fallback(25, 'Shoryuken runs 25 threads for a group by default');
  const processes = alone('shoryuken is one process');
  if (file !== null && typeof file !== 'string') return { processes, threads: file, settings: { concurrency: file } };
  const roots = file === null ? [null] : (boot.yaml(file, null) ?? []).map(({ document }) => document.root);
  const threads = agree(
    UNDECIDED,
    roots.length > 0 ? roots.map((root) => threadsIn(root, reading, fallback)) : [fallback],
  );
  return { processes, threads, settings: { concurrency: threads } };
}

function threadsIn(
  root: PsychNode | null,
  reading: Reading,
  fallback: ReturnType<Reading['fallback']>,
): Traced<number> {
  if (root?.kind === 'mapping' && root.open !== null) return unknown(root.open, { kind: 'literal', at: root.at });
  const node = (mapping: PsychNode | null, key: string): PsychNode | null => {
    const entry = mapping?.kind === 'mapping' ? entryOf(mapping, key, 'either') : null;
    return entry?.kind === 'node' ? entry.node : null;
  };
  const written = (mapping: PsychNode | null): Traced<PsychScalar> | null => {
    const found = node(mapping, 'concurrency');
    return found ? scalarOf(found) : null;
  };
  const general = reading.number([reading.option('concurrency'), written(root)], fallback);
  const groups = node(root, 'groups');
  const listed = node(root, 'queues');
  const hasQueues = reading.option('queue') !== null || (listed?.kind === 'sequence' && listed.items.length > 0);
  const own =
    groups?.kind === 'mapping'
      ? groups.entries.map(({ value }) => {
          const said = written(value);
          return said && !(said.known && said.value === null) ? reading.number([said], fallback) : general;
        })
      : [];
  const all = [...(hasQueues || own.length === 0 ? [general] : []), ...own];
  return all.length === 1 ? combine(null, [all[0]!], (count) => count) : sum(all);
}
