import type { Case, CompoundList, If, TestExpression, Word } from 'unbash';
import type { Traced } from '../value/traced.ts';

/** What a word of a script is where it stands. */
export type ValueOf = (word: Word) => Traced<string>;

/** What a condition leads to: null for nothing at all. */
export interface Branch {
  readonly body: CompoundList | null;
}

/** The branch of an `if` whose conditions are certain, its body null for none; null where nobody can tell. */
export function taken(node: If, valueOf: ValueOf): Branch | null {
  for (const { clause, then } of [node, ...node.elif]) {
    const holds = decided(clause, valueOf);
    if (holds === null) return null;
    if (holds) return { body: then };
  }
  return { body: node.else ?? null };
}

/** Whether `[ "$1" = web ]` or `[[ $1 == web ]]` holds; null for every other condition. */
function decided(clause: CompoundList, valueOf: ValueOf): boolean | null {
  const only = clause.commands.length === 1 ? clause.commands[0]!.command : null;
  if (only?.type === 'TestCommand') return inBrackets(only.expression, valueOf);
  if (only?.type !== 'Command' || !/^(?:\[|test)$/.test(only.name?.value ?? '')) return null;
  const args = only.args.filter((argument) => argument.text !== ']');
  const values = args.flatMap((argument) => (argument.type === 'Word' ? (certain(argument, valueOf) ?? []) : []));
  if (values.length !== args.length) return null;
  const [first, second, third] = values as [string, string, string];
  if (values.length === 2) return unary(first, second);
  return values.length === 3 ? binary(second, first, third) : null;
}

function inBrackets(expression: TestExpression, valueOf: ValueOf): boolean | null {
  if (expression.type === 'TestUnary') {
    const operand = certain(expression.operand, valueOf);
    return operand === null ? null : unary(expression.operator, operand);
  }
  // What stands there without quotes may be a pattern.
  if (expression.type !== 'TestBinary' || /[*?[\]]/.test(expression.right.text)) return null;
  const [left, right] = [certain(expression.left, valueOf), certain(expression.right, valueOf)];
  return left === null || right === null ? null : binary(expression.operator, left, right);
}

function certain(word: Word, valueOf: ValueOf): string | null {
  const value = valueOf(word);
  return value.known && value.assumes.length === 0 ? value.value : null;
}

function unary(operator: string, operand: string): boolean | null {
  if (operator === '-z') return operand === '';
  return operator === '-n' ? operand !== '' : null;
}

function binary(operator: string, left: string, right: string): boolean | null {
  if (operator === '=' || operator === '==') return left === right;
  return operator === '!=' ? left !== right : null;
}

/** The branch of a `case` whose word is certain, its body null where none matches; null where nobody can tell. */
export function chosen(node: Case, valueOf: ValueOf): Branch | null {
  const word = valueOf(node.word);
  if (!word.known || word.assumes.length > 0) return null;
  for (const item of node.items) {
    if (item.terminator !== undefined && item.terminator !== ';;') return null;
    for (const pattern of item.pattern) {
      const matches = matchesPattern(word.value, pattern.text);
      if (matches === null) return null;
      if (matches) return { body: item.body };
    }
  }
  return { body: null };
}

/** Whether a word is what a pattern means: letters, quotes and one star at most; null for any other pattern. */
function matchesPattern(word: string, pattern: string): boolean | null {
  const bare = pattern.replace(/^(["'])(.*)\1$/, '$2');
  if (!/^[\w./:=@ -]*\*?[\w./:=@ -]*$/.test(bare)) return null;
  const [head, tail] = bare.split('*') as [string, string?];
  if (tail === undefined) return word === head;
  return word.length >= head.length + tail.length && word.startsWith(head) && word.endsWith(tail);
}
