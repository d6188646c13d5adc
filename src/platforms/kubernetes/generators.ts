import type { AppFiles } from '../../launch/files.ts';
import { span, type SourceFile, type Span } from '../../text/source.ts';
import { known } from '../../value/traced.ts';
import { goAt, type GoEntry, type GoMapping, type GoNode, type GoScalar } from '../../yaml/go.ts';
import { itemsAt, textAt } from '../../yaml/go_read.ts';
import { folderOf, joined } from '../paths.ts';
import type { Manifest } from './manifests.ts';

/**
 * The objects with the ConfigMaps that a kustomization generates, of literals and of files of variables. One that
 * cannot be read to its end is left out: nobody can tell then what is not in it. The names of what refers to them are
 * changed together with theirs.
 * Source: api/kv/kv.go, api/types/configmapargs.go@kustomize/v5.7.0
 */
export function withGenerated(
  root: GoNode,
  objects: ReadonlyMap<string, Manifest>,
  files: AppFiles,
): ReadonlyMap<string, Manifest> {
  const result = new Map(objects);
  for (const generator of itemsAt(root, 'configMapGenerator')) {
    const name = textAt(generator, 'name');
    const at = goAt(generator, 'name')?.at;
    if (name === null || !at) continue;
    const key = `ConfigMap ${name}`;
    const before = result.get(key);
    const data = dataOf(generator, files);
    const behavior = textAt(generator, 'behavior') ?? 'create';
    // Two overlays that both create it are alternatives, of which nobody knows the one that runs.
    const isPlain = behavior === 'merge' ? before !== undefined : behavior === 'replace' || before === undefined;
    if (!data || !isPlain) {
      result.delete(key);
      continue;
    }
    const layer: GoMapping = { kind: 'mapping', at, tag: null, entries: [{ key: 'data', keyAt: at, value: data }] };
    const layers = behavior === 'merge' && before ? [...before.layers, layer] : [layer];
    result.set(key, { kind: 'ConfigMap', name, at, layers });
  }
  return result;
}

function dataOf(generator: GoNode, files: AppFiles): GoMapping | null {
  const entries: GoEntry[] = [];
  const single = goAt(generator, 'env');
  for (const item of [...itemsAt(generator, 'envs'), ...(single ? [single] : [])]) {
    const path = joined(folderOf(item.at.file.pathInTree), textAt(item) ?? '');
    const file = path !== null && files.exists(path) ? files.source(path) : null;
    const variables = file && variablesIn(file);
    if (!variables) return null;
    entries.push(...variables);
  }
  for (const item of itemsAt(generator, 'literals')) {
    const text = textAt(item);
    const equals = text?.indexOf('=') ?? -1;
    if (text === null || equals < 1) return null;
    entries.push(entry(text.slice(0, equals), unquoted(text.slice(equals + 1)), item.at));
  }
  // Said twice, kustomize refuses it.
  if (new Set(entries.map(({ key }) => key)).size < entries.length) return null;
  return { kind: 'mapping', at: generator.at, tag: null, entries };
}

/** `KEY=value`, line by line, as it stands; null for a name alone, of which versions make different things. */
function variablesIn(file: SourceFile): readonly GoEntry[] | null {
  const found: GoEntry[] = [];
  let start = 0;
  for (const line of file.text.replace(/^\uFEFF/, ' ').split('\n')) {
    const text = line.trimStart().replace(/\r$/, '');
    const at = span(file, start, start + line.length);
    start += line.length + 1;
    if (text === '' || text.startsWith('#')) continue;
    const equals = text.indexOf('=');
    if (equals < 1) return null;
    found.push(entry(text.slice(0, equals), text.slice(equals + 1), at));
  }
  return found;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

function entry(key: string, text: string, at: Span): GoEntry {
  const literal = (part: string) => known(part, { kind: 'literal', at } as const);
  const value: GoScalar = {
    kind: 'scalar',
    at,
    value: literal(text),
    written: text,
    place: () => at,
    part: (from, to) => literal(text.slice(from, to)),
    tag: null,
  };
  return { key, keyAt: at, value };
}
