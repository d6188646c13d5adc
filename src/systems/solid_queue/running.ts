import { known, combine, type Traced } from '../../value/traced.ts';
import type { BootedProcess, DatabaseClaim } from '../system.ts';
import type { WorkerEntry } from './processes.ts';

/** What runs, all courses joined. */
export interface Running {
  readonly workers: readonly WorkerEntry[];
  readonly dispatchers: number;
  readonly scheduler: Traced<boolean>;
  readonly dynamicTasks: Traced<boolean>;
  /** Whether a query gives its connection back at once, so that fibers can take turns: from Rails 7.2 on. */
  readonly queriesBorrow: Traced<boolean>;
}

/** Threads of Solid Queue that use its database beside the jobs. Sources: these files @v1.5.0. */
const OWN_THREADS = {
  /** lib/solid_queue/processes/poller.rb, lib/solid_queue/processes/registrable.rb */
  worker: { threads: 2, threadsOf: 'poller and heartbeat' },
  /** lib/solid_queue/dispatcher.rb */
  dispatcher: { threads: 3, threadsOf: 'poller, heartbeat and maintenance of the dispatcher' },
  /** lib/solid_queue/supervisor.rb, lib/solid_queue/supervisor/maintenance.rb */
  supervisor: { threads: 3, threadsOf: 'main thread, heartbeat and maintenance of the supervisor' },
  /** lib/solid_queue/scheduler.rb, with one recurring task due at a time */
  scheduler: { threads: 2, threadsOf: 'heartbeat and recurring tasks of the scheduler' },
} as const;

const SUPERVISOR = {
  gem: 'solid_queue',
  versions: 'every Solid Queue',
  source: 'lib/solid_queue/supervisor.rb@v1.5.0',
};

type Part = keyof typeof OWN_THREADS;

/** One OS process for every entry, dispatcher, scheduler, and the supervisor that forks them. */
export function forkedProcesses(running: Running): readonly BootedProcess[] {
  const processes: BootedProcess[] = [];
  for (const worker of running.workers) {
    if (worker.processes.known && worker.processes.value === 0) continue;
    processes.push({
      role: 'worker',
      processesPerHost: worker.processes,
      threads: worker.fibers ?? worker.threads,
      claims: [...jobs(worker, running), own('worker')],
    });
  }
  for (let count = 0; count < running.dispatchers; count += 1) processes.push(alone('dispatcher', 'dispatcher'));
  const { scheduler } = running;
  if (!scheduler.known || scheduler.value) {
    const copies = combine(null, [scheduler], (runs) => (runs ? 1 : 0));
    processes.push({ ...alone('scheduler', 'scheduler', extra(running)), processesPerHost: copies });
  }
  processes.push(alone('supervisor', 'supervisor'));
  return processes;
}

/** Everything as threads of one process, on one pool for each database. `processes:` counts for nothing. */
export function oneProcess(running: Running): readonly BootedProcess[] {
  const threads = sum(running.workers.map((worker) => worker.fibers ?? worker.threads));
  const claims: DatabaseClaim[] = running.workers.flatMap((worker) => [...jobs(worker, running), own('worker')]);
  for (let count = 0; count < running.dispatchers; count += 1) claims.push(own('dispatcher'));
  const { scheduler } = running;
  if (scheduler.known) {
    if (scheduler.value) claims.push(own('scheduler', extra(running)));
  } else {
    const { threads: most, threadsOf } = OWN_THREADS.scheduler;
    const some = combine(null, [scheduler], (runs) => (runs ? most + extra(running) : 0));
    claims.push({ on: 'queue', threadsOf, threads: some, held: 'loop', counts: true });
  }
  claims.push(own('supervisor'));
  return [{ role: 'worker', processesPerHost: one(), threads, claims }];
}

/** Dynamic tasks make the scheduler's main loop ask the database too. */
function extra(running: Running): number {
  return running.dynamicTasks.known && running.dynamicTasks.value ? 1 : 0;
}

/**
 * What the jobs of a worker hold. Fibers that give their connection back after each query take turns: the gem asks for
 * one connection for all of them, and only those in a transaction hold one at the same time.
 * Source: lib/solid_queue/configuration.rb@v1.7.2 (fiber_execution_connections_for_worker)
 */
function jobs({ threads, fibers }: WorkerEntry, { queriesBorrow }: Running): readonly DatabaseClaim[] {
  const shape = { on: 'jobs', held: 'job', counts: true } as const;
  if (!fibers) return [{ ...shape, threadsOf: 'job threads', threads }];
  if (queriesBorrow.known && !queriesBorrow.value) return [{ ...shape, threadsOf: 'job fibers', threads: fibers }];
  // The thread for them starts with the first job, and a worker without fibers takes none.
  if (fibers.known && fibers.value === 0) return [];
  const others = combine(null, [fibers], (count) => count - 1);
  return [
    { ...shape, threadsOf: 'thread for all job fibers', threads },
    { ...shape, threadsOf: 'other job fibers', threads: others, counts: false, part: 'job fibers' },
  ];
}

function own(part: Part, more = 0): DatabaseClaim {
  const { threads, threadsOf } = OWN_THREADS[part];
  const source = 'lib/solid_queue/processes/poller.rb@v1.5.0';
  const row = { gem: 'solid_queue', versions: 'every Solid Queue', source };
  const count = known(threads + more, { kind: 'default', text: threadsOf, row } as const);
  return { on: 'queue', threadsOf, threads: count, held: 'loop', counts: true };
}

function alone(role: 'dispatcher' | 'scheduler' | 'supervisor', part: Part, more = 0): BootedProcess {
  const claim = own(part, more);
  return { role, processesPerHost: one(), threads: none(role), claims: [claim] };
}

/** Job threads: none. */
function none(role: string): Traced<number> {
  return known(0, { kind: 'default', text: `the ${role} runs no jobs`, row: SUPERVISOR });
}

function one(): Traced<number> {
  return known(1, { kind: 'default', text: 'Solid Queue starts one', row: SUPERVISOR });
}

function sum(all: readonly Traced<number>[]): Traced<number> {
  if (all.length === 1) return all[0]!;
  return combine(null, all, (...numbers) =>
    (numbers as readonly number[]).reduce((total, number) => total + number, 0),
  );
}
