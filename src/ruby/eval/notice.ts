import { sameSpan, type Span } from '../../text/source.ts';
import { isTypographic } from '../../text/typographic.ts';
import type { ArithmeticEffect, VariableText } from '../../value/noticed.ts';
import type { Origin } from '../../value/origin.ts';
import type { Machine } from '../machine.ts';
import type { BlockNode, Node } from '../syntax.ts';
import { RubyArray, RubyString, type RubyProc, type RubyValue, type Value } from '../values.ts';
import { effectsOf } from './effects.ts';

/** Fallbacks that stand for a variable's own text: where the variable is set, the same expression is a string. */
const FALLBACKS = new WeakSet<Origin>();

export function standsForText(origin: Origin): void {
  FALLBACKS.add(origin);
}

/** Whether `a || b` would be the text of a variable if one were set: `a` is that text, or `a` itself falls back so. */
export function isText(value: Value, node: Node): boolean {
  if (FALLBACKS.has(value.origin)) return true;
  const presence = node.type === 'call' && node.method === 'presence' ? node.receiver : null;
  // What is not present is nil, which `presence` computes; what is present, it hands on.
  const { origin } = value;
  const own = presence && origin.kind === 'computed' && origin.from[0] ? origin.from[0] : origin;
  if (own.kind !== 'unset' && own.kind !== 'env') return false;
  return own.at !== null && sameSpan(own.at, (presence ?? node).at);
}

/** The variable whose text an operand is, or will be once the variable is set. */
function textOf(value: Value): VariableText | null {
  if (!value.known) return null;
  const { origin } = value;
  if (value.value instanceof RubyString) {
    if (origin.kind !== 'env' || !origin.at || value.value.mutated) return null;
    return { variable: origin.variable, at: origin.at, set: true };
  }
  if (!isNumber(value.value) || origin.kind !== 'fallback' || !FALLBACKS.has(origin)) return null;
  return { variable: origin.variable, at: origin.at, set: false };
}

function isNumber(value: RubyValue): boolean {
  return typeof value === 'bigint' || typeof value === 'number';
}

const ARITHMETIC = new Set(['+', '-', '*', '/', '**', '%', 'fdiv', 'div', 'modulo', 'divmod']);
const ORDER = new Set(['<', '<=', '>', '>=', 'clamp', 'between?']);
const OF_MANY = new Set(['max', 'min', 'minmax', 'sort', 'sum']);
/** What numbers have and strings have not. */
const OF_NUMBERS = new Set(
  'times upto downto ceil floor round truncate abs pred fdiv div divmod zero? positive? negative? nonzero? -@'.split(
    ' ',
  ),
);

/** Notices arithmetic with what is, or will be, a string. Cheap: most methods are none of these. */
export function noticeArithmetic(
  m: Machine,
  self: Value,
  method: string,
  args: readonly Value[],
  block: RubyProc | null,
  at: Span,
): void {
  if (!self.known) return;
  if (OF_MANY.has(method)) {
    if (!block && args.length === 0 && self.value instanceof RubyArray) noticeMany(m, self.value, method, at);
    return;
  }
  const arithmetic = ARITHMETIC.has(method);
  if (!arithmetic && !ORDER.has(method) && !OF_NUMBERS.has(method)) return;
  const operands = [self, ...args];
  const texts = operands.map(textOf);
  const found = texts.filter((one) => one !== null);
  // A number somewhere says that numbers are meant; two strings are joined or compared on purpose.
  if (found.length === 0 || !operands.some((one) => one.known && isNumber(one.value))) return;
  // Printing by a format.
  if (method === '%' && self.value instanceof RubyString) return;
  m.notice({ kind: 'string-arithmetic', at, method, texts: found, effect: effectOf(method, texts) });
}

function noticeMany(m: Machine, array: RubyArray, method: string, at: Span): void {
  if (array.blur || array.items.length < (method === 'sum' ? 1 : 2)) return;
  const texts = array.items.map(textOf);
  const found = texts.filter((one) => one !== null);
  const numbers = array.items.filter((item) => item.known && isNumber(item.value)).length;
  if (found.length === 0 || numbers === 0) return;
  const all = found.length === array.items.length;
  const effect: ArithmeticEffect =
    method === 'sum'
      ? { kind: 'raises', error: 'TypeError' }
      : all
        ? { kind: 'compares' }
        : { kind: 'raises', error: 'ArgumentError' };
  m.notice({ kind: 'string-arithmetic', at, method, texts: found, effect });
}

/** What Ruby does with `self.method(argument)` where the operands in `texts` are strings. */
function effectOf(method: string, [self, ...args]: readonly (VariableText | null)[]): ArithmeticEffect {
  const first = args[0] ?? null;
  if (!self) return { kind: 'raises', error: ORDER.has(method) ? 'ArgumentError' : 'TypeError' };
  if (ORDER.has(method)) {
    return args.every((one) => one !== null) ? { kind: 'compares' } : { kind: 'raises', error: 'ArgumentError' };
  }
  if (method === '+') return first ? { kind: 'joins' } : { kind: 'raises', error: 'TypeError' };
  if (method === '*') return first ? { kind: 'raises', error: 'TypeError' } : { kind: 'repeats' };
  // `"5" % 2` prints 2 by a format that has no place for it.
  if (method === '%') return { kind: 'raises', error: 'ArgumentError' };
  return { kind: 'raises', error: 'NoMethodError' };
}

/** Words that say no, and are true in Ruby like every string. */
const NO = /^(?:|0|f|false|n|no|off)$/i;

/** A variable that a condition asks for, with the text it is set to, where that says no. */
export interface Asked {
  readonly variable: string;
  readonly at: Span;
  readonly text: string;
}

export function flagIn(value: Value): Asked | null {
  if (!value.known || !(value.value instanceof RubyString) || value.origin.kind !== 'env') return null;
  const { content, mutated } = value.value;
  if (mutated || !content.known || !value.origin.at || !NO.test(content.value.trim())) return null;
  return { variable: value.origin.variable, at: value.origin.at, text: content.value };
}

export function noticeFlags(m: Machine, asked: readonly Asked[], taken: Node | null, passed: Node | null): void {
  if (asked.length === 0) return;
  const runs = calledIn(taken);
  const skips = calledIn(passed);
  const prints = [taken, passed].some((node) => node !== null && effectsOf(node).prints);
  for (const { variable, at, text } of asked) {
    m.notice({ kind: 'flag-test', variable, at, text, runs, skips, prints });
  }
}

function calledIn(node: Node | null): readonly string[] {
  if (!node) return [];
  const names = effectsOf(node).calls.flatMap(({ receiver, method }) => (receiver === null ? [method] : []));
  return [...new Set(names)];
}

/** A fallback as it is written, where it is a number. */
export function noticeRead(m: Machine, variable: string, at: Span, fallback: number | null): void {
  if (fallback !== null) m.notice({ kind: 'fallback-read', variable, at, fallback });
}

export function numberOf(value: Value): number | null {
  if (!value.known) return null;
  if (typeof value.value === 'bigint') return Number(value.value);
  const text = value.value instanceof RubyString && value.value.content.known ? value.value.content.value : '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

export function numberIn(node: Node | null): number | null {
  if (node?.type === 'int') return Number(node.value);
  if (node?.type === 'str' && /^\d{1,9}$/.test(node.value)) return Number(node.value);
  return node?.type === 'seq' && node.body.length === 1 ? numberIn(node.body[0]!) : null;
}

export function numberInBlock(proc: RubyProc): number | null {
  const source = proc.source as { readonly node: BlockNode } | null;
  return source ? numberIn(source.node.body) : null;
}

/** To Ruby every character beyond ASCII is a letter: what looks like a quote or a blank is part of a name. */
export function noticeName(m: Machine, name: string, at: Span): void {
  if (isTypographic(name)) m.notice({ kind: 'typographic-name', at });
}
