import { span, spanText, type Span } from '../../text/source.ts';
import type { Environment, VariableState } from '../../value/environment.ts';
import { agree, assuming, combine, known, unknown, via, type Known, type Traced } from '../../value/traced.ts';

/**
 * A string of a compose file, or of an env file, after its variables: `$X`, `${X}`, `${X:-d}`, `${X-d}`, `${X:?m}`,
 * `${X?m}`, `${X:+a}`, `${X+a}`, which nest, and `$$` for a dollar. A variable that nothing sets and that has no
 * fallback is one that whoever runs compose sets: nobody here can see it.
 * Source: template/template.go@v2.9.1 (compose-spec/compose-go)
 */
export function interpolated(text: string, at: Span, environment: Environment): Traced<string> {
  if (!text.includes('$')) return known(text, { kind: 'literal', at });
  const offset = spanText(at).indexOf(text);
  const place = (start: number, end: number): Span =>
    offset === -1 ? at : span(at.file, at.start + offset + start, at.start + offset + end);
  return new Template(text, place, environment).read(0, text.length, 0);
}

/** Fallbacks in fallbacks: deeper than anybody writes. */
const DEEPEST = 40;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;

class Template {
  readonly #text: string;
  readonly #place: (start: number, end: number) => Span;
  readonly #environment: Environment;

  constructor(text: string, place: (start: number, end: number) => Span, environment: Environment) {
    this.#text = text;
    this.#place = place;
    this.#environment = environment;
  }

  read(start: number, end: number, depth: number): Traced<string> {
    const at = this.#place(start, end);
    if (depth > DEEPEST) return unknown('it nests too deep to be followed', { kind: 'computed', at, from: [] });
    const pieces: Traced<string>[] = [];
    let literal = '';
    let index = start;
    while (index < end) {
      const character = this.#text[index]!;
      if (character !== '$') {
        literal += character;
        index += 1;
      } else if (this.#text[index + 1] === '$' && index + 1 < end) {
        literal += '$';
        index += 2;
      } else {
        const found = this.#variable(index, end, depth);
        if (literal !== '') pieces.push(known(literal, { kind: 'literal', at }));
        literal = '';
        pieces.push(found.value);
        index = found.end;
      }
    }
    if (pieces.length === 0) return known(literal, { kind: 'literal', at });
    if (literal !== '') pieces.push(known(literal, { kind: 'literal', at }));
    return pieces.length === 1 ? pieces[0]! : combine(at, pieces, (...all) => all.join(''));
  }

  #variable(start: number, end: number, depth: number): { value: Traced<string>; end: number } {
    const rest = this.#text.slice(start + 1, end);
    const plain = NAME.exec(rest)?.[0];
    if (plain !== undefined) {
      const close = start + 1 + plain.length;
      return { value: this.#passedOn(plain, this.#place(start, close)), end: close };
    }
    const close = rest.startsWith('{') ? closing(this.#text, start + 1, end) : -1;
    if (close === -1) return { value: this.#invalid(start, end), end };
    return { value: this.#braced(start + 2, close, this.#place(start, close + 1), depth), end: close + 1 };
  }

  #braced(start: number, end: number, at: Span, depth: number): Traced<string> {
    const name = NAME.exec(this.#text.slice(start, end))?.[0];
    if (name === undefined) return this.#invalid(start, end);
    const operator = /^:?[-+?]/.exec(this.#text.slice(start + name.length, end))?.[0];
    if (operator === undefined) {
      return start + name.length === end ? this.#passedOn(name, at) : this.#invalid(start, end);
    }
    const state = this.#environment.get(name, at);
    const isSet = (value: string | null) => value !== null && !(operator.length === 2 && value === '');
    const operand = () => this.read(start + name.length + operator.length, end, depth + 1);
    return decided(state, (value) => {
      if (operator.endsWith('+')) return assuming(isSet(value.value) ? operand() : orEmpty(value), value.assumes);
      if (isSet(value.value)) return orEmpty(value);
      if (operator.endsWith('?')) return unknown(outside(name), value.origin);
      const taken = via(operand(), (from) => ({ kind: 'fallback', variable: name, at, from: [from] }));
      return assuming(taken, value.assumes);
    });
  }

  #passedOn(name: string, at: Span): Traced<string> {
    const state = this.#environment.get(name, at);
    if (state.known && state.value === null) return unknown(outside(name), state.origin);
    return combine(null, [state], (value) => value ?? '');
  }

  #invalid(start: number, end: number): Traced<string> {
    const at = this.#place(start, end);
    return unknown('compose refuses it: a dollar that begins no variable is written $$', {
      kind: 'computed',
      at,
      from: [],
    });
  }
}

function outside(name: string): string {
  return `${name} is set where compose is run; nothing in the repository sets it`;
}

/** Where `{…}` that opens at an offset closes, or -1. */
function closing(text: string, open: number, end: number): number {
  let depth = 0;
  for (let index = open; index < end; index += 1) {
    if (text[index] === '{') depth += 1;
    if (text[index] === '}') depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}

function orEmpty(state: Known<string | null>): Traced<string> {
  return combine(null, [state], (value) => value ?? '');
}

function decided(state: VariableState, decide: (value: Known<string | null>) => Traced<string>): Traced<string> {
  if (state.known) return decide(state);
  if (!state.candidates) return unknown(state.reason, state.origin);
  return agree(state.reason, state.candidates.map(decide));
}
