import type { RuntimeConnection } from '../../src/index/runtime_connections.ts';
import type { Severity } from '../../src/lint/finding.ts';
import { capital } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Assumption } from '../../src/value/origin.ts';
import { atLeast, version } from '../../src/versions/compare.ts';

interface Changed {
  readonly rails: string | null;
  readonly change: RuntimeConnection;
}

/** R52: a pool is built, replaced or taken down while requests and jobs use it. */
export const establishConnectionAtRuntime: Rule = defineRule<Changed>({
  id: 'establish-connection-at-runtime',
  aliases: [],
  group: 'leaks',
  severity: 'error',
  fix: null,
  summary: 'A method builds, replaces or takes down a connection pool while requests and jobs use it.',
  fineWhen: 'only the boot of the process calls this method',
  check: (project) => project.code.runtimeConnections.flatMap((change) => outcomesOf(project, change)),
  say,
});

function outcomesOf(project: Project, change: RuntimeConnection): readonly Outcome<Changed>[] {
  const rails = project.versions['rails'] ?? null;
  const severity = severityOf(rails, change);
  if (!severity) return [];
  // What a controller does, a request does; of other methods nobody knows who calls them.
  const called: readonly Assumption[] =
    change.scope === 'request' ? [] : [{ kind: 'reachable', text: `requests or jobs call ${change.method}` }];
  return [
    {
      kind: 'violates',
      severity,
      assumes: rails === null ? [...called, { kind: 'version', gem: 'rails' }] : called,
      process: null,
      weight: 0,
      database: null,
      at: change.at,
      label: `in ${change.method}, not while the process boots`,
      related: [],
      found: { rails, change },
    },
  ];
}

/** Null where there is nothing to say: scripts, and what a version of Rails does not have. */
function severityOf(rails: string | null, { does, given, scope }: RuntimeConnection): Severity | null {
  if (scope === 'script') return null;
  const at = (least: string): boolean => rails === null || atLeast(version(rails), least);
  if (does === 'asks for the configuration') return at('7.0') ? 'warning' : null;
  if (does === 'connects to') return at('7.0') ? null : 'warning';
  // From Rails 7.1 the same entry again gives the pool that is there, and nothing at all is always the same.
  if (does === 'establishes' && given === 'nothing' && rails !== null && at('7.1')) return null;
  if (scope === 'library') return 'info';
  if (does === 'establishes' && given === 'nothing') return 'warning';
  if (does === 'establishes' && given === 'name') return at('7.1') ? 'info' : 'warning';
  return scope === 'request' && does === 'establishes' ? 'error' : 'warning';
}

function say({ rails, change }: Changed): Sentences {
  const { call, method, does } = change;
  const named = rails === null ? 'Rails' : `Rails ${rails}`;
  const common = { arithmetic: null, snippet: null };
  switch (does) {
    case 'asks for the configuration':
      return {
        ...common,
        message: `${call} in ${method}: connection_config is gone since Rails 7.0`,
        consequence: `It raises NoMethodError (${named}).`,
        advice: 'ask for connection_db_config instead.',
      };
    case 'connects to':
      return {
        ...common,
        message: `${call}(database:) in ${method} establishes a connection each time it is called`,
        consequence: `Each call builds a pool and leaves it to the process (${named}).`,
        advice:
          'name the databases once, with connects_to in a class body, and switch with connected_to(role:, shard:).',
      };
    case 'disconnects':
      return {
        ...common,
        message: isServed(change)
          ? `${call} in ${method} takes connections away while requests and jobs use them`
          : `${call} in ${method} takes connections away each time it is called`,
        consequence: capital(
          `${where(change)}queries that run on them at that moment fail, and every thread of the process has to connect again.`,
        ),
        advice: 'leave idle connections to idle_timeout and the reaper.',
      };
    case 'establishes':
      return {
        ...common,
        message: isServed(change)
          ? `${call} in ${method} replaces a pool while requests and jobs use it`
          : `${call} in ${method} ${change.given === 'name' ? 'can replace a pool' : 'builds a pool, or replaces one,'} each time it is called`,
        consequence: replacing(named, change),
        advice: namedOnce(rails),
      };
  }
}

/** Source: activerecord/lib/active_record/connection_handling.rb@v6.0.0 (connects_to), @v6.1.0 (shards) */
function namedOnce(rails: string | null): string {
  if (rails === null || atLeast(version(rails), '6.1')) {
    return 'name the databases once, with connects_to in a class body, and switch with connected_to(role:, shard:).';
  }
  return atLeast(version(rails), '6.0')
    ? 'name the databases once, with connects_to in a class body, and switch with connected_to(role:).'
    : 'name each database once, with establish_connection in the body of an abstract class.';
}

/** Whether the path of its file tells that it runs while requests or jobs do; of other methods nobody knows who calls them. */
function isServed({ scope }: RuntimeConnection): boolean {
  return scope === 'request' || scope === 'job';
}

function where(change: RuntimeConnection): string {
  return isServed(change) ? '' : 'Where requests or jobs run meanwhile, ';
}

/** Source: activerecord/lib/active_record/connection_adapters/abstract/connection_handler.rb@v7.0.8, @v7.1.5 */
function replacing(named: string, change: RuntimeConnection): string {
  const same = change.given === 'nothing' || change.given === 'name';
  return same
    ? `Up to Rails 7.0 every call takes the pool down and builds it anew; from 7.1 on the same entry gives the pool that is there (${named}).`
    : `Every call takes the pool of the class down, if it has one, and builds a new one, for all threads of the process (${named}). ` +
        `${capital(`${where(change)}queries that run on it fail, `)}and its connections are opened again, as many as the pool of the new ` +
        'configuration allows.';
}
