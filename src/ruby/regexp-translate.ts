/** A Ruby pattern as JavaScript runs it, with how much work it can be. */
export type Translated =
  | {
      readonly kind: 'ready';
      readonly regexp: RegExp;
      /** Unbounded repetitions: the work grows with this power of the text's length. */
      readonly loops: number;
      /** Whether it can match only at the beginning of the text. */
      readonly anchored: boolean;
      /** In how many ways its optional parts and alternatives can be taken together. */
      readonly choices: number;
      /** The work of one try of one way: the pattern's own size, with what it repeats a fixed number of times. */
      readonly weight: number;
    }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'invalid'; readonly message: string };

class Untranslatable {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

const LONGEST = 2000;
/** A repetition that leaves more open than this is a loop; fewer are so many choices. */
const FEW = 8;
const CLASSES: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'a-zA-Z0-9_',
  s: ' \\t\\r\\n\\f\\v',
  h: '0-9a-fA-F',
};
const POSIX: Readonly<Record<string, string>> = {
  alpha: '\\p{L}\\p{M}',
  digit: '\\p{Nd}',
  alnum: '\\p{L}\\p{M}\\p{Nd}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: ' \\t\\r\\n\\f\\v\\u0085\\p{Z}',
  xdigit: '0-9a-fA-F',
  word: '\\p{L}\\p{M}\\p{Nd}\\p{Pc}',
  blank: ' \\t\\p{Zs}',
};

/** Translates a pattern, written by a small grammar of what both languages mean alike. */
export function translateRegexp(source: string, flags: string): Translated {
  if (source.length > LONGEST) return { kind: 'unknown', reason: 'a great length' };
  const reader = new Reader(source, flags.includes('x'), flags.includes('m'));
  try {
    const body = reader.alternatives(0);
    if (!reader.ended) throw new Untranslatable('an unmatched parenthesis');
    const regexp = new RegExp(body, flags.includes('i') ? 'giu' : 'gu');
    const { loops, choices, weight, branches } = reader;
    const anchored = source.startsWith('\\A') && !branches;
    return { kind: 'ready', regexp, loops, anchored, choices, weight: source.length + 1 + weight };
  } catch (problem) {
    if (problem instanceof Untranslatable) return { kind: 'unknown', reason: problem.reason };
    if (problem instanceof SyntaxError) return { kind: 'unknown', reason: 'something JavaScript cannot read' };
    throw problem;
  }
}

class Reader {
  loops = 0;
  /** Of what was read last: an atom, a sequence, all alternatives. */
  choices = 1;
  weight = 0;
  /** Whether it is alternatives. */
  branches = false;
  readonly #source: string;
  readonly #extended: boolean;
  readonly #dotAll: boolean;
  #at = 0;
  #repetitions = 0;

  constructor(source: string, extended: boolean, dotAll: boolean) {
    this.#source = source;
    this.#extended = extended;
    this.#dotAll = dotAll;
  }

  get ended(): boolean {
    return this.#at >= this.#source.length;
  }

  alternatives(depth: number): string {
    if (depth > 20) throw new Untranslatable('deep nesting');
    let result = this.#sequence(depth);
    let { choices } = this;
    while (this.#source[this.#at] === '|') {
      this.#at++;
      this.branches ||= depth === 0;
      result += `|${this.#sequence(depth)}`;
      choices += this.choices;
    }
    this.choices = choices;
    return result;
  }

  #sequence(depth: number): string {
    let result = '';
    let choices = 1;
    while (!this.ended && this.#source[this.#at] !== '|' && this.#source[this.#at] !== ')') {
      if (this.#extended && this.#skipBlank()) continue;
      const before = this.#repetitions;
      this.choices = 1;
      const start = this.#at;
      const atom = this.#atom(depth);
      result += this.#repeated(atom, this.#repetitions > before, this.#at - start);
      choices *= this.choices;
    }
    this.choices = choices;
    return result;
  }

  #skipBlank(): boolean {
    const char = this.#source[this.#at]!;
    if (/\s/.test(char)) {
      this.#at++;
      return true;
    }
    if (char !== '#') return false;
    const end = this.#source.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#source.length : end + 1;
    return true;
  }

  /** A repetition; one inside another, or around alternatives and optional parts, could take forever. */
  #repeated(atom: string, hasLoop: boolean, length: number): string {
    const rest = this.#source.slice(this.#at);
    const match = /^(?:[*+?]|\{\d*,?\d*\})/.exec(rest);
    if (!match || match[0] === '{}' || match[0] === '{,}') {
      if (rest.startsWith('{')) throw new Untranslatable('a brace that repeats nothing');
      return atom;
    }
    this.#at += match[0].length;
    let quantifier = match[0];
    const braces = /^\{(\d*)(,?)(\d*)\}$/.exec(quantifier);
    let least = quantifier === '+' ? 1 : 0;
    let most = quantifier === '?' ? 1 : Infinity;
    if (braces) {
      least = braces[1] === '' ? 0 : Number(braces[1]);
      most = braces[2] === '' ? least : braces[3] === '' ? Infinity : Number(braces[3]);
      if (least > 200) throw new Untranslatable('many repetitions');
      quantifier = braces[2] === '' ? `{${least}}` : `{${least},${most === Infinity ? '' : most}}`;
    }
    if (/[$^]$|^\(\?[=!<]/.test(atom)) throw new Untranslatable('a repeated anchor');
    if (most > 1 && (hasLoop || this.choices > 1)) throw new Untranslatable('a repetition inside a repetition');
    if (most > 1) this.#repetitions++;
    if (most - least > FEW) this.loops++;
    else this.choices += most - least;
    this.weight += length * Math.max(least, 1);
    const next = this.#source[this.#at];
    if (next === '?' && !(braces && braces[2] === '')) {
      this.#at++;
      quantifier += '?';
    } else if (next === '+' || next === '*' || next === '?') throw new Untranslatable('a possessive repetition');
    return atom + quantifier;
  }

  #atom(depth: number): string {
    const char = String.fromCodePoint(this.#source.codePointAt(this.#at)!);
    switch (char) {
      case '(':
        return this.#group(depth);
      case '[':
        return this.#set();
      case '\\':
        return this.#escape(false);
      case '^':
        this.#at++;
        return '(?:^|(?<=\\n))';
      case '$':
        this.#at++;
        return '(?=\\n|$)';
      case '.':
        this.#at++;
        return this.#dotAll ? '[\\s\\S]' : '[^\\n]';
      case '*':
      case '+':
      case '?':
        throw new Untranslatable('a repetition of nothing');
      case '{':
      case '}':
      case ']':
        this.#at++;
        return `\\${char}`;
      default:
        this.#at += char.length;
        return char === '/' ? '\\/' : char;
    }
  }

  #group(depth: number): string {
    const opening = /^\((?:\?(?::|=|!|<=|<!|<([A-Za-z_]\w*)>))?/.exec(this.#source.slice(this.#at))!;
    const plain = opening[0] === '(' && this.#source[this.#at + 1] === '?';
    if (plain) throw new Untranslatable('a group of a special kind');
    this.#at += opening[0].length;
    const body = this.alternatives(depth + 1);
    if (this.#source[this.#at] !== ')') throw new Untranslatable('an unmatched parenthesis');
    this.#at++;
    return `${opening[0]}${body})`;
  }

  #escape(inSet: boolean): string {
    const char = this.#source[this.#at + 1];
    if (char === undefined) throw new Untranslatable('a backslash at its end');
    this.#at += 2;
    if (Object.hasOwn(CLASSES, char)) return inSet ? CLASSES[char]! : `[${CLASSES[char]}]`;
    const lower = char.toLowerCase();
    if (char !== lower && Object.hasOwn(CLASSES, lower)) {
      if (inSet) throw new Untranslatable('a negated class inside a set');
      return `[^${CLASSES[lower]}]`;
    }
    if (!inSet) {
      if (char === 'A') return '^';
      if (char === 'z') return '$';
      if (char === 'Z') return '(?=\\n?$)';
      if (char === 'b') return '\\b';
      if (char === 'B') return '\\B';
      if (/[1-9]/.test(char)) throw new Untranslatable('a back reference');
    }
    const control: Readonly<Record<string, string>> = {
      n: '\\n',
      t: '\\t',
      r: '\\r',
      f: '\\f',
      v: '\\v',
      a: '\\x07',
      e: '\\x1b',
    };
    if (Object.hasOwn(control, char)) return control[char]!;
    if (/[A-Za-z0-9]/.test(char)) throw new Untranslatable(`\`\\${char}\``);
    const whole = char.charCodeAt(0) >= 0xd800 && char.charCodeAt(0) < 0xdc00 ? char + this.#source[this.#at++]! : char;
    return /[\^$\\.*+?()[\]{}|/-]/.test(whole) ? (whole === '-' && !inSet ? '-' : `\\${whole}`) : whole;
  }

  #set(): string {
    this.#at++;
    let result = '[';
    if (this.#source[this.#at] === '^') {
      result += '^';
      this.#at++;
    }
    const empty = this.#at;
    for (;;) {
      const char = this.#source[this.#at];
      if (char === undefined) throw new Untranslatable('an open set');
      if (char === ']' && this.#at > empty) break;
      if (char === ']') throw new Untranslatable('an empty set');
      if (char === '[') {
        const posix = /^\[:([a-z]+):\]/.exec(this.#source.slice(this.#at));
        const inner = posix ? POSIX[posix[1]!] : undefined;
        if (!posix || !inner) throw new Untranslatable('a set inside a set');
        result += inner;
        this.#at += posix[0].length;
        continue;
      }
      if (char === '&' && this.#source[this.#at + 1] === '&') throw new Untranslatable('an intersection of sets');
      if (char === '\\') {
        result += this.#source[this.#at + 1] === 'b' ? this.#backspace() : this.#escape(true);
        continue;
      }
      const whole = String.fromCodePoint(this.#source.codePointAt(this.#at)!);
      this.#at += whole.length;
      // A dash is a range only between two characters; elsewhere JavaScript wants it escaped.
      const isRange = whole === '-' && this.#at - 1 > empty && this.#source[this.#at] !== ']';
      result += isRange || !/[\^$\\.*+?()[\]{}|/-]/.test(whole) ? whole : `\\${whole}`;
    }
    this.#at++;
    return `${result}]`;
  }

  #backspace(): string {
    this.#at += 2;
    return '\\x08';
  }
}
