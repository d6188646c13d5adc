import type { Boot } from '../../launch/boot.ts';
import type { SystemId } from '../../launch/launch.ts';
import { wordNames } from '../../launch/words.ts';
import { startsSolidQueue } from '../solid_queue/command_line.ts';
import type { BootedProcess } from '../system.ts';

/** Programs that load the application in the one process that runs their jobs. */
const LOAD_AND_RUN: ReadonlySet<SystemId> = new Set(['sidekiq', 'shoryuken', 'que', 'anycable']);

/**
 * Whether what the application starts when it is loaded runs in this process of a program for jobs: threads do not
 * outlive a fork, so they stay in the process that loaded it. Solid Queue's supervisor forks its workers; Puma has
 * loaded the application before its plugin forks; Resque, Delayed Job's daemons and swarms fork too.
 */
export function loadsForJobs(boot: Boot, process: BootedProcess, all: readonly BootedProcess[]): boolean {
  const { system, command } = boot.launch;
  const names = command ? wordNames(command.words) : [];
  if (system === 'solid_queue') {
    if (command !== null && !startsSolidQueue(names)) return false;
    return all.length === 1 || process.role === 'supervisor';
  }
  if (system === 'karafka') return !names.includes('swarm');
  if (names[0] === 'sidekiqswarm') {
    const preloads = boot.environment.get('SIDEKIQ_PRELOAD_APP');
    return preloads.known && preloads.value === null;
  }
  return LOAD_AND_RUN.has(system);
}
