import type { Node as TreeNode } from 'web-tree-sitter';
import type { Node, RescueClause } from '../syntax.ts';
import { meaningful, type Lowering } from './context.ts';
import { lower } from './expressions.ts';
import { lowerTarget } from './targets.ts';

/** The statements under a node as one node; null when there is none. */
export function lowerStatements(c: Lowering, node: TreeNode | null): Node | null {
  return node ? sequence(c, meaningful(node), node) : null;
}

function sequence(c: Lowering, children: readonly TreeNode[], around: TreeNode): Node | null {
  if (children.length === 0) return null;
  if (children.length === 1) return lower(c, children[0]!);
  return { type: 'seq', at: c.at(around), body: children.map((child) => lower(c, child)) };
}

/** Statements followed by rescue, else and ensure clauses. */
export function lowerBody(c: Lowering, children: readonly TreeNode[], around: TreeNode): Node | null {
  const clauses = new Set(['rescue', 'else', 'ensure']);
  const first = children.findIndex((child) => clauses.has(child.type));
  if (first === -1) return sequence(c, children, around);
  const body = sequence(c, children.slice(0, first), around);
  const rescues: RescueClause[] = [];
  let otherwise: Node | null = null;
  let ensure: Node | null = null;
  for (const child of children.slice(first)) {
    if (child.type === 'rescue') rescues.push(lowerRescue(c, child));
    else if (child.type === 'else') {
      // `else` without `rescue` is no Ruby, although the grammar takes it.
      if (rescues.length === 0) c.stray ??= child;
      otherwise = lowerStatements(c, child);
    } else if (child.type === 'ensure') ensure = lowerStatements(c, child);
  }
  return { type: 'begin', at: c.at(around), body, rescues, else: otherwise, ensure };
}

function lowerRescue(c: Lowering, node: TreeNode): RescueClause {
  const exceptions = node.childForFieldName('exceptions');
  const variable = node.childForFieldName('variable');
  const target = variable ? meaningful(variable)[0] : undefined;
  return {
    at: c.at(node),
    classes: exceptions ? meaningful(exceptions).map((child) => lower(c, child)) : [],
    target: target ? lowerTarget(c, target) : null,
    body: lowerStatements(c, node.childForFieldName('body')),
  };
}
