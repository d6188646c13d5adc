import type { Span } from '../../text/source.ts';
import { assuming, known } from '../../value/traced.ts';
import { handed, send } from '../dispatch.ts';
import { type Activation, Frame } from '../frames.ts';
import { literal, type Machine, TOO_MUCH_WORK, unknownAt } from '../machine.ts';
import { Jump, NotKnown, RaisedError, Stopped } from '../signals.ts';
import type { BlockNode } from '../syntax.ts';
import { RubyProc, type RubyValue, type Value } from '../values.ts';
import { evaluateNode } from './node.ts';
import { bindParameters, countRequired } from './parameters.ts';

/** What the evaluator knows of a block: its code and where it was written. */
export interface BlockSource {
  readonly node: BlockNode;
  readonly frame: Frame;
}

/** A proc of a block; `tag` is what `break` in it ends. */
export function makeProc(m: Machine, node: BlockNode, frame: Frame, lambda: boolean): { proc: RubyProc; tag: object } {
  const source: BlockSource = { node, frame };
  const proc: RubyProc = new RubyProc(
    node.at,
    lambda,
    countRequired(node.params),
    (args, self, named, block) => {
      const run = (): Value => runBlock(m, source, proc, args, self, named, block);
      return m.finished ? afterwards(node.at, run) : run();
    },
    source,
  );
  return { proc, tag: source };
}

/** What a host runs after the evaluation must not throw. */
function afterwards(at: Span, run: () => Value): Value {
  try {
    return run();
  } catch (signal) {
    if (signal instanceof RaisedError) return unknownAt(at, `raises ${signal.className}: ${signal.message}`);
    if (signal instanceof Jump) return signal.value;
    if (signal instanceof Stopped) return unknownAt(at, signal.reason);
    if (signal instanceof NotKnown) return signal.value;
    if (signal instanceof RangeError) return unknownAt(at, TOO_MUCH_WORK);
    throw signal;
  }
}

function runBlock(
  m: Machine,
  source: BlockSource,
  proc: RubyProc,
  args: readonly Value[],
  self: RubyValue,
  named: ReadonlyMap<string, Value> | null,
  block: RubyProc | null,
): Value {
  const { node, frame } = source;
  if (m.tooManyCalls) return unknownAt(node.at, TOO_MUCH_WORK);
  m.calls++;
  const receiver = self === null ? frame.self : known(self, literal(node.at));
  const activation: Activation = proc.lambda ? { block, method: null, args, named } : frame.returns;
  const inner = new Frame(frame, receiver, frame.home, activation, source, frame.lexical);
  try {
    return m.scope('block', () => {
      try {
        bindParameters(m, node.params, inner, { args, named, block }, { strict: proc.lambda, at: node.at });
        return evaluateNode(m, node.body, inner);
      } catch (signal) {
        if (signal instanceof Jump) {
          const ends =
            signal.kind === 'next' ? signal.target === source : proc.lambda && endsLambda(signal, activation, source);
          if (ends) return assuming(signal.value, signal.assumes);
        }
        throw signal;
      }
    });
  } finally {
    m.calls--;
  }
}

function endsLambda(signal: Jump, activation: Activation, source: BlockSource): boolean {
  return (
    (signal.kind === 'return' && signal.target === activation) || (signal.kind === 'break' && signal.target === source)
  );
}

/** `&:name` */
export function symbolProc(m: Machine, name: string, at: Span): RubyProc {
  return new RubyProc(at, true, -2, (args, _self, named, block) => {
    const [receiver, ...rest] = args;
    if (!receiver) throw new RaisedError('ArgumentError', 'no receiver given');
    return send(m, receiver, name, { ...handed(...rest), named, block }, at);
  });
}

/** A proc that the evaluator makes itself: a method object, a composed function. */
export function nativeProc(at: Span, arity: number, call: (args: readonly Value[]) => Value): RubyProc {
  return new RubyProc(at, true, arity, (args) => call(args));
}
