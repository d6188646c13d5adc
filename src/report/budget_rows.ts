import { plural } from '../lint/phrases.ts';
import type { Project } from '../lint/result.ts';
import type { PoolSize } from '../database/entry.ts';
import { sum } from '../model/pools.ts';
import type { Pool, Process, Server } from '../model/process.ts';
import type { Traced } from '../value/traced.ts';
import { escapeControls } from './characters.ts';
import { processName } from './process_name.ts';
import { withoutSecrets } from './secrets.ts';

/** One kind of OS process and its pools on one server. */
export interface Row {
  readonly process: Process;
  /** Its whole name: "jobs dispatcher". */
  readonly called: string;
  /** The launch it belongs to, '' where the row above belongs to the same; its role where a launch has several. */
  readonly name: string;
  readonly role: string;
  readonly copies: string;
  readonly threads: string;
  /** By database of the server; null where the process has no pool for it. */
  readonly pools: readonly (Cell | null)[];
}

/** The pools of a process for one database: usually one. */
export interface Cell {
  readonly pools: readonly Pool[];
  /** What all of them hold together. */
  readonly demand: Traced<number>;
}

/** The names the servers of a project go by, for the key of an entry. */
export function serverNames(project: Project): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const process of project.processes)
    for (const { database } of process.pools) {
      const server = database.server;
      if (server && !names.has(server.key)) names.set(server.key, withoutSecrets(server.name ?? database.name));
    }
  return names;
}

/** What the processes of a project hold on one server. */
export function rowsOf(project: Project, server: Server): readonly Row[] {
  const names = serverNames(project);
  const name = withoutSecrets(server.name);
  const processes = project.processes.filter((process) =>
    process.pools.some(({ database }) => database.server && names.get(database.server.key) === name),
  );
  const ofName = new Map<string, number>();
  for (const process of processes) ofName.set(process.name, (ofName.get(process.name) ?? 0) + 1);
  return processes.map((process, index) => ({
    process,
    called: processName(process, processes),
    name: processes[index - 1]?.name === process.name ? '' : escapeControls(process.name),
    role: (ofName.get(process.name) ?? 1) > 1 ? process.role : '',
    copies: copiesOf(process),
    threads: amount(process.threads),
    pools: server.databases.map((database) => cellOf(process.pools.filter((pool) => pool.database.name === database))),
  }));
}

function cellOf(pools: readonly Pool[]): Cell | null {
  const [first, ...others] = pools;
  if (!first) return null;
  return { pools, demand: others.length === 0 ? first.demand : sum(pools.map(({ demand }) => demand)) };
}

/** "2 hosts × 4 workers". */
function copiesOf(process: Process): string {
  const hosts = process.hosts.known ? plural(process.hosts.value, 'host') : '? hosts';
  const { processesPerHost: perHost } = process;
  if (perHost.known && perHost.value === 1) return hosts;
  const word = process.role === 'web' ? 'worker' : 'process';
  const each = perHost.known
    ? plural(perHost.value, word, word === 'process' ? 'processes' : 'workers')
    : `? ${word === 'process' ? 'processes' : 'workers'}`;
  return `${hosts} × ${each}`;
}

/** A number as a table prints it: "5", "5 or 10" where it is one of a few, "?" where nobody can tell. */
export function amount(traced: Traced<PoolSize>): string {
  if (traced.known) return String(traced.value);
  const values = traced.candidates?.map(({ value }) => String(value)) ?? [];
  return values.length > 0 && values.length <= 3 ? values.join(' or ') : '?';
}

/** The arithmetic of a process: pools with the same numbers once. */
export function formulas(row: Row): readonly string[] {
  const { process } = row;
  const groups = new Map<string, string[]>();
  const copies = [process.hosts, process.processesPerHost]
    .filter((factor, index) => index === 0 || !factor.known || factor.value !== 1)
    .map(amount);
  const cells = row.pools.filter((cell) => cell !== null);
  for (const { pools } of cells)
    for (const pool of pools) {
      const least = `min(pool ${amount(pool.size)}, ${amount(pool.threads)} threads)`;
      const held = pool.outside > 0 ? `(${least} + ${pool.outside} outside)` : least;
      const text = `${[...copies, held].join(' × ')} = ${amount(pool.demand)}`;
      const whose = pools.length > 1 ? ` (${escapeControls(ownerOf(pool))})` : '';
      groups.set(text, [...(groups.get(text) ?? []), escapeControls(pool.database.name) + whose]);
    }
  const what = cells.every(({ pools }) => pools.length === 1) ? 'databases' : 'pools';
  return [...groups].map(([text, names]) =>
    names.length > 2 && groups.size === 1
      ? `${text} for each of ${names.length} ${what}`
      : `${text} on ${names.join(', ')}`,
  );
}

/** Whose pool it is: "AnimalsRecord", "ActiveRecord::Base, reading". */
export function ownerOf({ owner, role, shard, database }: Pool): string {
  return [
    owner ?? 'ActiveRecord::Base',
    ...(role === 'writing' ? [] : [role]),
    ...(shard === 'default' || shard === database.name ? [] : [`shard ${shard}`]),
  ].join(', ');
}

/** Beside a process that its deployment does not run. */
export const NOT_SUMMED = '(not in the sums)';

/** What the rows of a server come to. */
export interface Sum {
  readonly name: 'demand' | 'ceiling';
  /** By database of the server. */
  readonly each: readonly string[];
  readonly together: string;
}

/** The demand and the ceiling of all declared processes, by database of the server and together. */
export function sumsOf(server: Server, rows: readonly Row[]): readonly Sum[] {
  const declared = rows.filter(({ process }) => process.declared);
  return (['demand', 'ceiling'] as const).map((name) => ({
    name,
    each: server.databases.map((_, column) =>
      declared.length === 0 && !server[name].known
        ? '?'
        : total(declared.flatMap(({ pools }) => pools[column]?.pools.map((pool) => pool[name]) ?? [])),
    ),
    together: amount(server[name]),
  }));
}

function total(numbers: readonly Traced<PoolSize>[]): string {
  let result = 0;
  for (const number of numbers) {
    if (!number.known) return '?';
    if (number.value === 'unlimited') return 'unlimited';
    result += number.value;
  }
  return String(result);
}
