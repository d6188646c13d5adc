import { getStaticTOMLValue, ParseError, parseTOML, type AST } from 'toml-eslint-parser';
import { span, type SourceFile, type Span } from '../../text/source.ts';

/** A table: its keys, each with what stands there. Dotted keys and headers nest. */
export interface TomlTable {
  readonly kind: 'table';
  readonly at: Span;
  readonly entries: ReadonlyMap<string, TomlValue>;
}

export type TomlValue =
  | TomlTable
  | { readonly kind: 'list'; readonly at: Span; readonly items: readonly TomlValue[] }
  | { readonly kind: 'scalar'; readonly at: Span; readonly value: string };

/** A file that is no TOML. `offset` is where the parser gave up. */
export class NotToml extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.name = 'NotToml';
    this.offset = offset;
  }
}

interface Building {
  readonly at: Span;
  readonly entries: Map<string, TomlValue | Building | Building[]>;
}

/** A file of TOML with the place of every value; scalars are texts, as environments hold them. Throws NotToml. */
export function readToml(file: SourceFile): TomlTable {
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(file.text);
  } catch (error) {
    if (error instanceof ParseError) throw new NotToml(error.message, error.index);
    throw error;
  }
  const root: Building = { at: span(file, 0, 0), entries: new Map() };
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') put(root, keysOf(node.key), valueOf(node.value, file));
    else {
      const table = opened(root, keysOf(node.key), node.kind === 'array', placeOf(node.key, file));
      for (const { key, value } of node.body) put(table, keysOf(key), valueOf(value, file));
    }
  }
  return finished(root);
}

function keysOf({ keys }: AST.TOMLKey): readonly string[] {
  return keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
}

function opened(root: Building, keys: readonly string[], isList: boolean, at: Span): Building {
  let table = root;
  for (const [index, key] of keys.entries()) {
    const last = index === keys.length - 1;
    const there = table.entries.get(key);
    if (last && isList) {
      const list = Array.isArray(there) ? there : [];
      const next: Building = { at, entries: new Map() };
      table.entries.set(key, [...list, next]);
      return next;
    }
    const inside = Array.isArray(there) ? there.at(-1) : there;
    if (inside && 'entries' in inside && inside.entries instanceof Map && !('kind' in inside)) table = inside;
    else {
      const next: Building = { at, entries: new Map() };
      table.entries.set(key, next);
      table = next;
    }
  }
  return table;
}

function put(table: Building, keys: readonly string[], value: TomlValue): void {
  const last = keys.at(-1);
  if (last === undefined) return;
  const into = keys.length > 1 ? opened(table, keys.slice(0, -1), false, value.at) : table;
  into.entries.set(last, value);
}

function valueOf(node: AST.TOMLContentNode, file: SourceFile): TomlValue {
  const at = placeOf(node, file);
  if (node.type === 'TOMLArray') return { kind: 'list', at, items: node.elements.map((one) => valueOf(one, file)) };
  if (node.type === 'TOMLInlineTable') {
    const table: Building = { at, entries: new Map() };
    for (const { key, value } of node.body) put(table, keysOf(key), valueOf(value, file));
    return finished(table);
  }
  return { kind: 'scalar', at, value: String(getStaticTOMLValue(node)) };
}

function finished({ at, entries }: Building): TomlTable {
  const done = [...entries].map(([key, value]): [string, TomlValue] => {
    if (Array.isArray(value)) return [key, { kind: 'list', at, items: value.map(finished) }];
    return [key, 'kind' in value ? value : finished(value)];
  });
  return { kind: 'table', at, entries: new Map(done) };
}

function placeOf(node: { readonly range: readonly [number, number] }, file: SourceFile): Span {
  return span(file, node.range[0], node.range[1]);
}

/** What stands at a path of keys, or undefined. */
export function tomlAt(value: TomlValue | undefined, ...path: readonly string[]): TomlValue | undefined {
  let found = value;
  for (const key of path) found = found?.kind === 'table' ? found.entries.get(key) : undefined;
  return found;
}
