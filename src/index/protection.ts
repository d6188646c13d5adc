import type { Span } from '../text/source.ts';
import { methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';

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
  if (method !== 'wrap' && method !== 'perform_work') return null;
  const receiver = call.child('receiver');
  const on = receiver?.type === 'call' ? methodName(receiver) : receiver?.text;
  const name = on?.replace(/^@/, '') ?? '';
  return /(?:executor|reloader)$/i.test(name) ? { text: `${name}.${method}`, at: call.at, always: true } : null;
}

/** Whether a method hands its own block to such a call: `wrap(&block)`, `with_connection { yield }`. */
export function wrapsBlock(method: CodeNode): boolean {
  return method.within().some((call) => {
    if (call.type !== 'call' || !wrapping(call)) return false;
    if (call.child('arguments')?.children.some(({ type }) => type === 'block_argument')) return true;
    return (call.child('block')?.within() ?? []).some(
      (node) => node.type === 'yield' || (node.type === 'call' && /^block\.(?:call|\()/.test(node.text)),
    );
  });
}

/** A call that gives the thread's connection back there and then. */
export function releasing(call: CodeNode): string | null {
  const method = methodName(call) ?? '';
  if (RELEASES.has(method)) return method;
  const receiver = call.child('receiver');
  if (!receiver || receiver.type !== 'call') return null;
  const on = methodName(receiver) ?? '';
  // `connection.close` of Active Record is a checkin.
  if (method === 'close' && /^(?:lease_)?connection$/.test(on)) return 'connection.close';
  return (method === 'run!' || method === 'complete!') && on === 'executor' ? `executor.${method}` : null;
}

/** What a piece of code releases in an `ensure` of its own, or at all. */
export function releaseIn(body: CodeNode): Protection | null {
  let sometimes: Protection | null = null;
  for (const node of own(body)) {
    if (node.type !== 'call') continue;
    const text = releasing(node);
    if (text === null) continue;
    const ensured = text.startsWith('executor.') || isEnsured(node, body);
    if (ensured) return { text, at: node.at, always: true };
    sometimes ??= { text, at: node.at, always: false };
  }
  return sometimes;
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
