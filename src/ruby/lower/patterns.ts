import type { Node as TreeNode } from 'web-tree-sitter';
import type { MatchNode, Node, Pattern } from '../syntax.ts';
import { meaningful, type Lowering } from './context.ts';
import { lower } from './expressions.ts';
import { lowerStatements } from './statements.ts';

/** `case … in` */
export function lowerCaseMatch(c: Lowering, node: TreeNode): MatchNode {
  const subject = lower(c, node.childForFieldName('value')!);
  const clauses = node.childrenForFieldName('clauses').flatMap((clause) => {
    if (!clause) return [];
    const pattern = lowerPattern(c, clause.childForFieldName('pattern')!);
    const guarded = clause.childForFieldName('guard');
    const test = guarded?.childForFieldName('condition');
    const condition = test ? lower(c, test) : null;
    const guard: Node | null =
      condition && guarded?.type === 'unless_guard' ? { type: 'not', at: condition.at, value: condition } : condition;
    return [{ at: c.at(clause), pattern, guard, body: lowerStatements(c, clause.childForFieldName('body')) }];
  });
  const otherwise = node.childForFieldName('else');
  return {
    type: 'match',
    at: c.at(node),
    subject,
    clauses,
    else: otherwise ? (lowerStatements(c, otherwise) ?? { type: 'nil', at: c.at(otherwise) }) : null,
    form: 'case',
  };
}

/** `value => pattern` and `value in pattern` */
export function lowerMatch(c: Lowering, node: TreeNode): MatchNode {
  const subject = lower(c, node.childForFieldName('value')!);
  const pattern = lowerPattern(c, node.childForFieldName('pattern')!);
  const form = node.type === 'test_pattern' ? 'test' : 'require';
  return {
    type: 'match',
    at: c.at(node),
    subject,
    clauses: [{ at: c.at(node), pattern, guard: null, body: null }],
    else: null,
    form,
  };
}

function lowerPattern(c: Lowering, node: TreeNode): Pattern {
  switch (node.type) {
    case 'identifier': {
      const name = c.source(node);
      c.declare(name);
      return { type: 'bind', name };
    }
    case 'as_pattern': {
      const pattern = lowerPattern(c, node.childForFieldName('value')!);
      const name = c.source(node.childForFieldName('name')!);
      c.declare(name);
      return { type: 'as', pattern, name };
    }
    case 'alternative_pattern':
      return { type: 'either', of: meaningful(node).map((child) => lowerPattern(c, child)) };
    case 'parenthesized_pattern':
      return lowerPattern(c, meaningful(node)[0]!);
    case 'array_pattern':
      return arrayPattern(c, node);
    case 'hash_pattern':
      return hashPattern(c, node);
    case 'variable_reference_pattern':
      return { type: 'value', node: lower(c, node.childForFieldName('name')!) };
    case 'expression_reference_pattern':
      return { type: 'value', node: lower(c, node.childForFieldName('value')!) };
    case 'find_pattern':
      return { type: 'unsupported', reason: 'a find pattern' };
    default:
      return { type: 'value', node: lower(c, node) };
  }
}

function withoutClass(node: TreeNode): { type: TreeNode | null; children: TreeNode[] } {
  const type = node.childForFieldName('class');
  const children = meaningful(node).filter((child) => !type || child.startIndex !== type.startIndex);
  return { type, children };
}

function arrayPattern(c: Lowering, node: TreeNode): Pattern {
  const { type, children } = withoutClass(node);
  const before: Pattern[] = [];
  const after: Pattern[] = [];
  let rest: { name: string | null } | null = null;
  for (const child of children) {
    if (child.type === 'splat_parameter') rest = restName(c, child);
    else (rest ? after : before).push(lowerPattern(c, child));
  }
  return { type: 'array', class: type ? lower(c, type) : null, before, rest, after };
}

function hashPattern(c: Lowering, node: TreeNode): Pattern {
  const { type, children } = withoutClass(node);
  const pairs: { key: string; pattern: Pattern | null }[] = [];
  let rest: { name: string | null } | 'nil' | null = null;
  for (const child of children) {
    if (child.type === 'hash_splat_nil') rest = 'nil';
    else if (child.type === 'hash_splat_parameter') rest = restName(c, child);
    else {
      const key = c.source(child.childForFieldName('key')!).replaceAll(/^["']|["']$/g, '');
      const value = child.childForFieldName('value');
      if (!value) c.declare(key);
      pairs.push({ key, pattern: value ? lowerPattern(c, value) : null });
    }
  }
  return { type: 'hash', class: type ? lower(c, type) : null, pairs, rest };
}

function restName(c: Lowering, node: TreeNode): { name: string | null } {
  const name = node.childForFieldName('name');
  if (name) c.declare(c.source(name));
  return { name: name ? c.source(name) : null };
}
