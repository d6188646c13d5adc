import type { CodeNode } from './code_node.ts';

/** `Thread`, `::Thread`, `ActiveRecord::Base`, without the leading colons; null for anything but a constant. */
export function constantName(node: CodeNode | null): string | null {
  if (!node) return null;
  if (node.type === 'constant') return node.text;
  if (node.type !== 'scope_resolution') return null;
  return /^(?:::)?[A-Z]\w*(?:::[A-Z]\w*)*$/.test(node.text) ? node.text.replace(/^::/, '') : null;
}

/** `each` of `photos.each { … }`; null for `photos.()`. */
export function methodName(call: CodeNode): string | null {
  return call.child('method')?.text ?? null;
}

/** `Photo.find(…).destroy` of `Photo.find(1).destroy { … }`: receiver and method, on one line. */
export function callText(call: CodeNode): string {
  const receiver = call.child('receiver');
  const method = methodName(call) ?? 'call';
  if (!receiver) return method;
  const given = receiver.type === 'call' && receiver.child('arguments') ? '(…)' : '';
  const written = receiver.type === 'call' ? callText(receiver) + given : receiver.text.replace(/\s+/g, ' ');
  const text = `${written}.${method}`;
  return text.length <= 60 ? text : `….${method}`;
}

/** The positional arguments of a call. */
export function argumentsOf(call: CodeNode): readonly CodeNode[] {
  const list = call.child('arguments');
  return list ? list.children.filter(({ type }) => type !== 'block_argument' && type !== 'pair') : [];
}

/** The value of a keyword argument. */
export function keyword(call: CodeNode, name: string): CodeNode | null {
  return valueOf(call.child('arguments')?.children ?? [], name);
}

/** The value of a keyword argument, also where they are written as a hash: `Parallel.map(photos, { in_threads: 4 })`. */
export function option(call: CodeNode, name: string): CodeNode | null {
  const hash = argumentsOf(call).at(-1);
  return keyword(call, name) ?? (hash?.type === 'hash' ? valueOf(hash.children, name) : null);
}

function valueOf(pairs: readonly CodeNode[], name: string): CodeNode | null {
  for (const pair of pairs) {
    if (pair.type === 'pair' && pair.child('key')?.text.replace(/^:|:$/g, '') === name) return pair.child('value');
  }
  return null;
}

/** What `:web`, `"web"` and `:"web"` say, without an interpolation or an escape; null for anything else. */
export function literalName(node: CodeNode | null): string | null {
  if (node?.type === 'simple_symbol') return node.text.slice(1);
  if (node?.type !== 'string' && node?.type !== 'delimited_symbol') return null;
  const [content, ...more] = node.children;
  return more.length === 0 && (content?.type ?? 'string_content') === 'string_content' ? (content?.text ?? '') : null;
}

/** The block of a call, braces or do … end. */
export function blockOf(call: CodeNode): CodeNode | null {
  return call.child('block');
}

/** The method that `&method(:work)` or `&:work` names. */
export function blockMethod(call: CodeNode): { readonly name: string; readonly own: boolean } | null {
  const given = call.child('arguments')?.children.find(({ type }) => type === 'block_argument')?.children[0];
  if (!given) return null;
  if (given.type === 'simple_symbol') return { name: given.text.slice(1), own: false };
  if (given.type !== 'call' || methodName(given) !== 'method') return null;
  const [symbol] = argumentsOf(given);
  const receiver = given.child('receiver');
  const own = receiver === null || receiver.type === 'self';
  return symbol?.type === 'simple_symbol' && own ? { name: symbol.text.slice(1), own: true } : null;
}

/** The nearest method definition around a node, not looking beyond a class or module. */
export function methodAround(node: CodeNode): CodeNode | null {
  for (const outer of node.around()) {
    if (isMethod(outer)) return outer;
    if (isModuleLike(outer)) return null;
  }
  return null;
}

export function isMethod(node: CodeNode): boolean {
  return node.type === 'method' || node.type === 'singleton_method';
}

export function isModuleLike(node: CodeNode): boolean {
  return node.type === 'class' || node.type === 'module';
}

/** The class or module whose body a node stands in. */
export function classAround(node: CodeNode): CodeNode | null {
  for (const outer of node.around()) if (isModuleLike(outer)) return outer;
  return null;
}

/** The whole program that a node stands in. */
export function rootOf(node: CodeNode): CodeNode {
  let root = node;
  for (const outer of node.around()) root = outer;
  return root;
}

/** `Shop::Photo` for `class Photo` inside `module Shop`. */
export function qualifiedName(definition: CodeNode): string {
  const own = definition.child('name')?.text ?? '';
  const outer = classAround(definition);
  return outer ? `${qualifiedName(outer)}::${own}` : own;
}

/** Types of nodes whose parts may not run. */
export const BRANCHES: ReadonlySet<string> = new Set([
  'if',
  'unless',
  'elsif',
  'else',
  'case',
  'when',
  'conditional',
  'rescue',
  'if_modifier',
  'unless_modifier',
  'rescue_modifier',
]);
