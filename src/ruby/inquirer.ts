import { combine, type Traced } from '../value/traced.ts';
import type { HostCall, HostObject } from './host.ts';
import { RubyString, type RubyValue, type Value } from './values.ts';

/**
 * What ActiveSupport::StringInquirer adds to a string: `env.production?` asks whether that is its text. `groups` are
 * predicates that several texts answer.
 * Source: activesupport/lib/active_support/string_inquirer.rb@v8.1.3.1, …/environment_inquirer.rb@v8.1.3.1
 */
class Inquirer implements HostObject {
  readonly hostName = 'String';
  readonly #text: Traced<string>;
  readonly #groups: ReadonlyMap<string, readonly string[]>;

  constructor(text: Traced<string>, groups: ReadonlyMap<string, readonly string[]>) {
    this.#text = text;
    this.#groups = groups;
  }

  call({ method, at }: HostCall): Value | undefined {
    if (!method.endsWith('?')) return undefined;
    const texts = this.#groups.get(method) ?? [method.slice(0, -1)];
    return combine(at, [this.#text], (text): RubyValue => texts.includes(text));
  }
}

/** A string that answers predicates of its own text. */
export function inquirer(text: Traced<string>, groups: ReadonlyMap<string, readonly string[]> = new Map()): RubyString {
  const string = new RubyString(text);
  string.extended = new Inquirer(text, groups);
  return string;
}
