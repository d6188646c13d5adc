import type { Environment } from '../../value/environment.ts';
import type { Origin } from '../../value/origin.ts';
import { assuming, combine, known, unknown, type Known, type Traced } from '../../value/traced.ts';
import { coerced, kernelInteger } from '../coercion.ts';
import type { Raised } from '../raised.ts';
import { ruledDefault } from '../rules.ts';
import { decidedBy, firstSet } from '../variables.ts';
import type { PumaRules, Workers } from './rules.ts';

type Raise = (what: Raised, because: Traced<unknown>) => void;

/** What Puma takes from variables, and from itself where they are unset. Source: configuration.rb, per row of PUMA_RULES. */
export interface PumaDefaults {
  readonly minThreads: Traced<number>;
  readonly maxThreads: Traced<number>;
  readonly workers: Traced<Workers>;
}

export function pumaDefaults(environment: Environment, rules: Known<PumaRules>, raise: Raise): PumaDefaults {
  const most = rules.value.defaultThreads;
  return {
    minThreads: threads(['PUMA_MIN_THREADS', 'MIN_THREADS'], ruledDefault(rules, 0, 'Puma starts with no thread')),
    maxThreads: threads(
      ['PUMA_MAX_THREADS', 'MAX_THREADS'],
      ruledDefault(rules, most, `Puma runs up to ${most} threads by default`),
    ),
    workers: workersFrom(environment, rules, raise),
  };

  function threads(variables: readonly string[], otherwise: Known<number>): Traced<number> {
    if (rules.value.threadVariables === 'ignored') return otherwise;
    const blank = rules.value.threadVariables === 'blank is unset';
    return decidedBy(firstSet(environment, variables), (value) => {
      if (value.value === null || (blank && value.value === '')) return unsetDefault(otherwise, value);
      const text = value.value;
      return coerced(
        combine(null, [value], () => text),
        kernelInteger,
        (what) => raise(what, value),
      );
    });
  }
}

function workersFrom(environment: Environment, rules: Known<PumaRules>, raise: Raise): Traced<Workers> {
  const otherwise: Known<Workers> = ruledDefault(rules, 0, 'Puma runs a single process by default');
  if (rules.value.preload === 'never') return otherwise;
  return decidedBy(environment.get('WEB_CONCURRENCY'), (value) => {
    if (value.value === null) return unsetDefault(otherwise, value);
    const result = rules.value.webConcurrency(value.value);
    if (!('value' in result)) {
      raise(result, value);
      return unknown(`it raises ${result.error}: ${result.message}`, value.origin);
    }
    if (result.value === null) return unsetDefault(otherwise, value);
    return known(result.value, value.origin, value.assumes);
  });
}

/** The default, which holds only as long as the variable says nothing. */
function unsetDefault<T>(otherwise: Known<T>, state: Known<string | null>): Traced<T> {
  const origin: Origin = { kind: 'sum', from: [otherwise.origin, state.origin] };
  return assuming(known(otherwise.value, origin, otherwise.assumes), state.assumes);
}
