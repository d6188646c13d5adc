import { initializers } from '../../index/mention.ts';
import { Recorder } from '../../launch/recorder.ts';
import { everythingSaid } from '../../launch/said.ts';
import { agree, known, unknown, UNDECIDED, type Traced } from '../../value/traced.ts';
import { span } from '../../text/source.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { kernelInteger, plainValue } from '../coercion.ts';
import { runsTask, type Reading } from './reading.ts';
import type { Counts, SimpleRow } from './row.ts';
import { sum } from './sum.ts';

export const sneakers: SimpleRow = {
  id: 'sneakers',
  title: 'Sneakers',
  role: 'worker',
  gem: 'sneakers',
  // From 3.0 on, with the same modules, command and defaults. Source: ChangeLog.md, kicks.gemspec of ruby-amqp/kicks
  renamed: 'kicks',
  source: 'lib/sneakers/configuration.rb@v2.11.0',
  inferred: 'bundle exec rake sneakers:run',
  options: [],
  recognises: (names) => (names[0] === 'sneakers' && names[1] === 'work') || runsTask(names, /^sneakers:run$/),
  // Source: lib/sneakers/worker.rb@v2.11.0
  usedDirectly: /\bSneakers::Worker\b/,
  counts,
};

const WORKER = /^[ \t]*include\s+(?:::)?(?:Sneakers|Kicks)::Worker\b/m;

/** `from_queue "orders", threads: 3`, on one line or several. */
const OWN_THREADS = /\bfrom_queue\b[^#]{0,1000}?\bthreads:\s*(\d+|\S)/;

/**
 * Every process runs all classes, and each class has threads of its own unless they share them.
 * Source: lib/sneakers/configuration.rb@v2.11.0, lib/sneakers/worker.rb@v2.11.0, lib/sneakers/tasks.rb@v2.11.0
 */
function counts(reading: Reading): Counts {
  reading.boot.define('Sneakers', () => new Recorder('Sneakers'));
  const general = reading.number(
    [said(reading, 'threads')],
    reading.fallback(10, 'Sneakers runs ten threads for a class'),
    kernelInteger,
  );
  const processes = reading.number(
    [reading.variable('WORKER_COUNT'), said(reading, 'workers')],
    reading.fallback(4, 'Sneakers starts four processes by default'),
    kernelInteger,
  );
  const shared = said(reading, 'share_threads');
  const own = shared?.known === true && shared.value === true ? [general] : classThreads(reading, general);
  const threads: Traced<number> =
    own.length === 0
      ? unknown('no class of the repository is a worker of Sneakers', { kind: 'assumed', text: 'its workers' })
      : own.length === 1
        ? own[0]!
        : sum(own);
  return { processes, threads, settings: { workers: processes, threads } };
}

/** An option of `Sneakers.configure` in an initializer. */
function said({ boot }: Reading, name: string): Traced<PsychScalar> | null {
  for (const path of initializers(boot.files)) {
    if (!/\bSneakers\b/.test(boot.source(path)?.text ?? '')) continue;
    const worlds = (boot.call(path, 'Sneakers', 'configure')?.worlds ?? []).flatMap((calls) => {
      const call = everythingSaid(calls).findLast((one) => one.path === 'Sneakers.configure')?.call;
      const value = call?.named.get(name);
      return value ? [plainValue(value)] : [];
    });
    if (worlds.length > 0) return agree(UNDECIDED, worlds);
  }
  return null;
}

function classThreads(reading: Reading, general: Traced<number>): readonly Traced<number>[] {
  const { boot } = reading;
  const named = namedWorkers(reading);
  return boot.files
    .list()
    .filter((path) => /^(?:app|lib)\/.+\.rb$/.test(path))
    .flatMap((path) => {
      const source = boot.source(path);
      if (!source || !WORKER.test(source.text)) return [];
      const name = /^[ \t]*class\s+(?:\w+::)*(\w+)/m.exec(source.text)?.[1] ?? '';
      if (named && !named.includes(name)) return [];
      const own = OWN_THREADS.exec(source.text);
      if (!own) return [general];
      const at = span(source, own.index, own.index + own[0].length);
      if (!/^\d+$/.test(own[1]!)) return [unknown<number>('its threads are computed', { kind: 'code', at, from: [] })];
      return [known(Number(own[1]), { kind: 'literal', at })];
    });
}

/** The classes that `WORKERS=Mailer,Importer` or `sneakers work Mailer` choose, without their modules; null for all. */
function namedWorkers(reading: Reading): readonly string[] | null {
  const variable = reading.variable('WORKERS');
  const [task, word] = reading.line.rest;
  const given = task?.value.known && task.value.value === 'work' ? word?.value : variable;
  if (!given?.known || given.value === null) return null;
  return given.value.split(',').map((name) => name.trim().split('::').at(-1) ?? '');
}
