import { SourceFile, type Span } from '../../text/source.ts';
import { goAt, readGoYaml, type GoMapping, type GoNode } from '../../yaml/go.ts';
import { itemsAt, scalarAt, textAt } from '../../yaml/go_read.ts';
import type { Manifest } from './manifests.ts';

export function isKustomization(path: string): boolean {
  return /(?:^|\/)kustomization\.ya?ml$/.test(path);
}

/**
 * The objects with what a kustomization says of them itself, above what its files say: `replicas`, patches that stand
 * in it, and those that replace a number of replicas.
 * Source: api/types/kustomization.go, api/builtins/ReplicaCountTransformer.go, api/builtins/PatchTransformer.go@kustomize/v5.7.0
 */
export function kustomized(root: GoNode, objects: ReadonlyMap<string, Manifest>): ReadonlyMap<string, Manifest> {
  const result = new Map(objects);
  const lay = (layer: GoMapping, applies: (object: Manifest) => boolean) => {
    for (const [key, object] of result)
      if (applies(object)) result.set(key, { ...object, layers: [...object.layers, layer] });
  };
  for (const item of [...itemsAt(root, 'patches'), ...itemsAt(root, 'patchesJson6902')]) {
    const written = scalarAt(item, 'patch');
    const target = goAt(item, 'target');
    for (const patch of written ? patchesIn(written.written ?? '', written.at) : []) {
      const kind = textAt(target, 'kind') ?? textAt(patch, 'kind');
      const name = textAt(target, 'name') ?? textAt(patch, 'metadata', 'name');
      lay(patch, (object) => (kind === null || object.kind === kind) && (name === null || isNamed(object, name)));
    }
  }
  for (const item of itemsAt(root, 'replicas')) {
    const name = textAt(item, 'name');
    const count = goAt(item, 'count');
    if (name !== null && count) lay(nested(count.at, ['spec', 'replicas'], count), (object) => object.name === name);
  }
  return result;
}

/** Names of targets are regular expressions for the whole name. */
function isNamed({ name }: Manifest, pattern: string): boolean {
  if (/^[\w-]+$/.test(pattern)) return name === pattern;
  return pattern === '.*' || pattern === '.+';
}

/** A patch as a layer: one that is merged, or the operations on a number of replicas. */
function patchesIn(text: string, at: Span): readonly GoMapping[] {
  const { roots } = readGoYaml(new SourceFile(at.file.path, text));
  return roots.flatMap((root): readonly GoMapping[] => {
    if (root.kind === 'mapping') return [placed(root, at) as GoMapping];
    if (root.kind !== 'sequence') return [];
    return root.items.flatMap((operation) => {
      const value = goAt(operation, 'value');
      const path = textAt(operation, 'path') ?? '';
      const isSet = /^(?:add|replace)$/.test(textAt(operation, 'op') ?? '');
      return isSet && value && REPLACED.test(path) ? [nested(at, path.slice(1).split('/'), placed(value, at))] : [];
    });
  });
}

/** Of the operations of a patch those that name no item of a list by its number. */
const REPLACED = /^\/spec\/(?:replicas|minReplicas|maxReplicas|strategy(?:\/\w+)*)$/;

function nested(at: Span, [key, ...rest]: readonly string[], value: GoNode): GoMapping {
  const inner = rest.length === 0 ? value : nested(at, rest, value);
  return { kind: 'mapping', at, tag: null, entries: [{ key: key!, keyAt: at, value: inner }] };
}

/** A node read out of a text that stands in another file: all of it is where the text is. */
function placed(node: GoNode, at: Span): GoNode {
  switch (node.kind) {
    case 'scalar':
      return { ...node, at };
    case 'sequence':
      return { ...node, at, items: node.items.map((item) => placed(item, at)) };
    case 'mapping':
      return {
        ...node,
        at,
        entries: node.entries.map(({ key, value }) => ({ key, keyAt: at, value: placed(value, at) })),
      };
  }
}
