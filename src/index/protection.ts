import type { Span } from '../text/source.ts';
import { classAround, methodAround, methodName, rootOf } from './call.ts';
import type { CodeNode } from './code_node.ts';
import { assignments } from './variables.ts';

/** What gives a thread's connection back. */
export interface Protection {
  /** `executor.wrap`, `with_connection`, `release_connection`. */
  readonly text: string;
  readonly at: Span;
  /** False for a release that an exception jumps over. */
  readonly always: boolean;
}

const AROUND = /^with_(?:\w+_)?connection$/;
/** What applications and gems call a method that does it for them. */
const AROUND_BY_NAME = /^(?:wrap_in|with|within)_(?:\w+_)?(?:executor|reloader)$/;
const RELEASES = new Set([
  'release_connection',
  'clear_active_connections!',
  'clear_all_connections!',
  'checkin',
  'remove_connection',
]);

/** A call whose block borrows a connection and gives it back, or runs as a unit of work of Rails. */
export function wrapping(call: CodeNode): Protection | null {
  const method = methodName(call) ?? '';
  if (AROUND.test(method) || AROUND_BY_NAME.test(method)) return { text: method, at: call.at, always: true };
  // activesupport/lib/active_support/execution_wrapper.rb@v7.1.5
  if (method !== 'wrap' && method !== 'perform' && method !== 'perform_work') return null;
  const receiver = call.child('receiver');
  const on = receiver?.type === 'call' ? methodName(receiver) : receiver?.text;
  const name = on?.replace(/^@/, '') ?? '';
  return /(?:executor|reloader)$/i.test(name) ? { text: `${name}.${method}`, at: call.at, always: true } : null;
}

/**
 * Whether a method hands its own block to such a call, or releases the connection itself after it ran it:
 * `wrap(&block)`, `with_connection { yield }`, `yield` before an `ensure`.
 */
export function wrapsBlock(method: CodeNode): boolean {
  if (runsBlock(method) && releaseIn(method)?.always) return true;
  return method.within().some((call) => {
    if (call.type !== 'call' || !wrapping(call)) return false;
    if (call.child('arguments')?.children.some(({ type }) => type === 'block_argument')) return true;
    const block = call.child('block');
    return block !== null && runsBlock(block);
  });
}

function runsBlock(code: CodeNode): boolean {
  return code
    .within()
    .some((node) => node.type === 'yield' || (node.type === 'call' && /^(?:block|blk)\.(?:call|\()/.test(node.text)));
}

/** A call that gives the thread's connection back there and then. */
export function releasing(call: CodeNode): string | null {
  const method = methodName(call) ?? '';
  if (RELEASES.has(method)) return method;
  const receiver = call.child('receiver');
  if (method === 'close' && receiver && isConnection(receiver)) return 'connection.close';
  if (!receiver || receiver.type !== 'call') return null;
  const on = methodName(receiver) ?? '';
  return (method === 'run!' || method === 'complete!') && on === 'executor' ? `executor.${method}` : null;
}

/**
 * A connection of Active Record's, also in a variable: its `close` is a checkin.
 * Source: activerecord/lib/active_record/connection_adapters/abstract_adapter.rb@v8.1.3.1 (`close`)
 */
function isConnection(node: CodeNode): boolean {
  if (node.type === 'call') return CONNECTIONS.test(methodName(node) ?? '');
  if (node.type !== 'identifier' && node.type !== 'instance_variable') return false;
  const within = (node.type === 'identifier' ? methodAround(node) : classAround(node)) ?? rootOf(node);
  return assignments(within, node.text, node.type).some((one) => one.type === 'call' && isConnection(one));
}

const CONNECTIONS = /^(?:connection|lease_connection|retrieve_connection|checkout)$/;

/**
 * What a piece of code releases in an `ensure` of its own, or at all.
 * @param methodOf the method that a call on self runs, where it is to be followed
 */
export function releaseIn(
  body: CodeNode,
  methodOf: (call: CodeNode, name: string) => CodeNode | null = () => null,
): Protection | null {
  let sometimes: Protection | null = null;
  for (const node of own(body)) {
    const name = nameOfOwnCall(node);
    const called = name !== null && isEnsured(node, body) ? methodOf(node, name) : null;
    if (name !== null && called && releaseIn(called)) return { text: name, at: node.at, always: true };
    if (node.type !== 'call') continue;
    const text = releasing(node);
    if (text === null) continue;
    const ensured = text.startsWith('executor.') || isEnsured(node, body);
    if (ensured) return { text, at: node.at, always: true };
    sometimes ??= { text, at: node.at, always: false };
  }
  return sometimes;
}

/** The name of a method that is called on self. */
function nameOfOwnCall(node: CodeNode): string | null {
  if (node.type === 'identifier') return node.field === 'method' ? null : node.text;
  const receiver = node.type === 'call' ? node.child('receiver') : null;
  return node.type === 'call' && (!receiver || receiver.type === 'self') ? methodName(node) : null;
}

function isEnsured(node: CodeNode, body: CodeNode): boolean {
  for (const outer of node.around()) {
    if (outer.type === 'ensure') return true;
    if (outer === body) return false;
  }
  return false;
}

/** Without the definitions inside it. */
function* own(node: CodeNode): Generator<CodeNode> {
  yield node;
  for (const child of node.children) {
    if (!/^(?:method|singleton_method|class|module)$/.test(child.type)) yield* own(child);
  }
}
