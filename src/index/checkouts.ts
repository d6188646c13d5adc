import { callText, classAround, methodAround, rootOf } from './call.ts';
import type { CodeNode } from './code_node.ts';
import { isConnectionPool } from './active_record.ts';
import type { Collector, Fact } from './collector.ts';
import { nameSpan } from './reach.ts';

/** `connection_pool.checkout`: a connection that somebody has to check in again. */
export interface Checkout extends Fact {
  readonly call: string;
  readonly method: string | null;
  /** Where it is given back: always, unless something raises, by another method of the class, or nowhere. */
  readonly returned: 'ensure' | 'unless raised' | 'elsewhere' | 'never';
}

/** Finds checkouts of Active Record's pools, and what gives them back. */
export function checkouts(): Collector<readonly Checkout[]> {
  const found: Checkout[] = [];
  return {
    words: /\.\s*checkout\b/,
    also: /\bconnection_pool\b/,
    collect(file) {
      for (const call of file.calls('checkout')) {
        if (!isConnectionPool(call.child('receiver'))) continue;
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

function returned(call: CodeNode, method: CodeNode | null): Checkout['returned'] {
  const root = rootOf(call);
  const own = checkins(method ?? root);
  if (own.some(isEnsured)) return 'ensure';
  if (own.length > 0) return 'unless raised';
  return checkins(classAround(call) ?? root).length > 0 ? 'elsewhere' : 'never';
}

function checkins(within: CodeNode): readonly CodeNode[] {
  return within.within().filter((node) => node.type === 'call' && RETURNS.test(node.child('method')?.text ?? ''));
}

function isEnsured(node: CodeNode): boolean {
  for (const outer of node.around()) if (outer.type === 'ensure') return true;
  return false;
}
