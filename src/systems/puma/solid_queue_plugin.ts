import type { Boot } from '../../launch/boot.ts';
import { assuming, type Traced } from '../../value/traced.ts';
import { isInstalled } from '../rules.ts';
import { bootSolidQueueInPuma } from '../solid_queue.ts';
import type { Booted, BootedProcess, DatabaseClaim } from '../system.ts';
import type { PumaSettings } from './resolve.ts';

/**
 * Puma with what `plugin :solid_queue` starts: processes of their own, or in async mode threads where Puma boots, which
 * is the web process itself in single mode and the master of a cluster. Without the gem the line is a leftover.
 * Source: lib/puma/plugin/solid_queue.rb@v1.5.0
 */
export function withSolidQueue(boot: Boot, booted: Booted, worlds: readonly PumaSettings[]): Booted {
  const starting = worlds.filter(({ raised }) => raised === null);
  const loaded = starting.some(({ plugins }) => plugins.includes('solid_queue'));
  if (!loaded || !isInstalled(boot.versions, 'solid_queue')) return { ...booted, starts: [] };
  const mode = starting.map(({ solidQueueMode }) => solidQueueMode).find((one) => one !== null) ?? null;
  const workers = booted.settings['workers'] as Traced<number>;
  const [web, ...others] = booted.processes;
  const maybeInside = mode && !(mode.known && mode.value !== 'async') && workers.known && workers.value === 0;
  const inside = maybeInside ? bootSolidQueueInPuma(boot, mode) : null;
  if (!web || !workers.known || !inside || !isAsync(inside))
    return { ...booted, starts: [{ system: 'solid_queue', boot: (child) => bootSolidQueueInPuma(child, mode) }] };
  return { ...booted, processes: [sharing(web, inside.processes, workers.assumes), ...others], starts: [] };
}

function isAsync({ settings }: Booted): boolean {
  const mode = settings['mode'] as Traced<string>;
  return mode.known && mode.value === 'async';
}

/** One process with the threads of both, on one pool for each database. */
function sharing(
  web: BootedProcess,
  queue: readonly BootedProcess[],
  assumes: Parameters<typeof assuming>[1],
): BootedProcess {
  const claims = queue.flatMap((process) => process.claims);
  const own = claims.map((claim): DatabaseClaim => ({
    ...claim,
    threads: assuming(claim.threads, assumes),
    system: 'solid_queue',
  }));
  const jobs = queue.filter(({ role }) => role === 'worker');
  return {
    ...web,
    claims: [...web.claims, ...own],
    inside: jobs.map(({ threads }) => ({ system: 'solid_queue', threads: assuming(threads, assumes) })),
  };
}
