import type { AppFiles } from '../../launch/files.ts';
import type { Span } from '../../text/source.ts';
import { Environment } from '../../value/environment.ts';
import { goAt, readGoYaml, type GoEntry, type GoMapping, type GoNode } from '../../yaml/go.ts';
import { entriesOf, textAt } from '../../yaml/go_read.ts';
import { folderOf, joined } from '../paths.ts';
import { envFileVariables } from './env_file.ts';
import { interpolated } from './interpolation.ts';

/**
 * A service with everything it extends and overrides: for every key the values that say something of it, the one that
 * counts last. How they are put together is the key's own business.
 */
export interface ComposeService {
  readonly name: string;
  readonly at: Span;
  readonly layers: ReadonlyMap<string, readonly GoNode[]>;
}

export interface ComposeModel {
  readonly services: ReadonlyMap<string, ComposeService>;
  /** What compose puts in for `${X}`: the `.env` beside the file. */
  readonly environment: Environment;
}

/** Files that name each other: deeper than anybody writes. */
const DEEPEST = 8;

/**
 * The services of compose files that are given together, the later over the earlier, with what they include and extend.
 * Null for a file that compose refuses; that has been noted.
 * Source: loader/loader.go, loader/extends.go, loader/include.go, override/merge.go@v2.9.1 (compose-spec/compose-go)
 */
export function readCompose(files: AppFiles, paths: readonly string[]): ComposeModel | null {
  return new Loader(files).model(paths, Environment.EMPTY, 0);
}

class Loader {
  readonly #files: AppFiles;
  readonly #entries = new WeakMap<GoNode, ReadonlyMap<string, GoEntry>>();

  constructor(files: AppFiles) {
    this.#files = files;
  }

  model(paths: readonly string[], outer: Environment, depth: number): ComposeModel | null {
    const environment = this.#environment(folderOf(paths[0]!), outer);
    const services = new Map<string, ComposeService>();
    for (const path of paths) {
      const roots = this.#roots(path, environment);
      if (!roots) return null;
      for (const root of roots) {
        for (const entry of entriesOf(goAt(root, 'services'))) {
          const own = this.#service(entry, root, path, environment, depth);
          if (own) services.set(entry.key, over(services.get(entry.key), own));
        }
        for (const [name, service] of this.#included(root, path, environment, depth)) {
          if (!services.has(name)) services.set(name, service);
        }
      }
    }
    return { services, environment };
  }

  /** `.env` of the project's folder, under what the including file has. */
  #environment(folder: string, outer: Environment): Environment {
    const path = joined(folder, '.env');
    const file = path !== null && this.#files.exists(path) ? this.#files.source(path) : null;
    let environment = outer;
    for (const { name, value } of file ? (envFileVariables(file, outer) ?? []) : []) {
      if (value && !outer.declares(name)) environment = environment.with(name, value);
    }
    return environment;
  }

  #roots(path: string, environment: Environment): readonly GoNode[] | null {
    const file = this.#files.exists(path) ? this.#files.source(path) : null;
    if (!file) return null;
    const { roots, problem } = readGoYaml(file, (text, at) => interpolated(text, at, environment));
    if (!problem) return roots;
    const message = `compose cannot read it: ${problem.message}`;
    this.#files.problems.push({ kind: 'parse-error', message, at: problem.at, assumes: [] });
    return null;
  }

  #service(
    { key, keyAt, value }: GoEntry,
    root: GoNode,
    path: string,
    environment: Environment,
    depth: number,
  ): ComposeService | null {
    if (value.kind !== 'mapping') return null;
    const layers = new Map(value.entries.map((entry) => [entry.key, [entry.value] as readonly GoNode[]]));
    const own: ComposeService = { name: key, at: keyAt, layers };
    const base = depth < DEEPEST ? this.#extended(value, root, path, environment, depth + 1) : null;
    layers.delete('extends');
    return base ? over(base, own) : own;
  }

  /** `extends: other`, or `extends: { service: other, file: elsewhere.yml }`. */
  #extended(
    service: GoMapping,
    root: GoNode,
    path: string,
    environment: Environment,
    depth: number,
  ): ComposeService | null {
    const name = textAt(service, 'extends') ?? textAt(service, 'extends', 'service');
    if (name === null) return null;
    const elsewhere = textAt(service, 'extends', 'file');
    const file = elsewhere === null ? path : joined(folderOf(path), elsewhere);
    const roots = elsewhere === null ? [root] : file === null ? null : this.#roots(file, environment);
    for (const one of roots ?? []) {
      const entry = this.#entriesIn(one).get(name);
      if (entry && file !== null) return this.#service(entry, one, file, environment, depth);
    }
    return null;
  }

  /** The services of a file by name: a long chain of them looks up each. */
  #entriesIn(root: GoNode): ReadonlyMap<string, GoEntry> {
    const entries = this.#entries.get(root) ?? new Map(entriesOf(goAt(root, 'services')).map((one) => [one.key, one]));
    this.#entries.set(root, entries);
    return entries;
  }

  #included(root: GoNode, path: string, environment: Environment, depth: number): ReadonlyMap<string, ComposeService> {
    const include = goAt(root, 'include');
    const found = new Map<string, ComposeService>();
    if (depth >= DEEPEST || include?.kind !== 'sequence') return found;
    for (const item of include.items) {
      const list = item.kind === 'scalar' ? item : goAt(item, 'path');
      const written = list?.kind === 'sequence' ? list.items : list ? [list] : [];
      const paths = written.flatMap((one) => {
        const text = textAt(one);
        const target = text === null ? null : joined(folderOf(path), text);
        return target !== null && target !== path ? [target] : [];
      });
      const model = paths.length > 0 ? this.model(paths, environment, depth + 1) : null;
      for (const [name, service] of model?.services ?? []) if (!found.has(name)) found.set(name, service);
    }
    return found;
  }
}

/** One service over another. `!reset` takes away what was there, `!override` takes its place. */
function over(base: ComposeService | undefined, own: ComposeService): ComposeService {
  if (!base) return own;
  const layers = new Map(base.layers);
  for (const [key, values] of own.layers) {
    const [first] = values;
    if (first?.tag === '!reset') layers.delete(key);
    else if (first?.tag === '!override') layers.set(key, values);
    else layers.set(key, [...(layers.get(key) ?? []), ...values]);
  }
  return { ...own, layers };
}

/** What the last layer that has the path says there; null values say nothing. */
export function layeredAt(service: ComposeService, key: string, ...path: readonly string[]): GoNode | undefined {
  for (const layer of (service.layers.get(key) ?? []).toReversed()) {
    const found = goAt(layer, ...path);
    if (found && !(found.kind === 'scalar' && found.value.known && found.value.value === null)) return found;
  }
  return undefined;
}
