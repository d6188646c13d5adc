import type { Application, Boot } from '../../launch/boot.ts';
import type { Origin } from '../../value/origin.ts';
import { agree, assuming, combine, known, unknown, type Known, type Traced } from '../../value/traced.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { coerced, toI, type Coerced } from '../coercion.ts';
import { configured } from '../configured.ts';
import type { RaisedAt } from '../raised.ts';
import { ruledDefault } from '../rules.ts';
import type { GoodJobLine } from './command_line.ts';
import type { GoodJobRules } from './rules.ts';

/** What GoodJob reads its settings from. */
export interface GoodJobSources {
  readonly boot: Boot;
  readonly application: Application;
  /** Null inside another program. */
  readonly line: GoodJobLine | null;
  readonly rules: Known<GoodJobRules>;
}

export interface GoodJobThreads {
  /** Threads of a pool that says no number of its own. */
  readonly maxThreads: Traced<number>;
  readonly queues: Traced<string>;
  /** Job threads of all pools. */
  readonly threads: Traced<number>;
  readonly raised: RaisedAt | null;
}

const DEFAULT_MAX_THREADS = 5;

/** Source: lib/good_job/configuration.rb@v4.19.2 (max_threads, queue_string), lib/good_job/multi_scheduler.rb@v4.19.2 */
export function goodJobThreads(sources: GoodJobSources): GoodJobThreads {
  let raised: RaisedAt | null = null;
  const { line, rules } = sources;
  const given = (option: Traced<string | null> | null | undefined): Traced<PsychScalar> | null =>
    option
      ? coerced(option, numeric, (what, assumes) => {
          raised = { ...what, origin: option.origin, assumes };
        })
      : null;
  const named = rules.value.namesThreads
    ? [given(line?.threads), fromRails(sources, 'threads'), variable(sources, 'GOOD_JOB_THREADS')]
    : [];
  const max = firstSaid(
    [
      ...named,
      given(line?.maxThreads),
      fromRails(sources, 'max_threads'),
      variable(sources, 'GOOD_JOB_MAX_THREADS'),
      variable(sources, 'RAILS_MAX_THREADS'),
    ],
    isTruthy,
    ruledDefault<PsychScalar>(
      rules,
      BigInt(DEFAULT_MAX_THREADS),
      `GoodJob runs ${DEFAULT_MAX_THREADS} threads by default`,
    ),
  );
  const maxThreads = coerced(max, toI, (what, assumes) => {
    raised = { ...what, origin: max.origin, assumes };
  });
  const blank = rules.value.blankQueuesAreAll ? isPresent : isTruthy;
  const queues = combine(
    null,
    [
      firstSaid(
        [line?.queues ?? null, fromRails(sources, 'queues'), variable(sources, 'GOOD_JOB_QUEUES')],
        blank,
        ruledDefault<PsychScalar>(rules, '*', 'GoodJob works on every queue'),
      ),
    ],
    (value) => (typeof value === 'string' ? value : '*'),
  );
  const assumes = line?.read.assumes ?? [];
  return {
    maxThreads: assuming(maxThreads, assumes),
    queues: assuming(queues, assumes),
    threads: assuming(totalThreads(queues, maxThreads, rules.value), assumes),
    raised,
  };
}

/**
 * How many processes the program forks: one for each pool of queues between `|`, else the number it is told; 0 where it
 * runs jobs itself. Source: lib/good_job/configuration.rb@v4.23.1 (subprocesses, configured_subprocesses)
 */
export function subprocesses(sources: GoodJobSources, queues: Traced<string>): Traced<number> {
  const { line, rules } = sources;
  const none = ruledDefault<PsychScalar>(rules, 0n, 'GoodJob runs its jobs in one process by default');
  if (!rules.value.cluster) return combine(null, [none], () => 0);
  const said = firstSaid(
    [line?.subprocesses ?? null, fromRails(sources, 'subprocesses'), variable(sources, 'GOOD_JOB_SUBPROCESSES')],
    isTruthy,
    none,
  );
  const told = coerced(said, toI, () => {});
  if (queues.known && queuePools(queues.value).length <= 1) return told;
  return combine(null, [queues, told], (text, count) => {
    const pools = queuePools(text).length;
    return pools > 1 ? pools : count;
  });
}

/**
 * How a job is locked: `advisory` and `hybrid` keep a connection to its end, `skiplocked` keeps none.
 * Source: lib/good_job/configuration.rb@v4.23.1 (lock_strategy), app/models/good_job/job/lockable.rb@v4.23.1
 */
export function lockStrategy(sources: GoodJobSources): Traced<string> {
  const { rules } = sources;
  const usual = ruledDefault<PsychScalar>(rules, 'advisory', 'GoodJob takes an advisory lock for every job');
  if (!rules.value.choosesLock) return combine(null, [usual], nameOf);
  const said = [fromRails(sources, 'lock_strategy'), variable(sources, 'GOOD_JOB_LOCK_STRATEGY')];
  return combine(null, [firstSaid(said, isTruthy, usual)], nameOf);
}

/** The text of a String or Symbol. */
export function nameOf(value: PsychScalar): string {
  if (typeof value === 'object' && value?.type === 'symbol') return value.name;
  return typeof value === 'string' ? value : '';
}

/** `mice:2|elephants:1`: a process for each part. Source: lib/good_job/configuration.rb@v4.23.1 (queue_pools) */
export function queuePools(queues: string): readonly string[] {
  return queues
    .split('|')
    .map((pool) => pool.trim())
    .filter((pool) => pool !== '');
}

/** What Thor takes for a number. Source: lib/thor/parser/arguments.rb@v1.3.2 (parse_numeric) */
function numeric(value: PsychScalar): Coerced<PsychScalar> {
  const text = typeof value === 'string' ? value : '';
  if (/^[-+]?(\d*\.\d+|\d+)$/.test(text)) return { value: BigInt(Math.trunc(Number(text))) };
  return {
    error: 'Thor::MalformattedArgumentError',
    message: `Expected numeric value for '--max-threads'; got "${text}"`,
  };
}

/** A setting of `config.good_job`, for the versions that read it. */
export function fromRails({ application, rules }: GoodJobSources, key: string): Traced<PsychScalar> | null {
  return rules.value.readsRailsConfig ? configured(application, 'config.good_job', key) : null;
}

function variable({ boot }: GoodJobSources, name: string): Traced<string | null> {
  return boot.environment.get(name);
}

function isTruthy(value: PsychScalar): boolean {
  return value !== null && value !== false;
}

function isPresent(value: PsychScalar): boolean {
  return value !== null && value !== false && !(typeof value === 'string' && value.trim() === '');
}

/** `a || b || c`: the first source that says something; the fallback remembers what was unset on the way. */
export function firstSaid(
  sources: readonly (Traced<PsychScalar> | null)[],
  says: (value: PsychScalar) => boolean,
  otherwise: Known<PsychScalar>,
): Traced<PsychScalar> {
  const there = sources.filter((source) => source !== null);
  const [first, ...others] = there;
  if (!first) return otherwise;
  const rest = (value: Known<PsychScalar>): Traced<PsychScalar> => {
    const next = firstSaid(others, says, because(otherwise, value.origin));
    return assuming(next, value.assumes);
  };
  const decide = (value: Known<PsychScalar>): Traced<PsychScalar> => (says(value.value) ? value : rest(value));
  if (first.known) return decide(first);
  if (!first.candidates) return unknown(first.reason, first.origin);
  return agree(first.reason, first.candidates.map(decide));
}

function because(value: Known<PsychScalar>, unset: Origin): Known<PsychScalar> {
  if (unset.kind !== 'unset') return value;
  return known(value.value, { kind: 'sum', from: [value.origin, unset] }, value.assumes);
}

/** `mice:2;elephants:1;*`: a pool for each part, with its own number or the general one. */
export function totalThreads(queues: Traced<string>, maxThreads: Traced<number>, rules: GoodJobRules): Traced<number> {
  const everyPoolSays = queues.known && poolsOf(queues.value, rules).every((pool) => pool.threads !== null);
  if (everyPoolSays) return combine(null, [queues], (text) => sumOf(poolsOf(text, rules), 0));
  const one = queues.known && poolsOf(queues.value, rules).length === 1;
  const total = combine(null, [maxThreads, queues], (most, text) => sumOf(poolsOf(text, rules), most));
  // One pool without a number of its own: the general number is the whole history.
  return one && total.known && maxThreads.known ? known(total.value, maxThreads.origin, total.assumes) : total;
}

interface QueuePool {
  readonly queues: string;
  readonly threads: number | null;
}

/** Ruby's `split` drops what is empty at the end. */
export function poolsOf(queues: string, { blankCountIsGeneral, cluster }: GoodJobRules): readonly QueuePool[] {
  // In one process a `|` separates as a `;` does. Source: lib/good_job/configuration.rb@v4.23.1 (flattened_queue_string)
  const parts = (cluster ? queuePools(queues).join(';') : queues).split(';');
  while (parts.length > 0 && parts.at(-1) === '') parts.pop();
  return parts.map((part) => {
    const [names = '', count = ''] = part.split(':');
    const isGeneral = blankCountIsGeneral ? count.trim() === '' : count === '';
    const digits = /^\s*([+-]?\d+)/.exec(count);
    return { queues: names.trim(), threads: isGeneral ? null : digits ? Number(digits[1]) : 0 };
  });
}

function sumOf(pools: readonly QueuePool[], most: number): number {
  return pools.reduce((sum, pool) => sum + (pool.threads ?? most), 0);
}
