import type { HostCall, HostObject } from '../ruby/host.ts';
import { RubyString, type RubyValue, type Value } from '../ruby/values.ts';
import { combine, known, unknown, type Traced } from '../value/traced.ts';
import type { Origin } from '../value/origin.ts';

/** What a Pathname answers and a string does not. Source: ext/pathname/lib/pathname.rb of CRuby 3.4 (join, parent) */
class PathMethods implements HostObject {
  readonly hostName = 'Pathname';
  readonly #path: Traced<string>;

  constructor(path: Traced<string>) {
    this.#path = path;
  }

  call({ method, args, at }: HostCall): Value | undefined {
    const origin: Origin = { kind: 'code', at, from: [] };
    if (method === 'to_path') return this.#path.known ? pathString(this.#path, origin) : undefined;
    if (method !== 'join' && method !== '/') {
      return unknown(`\`Rails.root\` and what is below it are not asked for \`${method}\` by this tool`, origin);
    }
    const parts = args.map(textOf);
    return pathString(
      combine(null, [this.#path, ...parts], (base, ...more) =>
        (more as readonly string[]).reduce(below, base as string),
      ),
      origin,
    );
  }
}

/** The path of the application, or one below it: a string that can be joined, as far as configuration goes. */
export function pathString(path: Traced<string>, origin: Origin): Value {
  if (!path.known) return unknown(path.reason, origin);
  const string = new RubyString(path);
  string.extended = new PathMethods(path);
  return known<RubyValue>(string, origin, path.assumes);
}

function textOf(value: Value): Traced<string> {
  if (!value.known) return unknown(value.reason, value.origin);
  if (value.value instanceof RubyString) return value.value.content;
  return unknown('a part of the path is no string', value.origin);
}

/** An absolute part replaces what stands before it. */
function below(base: string, part: string): string {
  return part.startsWith('/') ? part : `${base.replace(/(?<!\/)\/+$/, '')}/${part}`;
}
