import type { RackTimeoutSetting } from '../../src/index/rack_timeout.ts';
import type { Launch } from '../../src/launch/launch.ts';
import type { BootedLaunch, Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Span } from '../../src/text/source.ts';
import { writtenIn } from '../../src/value/history.ts';
import { assumptionsOf, known, type Traced } from '../../src/value/traced.ts';
import { atLeast, type GemVersion } from '../../src/versions/compare.ts';
import { setForProcess } from '../pool/advice.ts';

interface Killing {
  readonly launch: Launch;
  readonly seconds: string;
  /** The locked version of the gem. */
  readonly gem: GemVersion;
  /** Whether Ruby says `term_on_timeout`, and says no: then the variable has no say. */
  readonly refused: boolean;
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

/** Source: lib/rack/timeout/core.rb@v0.4.2, @v0.5.0 (`ENV.fetch`) */
const READS_VARIABLES = '0.5';
const NOT_READ = known<string | null>(null, { kind: 'assumed', text: 'up to 0.4 rack-timeout reads no variable' });

/** Source: lib/rack/timeout/core.rb@v0.7.0 (`read_timeout_property`); term_on_timeout is there from 0.6.0 on. */
const DEFAULT_SECONDS = 15;

function outcomesOf(project: Project, { launch, settings, environment }: BootedLaunch): readonly Outcome<Killing>[] {
  const workers = settings['workers'] as Traced<number> | undefined;
  const gem = project.gems.of('rack-timeout');
  const locked = gem.known ? gem.value : null;
  const at = locked && writtenIn(gem.origin);
  if (launch.system !== 'puma' || !locked || !at || !workers?.known || workers.value === 0) return [];
  const service = said(project, 'service_timeout');
  const term = said(project, 'term_on_timeout');
  const what = `rack-timeout in ${launch.name}`;
  const variable = atLeast(locked, READS_VARIABLES) ? (name: string) => environment.get(name) : () => NOT_READ;
  for (const name of Object.values(VARIABLES)) {
    if (!variable(name).known) return [{ kind: 'unknown', what, reason: `the value of ${name} is not known`, at }];
  }
  const open = [service, term].find((one) => one !== null && one.value === null);
  if (open) return [{ kind: 'unknown', what, reason: `${open.option} is computed`, at: open.at }];
  const seconds = service ? service.value : (numberOf(variable(VARIABLES.service)) ?? DEFAULT_SECONDS);
  const terms = term ? term.value : (numberOf(variable(VARIABLES.term)) ?? 0);
  if (isZero(seconds) || !isZero(terms)) return [{ kind: 'holds' }];
  const found = { launch, seconds: String(seconds), gem: locked, refused: term !== null };
  return [violation(found, service, at, workers)];
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
    process: found.launch.name,
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

function say({ launch, seconds, gem, refused }: Killing): Sentences {
  return {
    message: `rack-timeout interrupts requests of ${launch.name} after ${seconds} s, and their worker goes on`,
    consequence:
      'It raises wherever the thread is, in the middle of a query too: the connection can be left busy, in a transaction, ' +
      'or with a prepared statement that Active Record does not know of.',
    arithmetic: null,
    ...wayOut(launch, gem, refused),
  };
}

/**
 * Its Railtie puts the middleware in front of a Rails app: one more `use` would be a second timeout.
 * Source: lib/rack/timeout/rails.rb@v0.7.0, lib/rack/timeout/core.rb@v0.5.2, @v0.6.0 (`term_on_timeout`)
 */
function wayOut(launch: Launch, gem: GemVersion, refused: boolean): Pick<Sentences, 'advice' | 'snippet'> {
  if (!atLeast(gem, '0.6')) {
    return {
      advice: `restart the worker after a timeout, as rack-timeout can from 0.6 on; the lockfile has ${gem.text}.`,
      snippet: null,
    };
  }
  if (refused) return { advice: 'restart the worker after a timeout:', snippet: 'term_on_timeout: 1' };
  return setForProcess(launch, 'RACK_TIMEOUT_TERM_ON_TIMEOUT', '1', { advice: 'restart the worker after a timeout' });
}
