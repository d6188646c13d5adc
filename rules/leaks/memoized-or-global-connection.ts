import type { KeptConnection } from '../../src/index/kept_connections.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';

/** R53: a connection outlives the request or job that took it. */
export const memoizedOrGlobalConnection: Rule = defineRule<KeptConnection>({
  id: 'memoized-or-global-connection',
  aliases: [],
  group: 'leaks',
  severity: 'info',
  fix: null,
  summary: 'A connection is kept in a memo, a constant or a global, or opened anew by every call of a method.',
  fineWhen: 'the object that keeps it lives no longer than a request or job',
  check: (project) => project.code.keptConnections.map((kept) => outcomeOf(kept)),
  say,
});

function outcomeOf(kept: KeptConnection): Outcome<KeptConnection> {
  return {
    kind: 'violates',
    severity: 'info',
    assumes: [{ kind: 'reachable', text: `production runs ${kept.method ?? kept.call}` }],
    process: null,
    weight: 0,
    database: null,
    at: kept.at,
    label: kept.holder === null ? 'opened by every call' : `kept in ${kept.holder}`,
    related: [],
    found: kept,
  };
}

function say({ call, holder, kind, method, isGiven }: KeptConnection): Sentences {
  if (kind === 'opened per call') {
    return {
      message: `${call} opens a connection each time ${method ?? 'it'} is called, beside every pool`,
      consequence: isGiven
        ? 'Nobody counts these connections. A caller that neither keeps what it is given nor closes it leaves one more to ' +
          'the process each time, until the server has none.'
        : 'Nobody counts these connections and nothing closes them: the server runs out of them first.',
      arithmetic: null,
      advice: 'build the client, or a pool of them, once while the process boots.',
      snippet: null,
    };
  }
  return {
    message: `${call} is kept in ${holder}`,
    consequence:
      'A connection belongs to the thread that took it. Kept, it is used by several threads at once, or after the pool ' +
      'has closed it or handed it to somebody else.',
    arithmetic: null,
    advice: 'keep the class, and borrow the connection where it is used:',
    snippet: 'ActiveRecord::Base.connection_pool.with_connection { |connection| … }',
  };
}
