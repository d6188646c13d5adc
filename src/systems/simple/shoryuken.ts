import { assumedBySkipping } from '../../launch/said.ts';
import { agree, assuming, combine, known, unknown, UNDECIDED, type Known, type Traced } from '../../value/traced.ts';
import type { PsychNode, PsychScalar } from '../../yaml/node.ts';
import { keyText } from '../../yaml/read.ts';
import { sum } from './sum.ts';
import { withoutOptions } from '../rules.ts';
import { entryOf, scalarOf } from '../yaml_keys.ts';
import { configFile } from './ruby_file.ts';
import { valued, type Reading } from './reading.ts';
import { alone, type Counts, type SimpleRow } from './row.ts';
import { groupKey, shoryukenInRuby, shoryukenServer, type ShoryukenState } from './shoryuken_ruby.ts';

export const shoryuken: SimpleRow = {
  id: 'shoryuken',
  title: 'Shoryuken',
  role: 'worker',
  gem: 'shoryuken',
  source: 'lib/shoryuken/options.rb@v7.0.3',
  inferred: 'bundle exec shoryuken -R -C config/shoryuken.yml',
  options: [
    ...valued('concurrency', 'concurrency', 'c'),
    ...valued('config', 'config', 'C'),
    ...valued('queue', 'queues', 'q'),
  ],
  recognises: ([program, command]) =>
    program === 'shoryuken' && (command === undefined || command.startsWith('-') || command === 'start'),
  // Source: lib/shoryuken/worker.rb@v7.0.3
  usedDirectly: /\bShoryuken::Worker\b/,
  // One process loads the application and runs its threads. Source: lib/shoryuken/runner.rb@v7.0.3
  loadsIn: () => true,
  listener: { constant: 'Shoryuken', host: shoryukenServer },
  counts,
};

/**
 * The sum over the groups of queues: each has a concurrency of its own, or the general one. The group "default" is there
 * where queues are listed outside of any group; those of shoryuken.yml have symbols for names. A group that Ruby added
 * keeps what Ruby said. shoryuken.yml is read only where -C names it.
 * Source: lib/shoryuken/environment_loader.rb@v7.0.3 (initialize_options, parse_queues), lib/shoryuken/options.rb@v7.0.3
 * (add_group), lib/shoryuken/launcher.rb@v7.0.3 (create_managers)
 */
function counts(reading: Reading): Counts {
  const { boot } = reading;
  const usual = boot.launch.command === null ? 'config/shoryuken.yml' : null;
  const file = configFile(boot, reading.option('config'), usual);
  const own = reading.fallback(25, 'Shoryuken runs 25 threads for a group by default');
  const fallback = boot.launch.command ? own : known(own.value, own.origin, [withoutOptions('Shoryuken')]);
  const processes = alone('shoryuken is one process');
  if (file !== null && typeof file !== 'string') return { processes, threads: file, settings: { concurrency: file } };
  const ruby = shoryukenInRuby(reading.application);
  if ('known' in ruby) return { processes, threads: ruby, settings: { concurrency: ruby } };
  const roots = file === null ? [null] : (boot.yaml(file, null) ?? []).map(({ document }) => document.root);
  const said = agree(
    UNDECIDED,
    roots.length > 0 ? roots.map((root) => threadsIn(root, reading, fallback, ruby)) : [fallback],
  );
  const threads = assuming(said, assumedBySkipping(reading.application, new Set(['add_group', 'add_queue'])));
  return { processes, threads, settings: { concurrency: threads } };
}

function threadsIn(
  root: PsychNode | null,
  reading: Reading,
  fallback: Known<number>,
  ruby: ShoryukenState,
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
  const general = reading.number([reading.option('concurrency'), written(root), ruby.concurrency], fallback);
  const groups = node(root, 'groups');
  const listed = node(root, 'queues');
  const hasQueues = reading.option('queue') !== null || (listed?.kind === 'sequence' && listed.items.length > 0);
  const entries = groups?.kind === 'mapping' ? groups.entries : [];
  const isWritten = (key: string): boolean => entries.some((entry) => key === groupKey('symbol', keyText(entry.key)));
  const own = entries
    .filter(({ key }) => !ruby.groups.has(groupKey('symbol', keyText(key))))
    .map(({ value }) => {
      const said = written(value);
      return said && !(said.known && said.value === null) ? reading.number([said], fallback) : general;
    });
  const usual = groupKey('string', 'default');
  const added = [...ruby.groups]
    .filter(([key, { polls }]) => polls || isWritten(key) || (key === usual && hasQueues))
    .map(([, { concurrency }]) => reading.number([concurrency], fallback));
  const hasDefault = hasQueues ? !ruby.groups.has(usual) : own.length + added.length === 0;
  const all = [...added, ...(hasDefault ? [general] : []), ...own];
  return all.length === 1 ? combine(null, [all[0]!], (count) => count) : sum(all);
}
