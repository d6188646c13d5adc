import type { Case, CompoundList, If, SyntaxNode, TestExpression, Word } from 'unbash';
import type { Traced } from '../value/traced.ts';

/** What a word of a script is where it stands. */
export type ValueOf = (word: Word) => Traced<string>;

/** What conditions ask: what words are, and whether a file is there, null where nobody can tell. */
export interface Asked {
  readonly valueOf: ValueOf;
  readonly exists: (path: string) => boolean | null;
}

/** What a condition leads to: null for nothing at all. */
export interface Branch {
  readonly body: CompoundList | null;
}

/** The branch of an `if` whose conditions are certain, its body null for none; null where nobody can tell. */
export function taken(node: If, asked: Asked): Branch | null {
  for (const { clause, then } of [node, ...node.elif]) {
    const only = clause.commands.length === 1 ? clause.commands[0]!.command : null;
    const holds = only && decided(only, asked);
    if (holds === null) return null;
    if (holds) return { body: then };
  }
  return { body: node.else ?? null };
}

/** Whether a command can be a test, whose end nobody knows beforehand. */
export function isTest(node: SyntaxNode): boolean {
  if (node.type === 'TestCommand' || node.type === 'ArithmeticCommand') return true;
  if (node.type === 'Pipeline') return node.commands.some(isTest);
  return node.type === 'Command' && /^(?:\[|test|grep|command|which|type|pgrep|false)$/.test(node.name?.value ?? '');
}

/** Whether `[ "$1" = web ]`, `[[ $1 == web ]]` or `! test -f config/database.yml` holds; null where nobody can tell. */
export function decided(node: SyntaxNode, asked: Asked): boolean | null {
  if (node.type === 'Pipeline') {
    const [only, ...others] = node.commands;
    if (!only || others.length > 0 || node.prefixes.some(({ type }) => type !== 'Negation')) return null;
    return node.prefixes.length % 2 === 1 ? negated(decided(only, asked)) : decided(only, asked);
  }
  if (node.type === 'TestCommand') return inBrackets(node.expression, asked);
  if (node.type !== 'Command' || !/^(?:\[|test)$/.test(node.name?.value ?? '')) return null;
  const args = node.args.filter((argument) => argument.text !== ']');
  const values = args.flatMap((argument) => (argument.type === 'Word' ? (certain(argument, asked.valueOf) ?? []) : []));
  return values.length === args.length ? inWords(values, asked) : null;
}

function inWords(values: readonly string[], asked: Asked): boolean | null {
  const [first, second, third] = values as [string, string, string];
  if (values.length === 2) return first === '!' ? second === '' : unary(first, second, asked);
  if (values.length === 3 && first === '!' && !/^!?==?$/.test(second)) return negated(unary(second, third, asked));
  if (values.length === 4 && first === '!') return negated(binary(third, second, values[3]!));
  return values.length === 3 ? binary(second, first, third) : null;
}

function negated(holds: boolean | null): boolean | null {
  return holds === null ? null : !holds;
}

function inBrackets(expression: TestExpression, asked: Asked): boolean | null {
  const { valueOf } = asked;
  if (expression.type === 'TestNot') {
    const holds = inBrackets(expression.operand, asked);
    return expression.negations.length % 2 === 1 ? negated(holds) : holds;
  }
  if (expression.type === 'TestUnary') {
    const operand = certain(expression.operand, valueOf);
    return operand === null ? null : unary(expression.operator, operand, asked);
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

function unary(operator: string, operand: string, { exists }: Asked): boolean | null {
  if (/^-[efrs]$/.test(operator)) return exists(operand);
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
