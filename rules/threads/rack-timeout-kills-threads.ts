import type { RackTimeoutSetting } from '../../src/index/rack_timeout.ts';
import type { BootedLaunch, Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Span } from '../../src/text/source.ts';
import { writtenIn } from '../../src/value/history.ts';
import { assumptionsOf, type Traced } from '../../src/value/traced.ts';

interface Killing {
  readonly process: string;
  readonly seconds: string;
}

/** R50: rack-timeout raises in the middle of whatever a thread does with its connection. */
export const rackTimeoutKillsThreads: Rule = defineRule<Killing>({
  id: 'rack-timeout-kills-threads',
  aliases: [],
  group: 'threads',
  severity: 'info',
  fix: null,
  summary:
    'Threads are interrupted by rack-timeout in the middle of a query, and their worker is not restarted afterwards.',
  fineWhen: 'requests that take this long never happen',
  check: (project) => project.launches.flatMap((boot) => outcomesOf(project, boot)),
  say,
});

const VARIABLES = { term: 'RACK_TIMEOUT_TERM_ON_TIMEOUT', service: 'RACK_TIMEOUT_SERVICE_TIMEOUT' };

/** Source: lib/rack/timeout/core.rb@v0.7.0 (`read_timeout_property`); term_on_timeout is there from 0.6.0 on. */
const DEFAULT_SECONDS = 15;

function outcomesOf(project: Project, { launch, settings, environment }: BootedLaunch): readonly Outcome<Killing>[] {
  const workers = settings['workers'] as Traced<number> | undefined;
  const gem = project.gems.of('rack-timeout');
  const at = gem.known && gem.value ? writtenIn(gem.origin) : null;
  if (launch.system !== 'puma' || !at || !workers?.known || workers.value === 0) return [];
  const service = said(project, 'service_timeout');
  const term = said(project, 'term_on_timeout');
  const what = `rack-timeout in ${launch.name}`;
  for (const variable of Object.values(VARIABLES)) {
    const state = environment.get(variable);
    if (!state.known) return [{ kind: 'unknown', what, reason: `the value of ${variable} is not known`, at }];
  }
  const open = [service, term].find((one) => one !== null && one.value === null);
  if (open) return [{ kind: 'unknown', what, reason: `${open.option} is computed`, at: open.at }];
  const seconds = service ? service.value : (numberOf(environment.get(VARIABLES.service)) ?? DEFAULT_SECONDS);
  const terms = term ? term.value : (numberOf(environment.get(VARIABLES.term)) ?? 0);
  if (isZero(seconds) || !isZero(terms)) return [{ kind: 'holds' }];
  return [violation({ process: launch.name, seconds: String(seconds) }, service, at, workers)];
}

/** `false` and 0 switch an option off. */
function isZero(value: number | boolean | null): boolean {
  return value === false || value === 0;
}

function violation(
  found: Killing,
  service: RackTimeoutSetting | null,
  gemAt: Span,
  workers: Traced<number>,
): Outcome<Killing> {
  return {
    kind: 'violates',
    severity: 'info',
    assumes: assumptionsOf(workers),
    process: found.process,
    weight: 0,
    database: null,
    at: service?.at ?? gemAt,
    label: 'and no term_on_timeout',
    related: service ? [{ at: gemAt, message: 'the gem' }] : [],
    found,
  };
}

function said(project: Project, option: RackTimeoutSetting['option']): RackTimeoutSetting | null {
  return project.code.rackTimeout.findLast((one) => one.option === option) ?? null;
}

/** What `to_i` makes of a variable; null where it is not set. */
function numberOf(state: Traced<string | null>): number | null {
  return state.known && state.value !== null ? Number.parseInt(state.value, 10) || 0 : null;
}

function say({ process, seconds }: Killing): Sentences {
  return {
    message: `rack-timeout interrupts requests of ${process} after ${seconds} s, and their worker goes on`,
    consequence:
      'It raises wherever the thread is, in the middle of a query too: the connection can be left busy, in a transaction, ' +
      'or with a prepared statement that Active Record does not know of.',
    arithmetic: null,
    advice: 'restart the worker after a timeout, and bound queries with statement_timeout:',
    snippet: 'use Rack::Timeout, service_timeout: 15, term_on_timeout: 1',
  };
}
