import type { Span } from '../../text/source.ts';
import type { VariableState } from '../../value/environment.ts';
import { agree, assuming, combine, known, unknown, via, type Known, type Traced } from '../../value/traced.ts';
import type { Line } from './instructions.ts';

/** What a variable is where it is substituted. */
export type Lookup = (variable: string, at: Span) => VariableState;

/** Fallbacks in fallbacks: deeper than anybody writes. */
const DEEPEST = 40;

/**
 * A word after quotes, escapes and variables, of which an unset one is empty.
 * Source: frontend/dockerfile/shell/lex.go@v0.17.0 (moby/buildkit)
 */
export function substituted(word: Line, escape: string, lookup: Lookup, depth = 0): Traced<string> {
  const at = word.place();
  if (depth > DEEPEST) return unknown('it nests too deep to be followed', { kind: 'computed', at, from: [] });
  const pieces: Traced<string>[] = [];
  let literal = '';
  let quoted = false;
  const text = word.text;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]!;
    if (character === "'" && !quoted) {
      const end = text.indexOf("'", index + 1);
      literal += text.slice(index + 1, end === -1 ? text.length : end);
      index = end === -1 ? text.length : end;
    } else if (character === '"') quoted = !quoted;
    else if (character === escape) {
      const next = text[index + 1] ?? '';
      // Inside quotes an escape is itself before anything but these.
      literal += quoted && next !== '"' && next !== '$' && next !== escape ? escape + next : next;
      index += 1;
    } else if (character === '$') {
      const variable = variableAt(word, index, escape, lookup, depth);
      if (literal !== '') pieces.push(known(literal, { kind: 'literal', at }));
      literal = '';
      pieces.push(variable.value);
      index = variable.end - 1;
    } else literal += character;
  }
  if (pieces.length === 0) return known(literal, { kind: 'literal', at });
  if (literal !== '') pieces.push(known(literal, { kind: 'literal', at }));
  return pieces.length === 1 ? pieces[0]! : combine(at, pieces, (...all) => all.join(''));
}

interface Substitution {
  readonly value: Traced<string>;
  readonly end: number;
}

function variableAt(word: Line, start: number, escape: string, lookup: Lookup, depth: number): Substitution {
  const plain = /^\$([A-Za-z_]\w*)/.exec(word.text.slice(start));
  if (plain) {
    const end = start + plain[0].length;
    return { value: orEmpty(lookup(plain[1]!, word.place(start, end))), end };
  }
  if (word.text[start + 1] !== '{') {
    return { value: known('$', { kind: 'literal', at: word.place(start, start + 1) }), end: start + 1 };
  }
  const end = closing(word.text, start + 2);
  const inner = word.from(start + 2, end - 1);
  return { value: braced(inner, word.place(start, end), escape, lookup, depth), end };
}

/** Where `${…}` ends, those inside it skipped. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '{') depth += 1;
    if (text[index] === '}') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return text.length + 1;
}

function braced(inner: Line, at: Span, escape: string, lookup: Lookup, depth: number): Traced<string> {
  const match = /^([A-Za-z_]\w*)(?:(:?)([-+?])|$)/.exec(inner.text);
  if (!match) return unknown('Docker computes it', { kind: 'computed', at, from: [] });
  const [head, name, blank, operator] = match as unknown as [string, string, string?, string?];
  const state = lookup(name, at);
  if (!operator) return orEmpty(state);
  const operand = () => substituted(inner.from(head.length), escape, lookup, depth + 1);
  return decided(state, (value) => {
    const isSet = value.value !== null && !(blank && value.value === '');
    if (operator === '+') return assuming(isSet ? operand() : orEmpty({ ...value, value: '' }), value.assumes);
    if (isSet) return orEmpty(value);
    if (operator === '?') return unknown(`${name} must be set; nothing in the repository sets it`, value.origin);
    const taken = via(operand(), (from) => ({ kind: 'fallback', variable: name, at, from: [from] }));
    return assuming(taken, value.assumes);
  });
}

function orEmpty(state: VariableState): Traced<string> {
  return combine(null, [state], (value) => value ?? '');
}

function decided(state: VariableState, decide: (value: Known<string | null>) => Traced<string>): Traced<string> {
  if (state.known) return decide(state);
  if (!state.candidates || state.candidates.length === 0) return unknown(state.reason, state.origin);
  return agree(state.reason, state.candidates.map(decide));
}
