import type { Project } from '../lint/result.ts';
import type { Upgrade } from '../lint/upgrade.ts';
import type { Pool, Process, Server } from '../model/process.ts';
import type { BudgetBase } from './budget_base.ts';
import { compared } from './budget_compare.ts';
import { serverNames } from './budget_rows.ts';
import { projectJson } from './json.ts';
import { printJson } from './print_json.ts';
import { withoutSecrets } from './secrets.ts';
import { tracedJson } from './traced.ts';
import { upgradeJson } from './upgrade_json.ts';

/** The budget as JSON, version 1. */
export function budgetJson(
  projects: readonly Project[],
  base: BudgetBase | null = null,
  upgrade: Upgrade | null = null,
): string {
  return printJson({
    version: 1,
    ...(base ? { comparison: compared(projects, base) } : {}),
    ...(upgrade ? { upgrade: upgradeJson(upgrade) } : {}),
    projects: projects.map((project) => ({
      ...projectJson(project),
      processes: processesJson(project),
      ...uncountedJson(project),
      servers: project.servers.map(serverJson),
    })),
  });
}

/** What runs besides, where there is any: the sums of its servers are lower bounds. */
function uncountedJson({ uncounted = [] }: Project): object {
  if (uncounted.length === 0) return {};
  return { uncounted: uncounted.map(({ name, reason }) => ({ name, reason: withoutSecrets(reason) })) };
}

function processesJson(project: Project): readonly object[] {
  const names = serverNames(project);
  return project.processes.map((process) => processJson(process, names));
}

function processJson(process: Process, servers: ReadonlyMap<string, string>): object {
  return {
    name: process.name,
    system: process.system,
    role: process.role,
    declared: process.declared,
    inside: process.inside.map(({ system, threads }) => ({ system, threads: tracedJson(threads) })),
    hosts: tracedJson(process.hosts),
    processesPerHost: tracedJson(process.processesPerHost),
    copies: tracedJson(process.copies),
    threads: tracedJson(process.threads),
    pools: process.pools.map((pool) => poolJson(pool, servers)),
  };
}

function poolJson(pool: Pool, servers: ReadonlyMap<string, string>): object {
  const { database } = pool;
  return {
    database: database.name,
    adapter: database.adapter.known ? database.adapter.value : null,
    server: database.server ? (servers.get(database.server.key) ?? null) : null,
    size: tracedJson(pool.size),
    threads: tracedJson(pool.threads),
    outside: pool.outside,
    owner: pool.owner,
    role: pool.role,
    shard: pool.shard,
    idle: pool.idle,
    demand: tracedJson(pool.demand),
    ceiling: tracedJson(pool.ceiling),
    verdict: pool.verdict.kind,
    ...(pool.verdict.kind === 'unknown' ? { reason: withoutSecrets(pool.verdict.reason) } : {}),
  };
}

function serverJson(server: Server): object {
  return {
    name: withoutSecrets(server.name),
    databases: [...server.databases],
    demand: tracedJson(server.demand),
    ceiling: tracedJson(server.ceiling),
    autoscaled: tracedJson(server.autoscaled),
    peak: tracedJson(server.peak),
    limit: tracedJson(server.limit),
    reserved: tracedJson(server.reserved),
    usable: tracedJson(server.usable),
    overhead: tracedJson(server.overhead),
    verdict: server.verdict,
    autoscaledVerdict: server.autoscaledVerdict,
    peakVerdict: server.peakVerdict,
  };
}
