import { constantName, methodName, rootOf } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { Models } from './models.ts';
import { assignments } from './variables.ts';

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

/** `ActiveRecord::Base.connection_pool`, or a variable of the same file that holds one. Other libraries have pools of this name. */
export function isConnectionPool(node: CodeNode | null, models: Models): boolean {
  if (!node) return false;
  if (node.type === 'call') {
    const constant = constantName(node.child('receiver'));
    if (constant !== null && !/(?:Record|Base)$/.test(constant) && models.named(constant) === null) return false;
    return /^(?:retrieve_)?connection_pool$/.test(methodName(node) ?? '');
  }
  if (node.type !== 'identifier' && node.type !== 'instance_variable') return false;
  if (node.text === 'connection_pool') return true;
  const assigned = assignments(rootOf(node), node.text, node.type);
  return assigned.some((one) => one.type === 'call' && isConnectionPool(one, models));
}
