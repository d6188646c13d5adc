import type { Severity } from '../../src/lint/finding.ts';
import { amount, list } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import { sameSpan, type Span } from '../../src/text/source.ts';
import { hops, writtenIn } from '../../src/value/history.ts';
import { allAssumptions, type Assumption } from '../../src/value/origin.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { undeclared } from '../pool/misfit.ts';
import { bootOf, leastThreadsOf } from '../pool/variables.ts';
import { keyOf } from './entries.ts';

interface Wait {
  readonly process: Process;
  readonly pool: Pool;
  readonly fault: Fault;
}

function distinct(pools: readonly Pool[]): readonly string[] {
  return [...new Set(pools.map(({ database }) => database.name))];
}

/** What is wrong with a wait, and the seconds after which whoever asked gives up. */
type Fault =
  | { readonly kind: 'milliseconds' }
  | { readonly kind: 'none' }
  | { readonly kind: 'longer'; readonly than: number; readonly who: string }
  /** Connecting itself has no time, just when many threads connect at once. */
  | { readonly kind: 'burst'; readonly seconds: number };

/** So many seconds are no wait that anybody means: the value was taken for milliseconds. */
const MILLISECONDS = 1000;

/** Heroku's router and Kamal's proxy give up after 30 seconds. */
const ROUTER = 30;

/** R55: a thread waits for a connection longer than whoever waits for the thread. */
export const checkoutTimeoutVsRequestTimeout: Rule = defineRule<Wait>({
  id: 'checkout-timeout-vs-request-timeout',
  aliases: [],
  group: 'hygiene',
  severity: 'error',
  fix: null,
  summary: 'A thread waits for a connection longer than its client waits for it, or not at all.',
  fineWhen: 'nothing in front of the server gives up that early',
  check: (project) =>
    project.processes.flatMap((process) =>
      process.pools.flatMap((pool) => [
        ...(isFirstOf(process, pool) ? outcomesOf(project, process, pool) : []),
        ...burstOf(project, process, pool),
      ]),
    ),
  say,
});

/** One line of the file can be the wait of many pools: the first of them speaks for all. */
function isFirstOf({ pools }: Process, pool: Pool): boolean {
  const at = placeOf(pool);
  return !at || pools.find((one) => isWaitOf(one, at)) === pool;
}

function isWaitOf(pool: Pool, at: Span): boolean {
  const own = placeOf(pool);
  return own !== null && sameSpan(own, at);
}

function outcomesOf(project: Project, process: Process, pool: Pool): readonly Outcome<Wait>[] {
  const { checkoutTimeout, name } = pool.database;
  const at = placeOf(pool);
  if (!at || !checkoutTimeout.known) return [];
  const found = faultOf(project, process, checkoutTimeout.value);
  if (!found) return [{ kind: 'holds' }];
  return [
    {
      kind: 'violates',
      severity: found.severity,
      assumes: allAssumptions(checkoutTimeout.assumes, found.assumes, undeclared(process)),
      process: process.name,
      weight: 0,
      database: name,
      at,
      label: `${amount(checkoutTimeout)} seconds`,
      related: hops(checkoutTimeout.origin).map((hop) => ({ at: hop.at, message: `reaches ${name} here` })),
      found: { process, pool, fault: found.fault },
    },
  ];
}

/**
 * A second or less to connect, in a Puma that starts its threads when they are needed: a burst of requests is a burst of
 * new connections. Source: rails/rails#35103
 */
function burstOf(project: Project, process: Process, pool: Pool): readonly Outcome<Wait>[] {
  const { database } = pool;
  const setting = database.settings.get('connect_timeout');
  const least = leastThreadsOf(process, bootOf(project, process));
  if (!process.declared || !setting?.known || !least?.known || least.value !== 0) return [];
  const seconds = Number(setting.value);
  const at = keyOf(database, 'connect_timeout')?.valueAt ?? writtenIn(setting.origin);
  if (!at || !(seconds > 0)) return [];
  if (seconds > 1) return [{ kind: 'holds' }];
  return [
    {
      kind: 'violates',
      severity: 'info',
      assumes: allAssumptions(setting.assumes, least.assumes, undeclared(process)),
      process: process.name,
      weight: 0,
      database: database.name,
      at,
      label: `${seconds} s to connect`,
      related: [],
      found: { process, pool, fault: { kind: 'burst', seconds } },
    },
  ];
}

/** Where a wait is written; null where nobody wrote one. */
function placeOf({ database }: Pool): Span | null {
  const setting = database.settings.get('checkout_timeout');
  if (!setting) return null;
  return keyOf(database, 'checkout_timeout')?.valueAt ?? writtenIn(setting.origin);
}

interface Found {
  readonly fault: Fault;
  readonly severity: Severity;
  readonly assumes: readonly Assumption[];
}

function faultOf(project: Project, process: Process, seconds: number): Found | null {
  if (seconds >= MILLISECONDS) return { fault: { kind: 'milliseconds' }, severity: 'error', assumes: [] };
  if (seconds <= 0) return { fault: { kind: 'none' }, severity: 'warning', assumes: [] };
  // A job has nobody who waits for it, and neither has a server that nothing starts.
  if (process.role !== 'web' || !process.declared) return null;
  const limit = limitOf(project, process);
  if (seconds < limit.than) return null;
  return {
    fault: { kind: 'longer', than: limit.than, who: limit.who },
    severity: limit.unsaid ? 'info' : 'warning',
    assumes: limit.assumes,
  };
}

interface Limit {
  readonly than: number;
  readonly who: string;
  readonly assumes: readonly Assumption[];
  /** Nobody wrote that it is there: the gem brings it. */
  readonly unsaid?: true;
}

function limitOf(project: Project, process: Process): Limit {
  const rack = rackTimeoutOf(project, process);
  if (rack !== null && rack.than < ROUTER) return rack;
  if (project.deployment === 'heroku') return { than: ROUTER, who: "Heroku's router", assumes: [] };
  const text = `whatever is in front of ${process.name} gives up after ${ROUTER} s`;
  return { than: ROUTER, who: 'a router or a proxy', assumes: [{ kind: 'reachable', text }] };
}

/** Seconds after which rack-timeout raises, where nobody says. Source: lib/rack/timeout/core.rb@v0.5.0, @v0.7.0 */
const RACK_TIMEOUT = 15;

/** What rack-timeout was told in Ruby, else by its variable, else its default. Null without it, or where nobody can tell. */
function rackTimeoutOf({ gems, code, launches }: Project, process: Process): Limit | null {
  const gem = gems.text('rack-timeout');
  if (gem === null) return null;
  const written = code.rackTimeout.findLast(({ option }) => option === 'service_timeout');
  const booted = launches.find(({ launch }) => launch === process.launch);
  const said = booted?.environment.get('RACK_TIMEOUT_SERVICE_TIMEOUT');
  if (written) return typeof written.value === 'number' ? interruption(written.value, 'rack-timeout', []) : null;
  // Up to 0.4 it reads no variable.
  if (!said?.known || !atLeast(version(gem), '0.5')) return null;
  const variable = 'rack-timeout (RACK_TIMEOUT_SERVICE_TIMEOUT)';
  if (said.value !== null) return interruption(Number.parseInt(said.value, 10), variable, said.assumes);
  const text = `rack-timeout is in front of ${process.name}, as its Railtie puts it`;
  return {
    than: RACK_TIMEOUT,
    who: 'rack-timeout',
    assumes: [...said.assumes, { kind: 'reachable', text }],
    unsaid: true,
  };
}

/** 0 switches it off. */
function interruption(than: number, who: string, assumes: readonly Assumption[]): Limit | null {
  return than > 0 ? { than, who, assumes } : null;
}

function say({ process, pool, fault }: Wait): Sentences {
  const { checkoutTimeout } = pool.database;
  const at = fault.kind === 'burst' ? null : placeOf(pool);
  const name = list(distinct(at ? process.pools.filter((one) => isWaitOf(one, at)) : [pool]));
  const seconds = amount(checkoutTimeout);
  switch (fault.kind) {
    case 'milliseconds':
      return {
        message: `checkout_timeout of ${name} is ${seconds} seconds: it is not in milliseconds`,
        consequence: `A thread that finds the pool empty waits ${Math.floor(Number(seconds) / 60)} minutes before it raises.`,
        arithmetic: `${seconds} s = ${Number(seconds) / MILLISECONDS} s × ${MILLISECONDS}`,
        advice: 'write seconds:',
        snippet: `checkout_timeout: ${Math.max(1, Math.round(Number(seconds) / MILLISECONDS))}`,
        fineWhen: null,
      };
    case 'none':
      return {
        message: `checkout_timeout of ${name} is ${seconds}: a thread does not wait for a connection at all`,
        consequence:
          'Whenever every connection is in use, the next query raises ActiveRecord::ConnectionTimeoutError at once.',
        arithmetic: null,
        advice: 'let it wait as long as a request may take:',
        snippet: 'checkout_timeout: 5',
        fineWhen: 'failing at once is what is wanted',
      };
    case 'burst':
      return {
        message: `${process.name} starts its threads with the requests, and each has ${fault.seconds} s to connect to ${name}`,
        consequence:
          'A burst of requests is a burst of new connections, and one that takes longer raises ' +
          'ActiveRecord::ConnectionNotEstablished.',
        arithmetic: `connect_timeout ${fault.seconds} s ≤ 1 s, with threads from 0`,
        advice: 'give a connection more time, or let Puma keep its threads (`threads 3, 3`):',
        snippet: 'connect_timeout: 5',
      };
    case 'longer':
      return {
        message: `${process.name} waits ${seconds} s for a connection of ${name}, and ${fault.who} gives up after ${fault.than} s`,
        consequence:
          'The client has its error before the thread has its connection. The thread goes on waiting for a request that ' +
          'nobody wants any more, and the error that names the pool comes too late, if at all.',
        arithmetic: `checkout_timeout ${seconds} s ≥ ${fault.than} s`,
        advice: 'wait less than that, so that the error says what it is:',
        snippet: 'checkout_timeout: 5',
      };
  }
}
