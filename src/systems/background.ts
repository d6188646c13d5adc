import type { DatabaseEntry } from '../database/entry.ts';
import type { Boot } from '../launch/boot.ts';
import { actionCableInside } from './inside/action_cable.ts';
import { activeJobAsyncInside } from './inside/active_job_async.ts';
import { withEmbeddedAnyCable } from './inside/anycable.ts';
import { asyncQueriesInside, ignoredThreadKeys } from './inside/async_queries.ts';
import { fiberIsolation } from './inside/fibers.ts';
import { goodJobInside } from './inside/good_job.ts';
import { sharing, type Inside } from './inside/inside.ts';
import { solidCacheInside } from './inside/solid_cache.ts';
import { suckerPunchInside } from './inside/sucker_punch.ts';
import { SYSTEMS } from './index.ts';
import type { Booted, BootedProcess } from './system.ts';

/** A boot with the entries of database.yml, which are there once the application has booted. */
interface WithDatabases extends Boot {
  readonly databases: readonly DatabaseEntry[];
}

/**
 * What a booted program runs besides its own threads because the application it loads asks for it: job threads and
 * Action Cable in the web server, helpers of Rails in everything that serves requests or runs jobs. It is the same for
 * every server and every job system.
 */
export function withBackground(boot: WithDatabases, booted: Booted): Booted {
  const shared = booted.processes.map((process) => sharing(process, partsOf(boot, process, booted.processes)));
  const processes = withEmbeddedAnyCable(boot, { ...booted, processes: shared });
  const application = boot.application();
  const said = [...fiberIsolation(application), ...ignoredThreadKeys(boot, application, boot.databases)];
  const remarks = [...(booted.remarks ?? []), ...said];
  return { ...booted, processes, ...(remarks.length > 0 ? { remarks } : {}) };
}

function partsOf(boot: Boot, process: BootedProcess, processes: readonly BootedProcess[]): readonly Inside[] {
  const { role } = process;
  const application = boot.application();
  const system = SYSTEMS.find(({ id }) => id === boot.launch.system);
  const jobs = system?.loadsIn?.(boot, process, processes) ? [goodJobInside(boot, application, false)] : [];
  if (role !== 'web' && role !== 'worker' && role !== 'cable') return jobs;
  const shared = [asyncQueriesInside(boot, application), solidCacheInside(boot, application)];
  if (role === 'worker') return [...jobs, ...shared];
  if (role === 'cable') {
    // AnyCable runs channels itself; the other one is a web server.
    return boot.launch.system === 'action_cable'
      ? [goodJobInside(boot, application, true), ...shared, actionCableInside(boot, application)]
      : [...jobs, ...shared];
  }
  return [
    goodJobInside(boot, application, true),
    suckerPunchInside(boot, application),
    activeJobAsyncInside(boot, application),
    ...shared,
    actionCableInside(boot, application),
  ];
}
