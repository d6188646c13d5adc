import type { AppFiles } from '../launch/files.ts';
import type { DeployedService, Deployment } from '../launch/launch.ts';
import { committedLimit } from '../limits/committed.ts';
import { committedPooler, startedPooler } from '../limits/pooler.ts';
import { limitOfService, type LimitFiles } from '../limits/service.ts';
import type { DeployedServer } from '../model/deployed_servers.ts';
import type { ServerLimits } from '../model/servers.ts';
import type { WhatIf } from './what_if.ts';

/** Everything that is said of the servers of one deployment: by the user, by the deployment, by files. */
export function limitsOf(
  { services = [] }: Deployment,
  files: AppFiles,
  { overhead, maxConnections }: WhatIf,
): ServerLimits & { readonly deployed: readonly DeployedServer[] } {
  const readable: LimitFiles = {
    source: (path) => (isInside(path) && files.exists(path) ? files.source(path) : null),
    list: () => files.tree.list(),
  };
  const deployed = services.flatMap((service): DeployedServer[] => {
    if (!isServer(service)) return [];
    return [{ kind: service.kind, names: service.names, ...limitOfService(service, readable) }];
  });
  const started = services.flatMap((service) =>
    service.kind === 'pgbouncer' ? [startedPooler(service, readable)] : [],
  );
  const committed = started.length === 0 ? committedPooler(readable) : null;
  const poolers = committed ? [committed] : started;
  return { overhead, maxConnections, deployed, poolers, committed: (kind) => committedLimit(kind, readable) };
}

function isServer(service: DeployedService): service is DeployedService & { kind: DeployedServer['kind'] } {
  return service.kind !== 'pgbouncer';
}

function isInside(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !path.split('/').includes('..');
}
