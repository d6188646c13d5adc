import type { Span } from '../../text/source.ts';
import { known, unknown } from '../../value/traced.ts';
import type { Frame } from '../frames.ts';
import { literal, type Machine, TOO_MUCH_WORK, textValue, unknownAt } from '../machine.ts';
import { Jump } from '../signals.ts';
import type { Node } from '../syntax.ts';
import { RubyString, RubySymbol, type Value } from '../values.ts';
import { assign, assignThroughOperator, readTarget } from './assign.ts';
import { evaluateCall, evaluateSuper, evaluateYield } from './calls.ts';
import { and, caseWhen, conditional, forLoop, not, or, whileLoop } from './control.ts';
import { begin } from './begin.ts';
import { constant, defineMethod, defineModule } from './define.ts';
import { defined } from './defined.ts';
import { arrayLiteral, hashLiteral, joined, rangeLiteral, regexpLiteral } from './literals.ts';
import { matchPatterns } from './match.ts';
import { makeProc } from './procs.ts';
import { stringOf } from './to-s.ts';
import { taint } from './taint.ts';
import { REPOSITORY_ROOT } from '../paths.ts';

/** What a node evaluates to. Throws only signals. */
export function evaluateNode(m: Machine, node: Node | null, frame: Frame): Value {
  if (!node) return NIL;
  if (!m.enter(node.at)) return unknownAt(node.at, TOO_MUCH_WORK);
  try {
    return evaluateHere(m, node, frame);
  } finally {
    m.leave();
  }
}

const NIL: Value = known(null, { kind: 'assumed', text: 'nil' });

/** What a statement that prints answers: all that is printed so far, which nobody asks for. */
function printed(at: Span): Value {
  const origin = literal(at);
  return known(new RubyString(unknown('what a template has printed so far', origin)), origin);
}

function evaluateHere(m: Machine, node: Node, frame: Frame): Value {
  switch (node.type) {
    case 'local':
      return frame.get(node.name) ?? known(null, literal(node.at));
    case 'call':
      return evaluateCall(m, node, frame);
    case 'str':
      return textValue(node.at, node.value);
    case 'int':
    case 'float':
      return known(node.value, literal(node.at));
    case 'const':
      return constant(m, node, frame);
    case 'nil':
      return known(null, literal(node.at));
    case 'true':
      return known(true, literal(node.at));
    case 'false':
      return known(false, literal(node.at));
    case 'sym':
      return known(RubySymbol.of(node.name), literal(node.at));
    case 'self':
      return frame.self;
    case 'assign':
      return assign(m, node, frame);
    case 'opassign':
      return assignThroughOperator(m, node, frame);
    case 'seq':
      return sequence(m, node.body, frame);
    case 'if':
      return conditional(m, node, frame);
    case 'or':
      return or(m, node, frame);
    case 'and':
      return and(m, node, frame);
    case 'not':
      return not(m, node, frame);
    case 'dstr':
    case 'dsym':
    case 'xstr':
      return joined(m, node, frame);
    case 'array':
      return arrayLiteral(m, node, frame);
    case 'hash':
      return hashLiteral(m, node.pairs, node.at, frame);
    case 'ivar':
    case 'gvar':
    case 'cvar':
      return readTarget(m, node, frame);
    case 'text':
      m.printer?.text(node.at, node.text, m.path);
      return printed(node.at);
    case 'print': {
      const value = evaluateNode(m, node.value, frame);
      m.printer?.value(node.at, value.known ? stringOf(m, value, node.at) : value, m.path);
      return printed(node.at);
    }
    default:
      return evaluateRare(m, node, frame);
  }
}

function evaluateRare(m: Machine, node: Node, frame: Frame): Value {
  switch (node.type) {
    case 'case':
      return caseWhen(m, node, frame);
    case 'match':
      return matchPatterns(m, node, frame);
    case 'while':
      return whileLoop(m, node, frame);
    case 'for':
      return forLoop(m, node, frame);
    case 'begin':
      return begin(m, node, frame);
    case 'super':
      return evaluateSuper(m, node, frame);
    case 'yield':
      return evaluateYield(m, node, frame);
    case 'lambda':
      return known(makeProc(m, node.block, frame, true).proc, literal(node.at));
    case 'def':
      return defineMethod(m, node, frame);
    case 'module':
      return defineModule(m, node, frame);
    case 'defined':
      return defined(m, node, frame);
    case 'range':
      return rangeLiteral(m, node, frame);
    case 'regex':
      return regexpLiteral(m, node, frame);
    case 'return':
      throw new Jump('return', frame.returns, evaluateNode(m, node.value, frame), m.path);
    case 'next':
      throw new Jump('next', frame.block ?? frame.returns, evaluateNode(m, node.value, frame), m.path);
    case 'break':
      throw new Jump('break', frame.block, evaluateNode(m, node.value, frame), m.path);
    case 'retry':
      throw new Jump('retry', null, NIL, m.path);
    case 'file':
      return textValue(node.at, `${REPOSITORY_ROOT}/${m.program.file.pathInTree}`);
    case 'line':
      return known(BigInt(node.at.file.position(node.at.start).line), literal(node.at));
    case 'splat':
      return evaluateNode(m, node.value, frame);
    case 'unsupported':
      return unknownAt(node.at, node.reason);
    default:
      return unknownAt(node.at, `\`${node.type}\` is not computed by this tool`);
  }
}

/** Statements one after the other. What a jump passes over under an assumption did not happen under it. */
export function sequence(m: Machine, body: readonly Node[], frame: Frame): Value {
  let value: Value = NIL;
  let index = 0;
  try {
    for (; index < body.length; index++) value = evaluateNode(m, body[index]!, frame);
    return value;
  } catch (signal) {
    if (signal instanceof Jump && signal.assumes.length > 0) {
      for (const passed of body.slice(index + 1)) taint(m, passed, frame, signal.assumes);
    }
    throw signal;
  }
}
