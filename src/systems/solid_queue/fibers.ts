import { mentioned } from '../../index/mention.ts';
import type { Application, Boot } from '../../launch/boot.ts';
import { assumptionsOf } from '../../value/traced.ts';
import { configured } from '../configured.ts';
import type { RaisedAt } from '../raised.ts';
import { isInstalled } from '../rules.ts';
import type { WorkerEntry } from './processes.ts';

/**
 * Why a supervisor whose workers run jobs as fibers refuses to start: without the gem `async`, and while connections
 * belong to threads. Null where nothing certain keeps it from starting.
 * Source: lib/solid_queue/configuration.rb@v1.7.2 (ensure_fiber_workers_have_required_dependency,
 * ensure_fiber_workers_use_supported_isolation_level)
 */
export function fibersRefused(boot: Boot, application: Application, workers: readonly WorkerEntry[]): RaisedAt | null {
  const fibers = workers.find((worker) => worker.fibers !== null)?.fibers;
  if (!fibers) return null;
  const refused = { error: 'SystemExit', origin: fibers.origin, assumes: assumptionsOf(fibers) } as const;
  const async = boot.versions.of('async');
  if (async.known && async.value === null) return { ...refused, message: 'Fiber workers require the `async` gem.' };
  return isolatesThreads(boot, application)
    ? { ...refused, message: 'Fiber workers require `config.active_support.isolation_level = :fiber`.' }
    : null;
}

/** Whether nothing makes it `:fiber`: no line of the application, and not Falcon's railtie. */
function isolatesThreads(boot: Boot, application: Application): boolean {
  const said = configured(application, 'config.active_support', 'isolation_level');
  if (said)
    return said.known && typeof said.value === 'object' && said.value?.type === 'symbol' && said.value.name !== 'fiber';
  if (isInstalled(boot.versions, 'falcon')) return false;
  return !mentioned(boot.files, /^(?:app|config|lib|engines|packs|gems|vendor)\/.+\.rb$/, /\bisolation_level\b/);
}
