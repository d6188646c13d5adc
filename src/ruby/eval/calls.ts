import type { Span } from '../../text/source.ts';
import type { Assumption } from '../../value/origin.ts';
import { assuming, known } from '../../value/traced.ts';
import { callHost, invoke, send, singletonMethod } from '../dispatch.ts';
import { KERNEL } from '../builtins/kernel.ts';
import { builtinOf } from '../dispatch.ts';
import type { Frame } from '../frames.ts';
import { converted, literal, type Machine, stillUnknown, unknownAt } from '../machine.ts';
import { Jump } from '../signals.ts';
import type { CallNode, Node } from '../syntax.ts';
import { isHostObject, RubyClass, type Value } from '../values.ts';
import { type EvaluatedArguments, evaluateArguments } from './arguments.ts';
import { excerpt } from './literals.ts';
import { invokeMethod } from './methods.ts';
import { evaluateNode } from './node.ts';
import { noticeName } from './notice.ts';
import { syntacticCall } from './special.ts';
import { taint, taintProc } from './taint.ts';

export function evaluateCall(m: Machine, node: CallNode, frame: Frame): Value {
  if (!node.receiver) return callWithoutReceiver(m, node, frame);
  const receiver = evaluateNode(m, node.receiver, frame);
  if (node.safe && receiver.known && receiver.value === null) {
    if (receiver.assumes.length > 0) taintArguments(m, node, frame, receiver.assumes);
    return receiver;
  }
  const given = evaluateArguments(m, node.args, node.block, frame);
  if (given.open) return openCall(m, receiver, node, given);
  const sent = catchingBreak(given, () => send(m, receiver, node.method, given, node.at));
  const result = node.method === 'to_i' && given.args.length === 0 ? converted(node.at, sent) : sent;
  return result.known || receiver.known ? result : named(node, receiver, result);
}

function taintArguments(m: Machine, node: CallNode, frame: Frame, assumes: readonly Assumption[]): void {
  for (const arg of node.args.positional) taint(m, arg, frame, assumes);
  for (const pair of node.args.pairs) taint(m, pair.value, frame, assumes);
  if (node.block?.body) taint(m, node.block.body, frame, assumes);
}

/** A call with nobody knows how many arguments: a host is told that much. */
function openCall(m: Machine, receiver: Value, node: CallNode, given: EvaluatedArguments): Value {
  if (given.block) taintProc(m, given.block, given.open!.reason);
  if (receiver.known && isHostObject(receiver.value)) {
    return (
      callHost(m, receiver, node.method, { ...given, args: [...given.args, given.open!] }, node.at) ??
      stillUnknown(node.at, given.open!)
    );
  }
  return stillUnknown(node.at, given.open!);
}

/** Ends what a `break` in the block of this call ends. */
function catchingBreak(given: EvaluatedArguments, run: () => Value): Value {
  if (!given.breaks) return run();
  try {
    return run();
  } catch (signal) {
    if (signal instanceof Jump && signal.kind === 'break' && signal.target === given.breaks) {
      return assuming(signal.value, signal.assumes);
    }
    throw signal;
  }
}

/** Methods that convert or compute: their ignorance is that of their receiver, not news. */
const PLAIN = new Set(
  'to_i to_f to_s to_sym to_a to_h + - * / % ** == != < > <= >= <=> ! [] presence present? blank? nil? empty? ceil floor round fetch dig max min'.split(
    ' ',
  ),
);

/** A chain of calls on something unknown says its whole name: "`IdentityConfig.store.pool` is decided by …". */
function named(node: CallNode, receiver: Value & { known: false }, result: Value & { known: false }): Value {
  if (result.reason !== receiver.reason || result.candidates || !receiver.reason.endsWith(DECIDED)) return result;
  if (PLAIN.has(node.method) || !isChain(node)) return result;
  return unknownAt(node.at, `\`${excerpt(node.at)}\`${DECIDED}`, [receiver]);
}

const DECIDED = ' is decided by code this tool does not run';

function isChain(node: Node): boolean {
  if (node.type === 'const') return true;
  return node.type === 'call' && node.block === null && (node.receiver === null || isChain(node.receiver));
}

function callWithoutReceiver(m: Machine, node: CallNode, frame: Frame): Value {
  const special = syntacticCall(m, node, frame);
  if (special) return special;
  const given = evaluateArguments(m, node.args, node.block, frame);
  if (given.open) {
    if (frame.self.known && isHostObject(frame.self.value)) return openCall(m, frame.self, node, given);
    return stillUnknown(node.at, given.open);
  }
  return catchingBreak(given, () => callSelf(m, node.method, given, frame, node.at, node.bare));
}

/** Functions of Kernel that files with a language of their own have too: puma.rb loads, a Gemfile asks for gems. */
const OF_THE_HOST_FIRST = new Set(['load', 'gem']);

/** A call of a method of self, a function of Kernel, or a word of the host's language. */
export function callSelf(
  m: Machine,
  method: string,
  given: Omit<EvaluatedArguments, 'open' | 'breaks'>,
  frame: Frame,
  at: Span,
  bare: boolean,
): Value {
  const { self } = frame;
  const { value } = self;
  const user =
    value instanceof RubyClass
      ? (singletonMethod(value, method) ?? m.userMethod(null, method))
      : m.userMethod(m.classes.of(value), method);
  if (user) return invokeMethod(m, user, self, given, at);
  if (bare) noticeName(m, method, at);
  if (isHostObject(value) && OF_THE_HOST_FIRST.has(method)) {
    const answer = callHost(m, self, method, given, at);
    if (answer) return answer;
  }
  const kernel = Object.hasOwn(KERNEL, method) ? KERNEL[method] : undefined;
  if (kernel) {
    const answer = invoke(m, kernel, method, self, given, at);
    // A second argument is another base.
    return method === 'Integer' && given.args.length === 1 ? converted(at, answer) : answer;
  }
  if (!isHostObject(value) && builtinOf(m, value, method)) return send(m, self, method, given, at);
  const host = value instanceof RubyClass && value.variables.has('application') ? m.mainSelf : self;
  const answer = isHostObject(host.value) ? callHost(m, host, method, given, at) : undefined;
  if (answer) return answer;
  if (!isHostObject(value) && m.mainSelf.value !== value) {
    const sent = value instanceof RubyClass ? send(m, self, method, given, at) : undefined;
    if (sent?.known) return sent;
  }
  const reason = bare
    ? `\`${method}\` is not defined in the files this tool reads`
    : `\`${method}\` is decided by code this tool does not run`;
  if (given.block) taintProc(m, given.block, reason);
  return unknownAt(at, reason, given.args);
}

export function evaluateSuper(m: Machine, node: Node & { type: 'super' }, frame: Frame): Value {
  const { method, args, named: keywords, block } = frame.home;
  const given = node.args ? evaluateArguments(m, node.args, null, frame) : { args, named: keywords, block, open: null };
  const parent = method?.owner?.superclass ?? null;
  if (!method || given.open) return unknownAt(node.at, '`super` is decided by code this tool does not run');
  for (let type = parent; type; type = type.superclass) {
    const found = type.methods.get(method.name);
    if (found) return invokeMethod(m, found as never, frame.self, given, node.at);
  }
  if (method.name === 'initialize') return known(null, literal(node.at));
  return unknownAt(node.at, '`super` is decided by code this tool does not run');
}

export function evaluateYield(m: Machine, node: Node & { type: 'yield' }, frame: Frame): Value {
  const given = evaluateArguments(m, node.args, null, frame);
  const { block } = frame.home;
  if (given.open) return stillUnknown(node.at, given.open);
  if (!block) return unknownAt(node.at, 'no block given (yield)');
  return block.callWith(given.args, null, given.named, null);
}
