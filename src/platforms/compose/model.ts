import type { AppFiles } from '../../launch/files.ts';
import { spanText, type Span } from '../../text/source.ts';
import { Environment } from '../../value/environment.ts';
import { goAt, readGoYaml, type GoEntry, type GoNode } from '../../yaml/go.ts';
import { entriesOf, isNull, textAt } from '../../yaml/go_read.ts';
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
  /** What nobody can tell of the services. */
  readonly lost: readonly LostService[];
}

interface LostService {
  readonly what: string;
  readonly reason: string;
  readonly at: Span;
}

/** Files that include each other, and services that extend each other: deeper than anybody writes. */
const DEEPEST = 8;
const MOST_INCLUDED = 1000;
const LONGEST_CHAIN = 100;

const CIRCLE = 'it goes round in a circle, which compose refuses';
const UNREADABLE = 'it is not in the repository, or cannot be read';

/** A service that extends others, and where it stands. */
interface Extending {
  readonly entry: GoEntry;
  readonly root: GoNode;
  readonly path: string;
}

/** A service over everything that it extends, and of how many services that is; or why nobody can tell. */
type Resolved = { readonly service: ComposeService | null; readonly length: number } | string;

/**
 * The services of compose files that are given together, the later over the earlier, with what they include and extend.
 * Null for a file that compose refuses; that has been noted.
 * Source: loader/loader.go, loader/extends.go, loader/include.go, override/merge.go@v2.9.1 (compose-spec/compose-go)
 */
export function readCompose(files: AppFiles, paths: readonly string[]): ComposeModel | null {
  return new Loader(files).model(paths, Environment.EMPTY, []);
}

class Loader {
  readonly #files: AppFiles;
  readonly #entries = new WeakMap<GoNode, ReadonlyMap<string, GoEntry>>();
  readonly #read = new Map<Environment, Map<string, readonly GoNode[] | null>>();
  readonly #resolved = new Map<GoNode, Resolved>();
  readonly #lost = new Map<string, LostService>();
  #countOfIncluded = 0;

  constructor(files: AppFiles) {
    this.#files = files;
  }

  model(paths: readonly string[], outer: Environment, within: readonly string[]): ComposeModel | null {
    const environment = this.#environment(folderOf(paths[0]!), outer);
    const services = new Map<string, ComposeService>();
    for (const path of paths) {
      const roots = this.#roots(path, environment);
      if (!roots) return null;
      for (const root of roots) {
        for (const entry of entriesOf(goAt(root, 'services'))) {
          const own = this.#service(entry, root, path, environment);
          if (own) services.set(entry.key, over(services.get(entry.key), own));
        }
        for (const [name, service] of this.#included(root, path, environment, [...within, path])) {
          if (!services.has(name)) services.set(name, service);
        }
      }
    }
    return { services, environment, lost: [...this.#lost.values()] };
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
    const read = this.#read.get(environment) ?? new Map<string, readonly GoNode[] | null>();
    this.#read.set(environment, read);
    const found = read.get(path);
    const roots = found === undefined ? this.#parsed(path, environment) : found;
    read.set(path, roots);
    return roots;
  }

  #parsed(path: string, environment: Environment): readonly GoNode[] | null {
    const file = this.#files.exists(path) ? this.#files.source(path) : null;
    if (!file) return null;
    const { roots, problem } = readGoYaml(file, (text, at) => interpolated(text, at, environment));
    if (!problem) return roots;
    const message = `compose cannot read it: ${problem.message}`;
    this.#files.problems.push({ kind: 'parse-error', message, at: problem.at, assumes: [] });
    return null;
  }

  /** A service over what it extends, all the way; null for what is none. */
  #service(entry: GoEntry, root: GoNode, path: string, environment: Environment): ComposeService | null {
    if (entry.value.kind !== 'mapping') return null;
    const chain: Extending[] = [];
    const seen = new Set<GoNode>();
    let base: Resolved = { service: null, length: 0 };
    let next: Extending | null = { entry, root, path };
    while (next) {
      const { value }: GoEntry = next.entry;
      const found = seen.has(value) ? CIRCLE : this.#resolved.get(value);
      if (found !== undefined) {
        base = found;
        break;
      }
      chain.push(next);
      seen.add(value);
      const below: Extending | string | null = this.#extended(next, environment);
      if (typeof below === 'string') base = below;
      next = typeof below === 'string' ? null : below;
    }
    for (const one of chain.toReversed()) {
      base = extendedBy(base, one.entry);
      this.#resolved.set(one.entry.value, base);
    }
    if (typeof base === 'string') {
      this.#loses(`service ${entry.key}`, base, entry.keyAt);
      return null;
    }
    return base.service && { ...base.service, name: entry.key, at: entry.keyAt };
  }

  /**
   * `extends: other`, or `extends: { service: other, file: elsewhere.yml }`: where that service stands. Null for nothing,
   * and a text for what nobody can follow.
   */
  #extended({ entry: { value }, root, path }: Extending, environment: Environment): Extending | string | null {
    const written = goAt(value, 'extends');
    if (!written || isNull(written)) return null;
    const name = textAt(written) ?? textAt(written, 'service');
    const said = goAt(written, 'file');
    const elsewhere = said && !isNull(said) ? (textAt(said) ?? '') : null;
    const file = elsewhere === null ? path : joined(folderOf(path), elsewhere);
    if (name === null || file === null || file === '') return 'what it extends cannot be told';
    const roots = elsewhere === null ? [root] : this.#roots(file, environment);
    if (!roots) return `it extends a service of ${elsewhere}, which cannot be read`;
    for (const one of roots) {
      const entry = this.#entriesIn(one).get(name);
      if (entry) return { entry, root: one, path: file };
    }
    return `it extends ${name}, which is no service of ${elsewhere ?? path}`;
  }

  #loses(what: string, reason: string, at: Span): void {
    this.#lost.set(`${at.file.path}:${at.start}`, { what, reason, at });
  }

  /** The services of a file by name: a long chain of them looks up each. */
  #entriesIn(root: GoNode): ReadonlyMap<string, GoEntry> {
    const entries = this.#entries.get(root) ?? new Map(entriesOf(goAt(root, 'services')).map((one) => [one.key, one]));
    this.#entries.set(root, entries);
    return entries;
  }

  #included(
    root: GoNode,
    path: string,
    environment: Environment,
    within: readonly string[],
  ): ReadonlyMap<string, ComposeService> {
    const include = goAt(root, 'include');
    const found = new Map<string, ComposeService>();
    for (const item of include?.kind === 'sequence' ? include.items : []) {
      const list = item.kind === 'scalar' ? item : goAt(item, 'path');
      const written = list?.kind === 'sequence' ? list.items : list ? [list] : [];
      const paths = written.flatMap((one) => {
        const text = textAt(one);
        const target = text === null ? null : joined(folderOf(path), text);
        return target === null ? [] : [target];
      });
      const isCircle = paths.some((one) => within.includes(one));
      const isFollowed = paths.length > 0 && within.length <= DEEPEST && this.#countOfIncluded < MOST_INCLUDED;
      this.#countOfIncluded += 1;
      const model = isFollowed && !isCircle ? this.model(paths, environment, within) : null;
      if (!model) this.#loses(`include ${spanText(list?.at ?? item.at)}`, isCircle ? CIRCLE : UNREADABLE, item.at);
      for (const [name, service] of model?.services ?? []) if (!found.has(name)) found.set(name, service);
    }
    return found;
  }
}

/** One more service over what it extends. */
function extendedBy(base: Resolved, { key, keyAt, value }: GoEntry): Resolved {
  if (typeof base === 'string') return base;
  if (base.length >= LONGEST_CHAIN) return 'it extends more services than can be followed';
  const layers = new Map(entriesOf(value).map((entry) => [entry.key, [entry.value] as readonly GoNode[]]));
  layers.delete('extends');
  return {
    service: over(base.service ?? undefined, { name: key, at: keyAt, layers }),
    length: base.length + 1,
  };
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
