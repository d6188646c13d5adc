import type { BootedLaunch, Project } from '../../src/lint/result.ts';
import type { BootedServer } from '../../src/systems/system.ts';
import type { Assumption } from '../../src/value/origin.ts';
import type { Traced } from '../../src/value/traced.ts';

/** A launch of Puma with what its hooks and its fork depend on. */
export interface PumaLaunch {
  readonly boot: BootedLaunch;
  readonly server: BootedServer;
  readonly workers: Traced<number>;
  readonly preload: Traced<boolean>;
  /** Null where nothing says `fork_worker`. */
  readonly forkWorker: Traced<boolean> | null;
  /** What being listed without being declared assumes. */
  readonly assumes: readonly Assumption[];
}

export function pumaLaunches({ launches }: Project): readonly PumaLaunch[] {
  return launches.flatMap((boot): readonly PumaLaunch[] => {
    const { launch, server, settings } = boot;
    const workers = settings['workers'] as Traced<number> | undefined;
    const preload = settings['preload_app'] as Traced<boolean> | undefined;
    const forkWorker = (settings['fork_worker'] as Traced<boolean> | undefined) ?? null;
    if (launch.system !== 'puma' || !server || !workers || !preload) return [];
    const assumes: readonly Assumption[] = launch.declared ? [] : [{ kind: 'undeclared', process: launch.name }];
    return [{ boot, server, workers, preload, forkWorker, assumes }];
  });
}

/** Whether any value it can have passes a test, and whether all do. */
export function some<T>(traced: Traced<T>, test: (value: T) => boolean): boolean {
  if (traced.known) return test(traced.value);
  return traced.candidates?.some((one) => test(one.value)) ?? true;
}

export function every<T>(traced: Traced<T>, test: (value: T) => boolean): boolean {
  if (traced.known) return test(traced.value);
  return traced.candidates?.every((one) => test(one.value)) ?? false;
}
