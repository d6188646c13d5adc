/** No version has more characters. */
const LONGEST = 200;

/**
 * A gem's version, ordered as RubyGems orders it (`lib/rubygems/version.rb@v3.6.2`): segments of digits are numbers,
 * segments of letters make a prerelease and come before any number, trailing zeros mean nothing.
 */
export class GemVersion {
  readonly text: string;
  readonly #segments: readonly (number | string)[];
  readonly #canonical: readonly (number | string)[];

  private constructor(text: string) {
    this.text = text;
    const dotted = text.replaceAll('-', '.pre.');
    this.#segments = segmentsOf(dotted);
    this.#canonical = canonical(dotted);
  }

  /** null where RubyGems would raise "Malformed version number string", and for what is longer than any version. */
  static parse(text: string): GemVersion | null {
    const trimmed = text.trim();
    if (trimmed === '') return new GemVersion('0');
    if (trimmed.length > LONGEST) return null;
    return /^\d+(?:\.[0-9a-z]+)*(?:-[0-9a-z-]+(?:\.[0-9a-z-]+)*)?$/iu.test(trimmed) ? new GemVersion(trimmed) : null;
  }

  /** For versions written in this program. Throws RangeError on anything else. */
  static of(text: string): GemVersion {
    const valid = GemVersion.parse(text);
    if (!valid) throw new RangeError(`not a version: ${text}`);
    return valid;
  }

  get segments(): readonly (number | string)[] {
    return this.#segments;
  }

  get prerelease(): boolean {
    return this.#segments.some((segment) => typeof segment === 'string');
  }

  /** Negative, zero or positive, as `<=>`. */
  compare(other: GemVersion): number {
    const left = this.#canonical;
    const right = other.#canonical;
    for (let at = 0; at < Math.max(left.length, right.length); at++) {
      const a = left[at] ?? 0;
      const b = right[at] ?? 0;
      if (a === b) continue;
      if (typeof a === 'string') return typeof b === 'string' ? (a < b ? -1 : 1) : -1;
      return typeof b === 'string' ? 1 : a - b;
    }
    return 0;
  }

  /** The version without its prerelease: 8.2.0.alpha is on the way to 8.2.0. */
  release(): GemVersion {
    if (!this.prerelease) return this;
    const first = this.#segments.findIndex((segment) => typeof segment === 'string');
    return new GemVersion(this.#segments.slice(0, first).join('.') || '0');
  }

  /** The first version that `~>` leaves out: 5.3.1 becomes 5.4. */
  bump(): GemVersion {
    const first = this.#segments.findIndex((segment) => typeof segment === 'string');
    const numbers = (first === -1 ? this.#segments : this.#segments.slice(0, first)) as number[];
    const kept = numbers.length > 1 ? numbers.slice(0, -1) : numbers.slice();
    kept.push((kept.pop() ?? 0) + 1);
    return new GemVersion(kept.join('.'));
  }

  toString(): string {
    return this.text;
  }
}

const parsed = new Map<string, GemVersion>();

/** A version written in this program. Throws RangeError on what is none. */
export function version(text: string): GemVersion {
  const known = parsed.get(text);
  if (known) return known;
  const fresh = GemVersion.of(text);
  parsed.set(text, fresh);
  return fresh;
}

/** Whether a gem behaves as it does from `since` on. 8.1.0.beta1 already behaves as 8.1. */
export function atLeast(gem: GemVersion, since: string): boolean {
  return gem.release().compare(version(since)) >= 0;
}

function segmentsOf(text: string): readonly (number | string)[] {
  return (text.match(/\d+|[a-z]+/giu) ?? []).map((part) => (/^\d/u.test(part) ? Number(part) : part));
}

/** Zeros at the end, and before the first letter, mean nothing: 1.0.a.0 is 1.a. */
function canonical(dotted: string): readonly (number | string)[] {
  const ended = dotted.replace(/(?<=[a-z.])[.0]+$/iu, '');
  return segmentsOf(/[a-z]/iu.test(dotted) ? ended.replace(/(?<=\.|^)[0.]+(?=[a-z])/iu, '') : ended);
}

type Operator = '=' | '!=' | '>' | '<' | '>=' | '<=' | '~>';

/** What a Gemfile asks of a version: `lib/rubygems/requirement.rb@v3.6.2`. All of its parts must hold. */
export class GemRequirement {
  static readonly ANY = new GemRequirement([]);
  readonly parts: readonly { readonly operator: Operator; readonly version: GemVersion }[];

  private constructor(parts: GemRequirement['parts']) {
    this.parts = parts;
  }

  /** `['~> 8.0.2', '!= 8.0.3']`; a string may hold several, separated by commas. null where RubyGems would raise. */
  static parse(texts: readonly string[]): GemRequirement | null {
    const parts: { operator: Operator; version: GemVersion }[] = [];
    for (const text of texts.flatMap((one) => one.split(','))) {
      const match = /^(=|!=|>=|<=|~>|>|<)?\s*(\S*)$/u.exec(text.trim());
      const wanted = match && match[2] !== '' ? GemVersion.parse(match[2]!) : null;
      if (!wanted) return null;
      parts.push({ operator: (match![1] ?? '=') as Operator, version: wanted });
    }
    return new GemRequirement(parts);
  }

  allows(gem: GemVersion): boolean {
    return this.parts.every((part) => holds(part.operator, gem, part.version));
  }

  toString(): string {
    return this.parts.map((part) => `${part.operator} ${part.version.text}`).join(', ') || '>= 0';
  }
}

function holds(operator: Operator, gem: GemVersion, wanted: GemVersion): boolean {
  const order = gem.compare(wanted);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '~>':
      return order >= 0 && gem.release().compare(wanted.bump()) < 0;
  }
}
