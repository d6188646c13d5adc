import type { Span } from '../../text/source.ts';
import { allAssumptions, type Assumption, NOTHING_ASSUMED, type Origin } from '../../value/origin.ts';
import { assumptionsOf, assuming, known, unknown } from '../../value/traced.ts';
import { handed, send } from '../dispatch.ts';
import type { Frame } from '../frames.ts';
import { Frame as InnerFrame } from '../frames.ts';
import { computedOrigin, type Machine, stillUnknown, TOO_MANY_CONDITIONS, type Truth, unknownAt } from '../machine.ts';
import { Jump, RaisedError, Stopped } from '../signals.ts';
import type { CaseNode, LoopNode, Node } from '../syntax.ts';
import { RubyArray, RubyRange, type Value } from '../values.ts';
import { assignTo } from './assign.ts';
import { splat } from './arguments.ts';
import { hasEffects } from './effects.ts';
import { flagIn, isText, noticeFlags, noticeRead, numberIn, standsForText } from './notice.ts';
import { evaluateNode } from './node.ts';
import { taint } from './taint.ts';

/** A condition with Ruby's logic carried over to what is not known: `unknown || true` is true. */
export function test(m: Machine, node: Node, frame: Frame): Truth {
  if (node.type === 'not') {
    const { truth, assumes, value } = test(m, node.value, frame);
    return { truth: truth === null ? null : !truth, assumes, value };
  }
  if (node.type === 'and' || node.type === 'or') {
    const left = evaluateNode(m, node.left, frame);
    ask(m, left);
    const ends = node.type === 'or';
    if (!left.known && !left.candidates && !hasEffects(node.right)) {
      const right = perhaps(m, node.right, frame);
      if (right.known && (right.value !== null && right.value !== false) === ends) {
        return { truth: ends, assumes: right.assumes, value: right };
      }
      if (right.known) return withMore(m.decide(left, node.left.at), right.assumes);
      return m.decide(stillUnknown(node.at, left), node.at);
    }
    const first = m.decide(left, node.left.at);
    if (first.truth === null) return first;
    if (first.truth === ends) {
      if (first.assumes.length > 0) taint(m, node.right, frame, first.assumes);
      return first;
    }
    return withMore(
      m.under(first.assumes, () => test(m, node.right, frame)),
      first.assumes,
    );
  }
  const value = evaluateNode(m, node, frame);
  ask(m, value);
  return m.decide(value, node.at);
}

/** Remembers what a condition asks for, until it is known what depends on it. */
function ask(m: Machine, value: Value): void {
  const flag = flagIn(value);
  if (flag) m.asked.push(flag);
}

function withMore(truth: Truth, assumes: readonly Assumption[]): Truth {
  return assumes.length === 0 ? truth : { ...truth, assumes: allAssumptions(assumes, truth.assumes) };
}

export function conditional(m: Machine, node: Node & { type: 'if' }, frame: Frame): Value {
  const asked = node.then && node.else && !hasEffects(node) ? perhaps(m, node.test, frame) : null;
  if (asked && !asked.known && openEitherWay(m, node, asked, frame)) return unknownAt(node.at, asked.reason, [asked]);
  const before = m.asked.length;
  if (asked?.known) ask(m, asked);
  const decided = asked?.known ? m.decide(asked, node.test.at) : test(m, node.test, frame);
  const flags = m.asked.splice(before);
  if (decided.truth === null) return bothBranches(m, node.at, decided, [node.then, node.else], frame);
  const taken = decided.truth ? node.then : node.else;
  const passed = decided.truth ? node.else : node.then;
  noticeFlags(m, flags, taken, passed);
  return branch(m, node.at, decided, taken, passed, frame, decided.truth);
}

/** A condition nobody can decide between two values nobody knows is not worth two worlds. */
function openEitherWay(
  m: Machine,
  node: Node & { type: 'if' },
  asked: Value & { known: false },
  frame: Frame,
): boolean {
  if (asked.candidates) return false;
  return [node.then!, node.else!].every((branched) => {
    const value = perhaps(m, branched, frame);
    return !value.known && !value.candidates;
  });
}

/** Runs one branch under what its condition assumes, and marks what the other would have done. */
function branch(
  m: Machine,
  at: Span,
  decided: Truth,
  taken: Node | null,
  passed: Node | null,
  frame: Frame,
  passedIsLater: boolean,
): Value {
  const { assumes } = decided;
  if (assumes.length === 0) return taken ? evaluateNode(m, taken, frame) : known(null, nothing(at, decided));
  if (passed && !passedIsLater) taint(m, passed, frame, assumes);
  try {
    const value = taken ? m.under(assumes, () => evaluateNode(m, taken, frame)) : known(null, nothing(at, decided));
    return assuming(value, assumes);
  } finally {
    if (passed && passedIsLater) taint(m, passed, frame, assumes);
  }
}

/** The nil of a branch that does not exist comes from the condition. */
function nothing(at: Span, decided: Truth): Origin {
  return { kind: 'computed', at, from: [decided.value.origin] };
}

/** Nobody can say which branch runs, and no world is left: neither is run, both may have been. */
function bothBranches(m: Machine, at: Span, decided: Truth, branches: readonly (Node | null)[], frame: Frame): Value {
  const reason = m.finished && !decided.value.known ? decided.value.reason : TOO_MANY_CONDITIONS;
  for (const one of branches) if (one) taint(m, one, frame, reason);
  for (const one of branches) {
    if (one && hasEffects(one, 'jump')) throw new Stopped(reason, at);
  }
  return unknownAt(at, reason, [decided.value]);
}

/** The variables whose being unset led to a nil, in the order in which they were asked. */
function unsetVariables(origin: Origin, found: string[] = [], depth = 0): string[] {
  if (depth > 20) return found;
  if (origin.kind === 'unset') found.push(origin.variable);
  else if (origin.kind === 'fallback') {
    found.push(origin.variable);
    for (const from of origin.from) unsetVariables(from, found, depth + 1);
  } else if (origin.kind === 'computed' || origin.kind === 'code' || origin.kind === 'sum') {
    for (const from of origin.from) unsetVariables(from, found, depth + 1);
  }
  return found;
}

/** The history of a fallback taken because variables are unset: every one of them is a step. */
export function fallbackOrigin(at: Span, missing: Origin, fallback: Origin): Origin {
  const variables = [...new Set(unsetVariables(missing))];
  if (variables.length === 0) return { kind: 'computed', at, from: [missing, fallback] };
  let origin = fallback;
  for (const variable of variables.toReversed()) origin = { kind: 'fallback', variable, at, from: [origin] };
  return origin;
}

export function or(m: Machine, node: Node & { type: 'or' }, frame: Frame): Value {
  const left = evaluateNode(m, node.left, frame);
  if (!left.known && !certain(left) && !hasEffects(node.right)) {
    const right = perhaps(m, node.right, frame);
    const open = stillUnknown(node.at, left);
    if (!left.candidates || !right.known) return open;
    // What is falsy among the candidates becomes the fallback.
    const candidates = left.candidates.map((one) =>
      one.value === null || one.value === false
        ? known(right.value, right.origin, allAssumptions(one.assumes, right.assumes))
        : one,
    );
    return unknown(left.reason, open.origin, candidates);
  }
  const text = isText(left, node.left);
  if (text && 'variable' in left.origin) noticeRead(m, left.origin.variable, node.at, numberIn(node.right));
  const { truth, assumes } = m.decide(left, node.left.at);
  if (truth === null) {
    taint(m, node.right, frame, TOO_MANY_CONDITIONS);
    return stillUnknown(node.at, left as Value & { known: false });
  }
  if (truth) {
    if (assumes.length > 0) taint(m, node.right, frame, assumes);
    return left;
  }
  const right = m.under(assumes, () => evaluateNode(m, node.right, frame));
  const origin = left.known ? fallbackOrigin(node.at, left.origin, right.origin) : right.origin;
  if (text) standsForText(origin);
  if (right.known) return known(right.value, origin, allAssumptions(assumes, right.assumes));
  return assuming(unknown(right.reason, origin, right.candidates), assumes);
}

/** What code would answer that may not run at all: if it would raise, nobody knows. */
function perhaps(m: Machine, node: Node, frame: Frame): Value {
  try {
    return evaluateNode(m, node, frame);
  } catch (signal) {
    if (signal instanceof RaisedError) return unknownAt(node.at, `raises ${signal.className}: ${signal.message}`);
    throw signal;
  }
}

/** Whether candidates agree on the truth. */
function certain(value: Value & { known: false }): boolean {
  const { candidates } = value;
  if (!candidates || candidates.length === 0) return false;
  const truths = new Set(candidates.map((one) => one.value !== null && one.value !== false));
  return truths.size === 1;
}

export function and(m: Machine, node: Node & { type: 'and' }, frame: Frame): Value {
  const left = evaluateNode(m, node.left, frame);
  const flag = flagIn(left);
  if (flag) noticeFlags(m, [flag], node.right, null);
  if (!left.known && !certain(left) && !hasEffects(node.right)) return stillUnknown(node.at, left);
  const { truth, assumes } = m.decide(left, node.left.at);
  if (truth === null) {
    taint(m, node.right, frame, TOO_MANY_CONDITIONS);
    return stillUnknown(node.at, left as Value & { known: false });
  }
  if (!truth) {
    if (assumes.length > 0) taint(m, node.right, frame, assumes);
    return left;
  }
  return assuming(
    m.under(assumes, () => evaluateNode(m, node.right, frame)),
    assumes,
  );
}

export function not(m: Machine, node: Node & { type: 'not' }, frame: Frame): Value {
  const value = evaluateNode(m, node.value, frame);
  const origin = computedOrigin(node.at, [value]);
  if (value.known) return known(value.value === null || value.value === false, origin, value.assumes);
  const candidates =
    value.candidates?.map((one) => known(one.value === null || one.value === false, origin, one.assumes)) ?? null;
  return unknown(value.reason, origin, candidates);
}

export function caseWhen(m: Machine, node: CaseNode, frame: Frame): Value {
  const subject = node.subject ? evaluateNode(m, node.subject, frame) : null;
  let assumes = NOTHING_ASSUMED;
  let last: Value | null = subject;
  const passed: Node[] = [];
  for (const [index, when] of node.whens.entries()) {
    for (const pattern of when.patterns) {
      for (const asked of whenValues(m, pattern, subject, frame)) {
        const decided = m.decide(asked, whenSpan(node, pattern));
        last = asked;
        if (decided.truth === null) {
          const rest = [...node.whens.slice(index).map((one) => one.body), node.else];
          return m.under(assumes, () => bothBranches(m, node.at, decided, rest, frame));
        }
        assumes = allAssumptions(assumes, decided.assumes);
        if (!decided.truth) continue;
        const others = [...node.whens.slice(index + 1).map((one) => one.body), node.else];
        return runCase(m, node, when.body, passed, others, assumes, asked, frame);
      }
    }
    if (when.body) passed.push(when.body);
  }
  return runCase(m, node, node.else, passed, [], assumes, last ?? null, frame);
}

/** The same question, asked of the same subject, is decided once. */
function whenSpan(node: CaseNode, pattern: Node): Span {
  return node.subject && node.subject.at.file === pattern.at.file
    ? { file: pattern.at.file, start: node.subject.at.start, end: pattern.at.end }
    : pattern.at;
}

function runCase(
  m: Machine,
  node: CaseNode,
  taken: Node | null,
  before: readonly Node[],
  after: readonly (Node | null)[],
  assumes: readonly Assumption[],
  asked: Value | null,
  frame: Frame,
): Value {
  if (assumes.length > 0) for (const one of before) taint(m, one, frame, assumes);
  try {
    if (!taken) return known(null, computedOrigin(node.at, asked ? [asked] : []), assumes);
    return assuming(
      m.under(assumes, () => evaluateNode(m, taken, frame)),
      assumes,
    );
  } finally {
    if (assumes.length > 0) for (const one of after) if (one) taint(m, one, frame, assumes);
  }
}

/** What one `when` asks: `pattern === subject`, or the pattern itself without a subject. */
function* whenValues(m: Machine, pattern: Node, subject: Value | null, frame: Frame): Generator<Value> {
  const asks = (value: Value): Value => (subject ? send(m, value, '===', handed(subject), pattern.at) : value);
  if (pattern.type !== 'splat') {
    yield asks(evaluateNode(m, pattern, frame));
    return;
  }
  const list = splat(m, evaluateNode(m, pattern.value, frame), pattern.at);
  if ('unknown' in list) yield list.unknown;
  else for (const item of list.items) yield asks(assuming(item, list.assumes));
}

export function whileLoop(m: Machine, node: LoopNode, frame: Frame): Value {
  const tag = {};
  const inner = new InnerFrame(frame, frame.self, frame.home, frame.returns, tag, frame.lexical);
  let first = node.bodyFirst;
  let all = NOTHING_ASSUMED;
  try {
    for (;;) {
      m.work(1, node.at);
      if (!first) {
        const decided = test(m, node.test, frame);
        if (decided.truth === null || !decided.value.known) {
          const reason = decided.value.known ? TOO_MANY_CONDITIONS : decided.value.reason;
          if (node.body) taint(m, node.body, frame, reason);
          return unknownAt(node.at, reason);
        }
        all = allAssumptions(all, decided.assumes);
        if (decided.truth === node.until) break;
      }
      first = false;
      runLoopBody(m, node.body, inner, tag, all);
    }
  } catch (signal) {
    if (!(signal instanceof Jump && signal.kind === 'break' && signal.target === tag)) throw signal;
    all = allAssumptions(all, signal.assumes);
    if (all.length > 0 && node.body) taint(m, node.body, frame, all);
    return assuming(signal.value, signal.assumes);
  }
  if (all.length > 0 && node.body) taint(m, node.body, frame, all);
  return known(null, { kind: 'literal', at: node.at }, all);
}

function runLoopBody(m: Machine, body: Node | null, inner: Frame, tag: object, assumes: readonly Assumption[]): void {
  m.scope('block', () => {
    try {
      return m.under(assumes, () => evaluateLoop(m, body, inner));
    } catch (signal) {
      if (signal instanceof Jump && signal.kind === 'next' && signal.target === tag) return signal.value;
      throw signal;
    }
  });
}

/** A loop has no variables of its own. */
function evaluateLoop(m: Machine, body: Node | null, inner: Frame): Value {
  const value = evaluateNode(m, body, inner);
  hoist(inner);
  return value;
}

function hoist(inner: Frame): void {
  if (inner.vars.size === 0 || !inner.parent) return;
  for (const [name, value] of inner.vars) inner.parent.vars.set(name, value);
  inner.vars.clear();
}

export function forLoop(m: Machine, node: Node & { type: 'for' }, frame: Frame): Value {
  const over = evaluateNode(m, node.over, frame);
  const list =
    over.known && (over.value instanceof RubyArray || over.value instanceof RubyRange) ? splat(m, over, node.at) : null;
  if (!list || 'unknown' in list) {
    const reason = list
      ? list.unknown.reason
      : over.known
        ? 'a loop over something this tool does not know'
        : over.reason;
    if (node.body) taint(m, node.body, frame, reason);
    assignTo(m, node.target, unknownAt(node.at, reason), frame);
    return unknownAt(node.at, reason);
  }
  const tag = {};
  const inner = new InnerFrame(frame, frame.self, frame.home, frame.returns, tag, frame.lexical);
  const assumes = allAssumptions(assumptionsOf(over), list.assumes);
  try {
    for (const item of list.items) {
      m.work(1, node.at);
      m.under(assumes, () => assignTo(m, node.target, item, frame));
      runLoopBody(m, node.body, inner, tag, assumes);
    }
  } catch (signal) {
    if (!(signal instanceof Jump && signal.kind === 'break' && signal.target === tag)) throw signal;
    const all = allAssumptions(assumes, signal.assumes);
    if (all.length > 0 && node.body) taint(m, node.body, frame, all);
    return assuming(signal.value, signal.assumes);
  }
  if (assumes.length > 0 && node.body) taint(m, node.body, frame, assumes);
  return over;
}
