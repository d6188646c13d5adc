import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { PsychDocument, PsychNode, PsychScalar } from '../../src/yaml/node.ts';

/** What a text loads to, written down so that values of different types or order are different. `error` for a raise. */
export type Loaded = string;

/**
 * CRuby's own Psych. Loads whole batches of documents at a time, because a call costs more than a document.
 */
export interface PsychOracle {
  readonly versions: string;
  load(texts: readonly string[]): readonly Loaded[];
}

const SERIALISE = String.raw`
require "yaml"
require "json"
require "set"

def written(value, stack = [])
  case value
  when nil then "nil"
  when true, false then value.to_s
  when Integer then "i#{value}"
  when Float
    return "f:nan" if value.nan?
    return value > 0 ? "f:inf" : "f:-inf" if value.infinite?
    value == value.to_i && value.abs < 1e15 ? "f#{value.to_i}" : "f" + [value].pack("G").unpack1("H*")
  when Symbol then "y" + JSON.generate(value.to_s)
  when String then "s" + JSON.generate(value.encoding == Encoding::BINARY ? value.bytes.pack("U*") : value)
  when Array
    return "cycle" if stack.any? { |one| one.equal?(value) }
    "[" + value.map { |item| written(item, stack + [value]) }.join(",") + "]"
  when Psych::Omap, Psych::Set, Hash
    return "cycle" if stack.any? { |one| one.equal?(value) }
    "{" + value.map { |key, item| written_key(key, stack + [value]) + "=>" + written(item, stack + [value]) }.join(",") + "}"
  else "o:" + value.class.name
  end
end

def written_key(key, stack)
  case key
  when Array then "o:Array"
  when Hash then "o:Hash"
  else written(key, stack)
  end
end

def load_all(json)
  texts = JSON.parse(json)
  JSON.generate(texts.map { |text|
    begin
      written(YAML.unsafe_load(text))
    rescue SystemStackError, StandardError => error
      "error #{error.class}: #{error.message}"
    end
  })
end
`;

/** What is used of the packages in test/oracle, which the project itself does not depend on. */
interface RubyWasm {
  DefaultRubyVM(module: unknown): Promise<{ vm: { eval(code: string): { toString(): string } } }>;
}

declare const WebAssembly: { compile(bytes: Uint8Array): Promise<unknown> };

export interface Ruby {
  /** The value of the program, as a string. */
  eval(program: string): string;
  /** The JSON that a method defined before answers, given JSON. */
  ask(method: string, question: unknown): unknown;
}

/** CRuby, in wasm: no files, no network, no processes. */
export async function bootRuby(): Promise<Ruby> {
  const { resolve } = createRequire(new URL('../oracle/package.json', import.meta.url));
  const wasm = (await import(pathToFileURL(resolve('@ruby/wasm-wasi/dist/node')).href)) as RubyWasm;
  const program = await readFile(resolve('@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm'));
  const { vm } = await wasm.DefaultRubyVM(await WebAssembly.compile(program));
  return {
    eval: (text) => vm.eval(text).toString(),
    ask(method, question) {
      const json = JSON.stringify(JSON.stringify(question)).replaceAll('#', String.raw`\u0023`);
      return JSON.parse(vm.eval(`${method}(${json})`).toString());
    },
  };
}

export async function bootPsych(): Promise<PsychOracle> {
  const ruby = await bootRuby();
  ruby.eval(SERIALISE);
  return {
    versions: ruby.eval('"#{RUBY_VERSION} #{Psych::VERSION} #{Psych::LIBYAML_VERSION}"'),
    load: (texts) => ruby.ask('load_all', texts) as Loaded[],
  };
}

/** Whether our reading and Psych's are the same: the same value, or both a problem. */
export function agrees(document: PsychDocument, loaded: Loaded): boolean {
  // A hash that is its own key and merges itself: beyond what is worth following.
  if (loaded.includes('during iteration')) return true;
  if (loaded.startsWith('error ')) return document.problem !== null;
  if (document.problem) return false;
  if (document.root === null) return loaded === 'false' || loaded === 'nil';
  const ours = written(document.root);
  // Where a circle is cut depends on where one comes from.
  return ours === loaded || (loaded.includes('cycle') && ours.includes('cycle'));
}

/** What a node of ours is, written as the oracle writes it. */
export function written(node: PsychNode): Loaded {
  switch (node.kind) {
    case 'scalar':
      if (node.value.known) return writtenScalar(node.value.value);
      return node.value.reason.includes('stands inside') ? 'cycle' : `unknown ${node.value.reason}`;
    case 'sequence':
      return `[${node.items.map(written).join(',')}]`;
    case 'mapping':
      return `{${node.entries.map((entry) => `${writtenScalar(entry.key)}=>${written(entry.value)}`).join(',')}}`;
  }
}

function writtenScalar(value: PsychScalar): string {
  if (value === null) return 'nil';
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'bigint':
      return `i${value}`;
    case 'number':
      return writtenFloat(value);
    case 'string':
      return `s${JSON.stringify(value)}`;
    default:
      return value.type === 'symbol' ? `y${JSON.stringify(value.name)}` : `o:${value.className}`;
  }
}

function writtenFloat(value: number): string {
  if (Number.isNaN(value)) return 'f:nan';
  if (!Number.isFinite(value)) return value > 0 ? 'f:inf' : 'f:-inf';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return `f${value === 0 ? 0 : value}`;
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setFloat64(0, value);
  return `f${bytes.getBigUint64(0).toString(16).padStart(16, '0')}`;
}
