import { span, type SourceFile, type Span } from '../../text/source.ts';
import type { DeployedApp } from '../platform.ts';
import { withGenerated } from './generators.ts';
import { isKustomization, kustomized } from './kustomization.ts';
import { renderedManifests } from './template.ts';
import { isFor, manifestPaths, namesEnvironment, WORKLOAD } from './paths.ts';
import { goAt, readGoYaml, type GoMapping, type GoNode } from '../../yaml/go.ts';
import { isNull, textAt } from '../../yaml/go_read.ts';

/** An object of the cluster, with the patches that are laid over it. */
export interface Manifest {
  readonly kind: string;
  readonly name: string;
  /** Where its name is written. */
  readonly at: Span;
  /** The first one is the object itself; what a later one says counts more. */
  readonly layers: readonly GoMapping[];
}

/** Every object of the manifests for an environment, with overlays laid over their bases. */
export function readManifests(app: DeployedApp): readonly Manifest[] {
  const paths = manifestPaths(app.files.tree).filter((path) => isFor(path, app.railsEnv));
  const found = new Map<string, Manifest>();
  // What is for this environment alone is laid over what is for all of them.
  const ordered = [...paths.filter((path) => !namesEnvironment(path)), ...paths.filter(namesEnvironment)];
  for (const root of ordered.flatMap((path) => documentsOf(app, path))) {
    for (const object of objectsIn(root)) {
      const kind = textAt(object, 'kind');
      const name = textAt(object, 'metadata', 'name');
      if (kind === null || name === null) continue;
      const key = `${kind} ${name}`;
      const before = found.get(key);
      const at = goAt(object, 'metadata', 'name')!.at;
      found.set(key, before ? { ...before, layers: [...before.layers, object] } : { kind, name, at, layers: [object] });
    }
  }
  const kustomizations = ordered.filter(isKustomization).flatMap((path) => documentsOf(app, path));
  const all = kustomizations.reduce<ReadonlyMap<string, Manifest>>(
    (before, one) => withGenerated(one, kustomized(one, before), app.files),
    found,
  );
  return [...all.values()];
}

function documentsOf(app: DeployedApp, path: string): readonly GoNode[] {
  const { files } = app;
  const source = files.source(path);
  if (!source || (!isKustomization(path) && !/^(?:apiVersion|kind):/m.test(source.text))) return [];
  if (path.endsWith('.erb')) {
    const rendered = renderedManifests(path, app);
    if (!rendered && WORKLOAD.test(source.text)) {
      const at = span(source, 0, 0);
      app.unresolved(path, 'what it is rendered with decides what it says; it is not counted', at);
    }
    return rendered ?? [];
  }
  const { roots, problem } = readGoYaml(withoutTemplates(source, app));
  if (problem && WORKLOAD.test(source.text)) {
    const message = `kubectl cannot read it: ${problem.message}`;
    files.problems.push({ kind: 'parse-error', message, at: problem.at, assumes: [] });
  }
  return roots;
}

/**
 * A file with its templated documents blanked out: they are no YAML before Helm, Hokusai or whoever else renders them.
 * Every place stays where it is.
 */
function withoutTemplates(source: SourceFile, app: DeployedApp): SourceFile {
  if (!source.text.includes('{{')) return source;
  let text = '';
  for (const part of source.text.split(/((?<![^\n])---[^\n]*\n)/)) {
    if (part.includes('{{') && WORKLOAD.test(part)) {
      const from = text.length + part.search(WORKLOAD);
      const at = span(source, from, from + WORKLOAD.exec(part)![0].length);
      app.unresolved(source.path, 'what renders it decides what it says; it is not counted', at);
    }
    text += part.includes('{{') ? part.replace(/[^\n]/g, ' ') : part;
  }
  return source.sibling(source.pathInTree, text);
}

/** An object, or those of a `List`. */
function objectsIn(root: GoNode): readonly GoMapping[] {
  if (root.kind !== 'mapping') return [];
  const items = textAt(root, 'kind')?.endsWith('List') ? goAt(root, 'items') : undefined;
  if (items?.kind !== 'sequence') return [root];
  return items.items.filter((item): item is GoMapping => item.kind === 'mapping');
}

/** What the last layer that has the path says there; null values say nothing. */
export function valueAt({ layers }: Manifest, ...path: readonly string[]): GoNode | undefined {
  for (const layer of layers.toReversed()) {
    const found = goAt(layer, ...path);
    if (found && !isNull(found)) return found;
  }
  return undefined;
}

/** What every layer has at a path, the first layer first. */
export function everyAt({ layers }: Manifest, ...path: readonly string[]): readonly GoNode[] {
  return layers.flatMap((layer) => goAt(layer, ...path) ?? []);
}
