import type { PoolSize } from '../../src/database/entry.ts';
import type { Loop } from '../../src/index/loops.ts';
import type { CodeScope } from '../../src/index/scope.ts';
import type { DatabaseUse } from '../../src/index/reach.ts';
import type { RelatedPlace, Severity } from '../../src/lint/finding.ts';
import type { Project } from '../../src/lint/result.ts';
import type { Assumption } from '../../src/value/origin.ts';
import type { Known } from '../../src/value/traced.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { leaseOf } from '../pool/lease.ts';

/** Where code stands: what its path to the database is, and how to call its place. */
interface Site {
  readonly scope: CodeScope;
  readonly method: string | null;
  readonly use: DatabaseUse | null;
}

/** Whether a thread keeps the connection of a plain query until it ends; null where the version is not known. */
export function keepsConnections(project: Project): boolean | null {
  return leaseOf(project).keeps;
}

/** Rails as sentences name it. */
export function railsName(project: Project): string {
  return leaseOf(project).rails ?? 'Rails';
}

/** What a finding about reachable code rests on. */
export function reached(project: Project, site: Site): readonly Assumption[] {
  const reachable: Assumption = { kind: 'reachable', text: `production runs ${describe(site)}` };
  return keepsConnections(project) === null ? [reachable, { kind: 'version', gem: 'rails' }] : [reachable];
}

/** `call → remove → Photo.find`. */
export function describe({ method, use }: Pick<Site, 'method' | 'use'>): string {
  return [...(method === null ? [] : [method]), ...(use?.path ?? [])].join(' → ');
}

/** Every step of the path, with its place. */
export function steps(use: DatabaseUse): readonly RelatedPlace[] {
  return use.places.map((at, index) => {
    const last = index === use.places.length - 1;
    return { at, message: last ? `${use.path[index]} uses the database` : `calls ${use.path[index]}` };
  });
}

/** What runs by hand and alone starves nobody; from Rails 7.2 a plain query gives its connection back. */
export function severityOf(project: Project, { scope, use }: Site): Severity {
  if (scope === 'script') return 'info';
  return keepsConnections(project) === false && use?.hold === 'query' ? 'info' : 'warning';
}

/** The smallest pool that a process has for the application's own database, as far as it is known. */
export function smallestPool(project: Project): { readonly size: Known<PoolSize>; readonly process: string } | null {
  const known = project.processes.flatMap(({ name, pools }) => {
    const size = pools.find(({ purpose }) => purpose === 'application')?.size;
    return size?.known ? [{ size, process: name }] : [];
  });
  const limit = ({ size }: { size: Known<PoolSize> }): number =>
    size.value === 'unlimited' ? Number.POSITIVE_INFINITY : size.value;
  return known.toSorted((a, b) => limit(a) - limit(b))[0] ?? null;
}

/** Whether the threads that a loop starts, and the one that starts them, certainly fit the pool. */
export function fits({ most }: Loop, pool: PoolSize | null): boolean {
  return most !== null && pool !== null && (pool === 'unlimited' || most + 1 <= pool);
}

/** Whether Rails has the executor, which gives connections back. Source: railties/lib/rails/application.rb@v5.0.0 */
export function hasExecutor({ versions }: Project): boolean {
  const rails = versions['rails'] ?? null;
  return rails === null || atLeast(version(rails), '5.0');
}

/** A thread that gives its connection back at the end. */
export function threadThatGivesBack(project: Project): string {
  const wrapped = hasExecutor(project)
    ? 'Rails.application.executor.wrap'
    : 'ActiveRecord::Base.connection_pool.with_connection';
  return ['Thread.new do', `  ${wrapped} { … }`, 'end'].join('\n');
}

/** What a thread of its own does with the connection it takes. */
export function holding(project: Project, use: DatabaseUse): string {
  const rails = railsName(project);
  if (keepsConnections(project) !== false) return `keeps a connection from its first query until it ends (${rails})`;
  switch (use.hold) {
    case 'lease':
      return `keeps the connection that ${use.path.at(-1)} leases until it ends (${rails})`;
    case 'transaction':
      return `holds a connection for the length of a transaction (${rails})`;
    case 'query':
      return `borrows a connection for each query and gives it back (${rails})`;
  }
}
