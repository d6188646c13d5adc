import { callText, classAround, methodAround, methodName, rootOf } from './call.ts';
import type { CodeNode } from './code_node.ts';
import { isConnectionPool } from './active_record.ts';
import type { Collector, Fact } from './collector.ts';
import { isGiven } from './given.ts';
import { nameSpan } from './reach.ts';

/** `connection_pool.checkout`: a connection that somebody has to check in again. */
export interface Checkout extends Fact {
  readonly call: string;
  readonly method: string | null;
  /** Where it is given back: always, unless something raises, by another method of the class, by whoever asked for it, or nowhere. */
  readonly returned: 'ensure' | 'unless raised' | 'elsewhere' | 'by the caller' | 'never';
}

/** Finds checkouts of Active Record's pools, and what gives them back. */
export function checkouts(): Collector<readonly Checkout[]> {
  const found: Checkout[] = [];
  return {
    words: /\.\s*checkout\b/,
    also: /(?:\b|_)connection_pool\b/,
    collect(file, { models }) {
      for (const call of file.calls('checkout')) {
        if (!isConnectionPool(call.child('receiver'), models)) continue;
        const method = methodAround(call);
        if (leavesPool(method ?? file.root)) continue;
        found.push({
          call: callText(call),
          at: nameSpan(call),
          scope: file.scope,
          method: method?.child('name')?.text ?? null,
          returned: returned(call, method),
        });
      }
    },
    facts: () => found,
  };
}

/** `pool.remove(connection)`: from there on it is no connection of the pool. */
function leavesPool(method: CodeNode): boolean {
  return method.within().some((node) => node.type === 'call' && node.child('method')?.text === 'remove');
}

const RETURNS = /^(?:checkin|release_connection)$/;

/** Its `close` gives a connection back as well, where something holds it. */
function isReturn(node: CodeNode, holder: string | null): boolean {
  const method = node.type === 'call' ? (methodName(node) ?? '') : '';
  return RETURNS.test(method) || (method === 'close' && holder !== null && node.child('receiver')?.text === holder);
}

function returned(call: CodeNode, method: CodeNode | null): Checkout['returned'] {
  const root = rootOf(call);
  const holder = call.parent && /^(?:operator_)?assignment$/.test(call.parent.type) ? call.parent.child('left') : null;
  const checkins = (within: CodeNode): readonly CodeNode[] =>
    within.within().filter((node) => isReturn(node, holder?.text ?? null));
  const own = checkins(method ?? root);
  if (own.some(isEnsured)) return 'ensure';
  if (own.length > 0) return 'unless raised';
  if (checkins(classAround(call) ?? root).length > 0) return 'elsewhere';
  return isGiven(call) ? 'by the caller' : 'never';
}

function isEnsured(node: CodeNode): boolean {
  for (const outer of node.around()) if (outer.type === 'ensure') return true;
  return false;
}
