import { argumentsOf, blockOf, constantName, isMethod, keyword, methodAround, methodName, rootOf } from './call.ts';
import type { CodeNode } from './code_node.ts';
import { assignedOnce, parameterName, parametersOf } from './variables.ts';

/** How often a loop runs, as far as literals say it. */
export interface Passes {
  readonly count: number | null;
  /** Never more often than this: `ids.first(3)` has three elements at most. As `count`, where that is known. */
  readonly most: number | null;
}

const UNKNOWN: Passes = { count: null, most: null };

/** Methods that call their block once per element, per number or for ever. */
export const ITERATORS: ReadonlySet<string> = new Set(
  `each each_with_index each_with_object each_slice each_cons each_entry each_pair each_key each_value each_char
  each_byte each_line each_index each_child each_row reverse_each each_record each_batch each_of map map! collect collect!
  flat_map collect_concat filter_map select select! filter filter! reject reject! find_all partition group_by sort_by
  min_by max_by sum count to_h to_set uniq zip inject reduce each_entry index_by index_with times upto downto step loop
  cycle find_each find_in_batches in_batches in_groups_of in_groups foreach with_index with_object each_in_batches
  chunk_while slice_when delete_if keep_if any? all? none? one? find detect transform_values transform_keys
  each_key_value dig_each find_each_with_order each_hash lazy take_while drop_while grep grep_v scan combination
  permutation product repeated_combination repeated_permutation each_permutation minmax_by tally_by sort_by!`.split(
    /\s+/,
  ),
);

/** Methods that hand out each element of their receiver once, and no other, with a block or as an enumerator. */
const ONE_BY_ONE =
  /^(?:each|each_with_index|each_with_object|each_entry|each_index|reverse_each|with_index|with_object|map!?|collect!?|flat_map|collect_concat|filter_map|select!?|filter!?|reject!?|find_all|partition|group_by|sum|to_h|index_by|index_with|lazy|sort_by!?|min_by|max_by|zip|delete_if|keep_if|count|uniq|to_set)$/;
/** Methods that end early. */
const AT_MOST = /^(?:any\?|all\?|none\?|one\?|find|detect|take_while|drop_while|inject|reduce)$/;

/** How often a call runs its block, or its enumerator does. */
export function passesOf(call: CodeNode): Passes {
  const method = methodName(call) ?? '';
  const receiver = call.child('receiver');
  const [first = null, second = null] = argumentsOf(call);
  if (method === 'new') return exactly(integer(first));
  if (!receiver) return UNKNOWN;
  switch (method) {
    case 'times':
      return exactly(integer(receiver));
    case 'upto':
      return exactly(distance(integer(receiver), integer(first)));
    case 'downto':
      return exactly(distance(integer(first), integer(receiver)));
    case 'step':
      return exactly(stepsOf(receiver, first, second));
    case 'each_slice':
    case 'in_groups_of':
      return exactly(quotient(sizeOf(receiver), integer(first)));
    case 'in_groups':
      return exactly(integer(first));
  }
  const most = sizeOf(receiver) ?? sliceSize(receiver) ?? mostOf(receiver);
  if (AT_MOST.test(method)) return { count: null, most };
  if (!ONE_BY_ONE.test(method)) return UNKNOWN;
  return { count: sizeOf(receiver) ?? sliceSize(receiver), most };
}

function exactly(count: number | null): Passes {
  return { count, most: count };
}

/** `1.step(9, 2)`, `(1..9).step(2)`. */
function stepsOf(receiver: CodeNode, first: CodeNode | null, second: CodeNode | null): number | null {
  const range = receiver.type === 'parenthesized_statements' ? receiver.children[0] : null;
  if (range?.type === 'range') return quotient(sizeOf(range), integer(first));
  return quotient(distance(integer(receiver), integer(first)), second ? integer(second) : 1);
}

function distance(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from + 1);
}

function quotient(size: number | null, by: number | null): number | null {
  return size === null || by === null || by === 0 ? null : Math.ceil(size / by);
}

/** `batch.map` inside `each_slice(5) { |batch| … }` runs at most five times. */
function sliceSize(variable: CodeNode): number | null {
  if (variable.type !== 'identifier') return null;
  for (const outer of variable.around()) {
    if (isMethod(outer)) return null;
    const index = parametersOf(outer).findIndex((one) => parameterName(one) === variable.text);
    if (index < 0 || outer.parent?.type !== 'call') continue;
    return index === 0 ? sizeOfSlices(outer.parent) : null;
  }
  return null;
}

/** `each_slice(5) { … }`, `each_slice(5).map { … }`, `find_in_batches(batch_size: 5) { … }`. */
function sizeOfSlices(call: CodeNode): number | null {
  const method = methodName(call) ?? '';
  if (method === 'each_slice' || method === 'in_groups_of') return integer(argumentsOf(call)[0] ?? null);
  if (method === 'find_in_batches') return integer(keyword(call, 'batch_size'));
  const receiver = call.child('receiver');
  const isEnumerator = receiver?.type === 'call' && !blockOf(receiver) && ONE_BY_ONE.test(method);
  return isEnumerator ? sizeOfSlices(receiver) : null;
}

/** Methods that give no more elements than they get. */
const NO_MORE =
  /^(?:to_a|pluck|ids|order|reorder|where|includes|preload|select|filter|reject|compact|uniq|reverse|shuffle|sort|sort_by|map|collect|filter_map|compact_blank|records|freeze)$/;

/** What `first(3)`, `take(3)`, `limit(3)` before it leave of however many. */
function mostOf(node: CodeNode): number | null {
  if (node.type !== 'call') return null;
  const method = methodName(node) ?? '';
  if (/^(?:first|take|last|sample|limit)$/.test(method)) return integer(argumentsOf(node)[0] ?? null);
  const receiver = node.child('receiver');
  return receiver && NO_MORE.test(method) ? (sizeOf(receiver) ?? mostOf(receiver)) : null;
}

/** The number of elements of a literal, of a constant of the same file that is one, or of an enumerator over one. */
export function sizeOf(node: CodeNode): number | null {
  switch (node.type) {
    case 'parenthesized_statements':
      return node.children.length === 1 ? sizeOf(node.children[0]!) : null;
    case 'array':
      return node.children.some(({ type }) => type === 'splat_argument') ? null : node.children.length;
    case 'string_array':
    case 'symbol_array':
      return node.children.length;
    case 'hash':
      return node.children.every(({ type }) => type === 'pair') ? node.children.length : null;
    case 'range': {
      const exclusive = node.file.text.slice(node.start, node.end).includes('...');
      const size = distance(integer(node.child('begin')), integer(node.child('end')));
      return size === null ? null : Math.max(0, size - (exclusive ? 1 : 0));
    }
    case 'constant': {
      const value = constantValue(node);
      return value ? sizeOf(value) : null;
    }
    case 'binary': {
      const [left, right] = [node.child('left'), node.child('right')];
      if (!left || !right || node.file.text.slice(left.end, right.start).trim() !== '+') return null;
      const [some, others] = [sizeOf(left), sizeOf(right)];
      return some === null || others === null ? null : some + others;
    }
    case 'call': {
      const method = methodName(node) ?? '';
      const receiver = node.child('receiver');
      // `[…].freeze`, `(1..3).to_a`
      if (/^(?:freeze|to_a|dup|reverse|shuffle|entries)$/.test(method)) return receiver && sizeOf(receiver);
      return receiver && ITERATORS.has(method) && !blockOf(node) ? passesOf(node).count : null;
    }
    default:
      return null;
  }
}

/** A literal integer, or a constant of the same file or a variable of the same method that is one. */
export function integer(node: CodeNode | null): number | null {
  if (!node) return null;
  if (node.type === 'integer' && /^[\d_]+$/.test(node.text)) return Number(node.text.replaceAll('_', ''));
  if (node.type === 'parenthesized_statements' && node.children.length === 1) return integer(node.children[0]!);
  const value = node.type === 'constant' ? constantValue(node) : literalOf(node);
  return value?.type === 'integer' ? integer(value) : null;
}

/** `n = 4`, unless more is done with n. */
function literalOf(variable: CodeNode): CodeNode | null {
  const value = variable.type === 'identifier' ? assignedOnce(variable) : null;
  return value?.parent?.type === 'assignment' ? value : null;
}

/** What a constant is in its own file, where it is assigned once, and above where the body of the class names it. */
function constantValue(constant: CodeNode): CodeNode | null {
  const name = constant.text;
  const assigned = rootOf(constant)
    .within()
    .filter(
      (node) =>
        node.type === 'assignment' && node.child('left')?.type === 'constant' && node.child('left')?.text === name,
    );
  const value = assigned.length === 1 ? (assigned[0]!.child('right') ?? null) : null;
  return value && (value.end <= constant.start || methodAround(constant)) ? value : null;
}

/** Whether a call makes an array by its block: `Array.new(4) { … }`. */
export function fillsArray(call: CodeNode): boolean {
  return methodName(call) === 'new' && constantName(call.child('receiver')) === 'Array';
}
