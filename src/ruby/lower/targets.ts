import type { Node as TreeNode } from 'web-tree-sitter';
import type { MultipleTarget, Node, Target } from '../syntax.ts';
import { lowerArguments } from './calls.ts';
import { meaningful, type Lowering } from './context.ts';
import { lower } from './expressions.ts';

/** The left side of an assignment; declares the local it names. */
export function lowerTarget(c: Lowering, node: TreeNode): Target {
  const at = c.at(node);
  const name = c.source(node);
  switch (node.type) {
    case 'identifier':
      c.declare(name);
      return { type: 'local', at, name };
    case 'instance_variable':
      c.assignedInstanceVariables.add(name);
      return { type: 'ivar', at, name };
    case 'class_variable':
      return { type: 'cvar', at, name };
    case 'global_variable':
      return { type: 'gvar', at, name };
    case 'constant':
      return { type: 'const', at, name, scope: null };
    case 'scope_resolution': {
      const scope = node.childForFieldName('scope');
      return {
        type: 'const',
        at,
        name: c.source(node.childForFieldName('name')!),
        scope: scope ? lower(c, scope) : 'top',
      };
    }
    case 'element_reference': {
      const object = node.childForFieldName('object')!;
      return { type: 'index', at, object: lower(c, object), args: lowerArguments(c, meaningful(node).slice(1)) };
    }
    case 'call': {
      const receiver = node.childForFieldName('receiver');
      const method = node.childForFieldName('method');
      if (!receiver || !method) return c.unsupported(node, 'an assignment this tool cannot read');
      const operator = node.childForFieldName('operator');
      const safe = operator !== null && c.source(operator) === '&.';
      return { type: 'attribute', at, object: lower(c, receiver), name: c.source(method), safe };
    }
    case 'left_assignment_list':
    case 'destructured_left_assignment':
      return lowerMultiple(c, node);
    case 'rest_assignment':
      return lowerMultiple(c, node, [node]);
    default:
      return c.unsupported(node, 'an assignment this tool cannot read');
  }
}

function lowerMultiple(c: Lowering, node: TreeNode, children: readonly TreeNode[] = meaningful(node)): MultipleTarget {
  const before: Target[] = [];
  const after: Target[] = [];
  let rest: Target | 'nameless' | null = null;
  for (const child of children) {
    if (child.type === 'rest_assignment') {
      const inner = meaningful(child)[0];
      rest = inner ? lowerTarget(c, inner) : 'nameless';
    } else {
      (rest === null ? before : after).push(lowerTarget(c, child));
    }
  }
  return { type: 'multiple', at: c.at(node), before, rest, after };
}

export function lowerAssignment(c: Lowering, node: TreeNode): Node {
  const left = node.childForFieldName('left')!;
  const right = node.childForFieldName('right')!;
  const target = lowerTarget(c, left);
  const value: Node =
    right.type === 'right_assignment_list' || right.type === 'splat_argument'
      ? {
          type: 'array',
          at: c.at(right),
          items: (right.type === 'splat_argument' ? [right] : meaningful(right)).map((child) => lower(c, child)),
        }
      : lower(c, right);
  return { type: 'assign', at: c.at(node), target, value };
}

export function lowerOperatorAssignment(c: Lowering, node: TreeNode): Node {
  const target = lowerTarget(c, node.childForFieldName('left')!);
  const operator = c.source(node.childForFieldName('operator') ?? node.child(1)!);
  const value = lower(c, node.childForFieldName('right')!);
  return { type: 'opassign', at: c.at(node), target, op: operator.slice(0, -1), value };
}
