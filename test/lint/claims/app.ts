import type { EngineOptions } from '../../../src/lint/engine.ts';
import type { Traced } from '../../../src/value/traced.ts';
import { lintFiles, lockfile } from '../../support/lint.ts';

/** What is said of an app, as short as an expectation wants it. */
export interface Said {
  /** "web web primary: 2 copies, pool 5, 3 threads, demand 6" */
  readonly pools: readonly string[];
  /** "warning pool-smaller-than-puma-threads" */
  readonly rules: readonly string[];
  /** The sentences of every finding, each on a line of its own. */
  readonly text: string;
  /** "demand 100, ceiling 100, usable 97" of every server. */
  readonly servers: readonly string[];
}

const GEMS = { pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' };

/** Lints an app whose Gemfile.lock lists Rails 8.0, Puma, pg and these gems. */
export async function said(
  gems: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
  options: Partial<EngineOptions> = {},
): Promise<Said> {
  const result = await lintFiles({ 'Gemfile.lock': lockfile({ ...GEMS, ...gems }), ...files }, options);
  const { findings, projects } = result;
  return {
    pools: projects.flatMap(({ processes }) =>
      processes.flatMap(({ name, role, copies, pools }) =>
        pools.map(
          ({ database: entry, size, threads, demand }) =>
            `${name} ${role} ${entry.name}: ${text(copies)} copies, pool ${text(size)}, ${text(threads)} threads, demand ${text(demand)}`,
        ),
      ),
    ),
    rules: findings.map(({ severity, rule }) => `${severity} ${rule}`),
    text: findings
      .flatMap(({ message, consequence, arithmetic, advice, snippet }) => [
        message,
        consequence,
        arithmetic,
        advice,
        snippet,
      ])
      .filter((part) => part !== null)
      .join('\n'),
    servers: projects.flatMap(({ servers }) =>
      servers.map(
        ({ demand, ceiling, usable }) => `demand ${text(demand)}, ceiling ${text(ceiling)}, usable ${text(usable)}`,
      ),
    ),
  };
}

function text(traced: Traced<unknown>): string {
  return traced.known ? String(traced.value) : '?';
}

/** `max_connections` of the only server. */
export function limit(value: number): Partial<EngineOptions> {
  return { maxConnections: [{ server: null, value }] };
}

/** A production entry of database.yml on PostgreSQL with these lines. */
export function database(...lines: readonly string[]): string {
  return ['production:', '  adapter: postgresql', '  database: shop', ...lines.map((line) => `  ${line}`), ''].join(
    '\n',
  );
}

/** database.yml with an entry for each name, each with these lines. */
export function databases(entries: Readonly<Record<string, string>>): string {
  return [
    'production:',
    ...Object.entries(entries).flatMap(([name, line]) => [
      `  ${name}:`,
      '    adapter: postgresql',
      `    database: shop_${name}`,
      ...(line === '' ? [] : [`    ${line}`]),
    ]),
    '',
  ].join('\n');
}
