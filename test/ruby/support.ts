import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { renderErb, type ErbWorld } from '../../src/erb/render.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { evaluate } from '../../src/ruby/evaluate.ts';
import type { Evaluation, Host, HostCall, HostObject, SharedWork } from '../../src/ruby/host.ts';
import { formatFloat } from '../../src/ruby/numbers.ts';
import { loadRuby, type RubyParser } from '../../src/ruby/parse.ts';
import type { TrimMode } from '../../src/ruby/syntax.ts';
import {
  RubyArray,
  RubyClass,
  RubyHash,
  RubyRange,
  RubyString,
  RubySymbol,
  scalarOf,
  type Value,
} from '../../src/ruby/values.ts';
import { SourceFile } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import type { Assumption } from '../../src/value/origin.ts';
import { known, unknown } from '../../src/value/traced.ts';

const require = createRequire(import.meta.url);

export const parser: RubyParser = await loadRuby({
  runtime: readFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
  grammar: readFileSync(require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm')),
  prism: readFileSync(require.resolve('@ruby/prism/src/prism.wasm')),
});

/** A call as the recording host heard it: `threads(5, 5) {RAILS_MAX_THREADS}`. */
export class RecordingHost implements Host {
  readonly calls: HostCall[] = [];
  readonly constants: Readonly<Record<string, Value>>;
  /** Whether a receiver-less call has an answer: nil, as in the language of a server's configuration. */
  readonly answers: boolean;
  readonly self: HostObject = {
    hostName: 'self',
    call: (call) => {
      this.calls.push(call);
      return this.answers ? known(null, { kind: 'assumed', text: 'nil' }) : undefined;
    },
  };

  constructor(constants: Readonly<Record<string, Value>> = {}, answers = true) {
    this.answers = answers;
    this.constants = constants;
  }

  constant(name: string): Value | undefined {
    return this.constants[name];
  }

  get heard(): string[] {
    return this.calls.map((call) => {
      const args = [...call.args.map(shown), ...[...call.named].map(([name, given]) => `${name}: ${shown(given)}`)];
      const block = call.block ? ' { }' : '';
      return `${call.method}(${args.join(', ')})${block}${braces(call.assumes)}`;
    });
  }
}

export interface Around {
  /** null: declared without a visible value. */
  readonly env?: Readonly<Record<string, string | null>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly constants?: Readonly<Record<string, Value>>;
  readonly path?: string;
}

export function environmentOf(env: Readonly<Record<string, string | null>>): Environment {
  let environment = Environment.EMPTY;
  for (const [name, text] of Object.entries(env)) {
    const origin = { kind: 'flag' as const, text: name };
    environment = environment.with(name, text === null ? unknown(`${name} is a secret`, origin) : known(text, origin));
  }
  return environment;
}

export function input(around: Around, answers = true, work?: SharedWork) {
  return {
    ...(work && { work }),
    environment: environmentOf(around.env ?? {}),
    files: new MemoryTree(around.files ?? {}),
    host: () => new RecordingHost(around.constants ?? {}, answers),
  };
}

export function run(code: string, around: Around = {}): Evaluation<RecordingHost>[] {
  return evaluate(parser.parse(new SourceFile(around.path ?? 'config/puma.rb', code)), input(around));
}

/** The only world of a program. */
export function one(code: string, around: Around = {}): Evaluation<RecordingHost> {
  const worlds = run(code, around);
  if (worlds.length !== 1) throw new Error(`${worlds.length} worlds: ${code}`);
  return worlds[0]!;
}

/** What a program evaluates to, as text, with what it assumes in braces. */
export function value(code: string, around: Around = {}): string {
  const world = one(code, around);
  if (world.failure) return `${world.failure.error}: ${world.failure.message}${braces(world.failure.assumes)}`;
  return shown(world.value);
}

export function render(
  template: string,
  around: Around = {},
  trimMode: TrimMode = null,
  path = 'config/database.yml',
): ErbWorld<RecordingHost>[] {
  return renderErb(parser, new SourceFile(path, template), trimMode, input(around, false));
}

function braces(assumes: readonly Assumption[]): string {
  return assumes.length === 0
    ? ''
    : ` {${assumes.map((assumed) => ('variable' in assumed ? assumed.variable : assumed.kind)).join(' ')}}`;
}

export function shown(traced: Value): string {
  const scalar = scalarOf(traced);
  if (!scalar.known) {
    const candidates = scalar.candidates
      ? ` [${scalar.candidates.map((candidate) => String(candidate.value)).join(' ')}]`
      : '';
    return `? ${scalar.reason}${candidates}`;
  }
  return written(traced) + braces(scalar.assumes);
}

/** A value with its type, so that nothing different looks the same; anything unknown in it makes it `?`. */
export function written(traced: Value): string {
  const scalar = scalarOf(traced);
  if (!scalar.known) return '?';
  const { value: inner } = scalar;
  if (inner === null) return 'nil';
  if (typeof inner === 'boolean' || typeof inner === 'bigint') return String(inner);
  if (typeof inner === 'number') return formatFloat(inner);
  if (typeof inner === 'string') return JSON.stringify(inner);
  if (inner instanceof RubySymbol) return `:${inner.name}`;
  if (inner instanceof RubyArray) return inner.blur ? '?' : whole(`[`, inner.items.map(written), ']');
  if (inner instanceof RubyHash) {
    if (inner.blur) return '?';
    const pairs = [...inner.entries.values()].map((entry) => `${written(entry.key)}=>${written(entry.value)}`);
    return whole('{', pairs, '}');
  }
  if (inner instanceof RubyRange) {
    return whole('', [written(inner.begin) + (inner.exclusive ? '...' : '..') + written(inner.end)], '');
  }
  if (inner instanceof RubyClass) return inner.name;
  return inner instanceof RubyString ? '?' : 'object';
}

function whole(open: string, parts: readonly string[], close: string): string {
  return parts.some((part) => part.includes('?') && /(?:^|[^"])\?(?:$|[^"\w])/.test(part) && !part.startsWith('"'))
    ? '?'
    : open + parts.join(', ') + close;
}
