import { initializers } from '../../index/mention.ts';
import { span } from '../../text/source.ts';
import { agree, combine, known, unknown, UNDECIDED, type Known, type Traced } from '../../value/traced.ts';
import type { PsychNode, PsychScalar } from '../../yaml/node.ts';
import { keyText } from '../../yaml/read.ts';
import { sum } from './sum.ts';
import { withoutOptions } from '../rules.ts';
import { entryOf, scalarOf } from '../yaml_keys.ts';
import { configFile } from './ruby_file.ts';
import { valued, type Reading } from './reading.ts';
import { alone, type Counts, type SimpleRow } from './row.ts';

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
  counts,
};

/** `Shoryuken.add_group "fast", 12`; the number, where one is said, in digits or as code. */
const ADDED = /^[^#\n]*\bShoryuken\.add_group[ (]\s*[:'"](?<name>[\w-]+)['"]?(?:\s*,\s*(?<count>[\w.:]+))?/gm;

/** What makes a line of an initializer run for one name and not for another, or not at all. */
const DECIDES = /^[^#\n]*\b(?:if|unless|case|while|until|each|map|times)\b/m;

/**
 * Groups that initializers add. They run before the options are read: one without a number has the default then, and one
 * that shoryuken.yml names too keeps what Ruby said.
 * Source: lib/shoryuken/options.rb@v7.0.4 (add_group), lib/shoryuken/environment_loader.rb@v7.0.4 (setup_options)
 */
function addedInRuby({ boot }: Reading, usual: Known<number>): ReadonlyMap<string, Traced<number>> {
  const groups = new Map<string, Traced<number>>();
  for (const path of initializers(boot.files)) {
    const source = boot.source(path);
    for (const found of source?.text.matchAll(ADDED) ?? []) {
      const { name = '', count } = found.groups ?? {};
      const at = span(source!, found.index + found[0].search(/\S/), found.index + found[0].length);
      const isNumber = count !== undefined && /^\d+$/.test(count);
      const said = isNumber ? known(Number(count), { kind: 'literal', at } as const) : null;
      const computed = unknown<number>(`${path} computes it`, { kind: 'code', at, from: [] });
      const one = DECIDES.test(source!.text)
        ? computed
        : (said ?? (count === undefined || count === 'nil' ? usual : computed));
      if (!groups.has(name)) groups.set(name, one);
    }
  }
  return groups;
}

/**
 * The sum over the groups of queues: each has a concurrency of its own, or the general one. The group `default` is there
 * where queues are listed outside of any group. shoryuken.yml is read only where -C names it.
 * Source: lib/shoryuken/environment_loader.rb@v7.0.3 (initialize_options, parse_queues)
 */
function counts(reading: Reading): Counts {
  const { boot } = reading;
  const usual = boot.launch.command === null ? 'config/shoryuken.yml' : null;
  const file = configFile(boot, reading.option('config'), usual);
  const own = reading.fallback(25, 'Shoryuken runs 25 threads for a group by default');
  const fallback = boot.launch.command ? own : known(own.value, own.origin, [withoutOptions('Shoryuken')]);
  const processes = alone('shoryuken is one process');
  if (file !== null && typeof file !== 'string') return { processes, threads: file, settings: { concurrency: file } };
  const added = addedInRuby(reading, fallback);
  const roots = file === null ? [null] : (boot.yaml(file, null) ?? []).map(({ document }) => document.root);
  const threads = agree(
    UNDECIDED,
    roots.length > 0 ? roots.map((root) => threadsIn(root, reading, fallback, added)) : [fallback],
  );
  return { processes, threads, settings: { concurrency: threads } };
}

function threadsIn(
  root: PsychNode | null,
  reading: Reading,
  fallback: Known<number>,
  added: ReadonlyMap<string, Traced<number>>,
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
      ? groups.entries
          .filter(({ key }) => !added.has(keyText(key)))
          .map(({ value }) => {
            const said = written(value);
            return said && !(said.known && said.value === null) ? reading.number([said], fallback) : general;
          })
      : [];
  const isNamed = added.has('default');
  const hasDefault = !isNamed && (hasQueues || own.length + added.size === 0);
  const all = [...added.values(), ...(hasDefault ? [general] : []), ...own];
  return all.length === 1 ? combine(null, [all[0]!], (count) => count) : sum(all);
}
