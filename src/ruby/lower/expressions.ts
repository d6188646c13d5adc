import type { Node as TreeNode } from 'web-tree-sitter';
import { type CaseNode, type ConstNode, type Node } from '../syntax.ts';
import { lowerArguments, lowerCall, lowerElementReference, lowerIdentifier, lowerPair, operatorCall } from './calls.ts';
import { meaningful, type Lowering } from './context.ts';
import { lowerBlock, lowerParameters } from './parameters.ts';
import { lowerCaseMatch, lowerMatch } from './patterns.ts';
import { lowerBody, lowerStatements } from './statements.ts';
import {
  lowerChained,
  lowerCharacter,
  lowerHeredoc,
  lowerRegex,
  lowerString,
  lowerSubshell,
  lowerSymbol,
  lowerWords,
} from './strings.ts';
import { lowerAssignment, lowerOperatorAssignment, lowerTarget } from './targets.ts';

/** One expression or statement of the parser's tree as one of ours. */
export function lower(c: Lowering, node: TreeNode): Node {
  return c.deeper(node, () => lowerHere(c, node));
}

function lowerHere(c: Lowering, node: TreeNode): Node {
  const at = c.at(node);
  switch (node.type) {
    case 'nil':
    case 'true':
    case 'false':
    case 'self':
    case 'retry':
    case 'redo':
      return { type: node.type, at };
    case 'integer':
      return integer(c, node);
    case 'float':
      return { type: 'float', at, value: Number(c.source(node).replaceAll('_', '')) };
    case 'string':
      return lowerString(c, node);
    case 'chained_string':
      return lowerChained(c, node, meaningful(node));
    case 'character':
      return lowerCharacter(c, node);
    case 'simple_symbol':
      return { type: 'sym', at, name: c.source(node).slice(1) };
    case 'hash_key_symbol':
      return { type: 'sym', at, name: c.source(node) };
    case 'delimited_symbol':
      return lowerSymbol(c, node);
    case 'string_array':
      return lowerWords(c, node, false);
    case 'symbol_array':
      return lowerWords(c, node, true);
    case 'heredoc_beginning':
      return lowerHeredoc(c, node);
    case 'regex':
      return lowerRegex(c, node);
    case 'subshell':
      return lowerSubshell(c, node);
    case 'array':
      return arrayLiteral(c, node);
    case 'hash':
      return { type: 'hash', at, pairs: meaningful(node).map((child) => lowerPair(c, child)) };
    case 'range':
      return range(c, node);
    case 'identifier':
      return lowerIdentifier(c, node);
    case 'instance_variable':
      return { type: 'ivar', at, name: c.source(node) };
    case 'class_variable':
      return { type: 'cvar', at, name: c.source(node) };
    case 'global_variable':
      return { type: 'gvar', at, name: c.source(node) };
    case 'constant':
      return { type: 'const', at, name: c.source(node), scope: null };
    case 'scope_resolution':
      return lowerTarget(c, node) as ConstNode;
    case 'file':
      return { type: 'file', at };
    case 'line':
      return { type: 'line', at };
    case 'call':
      return lowerCall(c, node);
    case 'element_reference':
      return lowerElementReference(c, node);
    case 'super':
      return { type: 'super', at, args: null };
    case 'splat_argument': {
      const value = meaningful(node)[0];
      return { type: 'splat', at, value: value ? lower(c, value) : { type: 'local', at, name: '*' } };
    }
    case 'assignment':
      return lowerAssignment(c, node);
    case 'operator_assignment':
      return lowerOperatorAssignment(c, node);
    case 'binary':
      return binary(c, node);
    case 'unary':
      return unary(c, node);
    case 'parenthesized_statements':
    case 'begin_block':
      return lowerStatements(c, node) ?? { type: 'nil', at };
    case 'begin':
      return lowerBegin(c, node);
    default:
      return lowerControl(c, node);
  }
}

function lowerControl(c: Lowering, node: TreeNode): Node {
  const at = c.at(node);
  const field = (name: string): TreeNode => node.childForFieldName(name)!;
  switch (node.type) {
    case 'if':
    case 'elsif':
    case 'unless': {
      const test = lower(c, field('condition'));
      const then = lowerStatements(c, node.childForFieldName('consequence'));
      const alternative = node.childForFieldName('alternative');
      const otherwise = !alternative
        ? null
        : alternative.type === 'elsif'
          ? lower(c, alternative)
          : lowerStatements(c, alternative);
      return node.type === 'unless'
        ? { type: 'if', at, test, then: otherwise, else: then }
        : { type: 'if', at, test, then, else: otherwise };
    }
    case 'if_modifier': {
      const then = lower(c, field('body'));
      return { type: 'if', at, test: lower(c, field('condition')), then, else: null };
    }
    case 'unless_modifier': {
      const body = lower(c, field('body'));
      return { type: 'if', at, test: lower(c, field('condition')), then: null, else: body };
    }
    case 'conditional': {
      const test = lower(c, field('condition'));
      return { type: 'if', at, test, then: lower(c, field('consequence')), else: lower(c, field('alternative')) };
    }
    case 'case':
      return caseWhen(c, node);
    case 'case_match':
      return lowerCaseMatch(c, node);
    case 'match_pattern':
    case 'test_pattern':
      return lowerMatch(c, node);
    case 'while':
    case 'until': {
      const test = lower(c, field('condition'));
      const body = lowerStatements(c, node.childForFieldName('body'));
      return { type: 'while', at, test, body, until: node.type === 'until', bodyFirst: false };
    }
    case 'while_modifier':
    case 'until_modifier': {
      const body = lower(c, field('body'));
      const test = lower(c, field('condition'));
      const bodyFirst = field('body').type === 'begin';
      return { type: 'while', at, test, body, until: node.type === 'until_modifier', bodyFirst };
    }
    case 'for': {
      const target = lowerTarget(c, field('pattern'));
      const over = lower(c, meaningful(field('value'))[0]!);
      return { type: 'for', at, target, over, body: lowerStatements(c, node.childForFieldName('body')) };
    }
    case 'rescue_modifier': {
      const body = lower(c, field('body'));
      const handler = lower(c, field('handler'));
      const clause = { at: handler.at, classes: [], target: null, body: handler };
      return { type: 'begin', at, body, rescues: [clause], else: null, ensure: null };
    }
    case 'return':
    case 'next':
    case 'break':
      return jump(c, node, node.type);
    case 'yield': {
      const list = meaningful(node)[0];
      return { type: 'yield', at, args: lowerArguments(c, list ? meaningful(list) : []) };
    }
    case 'lambda': {
      const block = lowerBlock(c, field('body'), node.childForFieldName('parameters'));
      return { type: 'lambda', at, block };
    }
    default:
      return lowerDefinition(c, node);
  }
}

function lowerDefinition(c: Lowering, node: TreeNode): Node {
  const at = c.at(node);
  switch (node.type) {
    case 'method':
    case 'singleton_method': {
      const object = node.childForFieldName('object');
      const singleton = object ? lower(c, object) : null;
      const { result } = c.scoped(false, false, () => {
        const params = lowerParameters(c, node.childForFieldName('parameters'));
        const body = node.childForFieldName('body');
        const lowered =
          body?.type === 'body_statement' ? lowerBody(c, meaningful(body), body) : body ? lower(c, body) : null;
        return { params, body: lowered };
      });
      return { type: 'def', at, name: c.source(node.childForFieldName('name')!), singleton, ...result };
    }
    case 'class':
    case 'module':
    case 'singleton_class': {
      const name = node.childForFieldName('name');
      const superclass = node.childForFieldName('superclass');
      const parent = superclass ? lower(c, meaningful(superclass)[0]!) : null;
      const target = name ? (lowerTarget(c, name) as ConstNode) : null;
      const body = node.childForFieldName('body');
      const { result } = c.scoped(false, false, () => (body ? lowerBody(c, meaningful(body), body) : null));
      const kind = node.type === 'singleton_class' ? 'singleton' : node.type;
      return { type: 'module', at, kind, name: target, superclass: parent, body: result };
    }
    case 'alias':
    case 'undef':
    case 'end_block':
      return { type: 'nil', at };
    case 'rational':
    case 'complex':
      return c.unsupported(node, `\`${c.source(node)}\` is a kind of number this tool does not compute with`);
    default:
      return c.unsupported(node, 'Ruby this tool does not read');
  }
}

function integer(c: Lowering, node: TreeNode): Node {
  const text = c.source(node).replaceAll('_', '').toLowerCase();
  if (text.length > 1000) return c.unsupported(node, 'a number too large for this tool');
  const digits = /^0[xb]/.test(text)
    ? text
    : text.startsWith('0d')
      ? text.slice(2)
      : /^0o?[0-7]+$/.test(text)
        ? `0o${text.replace(/^0o?/, '')}`
        : text;
  return { type: 'int', at: c.at(node), value: BigInt(digits) };
}

function arrayLiteral(c: Lowering, node: TreeNode): Node {
  const args = lowerArguments(c, meaningful(node));
  const items =
    args.pairs.length > 0
      ? [...args.positional, { type: 'hash', at: c.at(node), pairs: args.pairs } as const]
      : args.positional;
  return { type: 'array', at: c.at(node), items };
}

function range(c: Lowering, node: TreeNode): Node {
  const begin = node.childForFieldName('begin');
  const end = node.childForFieldName('end');
  const operator = node.childForFieldName('operator')!;
  return {
    type: 'range',
    at: c.at(node),
    begin: begin ? lower(c, begin) : null,
    end: end ? lower(c, end) : null,
    exclusive: c.source(operator) === '...',
  };
}

function binary(c: Lowering, node: TreeNode): Node {
  const at = c.at(node);
  const left = lower(c, node.childForFieldName('left')!);
  const right = lower(c, node.childForFieldName('right')!);
  const operator = c.source(node.childForFieldName('operator')!);
  switch (operator) {
    case '&&':
    case 'and':
      return { type: 'and', at, left, right };
    case '||':
    case 'or':
      return { type: 'or', at, left, right };
    case '!=':
      return { type: 'not', at, value: operatorCall(c, node, left, '==', right) };
    case '!~':
      return { type: 'not', at, value: operatorCall(c, node, left, '=~', right) };
    default:
      return operatorCall(c, node, left, operator, right);
  }
}

function unary(c: Lowering, node: TreeNode): Node {
  const at = c.at(node);
  const value = lower(c, node.childForFieldName('operand')!);
  const operator = c.source(node.childForFieldName('operator') ?? node.child(0)!);
  switch (operator) {
    case '!':
    case 'not':
      return { type: 'not', at, value };
    case 'defined?':
      return { type: 'defined', at, value };
    case '-':
      if (value.type === 'int') return { type: 'int', at, value: -value.value };
      if (value.type === 'float') return { type: 'float', at, value: -value.value };
      return operatorCall(c, node, value, '-@', null);
    case '+':
      return operatorCall(c, node, value, '+@', null);
    default:
      return operatorCall(c, node, value, operator, null);
  }
}

function lowerBegin(c: Lowering, node: TreeNode): Node {
  const body = lowerBody(c, meaningful(node), node);
  if (!body) return { type: 'nil', at: c.at(node) };
  return body;
}

function caseWhen(c: Lowering, node: TreeNode): CaseNode {
  const value = node.childForFieldName('value');
  const subject = value ? lower(c, value) : null;
  const whens = [];
  let otherwise: Node | null = null;
  for (const child of meaningful(node)) {
    if (child.type === 'when') {
      const patterns = child.childrenForFieldName('pattern').flatMap((pattern) => {
        const inner = pattern ? meaningful(pattern)[0] : undefined;
        return inner ? [lower(c, inner)] : [];
      });
      const body = lowerStatements(c, child.childForFieldName('body'));
      whens.push({ at: c.at(child), patterns, body });
    } else if (child.type === 'else') {
      otherwise = lowerStatements(c, child);
    }
  }
  return { type: 'case', at: c.at(node), subject, whens, else: otherwise };
}

function jump(c: Lowering, node: TreeNode, type: 'return' | 'next' | 'break'): Node {
  const list = meaningful(node)[0];
  const at = c.at(node);
  if (!list) return { type, at, value: null };
  const args = lowerArguments(c, meaningful(list));
  const items =
    args.pairs.length > 0
      ? [...args.positional, { type: 'hash', at: c.at(list), pairs: args.pairs } as const]
      : args.positional;
  const only = items.length === 1 && items[0]!.type !== 'splat' ? items[0]! : null;
  return { type, at, value: only ?? { type: 'array', at: c.at(list), items } };
}
