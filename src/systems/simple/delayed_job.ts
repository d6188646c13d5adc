import { combine } from '../../value/traced.ts';
import { runsTask, valued, type Reading } from './reading.ts';
import type { Counts, SimpleRow } from './row.ts';

export const delayedJob: SimpleRow = {
  id: 'delayed_job',
  title: 'Delayed Job',
  role: 'worker',
  gem: 'delayed_job',
  source: 'lib/delayed/command.rb@v4.1.13',
  inferred: 'bundle exec rake jobs:work',
  options: [...valued('number', 'number-of-workers', 'n'), ...valued('pool', 'pool')],
  recognises: (names) =>
    (names[0] === 'delayed_job' && !names.some((word) => /^(?:stop|status|zap)$/.test(word))) ||
    runsTask(names, /^jobs:work$/),
  // Source: lib/delayed/message_sending.rb@v4.1.13, lib/delayed/backend/base.rb@v4.1.13
  usedDirectly: /\.delay\b|\bhandle_asynchronously\b|\bDelayed::Job\.enqueue\b/,
  counts,
};

/**
 * Every worker is a process and runs one job at a time; with any `--pool` the `-n` is ignored. With `run` the first one
 * stays in the foreground, and none is started after it.
 * Source: lib/delayed/command.rb@v4.1.13 (daemonize), lib/daemons/application.rb@v1.4.1 of daemons (start_proc)
 */
function counts(reading: Reading): Counts {
  const threads = reading.fallback(1, 'a worker of Delayed Job runs one job at a time');
  const words = reading.line.rest.map(({ value }) => (value.known ? value.value : ''));
  if (words.find((word) => DAEMON_COMMAND.test(word)) === 'run') {
    const first = reading.fallback(1, 'delayed_job run starts one worker, in the foreground');
    return { processes: first, threads, settings: { workers: first, threads } };
  }
  const pools = reading.line.options.filter(({ key }) => key === 'pool').flatMap(({ value }) => value ?? []);
  const single = reading.fallback(1, 'Delayed Job starts one worker by default');
  const processes =
    pools.length > 0
      ? combine(null, pools, (...all) => (all as readonly string[]).reduce((sum, pool) => sum + sizeOfPool(pool), 0))
      : reading.number([reading.option('number')], single);
  return { processes, threads, settings: { workers: processes, threads } };
}

/** What Daemons is told to do: the first of these. Source: lib/daemons/controller.rb@v1.4.1 of daemons (COMMANDS) */
const DAEMON_COMMAND = /^(?:start|stop|restart|run|zap|reload|status)$/;

/** `--pool=mail,reports:2`; one where no number is said. */
function sizeOfPool(pool: string): number {
  const [, count] = pool.split(':');
  return count === undefined ? 1 : Number.parseInt(count, 10) || 1;
}
