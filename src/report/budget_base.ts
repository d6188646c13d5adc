/** An earlier `budget -f json`, as far as a comparison looks at it. Numbers that were unknown then are null. */
export interface BudgetBase {
  readonly projects: readonly BaseProject[];
}

export interface BaseProject {
  readonly root: string;
  readonly deployment: string;
  readonly environment: string;
  readonly processes: readonly BaseProcess[];
  readonly servers: readonly BaseServer[];
}

export interface BaseProcess {
  readonly name: string;
  readonly role: string;
  readonly declared: boolean;
  readonly hosts: number | null;
  readonly processesPerHost: number | null;
  readonly threads: number | null;
  /** Sizes by database; "unlimited" is a size too. */
  readonly pools: readonly BasePool[];
}

export interface BasePool {
  readonly database: string;
  /** Name of its server; null where it has none. */
  readonly server: string | null;
  readonly size: number | string | null;
}

export interface BaseServer {
  readonly name: string;
  readonly databases: readonly string[];
  readonly demand: number | null;
  readonly autoscaled: number | null;
  readonly peak: number | null;
  readonly usable: number | null;
}

/** Reads what `budget -f json` wrote; null where the text is something else. */
export function readBase(text: string): BudgetBase | null {
  try {
    const root = record(JSON.parse(text));
    if (root['version'] !== 1) return null;
    return { projects: array(root['projects']).map(project) };
  } catch (error) {
    if (error instanceof NoBudget || error instanceof SyntaxError) return null;
    throw error;
  }
}

class NoBudget extends Error {}

function project(value: unknown): BaseProject {
  const { root, deployment, environment, processes, servers } = record(value);
  return {
    root: string(root),
    deployment: string(deployment),
    environment: string(environment),
    processes: array(processes).map(process),
    servers: array(servers).map(server),
  };
}

function process(value: unknown): BaseProcess {
  const { name, role, declared, hosts, processesPerHost, threads, pools } = record(value);
  return {
    name: string(name),
    role: string(role),
    declared: declared === true,
    hosts: number(hosts),
    processesPerHost: number(processesPerHost),
    threads: number(threads),
    pools: array(pools).map((pool) => {
      const { database, server: of, size } = record(pool);
      return { database: string(database), server: of === null ? null : string(of), size: traced(size) };
    }),
  };
}

function server(value: unknown): BaseServer {
  const { name, databases, demand, autoscaled, peak, usable } = record(value);
  return {
    name: string(name),
    databases: array(databases).map(string),
    demand: number(demand),
    autoscaled: number(autoscaled),
    peak: number(peak),
    usable: number(usable),
  };
}

/** The value of a traced value as JSON has it. */
function traced(value: unknown): number | string | null {
  const own = record(value)['value'];
  if (own === null || typeof own === 'number' || typeof own === 'string') return own;
  throw new NoBudget();
}

function number(value: unknown): number | null {
  const own = traced(value);
  if (typeof own === 'string') throw new NoBudget();
  return own;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new NoBudget();
}

function array(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new NoBudget();
}

function string(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new NoBudget();
}
