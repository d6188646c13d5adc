import { constantName, methodName, rootOf } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { Models } from './models.ts';

/** Whether an expression is ActiveRecord::Base, or a model of the repository. */
export function isRecordClass(node: CodeNode | null, models: Models): boolean {
  const constant = constantName(node);
  if (constant === null) return false;
  if (constant === 'ActiveRecord::Base' || constant === 'ApplicationRecord') return true;
  return models.named(constant) !== null;
}

/** `ActiveRecord::Base.connection`, `Photo.lease_connection`, and the driver's connection below it. */
export function isLease(node: CodeNode | null, models: Models): boolean {
  if (node?.type !== 'call') return false;
  const method = methodName(node) ?? '';
  const receiver = node.child('receiver');
  if (method === 'raw_connection') return isLease(receiver, models);
  return /^(?:lease_|retrieve_)?connection$/.test(method) && isRecordClass(receiver, models);
}

/** `ActiveRecord::Base.connection_pool`, or a variable of the same file that holds one. */
export function isConnectionPool(node: CodeNode | null): boolean {
  if (!node) return false;
  if (node.type === 'call') return methodName(node) === 'connection_pool';
  if (node.type !== 'identifier' && node.type !== 'instance_variable') return false;
  if (node.text === 'connection_pool') return true;
  for (const one of rootOf(node).within()) {
    const assigned = one.type === 'assignment' || one.type === 'operator_assignment';
    if (!assigned || one.child('left')?.text !== node.text) continue;
    const right = one.child('right');
    if (right?.type === 'call' && methodName(right) === 'connection_pool') return true;
  }
  return false;
}
