import type { Environment } from '../../value/environment.ts';
import { NOTHING_ASSUMED } from '../../value/origin.ts';
import { assuming, known, unknown, type Known, type Traced } from '../../value/traced.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { coerced, kernelInteger, type Coerced } from '../coercion.ts';
import type { Raised, RaisedAt } from '../raised.ts';
import { ruledDefault, withoutOptions } from '../rules.ts';
import { scalarOf, type Entry } from '../yaml_keys.ts';
import { usable } from './capsules.ts';
import type { SidekiqLine } from './command_line.ts';
import type { SidekiqRules } from './rules.ts';

export interface ResolvedConcurrency {
  readonly value: Traced<number>;
  readonly raised: RaisedAt | null;
}

/** `-c` over sidekiq.yml over RAILS_MAX_THREADS over the default. Source: lib/sidekiq/cli.rb (setup_options), per row. */
export function resolveConcurrency(
  line: SidekiqLine,
  entry: Entry,
  start: Environment,
  rules: Known<SidekiqRules>,
): ResolvedConcurrency {
  let raised: RaisedAt | null = null;
  const raise = (what: Raised, because: Traced<unknown>): void => {
    raised ??= { ...what, origin: because.origin, assumes: because.known ? because.assumes : NOTHING_ASSUMED };
  };
  const value = resolve();
  return { value, raised };

  function resolve(): Traced<number> {
    const given = line.concurrency;
    if (given) {
      return coerced(given, positive, (what) => raise(what, given));
    }
    return assuming(fromFile(), line.read.assumes);
  }

  function fromFile(): Traced<number> {
    if (entry.kind === 'open') return unknown(entry.reason, entry.origin);
    if (entry.kind === 'absent') {
      return assuming(
        fromVariable((unset) => {
          const number = rules.value.concurrency;
          const own = assuming(
            ruledDefault(rules, number, `Sidekiq runs ${number} threads by default`),
            line.isStarted ? NOTHING_ASSUMED : [withoutOptions('Sidekiq')],
          ) as Known<number>;
          if (!unset) return own;
          return known(own.value, { kind: 'sum', from: [own.origin, unset.origin] }, own.assumes);
        }),
        entry.assumes,
      );
    }
    const written = scalarOf(entry.node);
    const nothing = (one: Known<PsychScalar>) => one.value === null || one.value === false;
    // A key without a value hides the default, not the variable.
    if (written.known && nothing(written)) {
      const hidden = fromVariable(() => {
        raise({ error: 'ArgumentError', message: 'concurrency:  is not a valid value' }, written);
        return unknown('concurrency has no value', written.origin);
      });
      return assuming(hidden, written.assumes);
    }
    return coerced(written, usable, (what) => raise(what, written));
  }

  function fromVariable(otherwise: (unset: Known<string | null> | null) => Traced<number>): Traced<number> {
    if (!rules.value.readsRailsMaxThreads) return otherwise(null);
    const state = start.get('RAILS_MAX_THREADS');
    if (!state.known) return coerced(state, positive, (what) => raise(what, state));
    if (state.value === null) return assuming(otherwise(state), state.assumes);
    return coerced(state, positive, (what) => raise(what, state));
  }
}

/** `Integer(value)`, which must be more than nothing. */
function positive(value: PsychScalar): Coerced<number> {
  const number = kernelInteger(value);
  return 'value' in number ? usable(BigInt(number.value)) : number;
}
