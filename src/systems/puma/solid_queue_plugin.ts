import type { Boot } from '../../launch/boot.ts';
import { allAssumptions, type Assumption } from '../../value/origin.ts';
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
  const loading = starting.filter(({ plugins }) => plugins.includes('solid_queue'));
  if (loading.length === 0 || !isInstalled(boot.versions, 'solid_queue')) return { ...booted, starts: [] };
  const mode = starting.map(({ solidQueueMode }) => solidQueueMode).find((one) => one !== null) ?? null;
  const workers = booted.settings['workers'] as Traced<number>;
  const [web, ...others] = booted.processes;
  const certain = loading.length === starting.length;
  const assumes = allAssumptions(...loading.map(({ pluginsAssume }) => pluginsAssume));
  const start = (child: Boot): Booted => assumingThat(assumes, bootSolidQueueInPuma(child, mode));
  const maybeInside = mode && !(mode.known && mode.value !== 'async') && workers.known && workers.value === 0;
  const inside = maybeInside && certain ? start(boot) : null;
  if (!web || !workers.known || !inside || !isAsync(inside))
    return { ...booted, starts: [{ system: 'solid_queue', certain, boot: start }] };
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
    inside: [
      ...(web.inside ?? []),
      ...jobs.map(({ threads }) => ({ system: 'solid_queue' as const, threads: assuming(threads, assumes) })),
    ],
  };
}

/** The same processes, running only as long as something holds. */
function assumingThat(assumes: readonly Assumption[], booted: Booted): Booted {
  const processes = booted.processes.map((process) => ({
    ...process,
    processesPerHost: assuming(process.processesPerHost, assumes),
    claims: process.claims.map((claim) => ({ ...claim, threads: assuming(claim.threads, assumes) })),
  }));
  return { ...booted, processes };
}
