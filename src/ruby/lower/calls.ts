import { span, type Span } from '../../text/source.ts';
import type { Node as TreeNode } from 'web-tree-sitter';
import { NO_ARGUMENTS, type Arguments, type CallNode, type Node, type Pair } from '../syntax.ts';
import { meaningful, type Lowering } from './context.ts';
import { lower } from './expressions.ts';
import { lowerBlock } from './parameters.ts';
import { lowerString } from './strings.ts';

export function lowerArguments(c: Lowering, children: readonly TreeNode[]): Arguments {
  if (children.length === 0) return NO_ARGUMENTS;
  const positional: Node[] = [];
  const pairs: Pair[] = [];
  let block: Node | 'anonymous' | null = null;
  let forward = false;
  for (const child of children) {
    if (child.type === 'pair' || child.type === 'hash_splat_argument') pairs.push(lowerPair(c, child));
    else if (child.type === 'block_argument') {
      const value = meaningful(child)[0];
      block = value ? lower(c, value) : 'anonymous';
    } else if (child.type === 'forward_argument') forward = true;
    else if (child.type !== 'block' && child.type !== 'do_block') positional.push(lower(c, child));
  }
  return { positional, pairs, block, forward };
}

export function lowerPair(c: Lowering, node: TreeNode): Pair {
  if (node.type === 'hash_splat_argument') {
    const value = meaningful(node)[0];
    return { key: null, value: value ? lower(c, value) : { type: 'local', at: c.at(node), name: '**' } };
  }
  const key = node.childForFieldName('key')!;
  const value = node.childForFieldName('value');
  if (key.type === 'hash_key_symbol') {
    const name = c.source(key);
    const symbol: Node = { type: 'sym', at: c.at(key), name };
    return { key: symbol, value: value ? lower(c, value) : shorthand(c, key, name) };
  }
  const arrow = node.children.some((child) => child?.type === '=>');
  if (!arrow && key.type === 'string') {
    const text = lowerString(c, key);
    const symbol: Node =
      text.type === 'str'
        ? { type: 'sym', at: text.at, name: text.value }
        : { type: 'dsym', at: text.at, parts: text.type === 'dstr' ? text.parts : [text] };
    return { key: symbol, value: lower(c, value!) };
  }
  return { key: lower(c, key), value: lower(c, value!) };
}

/** `{x:}` is `{x: x}`. */
function shorthand(c: Lowering, node: TreeNode, name: string): Node {
  const at = c.at(node);
  if (/^[A-Z]/.test(name)) return { type: 'const', at, name, scope: null };
  if (c.isLocal(name)) return { type: 'local', at, name };
  return bareCall(at, name);
}

function bareCall(at: Node['at'], method: string): CallNode {
  return { type: 'call', at, receiver: null, method, args: NO_ARGUMENTS, block: null, safe: false, bare: true };
}

const RESERVED = new Set(
  'alias and begin break case class def do else elsif end ensure for if in module next not or redo rescue retry return then undef unless until when while yield'.split(
    ' ',
  ),
);

export function lowerIdentifier(c: Lowering, node: TreeNode): Node {
  const name = c.source(node);
  const at = c.at(node);
  if (RESERVED.has(name)) c.stray ??= node;
  if (name === '__FILE__') return { type: 'file', at };
  if (name === '__LINE__') return { type: 'line', at };
  if (c.isLocal(name)) return { type: 'local', at, name };
  if (c.implicitParameter(name)) return { type: 'local', at, name };
  return bareCall(at, name);
}

export function lowerCall(c: Lowering, node: TreeNode): Node {
  const receiver = node.childForFieldName('receiver');
  const method = node.childForFieldName('method');
  const list = node.childForFieldName('arguments');
  const block = node.childForFieldName('block');
  const at = c.at(node);
  const args = list ? lowerArguments(c, meaningful(list)) : NO_ARGUMENTS;
  if (method?.type === 'super') {
    return { type: 'super', at, args: list ? args : null };
  }
  const name = method ? c.source(method) : 'call';
  if (receiver && c.source(receiver) === '_erbout' && name === '<<') {
    const printed = print(c, node, args);
    if (printed) return printed;
  }
  // `Foo::Bar` in front of nothing is a constant even where the grammar sees a call.
  if (
    receiver &&
    method?.type === 'constant' &&
    !list &&
    !block &&
    c.source(node.childForFieldName('operator')!) === '::'
  ) {
    return { type: 'const', at, name, scope: lower(c, receiver) };
  }
  const operator = node.childForFieldName('operator');
  return {
    type: 'call',
    at,
    receiver: receiver ? lower(c, receiver) : null,
    method: name,
    args,
    block: block ? lowerBlock(c, block) : null,
    safe: operator !== null && c.source(operator) === '&.',
    bare: false,
  };
}

/** The statements that a compiled template consists of. */
function print(c: Lowering, node: TreeNode, args: Arguments): Node | null {
  const only = args.positional[0];
  if (!only || args.positional.length !== 1) return null;
  const text = c.placement.textAt(node.startIndex);
  if (text) return { type: 'text', ...text };
  // What stands in the tag is inside `((…).to_s)`, which stands in no file.
  const value = only.type === 'call' && only.method === 'to_s' && only.receiver ? only.receiver : only;
  return { type: 'print', at: writtenAt(value), value };
}

/** Parentheses of the compiled program have no place of their own: what is between them has. */
function writtenAt(value: Node): Span {
  if (value.type !== 'seq') return value.at;
  const first = value.body[0];
  const last = value.body.at(-1);
  return first && last ? span(value.at.file, writtenAt(first).start, writtenAt(last).end) : value.at;
}

export function lowerElementReference(c: Lowering, node: TreeNode): Node {
  const object = node.childForFieldName('object')!;
  const block = node.childForFieldName('block');
  const rest = meaningful(node).filter(
    (child) => child.startIndex !== object.startIndex || child.endIndex !== object.endIndex,
  );
  return {
    type: 'call',
    at: c.at(node),
    receiver: lower(c, object),
    method: '[]',
    args: lowerArguments(c, rest),
    block: block ? lowerBlock(c, block) : null,
    safe: false,
    bare: false,
  };
}

/** `a + b` and the like are calls. */
export function operatorCall(c: Lowering, node: TreeNode, receiver: Node, method: string, arg: Node | null): CallNode {
  const args = arg ? { ...NO_ARGUMENTS, positional: [arg] } : NO_ARGUMENTS;
  return { type: 'call', at: c.at(node), receiver, method, args, block: null, safe: false, bare: false };
}
