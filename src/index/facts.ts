import type { AppFiles } from '../launch/files.ts';
import type { RubyParser } from '../ruby/parse.ts';
import { checkouts, type Checkout } from './checkouts.ts';
import { forkHooks, loadedClients, type ForkHook, type LoadedClient } from './clients.ts';
import type { Collector } from './collector.ts';
import { connectedDatabases, connectedPools, type ConnectedPool } from './connections.ts';
import { forkSites, type ForkSite } from './forks.ts';
import { healthChecks, type HealthCheck } from './health.ts';
import { keptConnections, type KeptConnection } from './kept_connections.ts';
import { slowLeases, type SlowLease } from './leases.ts';
import { readCode } from './pass.ts';
import { rackTimeout, type RackTimeoutSetting } from './rack_timeout.ts';
import { runtimeConnections, type RuntimeConnection } from './runtime_connections.ts';
import { storageProxies, type StorageProxy } from './storage_proxy.ts';
import { streamingActions, type StreamingAction } from './streaming.ts';
import { switchedRoles, type SwitchedRoles } from './switched_roles.ts';
import { threads, type ThreadFacts } from './threads.ts';

/** What the application's own Ruby says about connections. Shared by all deployments of the app. */
export interface CodeFacts {
  /** Entries of database.yml that classes connect to. */
  readonly connected: readonly string[];
  readonly connectedPools: readonly ConnectedPool[];
  readonly switchedRoles: SwitchedRoles;
  readonly threads: ThreadFacts;
  readonly checkouts: readonly Checkout[];
  readonly runtimeConnections: readonly RuntimeConnection[];
  readonly keptConnections: readonly KeptConnection[];
  readonly loadedClients: readonly LoadedClient[];
  readonly forkHooks: readonly ForkHook[];
  readonly forkSites: readonly ForkSite[];
  readonly slowLeases: readonly SlowLease[];
  readonly streamingActions: readonly StreamingAction[];
  readonly storageProxies: readonly StorageProxy[];
  readonly healthChecks: readonly HealthCheck[];
  readonly rackTimeout: readonly RackTimeoutSetting[];
}

/** A new collector is a line in CodeFacts and one here. */
export const COLLECTORS: { readonly [Name in keyof CodeFacts]: () => Collector<CodeFacts[Name]> } = {
  connected: connectedDatabases,
  connectedPools,
  switchedRoles,
  threads,
  checkouts,
  runtimeConnections,
  keptConnections,
  loadedClients,
  forkHooks,
  forkSites,
  slowLeases,
  streamingActions,
  storageProxies,
  healthChecks,
  rackTimeout,
};

/** What an application without Ruby says. */
export const NO_CODE: CodeFacts = factsOf(started());

/**
 * Reads the application's Ruby once, for every collector.
 * @param isForeign says which paths belong to another app further down
 */
export function codeFacts(files: AppFiles, parser: RubyParser, isForeign?: (path: string) => boolean): CodeFacts {
  const collectors = started();
  readCode(files, parser, Object.values(collectors), isForeign);
  return factsOf(collectors);
}

type Started = { readonly [Name in keyof CodeFacts]: Collector<CodeFacts[Name]> };

function started(): Started {
  return Object.fromEntries(Object.entries(COLLECTORS).map(([name, start]) => [name, start()])) as unknown as Started;
}

function factsOf(collectors: Started): CodeFacts {
  return Object.fromEntries(
    Object.entries(collectors).map(([name, collector]) => [name, collector.facts()]),
  ) as unknown as CodeFacts;
}
