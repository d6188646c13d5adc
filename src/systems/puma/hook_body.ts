import type { BlockSource } from '../../ruby/eval/procs.ts';
import type { CallNode, ConstNode, Node } from '../../ruby/syntax.ts';
import type { RubyProc } from '../../ruby/values.ts';
import type { HookStep } from '../system.ts';

/**
 * What the block of a hook does to the connections of Active Record, statement by statement. It is read, not run: what
 * runs later, in another process, must not change what is known of this one. Null for what is no block of this file.
 */
export function stepsOf(block: RubyProc): readonly HookStep[] | null {
  const source = block.source as BlockSource | null;
  if (!source) return null;
  return source.node.body ? steps(source.node.body, false) : [];
}

/** @param inside whether `self` is ActiveRecord::Base, as in `ActiveSupport.on_load(:active_record) { … }` */
function steps(node: Node, inside: boolean): readonly HookStep[] {
  switch (node.type) {
    case 'seq':
      return node.body.flatMap((one) => steps(one, inside));
    case 'begin':
      return node.body && node.rescues.length === 0 && !node.ensure ? steps(node.body, inside) : [other(node)];
    case 'if':
      // `… if defined?(ActiveRecord)` guards against an app without it, no more.
      return node.test.type === 'defined' && node.then && !node.else ? steps(node.then, inside) : [other(node)];
    case 'and':
      return node.left.type === 'defined' ? steps(node.right, inside) : [other(node)];
    case 'nil':
      return [];
    case 'call':
      return call(node, inside);
    default:
      return [other(node)];
  }
}

function call(node: CallNode, inside: boolean): readonly HookStep[] {
  const { method, receiver, args, at } = node;
  if (method === 'on_load' && nameOf(receiver) === 'ActiveSupport' && node.block?.body) {
    const [name] = args.positional;
    return name?.type === 'sym' && name.name === 'active_record' ? steps(node.block.body, true) : [other(node)];
  }
  const chain = chainOf(receiver, inside);
  if (chain === null || node.block) return [other(node)];
  if (method === 'establish_connection' && chain === '') {
    return [{ does: isNamed(node) ? 'reconnects' : 'reconnects with a configuration', at }];
  }
  return DISCONNECTING.has(chain === '' ? method : `${chain}.${method}`)
    ? [{ does: 'disconnects', at }]
    : [other(node)];
}

/** What closes connections, after `ActiveRecord::Base.` */
const DISCONNECTING = new Set([
  'connection.disconnect!',
  'connection_pool.disconnect!',
  'connection_pool.disconnect',
  'connection_handler.clear_all_connections!',
  'clear_all_connections!',
  'remove_connection',
]);

/** The calls between `ActiveRecord::Base` and a receiver; null for another receiver. */
function chainOf(node: Node | null, inside: boolean): string | null {
  if (node === null || node.type === 'self') return inside ? '' : null;
  if (node.type === 'const') return nameOf(node) === 'ActiveRecord::Base' ? '' : null;
  if (node.type !== 'call' || node.args.positional.length > 0 || node.block) return null;
  const before = chainOf(node.receiver, inside);
  if (before === null) return null;
  return before === '' ? node.method : `${before}.${node.method}`;
}

/** Without an argument, or with the name of an environment or a database: nothing that database.yml does not say. */
function isNamed({ args }: CallNode): boolean {
  if (args.pairs.length > 0 || args.forward) return false;
  const [first, ...more] = args.positional;
  if (!first) return true;
  if (more.length > 0) return false;
  if (first.type === 'str') return !first.value.includes(':');
  return first.type === 'sym' || isEnvironmentName(first);
}

/** `Rails.env`, `Rails.env.to_sym` */
function isEnvironmentName(node: Node): boolean {
  if (node.type !== 'call') return false;
  if (node.method === 'to_sym' || node.method === 'to_s')
    return node.receiver !== null && isEnvironmentName(node.receiver);
  return node.method === 'env' && nameOf(node.receiver) === 'Rails';
}

function nameOf(node: Node | null): string | null {
  if (node?.type !== 'const') return null;
  const { scope, name }: ConstNode = node;
  if (scope === null || scope === 'top') return name;
  const outer = nameOf(scope);
  return outer === null ? null : `${outer}::${name}`;
}

function other({ at }: Node): HookStep {
  return { does: 'something else', at };
}
