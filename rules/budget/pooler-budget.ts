import { amount, placeName } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences, type Violation } from '../../src/lint/rule.ts';
import type { PgBouncer } from '../../src/limits/pgbouncer.ts';
import type { Pooled, PoolerPool } from '../../src/model/pooled.ts';
import type { Server, Verdict } from '../../src/model/process.ts';
import { fits } from '../../src/model/servers.ts';
import type { Span } from '../../src/text/source.ts';
import { writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf, combine, known, type Traced } from '../../src/value/traced.ts';
import { membersOf, terms } from './members.ts';

type Found =
  /** More clients than PgBouncer takes. */
  | { readonly kind: 'clients'; readonly server: Server; readonly terms: string }
  /** More connections to the database server than it has. */
  | { readonly kind: 'server'; readonly server: Server; readonly pooled: Pooled }
  /** In session mode a client keeps its connection: more of them than a pool has wait. */
  | { readonly kind: 'session'; readonly server: Server; readonly pool: PoolerPool };

/** R58: the two sides of a PgBouncer, each with its own limit. */
export const poolerBudget: Rule = defineRule<Found>({
  id: 'pooler-budget',
  aliases: [],
  group: 'budget',
  severity: 'error',
  fix: null,
  summary: 'The processes want more of PgBouncer, or PgBouncer more of the database server, than is allowed.',
  fineWhen: 'the processes are never all busy at once',
  check: (project) => project.servers.flatMap((server) => outcomesOf(project, server)),
  say,
});

const NOTHING: Traced<number> = known(0, { kind: 'sum', from: [] });

function outcomesOf(project: Project, server: Server): readonly Outcome<Found>[] {
  const { pooled } = server;
  const bouncer = pooled?.pooler.bouncer;
  if (!pooled || !bouncer) return [];
  const clients = terms({ server, demand: server.demand, members: membersOf(project, server, ({ hosts }) => hosts) });
  const first = outcome(
    server,
    server.verdict,
    server.limit,
    [server.demand, server.limit],
    { kind: 'clients', server, terms: clients },
    bouncer,
  );
  const sides = [first];
  if (pooled.opens && pooled.backend.known) {
    const all = combine(null, [pooled.opens, pooled.direct], (opens, direct) => opens + direct);
    const verdict = fits(all, server.overhead, pooled.backend);
    const place = pooled.pools[0]?.size ?? server.limit;
    sides.push(outcome(server, verdict, place, [all, pooled.backend], { kind: 'server', server, pooled }, bouncer));
  }
  // Who is turned away at the door does not wait inside.
  const waiting = server.verdict === 'violates' ? [] : pooled.pools.flatMap((pool) => session(server, pool, bouncer));
  return [...sides, ...waiting];
}

function session(server: Server, pool: PoolerPool, bouncer: PgBouncer): readonly Outcome<Found>[] {
  if (!pool.mode.known || pool.mode.value !== 'session') return [];
  const verdict = fits(pool.demand, NOTHING, pool.size);
  return [
    outcome(
      server,
      verdict,
      pool.size,
      [pool.demand, pool.size, pool.mode],
      { kind: 'session', server, pool },
      bouncer,
    ),
  ];
}

function outcome(
  server: Server,
  verdict: Verdict['kind'],
  number: Traced<number>,
  inputs: readonly Traced<unknown>[],
  found: Found,
  bouncer: PgBouncer,
): Outcome<Found> {
  if (verdict === 'holds') return { kind: 'holds' };
  const at = placeOf(number, bouncer);
  if (verdict === 'unknown') {
    const missing = inputs.find((one) => !one.known);
    const reason = missing && !missing.known ? missing.reason : 'nothing in the repository writes the numbers';
    return { kind: 'unknown', what: `the connections through ${server.name}`, reason, at };
  }
  const violation: Violation<Found> = {
    severity: 'error',
    assumes: allAssumptions(...inputs.map(assumptionsOf)),
    process: null,
    weight: 0,
    database: found.kind === 'session' ? (found.pool.entries[0] ?? null) : (server.databases[0] ?? null),
    at,
    label: LABELS[found.kind],
    related: [],
    found,
  };
  return { kind: 'violates', ...violation };
}

const LABELS: Readonly<Record<Found['kind'], string>> = {
  clients: 'so many clients at most',
  server: 'so many connections for each database and user',
  session: 'so many connections for each database and user',
};

/** The number itself where it is written, else the configuration it is missing in. */
function placeOf(number: Traced<number>, bouncer: PgBouncer): Span {
  return writtenIn(number.origin) ?? bouncer.at;
}

function say(found: Found): Sentences {
  const { server } = found;
  switch (found.kind) {
    case 'clients':
      return {
        message: `the processes want ${amount(server.demand)} connections of PgBouncer (${server.name}), which takes ${amount(server.limit)} clients`,
        consequence:
          'PgBouncer closes the connection of every client above max_client_conn with "no more connections allowed ' +
          '(max_client_conn)": the request or job that needed it fails.',
        arithmetic: `${found.terms} > max_client_conn ${amount(server.limit)}`,
        advice: 'clients cost PgBouncer little; take as many as the processes can open:',
        snippet: `max_client_conn = ${rounded(server)}`,
      };
    case 'server': {
      const { pooled } = found;
      const pools = pooled.pools.map(
        ({ database, size, demand }) => `min(${amount(size)}, ${amount(demand)} wanted) for ${database}`,
      );
      const direct =
        pooled.direct.known && pooled.direct.value === 0 ? [] : [`${amount(pooled.direct)} without PgBouncer`];
      return {
        message: `PgBouncer (${server.name}) opens up to ${amount(pooled.opens ?? NOTHING)} connections of a server that has ${amount(pooled.backend)} to give`,
        consequence:
          'The server refuses the last ones, PgBouncer keeps their clients waiting and closes them after ' +
          'query_wait_timeout (120 s by default).',
        arithmetic: `${[...pools, ...direct].join(' + ')} + ${amount(server.overhead)} for console and migrations > ${amount(pooled.backend)}`,
        advice: 'give each database and user fewer connections, or cap a whole database:',
        snippet: 'max_db_connections = …',
      };
    }
    case 'session': {
      const { pool } = found;
      const at = writtenIn(pool.size.origin);
      return {
        message: `the processes want ${amount(pool.demand)} connections of ${pool.database}, for which PgBouncer (${server.name}) keeps ${amount(pool.size)} in session mode`,
        consequence:
          'In session mode a client keeps its server connection until it disconnects, and a pool of Active Record ' +
          'stays connected: the clients above the size wait, and are closed after query_wait_timeout (120 s by default).',
        arithmetic: `${amount(pool.demand)} wanted > ${amount(pool.size)} (pool_size + reserve_pool_size${at ? `, ${placeName(at)}` : ", PgBouncer's default"})`,
        advice: 'give the pool as many connections as the processes want, or share them in transaction mode:',
        snippet: `default_pool_size = ${amount(pool.demand)}`,
      };
    }
  }
}

function rounded({ demand, overhead }: Server): string {
  const all = combine(null, [demand, overhead], (one, other) => Math.ceil((one + other) / 50) * 50);
  return amount(all);
}
