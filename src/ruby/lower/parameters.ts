import type { Node as TreeNode } from 'web-tree-sitter';
import type { BlockNode, MultipleTarget, Node, Parameters, Target } from '../syntax.ts';
import { NO_PARAMETERS } from '../syntax.ts';
import { meaningful, type Lowering } from './context.ts';
import { lower } from './expressions.ts';
import { lowerBody } from './statements.ts';

/** Parameters of a method, a block or a lambda; declares their names. */
export function lowerParameters(c: Lowering, node: TreeNode | null): Parameters {
  if (!node) return NO_PARAMETERS;
  const required: (string | MultipleTarget)[] = [];
  const optional: { name: string; value: Node }[] = [];
  const post: (string | MultipleTarget)[] = [];
  const keywords: { name: string; value: Node | null }[] = [];
  let rest: string | null = null;
  let keywordRest: string | null = null;
  let block: string | null = null;
  let forward = false;
  const locals = node.childrenForFieldName('locals').map((child) => (child ? c.source(child) : ''));
  const localStarts = new Set(node.childrenForFieldName('locals').map((child) => child?.startIndex));
  const positional = (item: string | MultipleTarget): void => {
    if (rest !== null || optional.length > 0) post.push(item);
    else required.push(item);
  };
  for (const child of meaningful(node)) {
    if (localStarts.has(child.startIndex)) continue;
    const named = child.childForFieldName('name');
    const name = named ? c.source(named) : '';
    if (name) c.declare(name);
    switch (child.type) {
      case 'identifier':
        c.declare(c.source(child));
        positional(c.source(child));
        break;
      case 'destructured_parameter':
        positional(destructured(c, child));
        break;
      case 'optional_parameter':
        optional.push({ name, value: lower(c, child.childForFieldName('value')!) });
        break;
      case 'splat_parameter':
        rest = name || '*';
        break;
      case 'keyword_parameter': {
        const value = child.childForFieldName('value');
        keywords.push({ name, value: value ? lower(c, value) : null });
        break;
      }
      case 'hash_splat_parameter':
        keywordRest = name || '**';
        break;
      case 'block_parameter':
        block = name || '&';
        break;
      case 'forward_parameter':
        forward = true;
        break;
      default:
    }
  }
  for (const local of locals) c.declare(local);
  const trailingComma = node.type === 'block_parameters' && /,\s*\|?$/.test(c.source(node));
  return { required, optional, rest, post, keywords, keywordRest, block, forward, locals, trailingComma };
}

function destructured(c: Lowering, node: TreeNode): MultipleTarget {
  const before: Target[] = [];
  const after: Target[] = [];
  let rest: Target | 'nameless' | null = null;
  for (const child of meaningful(node)) {
    if (child.type === 'splat_parameter') {
      const name = child.childForFieldName('name');
      rest = name ? localTarget(c, name) : 'nameless';
      continue;
    }
    const target = child.type === 'destructured_parameter' ? destructured(c, child) : localTarget(c, child);
    (rest === null ? before : after).push(target);
  }
  return { type: 'multiple', at: c.at(node), before, rest, after };
}

function localTarget(c: Lowering, node: TreeNode): Target {
  const name = c.source(node);
  c.declare(name);
  return { type: 'local', at: c.at(node), name };
}

/** A `{ … }` or `do … end` block, or the body of a lambda with its own parameters. */
export function lowerBlock(c: Lowering, node: TreeNode, outside: TreeNode | null = null): BlockNode {
  const listed = outside ?? node.childForFieldName('parameters');
  const { result, numbered, it } = c.scoped(true, listed === null, () => {
    const params = lowerParameters(c, listed);
    const body = node.childForFieldName('body');
    return { params, body: body ? lowerBody(c, meaningful(body), body) : null };
  });
  const at = c.at(node);
  if (numbered > 0) {
    const required = Array.from({ length: numbered }, (_, i) => `_${i + 1}`);
    return { at, params: { ...NO_PARAMETERS, required }, body: result.body };
  }
  if (it) return { at, params: { ...NO_PARAMETERS, required: ['it'] }, body: result.body };
  return { at, params: result.params, body: result.body };
}
