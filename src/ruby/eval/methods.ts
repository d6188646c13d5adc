import type { Span } from '../../text/source.ts';
import { assuming, type Known } from '../../value/traced.ts';
import type { Handed } from '../dispatch.ts';
import { type Activation, Frame, type UserMethod } from '../frames.ts';
import { type Machine, TOO_MUCH_WORK, unknownAt } from '../machine.ts';
import { Jump, RaisedError } from '../signals.ts';
import type { RubyValue, Value } from '../values.ts';
import { evaluateNode } from './node.ts';
import { bindParameters } from './parameters.ts';

/** Runs a method the file defines. */
export function invokeMethod(m: Machine, method: UserMethod, self: Known<RubyValue>, given: Handed, at: Span): Value {
  if (m.tooManyCalls) return unknownAt(at, TOO_MUCH_WORK);
  m.calls++;
  const activation: Activation = { block: given.block, method, args: given.args, named: given.named };
  const frame = new Frame(method.closure, self, activation, activation, null, method.lexical);
  try {
    return m.scope('method', () => {
      try {
        bindParameters(m, method.def.params, frame, given, { strict: true, at });
        return evaluateNode(m, method.def.body, frame);
      } catch (signal) {
        // `next` ends a method that is a block, as `return` does.
        const ends = signal instanceof Jump && (signal.kind === 'return' || signal.kind === 'next');
        if (ends && signal.target === activation) {
          return assuming(signal.value, signal.assumes);
        }
        if (signal instanceof RaisedError && !signal.at) {
          signal.at = at;
          signal.assumes = m.path;
        }
        throw signal;
      }
    });
  } finally {
    m.calls--;
  }
}
