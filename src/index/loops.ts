import type { Span } from '../text/source.ts';
import { argumentsOf, blockOf, callText, constantName, isMethod, isModuleLike, methodName, rootOf } from './call.ts';
import type { CodeNode } from './code_node.ts';

/** What repeats a piece of code. */
export interface Loop {
  /** `photos.each`, `while`, `3.times`. */
  readonly text: string;
  readonly at: Span;
  /** How often, where literals say so. */
  readonly count: number | null;
}

/** Methods that call their block once per element, per number or for ever. */
const ITERATORS = new Set(
  `each each_with_index each_with_object each_slice each_cons each_entry each_pair each_key each_value each_char
  each_byte each_line each_index each_child each_row reverse_each each_record each_batch each_of map map! collect collect!
  flat_map collect_concat filter_map select select! filter filter! reject reject! find_all partition group_by sort_by
  min_by max_by sum count to_h to_set uniq zip inject reduce each_entry index_by index_with times upto downto step loop
  cycle find_each find_in_batches in_batches in_groups_of in_groups foreach with_index with_object each_in_batches
  chunk_while slice_when delete_if keep_if any? all? none? find detect transform_values each_key_value dig_each
  find_each_with_order each_hash lazy`.split(/\s+/),
);

const KEYWORDS: Readonly<Record<string, string>> = {
  while: 'while',
  until: 'until',
  for: 'for',
  while_modifier: 'while',
  until_modifier: 'until',
};

/** Blocks that do not run where they stand. */
const LATER = new Set(['define_method', 'lambda', 'proc', 'define_singleton_method']);

/**
 * The loop around a node, in its own method. Loops inside each other multiply, unless what the inner one started is
 * waited for before the outer one goes on: then only the inner one counts.
 */
export function loopAround(node: CodeNode): Loop | null {
  let found = null as Loop | null;
  let inner: CodeNode = node;
  for (const outer of node.around()) {
    if (isMethod(outer) || isModuleLike(outer) || outer.type === 'lambda') break;
    const call = outer.type === 'block' || outer.type === 'do_block' ? outer.parent : null;
    if (call && LATER.has(methodName(call) ?? '')) break;
    const loop = keywordLoop(outer, inner) ?? (call ? blockLoop(call) : null);
    if (loop) {
      if (found && joins(outer, found)) return found;
      found = found ? { ...found, count: product(found.count, loop.count) } : loop;
    }
    inner = outer;
  }
  return found;
}

function keywordLoop(outer: CodeNode, inner: CodeNode): Loop | null {
  const keyword = KEYWORDS[outer.type];
  if (keyword === undefined || inner.field === 'condition' || inner.field === 'value') return null;
  const range = outer.type === 'for' ? outer.child('value')?.children[0] : undefined;
  return { text: keyword, at: keywordAt(outer), count: range ? sizeOf(range) : null };
}

/** The line on which a loop begins, not all of its body. */
function keywordAt(node: CodeNode): Span {
  const body = node.child('body');
  const start = node.start;
  const end = body && body.start > start ? body.start : node.end;
  const text = node.file.text.slice(start, end);
  return { file: node.file, start, end: start + text.trimEnd().length };
}

function blockLoop(call: CodeNode): Loop | null {
  const method = methodName(call) ?? '';
  const receiver = call.child('receiver');
  const at = { file: call.file, start: call.start, end: call.child('method')?.end ?? call.end };
  if (method === 'new' && constantName(receiver) === 'Array') {
    return { text: 'Array.new', at, count: integer(argumentsOf(call)[0] ?? null) };
  }
  if (!ITERATORS.has(method)) return null;
  // `Thread.new.each`: nothing else is called `loop` with a receiver but Kernel.
  if (method === 'loop' && receiver && constantName(receiver) !== 'Kernel') return null;
  return { text: callText(call), at, count: countOf(call, method, receiver) };
}

function countOf(call: CodeNode, method: string, receiver: CodeNode | null): number | null {
  if (!receiver) return null;
  if (method === 'times') return integer(receiver);
  const [first = null] = argumentsOf(call);
  if (method === 'upto') return distance(integer(receiver), integer(first));
  if (method === 'downto') return distance(integer(first), integer(receiver));
  // `each.with_index`, `each_with_index.map`: as often as what stands before.
  if (receiver.type === 'call' && ITERATORS.has(methodName(receiver) ?? '') && !blockOf(receiver)) {
    return countOf(receiver, methodName(receiver) ?? '', receiver.child('receiver'));
  }
  const slice = sliceSize(receiver);
  return slice ?? sizeOf(receiver);
}

/** `batch.map` inside `each_slice(5) { |batch| … }` runs at most five times. */
function sliceSize(variable: CodeNode): number | null {
  if (variable.type !== 'identifier') return null;
  for (const outer of variable.around()) {
    if (isMethod(outer)) return null;
    const parameters = outer.child('parameters')?.children ?? [];
    if (outer.parent?.type !== 'call' || !parameters.some(({ text }) => text === variable.text)) continue;
    const method = methodName(outer.parent);
    return method === 'each_slice' || method === 'in_groups_of' ? integer(argumentsOf(outer.parent)[0] ?? null) : null;
  }
  return null;
}

function distance(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from + 1);
}

function product(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b;
}

/** The number of elements of a literal, or of a constant of the same file that is one. */
function sizeOf(node: CodeNode): number | null {
  switch (node.type) {
    case 'parenthesized_statements':
      return node.children.length === 1 ? sizeOf(node.children[0]!) : null;
    case 'array':
      return node.children.some(({ type }) => type === 'splat_argument') ? null : node.children.length;
    case 'string_array':
    case 'symbol_array':
      return node.children.length;
    case 'range': {
      const exclusive = node.file.text.slice(node.start, node.end).includes('...');
      const size = distance(integer(node.child('begin')), integer(node.child('end')));
      return size === null ? null : Math.max(0, size - (exclusive ? 1 : 0));
    }
    case 'constant': {
      const value = constantValue(node);
      return value ? sizeOf(value) : null;
    }
    case 'call':
      // `[…].freeze`, `(1..3).to_a`
      return /^(?:freeze|to_a|dup)$/.test(methodName(node) ?? '') && node.child('receiver')
        ? sizeOf(node.child('receiver')!)
        : null;
    default:
      return null;
  }
}

/** A literal integer, or a constant of the same file that is one. */
export function integer(node: CodeNode | null): number | null {
  if (!node) return null;
  if (node.type === 'integer' && /^[\d_]+$/.test(node.text)) return Number(node.text.replaceAll('_', ''));
  if (node.type === 'parenthesized_statements' && node.children.length === 1) return integer(node.children[0]!);
  const value = node.type === 'constant' ? constantValue(node) : null;
  return value && value.type !== 'constant' ? integer(value) : null;
}

/** What a constant is in its own file, where it is assigned once. */
function constantValue(constant: CodeNode): CodeNode | null {
  const name = constant.text;
  const assigned = rootOf(constant)
    .within()
    .filter(
      (node) =>
        node.type === 'assignment' && node.child('left')?.type === 'constant' && node.child('left')?.text === name,
    );
  return assigned.length === 1 ? (assigned[0]!.child('right') ?? null) : null;
}

/** Whether a loop's own body waits for the threads that a loop inside it started. */
function joins(outer: CodeNode, { at }: Loop): boolean {
  for (const node of outer.within()) {
    if (node.type !== 'call') continue;
    const method = methodName(node);
    const symbols = (node.child('arguments')?.children ?? []).map(({ text }) => text);
    const waits =
      method === 'join' ||
      method === 'value' ||
      method === 'value!' ||
      method === 'wait' ||
      symbols.some((text) => /^&:(?:join|value!?|wait)$/.test(text));
    if (waits && node.end > at.start) return true;
  }
  return false;
}
