import type { Command, ParameterExpansionPart, Word as ShellWord, WordPart } from 'unbash';
import type { Span } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import { allAssumptions } from '../value/origin.ts';
import { agree, assuming, combine, known, unknown, via, type Known, type Traced } from '../value/traced.ts';
import type { Word } from './launch.ts';
import type { Passage } from './passage.ts';

/** The variables a shell sees: those of its environment, and its own that no program inherits. */
export interface Scope {
  readonly environment: Environment;
  readonly own: Environment;
  /** `$1`, `$2` … of a script that was followed; null where nobody knows them. */
  readonly args?: readonly Word[] | null;
}

/**
 * The words that one word of a command line becomes: an unquoted `$OPTS` may be several, or none. One that is none only
 * as long as its variable is unset stays, empty, so that whoever reads the command sees what it rests on.
 */
export function expandWord(word: ShellWord, text: Passage, scope: Scope): readonly Word[] {
  const at = text.place(word.pos, word.end);
  if (scope.args && /^"?\$(?:[@*]|\{[@*]\})"?$/.test(word.text)) return scope.args;
  const value = wordValue(word, text, scope);
  const only = word.parts?.length === 1 ? word.parts[0]! : null;
  const splits = only?.type === 'SimpleExpansion' || only?.type === 'ParameterExpansion';
  if (!splits || !value.known || !/^$|\s/.test(value.value)) return [{ value, at }];
  if (value.value === '' && value.assumes.length > 0) return [{ value, at }];
  const fields = value.value.split(/\s+/).filter((field) => field !== '');
  return fields.map((field) => ({ value: known(field, value.origin, value.assumes), at }));
}

/** The variable because of which a word is empty; null for one that is not, or that is empty in any case. */
export function emptyBecauseUnset({ value }: Word): string | null {
  if (!value.known || value.value !== '') return null;
  const unset = value.assumes.find((assumption) => assumption.kind === 'unset');
  return unset ? unset.variable : null;
}

/** A word as one string: what an assignment takes. */
export function wordValue(word: ShellWord, text: Passage, scope: Scope): Traced<string> {
  const at = text.place(word.pos, word.end);
  if (!word.parts) return known(word.value, { kind: 'literal', at });
  return joined(at, word.parts, text, scope);
}

function joined(at: Span, parts: readonly WordPart[], text: Passage, scope: Scope): Traced<string> {
  const values = parts.map((part) => partValue(part, text, scope));
  const open = values.some((value) => !isLiteral(value));
  if (!open) return known(values.map((value) => (value as Known<string>).value).join(''), { kind: 'literal', at });
  if (values.length === 1) return values[0]!;
  return combine(at, values, (...pieces) => pieces.join(''));
}

function isLiteral(value: Traced<string>): boolean {
  return value.known && value.origin.kind === 'literal' && value.assumes.length === 0;
}

function partValue(part: WordPart, text: Passage, scope: Scope): Traced<string> {
  const at = text.place(part.pos, part.end);
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return known(part.value, { kind: 'literal', at });
    case 'DoubleQuoted':
    case 'LocaleString':
      return joined(at, part.parts, text, scope);
    case 'Glob':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return known(part.text, { kind: 'literal', at });
    case 'SimpleExpansion':
      return variable(part.text.slice(1), at, scope);
    case 'ParameterExpansion':
      return parameter(part, at, text, scope);
    case 'CommandExpansion':
    case 'ArithmeticExpansion':
    case 'ProcessSubstitution':
      return unknown(`the shell computes ${part.text}`, { kind: 'computed', at, from: [] });
  }
}

/** `$VAR`: what is unset is the empty string. */
function variable(name: string, at: Span, scope: Scope): Traced<string> {
  if (scope.args && /^[1-9]\d*$/.test(name)) return argument(scope.args[Number(name) - 1], at);
  if (scope.args && /^[@*]$/.test(name)) {
    const words = scope.args.map(({ value }) => value);
    return words.length === 0 ? argument(undefined, at) : combine(null, words, (...all) => all.join(' '));
  }
  if (!/^[A-Za-z_]\w*$/.test(name))
    return unknown(`$${name} is an argument of a script`, { kind: 'computed', at, from: [] });
  return combine(null, [stateOf(name, at, scope)], (value) => value ?? '');
}

/** An argument that was not given is empty. */
function argument(word: Word | undefined, at: Span): Traced<string> {
  return word ? word.value : known('', { kind: 'computed', at, from: [] });
}

function stateOf(name: string, at: Span, scope: Scope): Traced<string | null> {
  return scope.own.declares(name) ? scope.own.get(name, at) : scope.environment.get(name, at);
}

function parameter(part: ParameterExpansionPart, at: Span, text: Passage, scope: Scope): Traced<string> {
  const operation = part.operation;
  if (part.prefix || part.index || (operation && operation.type !== 'Default'))
    return unknown(`the shell computes ${part.text}`, { kind: 'computed', at, from: [] });
  if (!operation) return variable(part.parameter, at, scope);
  const name = part.parameter;
  const isArgument = scope.args && /^[1-9]\d*$/.test(name);
  if (!isArgument && !/^[A-Za-z_]\w*$/.test(name)) return variable(name, at, scope);
  const state: Traced<string | null> = isArgument ? variable(name, at, scope) : stateOf(name, at, scope);
  const blankCounts = operation.operator.startsWith(':');
  const operand = () => wordValue(operation.operand, text, scope);
  switch (operation.operator.replace(':', '')) {
    case '-':
    case '=':
      return decided(state, (value) =>
        isSet(value.value, blankCounts) ? asString(value) : fallback(name, at, value, operand()),
      );
    case '+':
      return decided(state, (value) =>
        assuming(isSet(value.value, blankCounts) ? operand() : asString({ ...value, value: '' }), value.assumes),
      );
    default:
      return decided(state, (value) =>
        isSet(value.value, blankCounts)
          ? asString(value)
          : unknown(`${name} must be set; nothing in the repository sets it`, value.origin),
      );
  }
}

function isSet(value: string | null, blankCounts: boolean): boolean {
  return value !== null && !(blankCounts && value === '');
}

function asString(value: Known<string | null>): Traced<string> {
  return combine(null, [value], (text) => text ?? '');
}

function fallback(name: string, at: Span, state: Known<string | null>, operand: Traced<string>): Traced<string> {
  const taken = via(operand, (from) =>
    state.value === null
      ? { kind: 'fallback', variable: name, at, from: [from] }
      : { kind: 'computed', at, from: [state.origin, from] },
  );
  return assuming(taken, state.assumes);
}

/** Decides by the value of a variable, or by each value it can have. */
function decided(
  state: Traced<string | null>,
  decide: (value: Known<string | null>) => Traced<string>,
): Traced<string> {
  if (state.known) return decide(state);
  if (!state.candidates || state.candidates.length === 0) return unknown(state.reason, state.origin);
  const worlds = state.candidates.map(decide);
  const joinedWorlds = agree(state.reason, worlds);
  return joinedWorlds.known
    ? assuming(joinedWorlds, allAssumptions(...state.candidates.map((one) => one.assumes)))
    : joinedWorlds;
}

/** `--set KEY=value` stands among the arguments: an assignment only for the shell that parsed it. */
export function assignmentAsWord(given: Extract<Command['args'][number], { type: 'Assignment' }>): ShellWord {
  if (given.value.type !== 'Word')
    return { type: 'Word', text: given.text, value: given.text, pos: given.pos, end: given.end };
  const inner = given.value;
  const head = given.text.slice(0, inner.pos - given.pos);
  const literal = { type: 'Literal', pos: given.pos, end: inner.pos, value: head, text: head } as const;
  const { text, pos, end } = given;
  if (!inner.parts) return { type: 'Word', text, value: head + inner.value, pos, end };
  return { type: 'Word', text, value: head + inner.value, pos, end, parts: [literal, ...inner.parts] };
}
