import type { Span } from '../../text/source.ts';
import { allAssumptions, type Assumption } from '../../value/origin.ts';
import { type Unknown } from '../../value/traced.ts';
import type { Handed } from '../dispatch.ts';
import { send, NOTHING_HANDED } from '../dispatch.ts';
import type { Frame } from '../frames.ts';
import { type Machine, unknownAt } from '../machine.ts';
import type { Arguments, BlockNode } from '../syntax.ts';
import {
  RubyArray,
  RubyEnv,
  RubyHash,
  RubyProc,
  RubyRange,
  RubySymbol,
  type RubyValue,
  type Value,
} from '../values.ts';
import { hashLiteral } from './literals.ts';
import { evaluateNode } from './node.ts';
import { makeProc, symbolProc } from './procs.ts';

export interface EvaluatedArguments extends Handed {
  /** A splat of something unknown: nobody knows how many arguments there are. */
  readonly open: Unknown<RubyValue> | null;
  /** What `break` in the literal block ends. */
  readonly breaks: object | null;
}

/** What `*value` stands for. */
export function splat(
  m: Machine,
  value: Value,
  at: Span,
):
  | { readonly items: readonly Value[]; readonly assumes: readonly Assumption[] }
  | { readonly unknown: Unknown<RubyValue> } {
  if (!value.known) return { unknown: value };
  const { value: inner } = value;
  if (inner === null) return { items: [], assumes: value.assumes };
  if (inner instanceof RubyArray) {
    if (inner.blur) return { unknown: unknownAt(inner.blur.at, inner.blur.reason) };
    return { items: inner.items, assumes: allAssumptions(value.assumes, inner.assumes) };
  }
  if (typeof inner === 'object' && 'hostName' in inner)
    return { unknown: unknownAt(at, 'a splat of an object this tool does not know') };
  if (!(inner instanceof RubyHash || inner instanceof RubyRange || inner instanceof RubyEnv)) {
    return { items: [value], assumes: [] };
  }
  const list = send(m, value, 'to_a', NOTHING_HANDED, at);
  if (!list.known) return { unknown: list };
  if (list.value instanceof RubyArray) return splat(m, list, at);
  return { items: [value], assumes: [] };
}

export function evaluateArguments(
  m: Machine,
  args: Arguments,
  blockNode: BlockNode | null,
  frame: Frame,
): EvaluatedArguments {
  const positional: Value[] = [];
  let open: Unknown<RubyValue> | null = null;
  for (const node of args.positional) {
    if (node.type !== 'splat') {
      positional.push(evaluateNode(m, node, frame));
      continue;
    }
    const list = splat(m, evaluateNode(m, node.value, frame), node.at);
    if ('unknown' in list) open ??= list.unknown;
    else for (const item of list.items) positional.push(item);
  }
  let named: Map<string, Value> | null = null;
  if (args.pairs.length > 0) {
    const at = args.pairs[0]!.value.at;
    const hash = hashLiteral(m, args.pairs, at, frame);
    if (hash.known && hash.value instanceof RubyHash && !hash.value.blur && onlySymbols(hash.value)) {
      named = new Map();
      for (const entry of hash.value.entries.values()) {
        named.set(((entry.key as { value: RubyValue }).value as RubySymbol).name, entry.value);
      }
      if (named.size === 0) named = null;
    } else positional.push(hash);
  }
  let block: RubyProc | null = null;
  let breaks: object | null = null;
  if (args.forward) {
    positional.push(...frame.home.args);
    if (frame.home.named) named = new Map([...frame.home.named, ...(named ?? [])]);
    block = frame.home.block;
  }
  if (blockNode) {
    const made = makeProc(m, blockNode, frame, false);
    block = made.proc;
    breaks = made.tag;
  } else if (args.block) {
    block = blockArgument(m, args.block === 'anonymous' ? frame.home.block : evaluateNode(m, args.block, frame), args);
  }
  return { args: positional, named, block, open, breaks };
}

function onlySymbols(hash: RubyHash): boolean {
  for (const entry of hash.entries.values())
    if (!entry.key.known || !(entry.key.value instanceof RubySymbol)) return false;
  return true;
}

function blockArgument(m: Machine, value: Value | RubyProc | null, args: Arguments): RubyProc | null {
  if (value === null || value instanceof RubyProc) return value;
  const at = args.block === null || args.block === 'anonymous' ? args.positional[0]?.at : args.block.at;
  if (!value.known) {
    // The block is not known, and neither is what it answers.
    return new RubyProc(value.origin.kind === 'computed' ? value.origin.at : at!, false, -1, () => value);
  }
  if (value.value === null) return null;
  if (value.value instanceof RubyProc) return value.value;
  if (value.value instanceof RubySymbol) return symbolProc(m, value.value.name, at!);
  return new RubyProc(at!, false, -1, () => unknownAt(at!, 'a block this tool cannot read'));
}
