import picomatch from 'picomatch';
import { isMap, isScalar, isSeq, parseDocument, type Node, type YAMLMap } from 'yaml';
import { span, type SourceFile, type Span } from '../text/source.ts';
import type { Origin } from '../value/origin.ts';
import { planNamed, PLANS, PLANS_COMMAND, type Plan } from '../limits/plans.ts';
import { BadConfiguration } from './bad_configuration.ts';
import { IGNORE_KEYS, KEYS, SEVERITIES } from './configuration_keys.ts';
import type { Severity } from './finding.ts';
import { folderOf, fromFolder } from './relative.ts';

export { BadConfiguration };

/** Whether a path matches is found by trying: every star takes as many more tries as the path is long. */
const MOST_STARS = 6;
const LONGEST_GLOB = 1000;

/** `.rails-pool-lint.yml`, read and checked. What it does not say is null or empty. */
export interface Configuration {
  /** Severity by rule id or alias; "off" switches a rule off. */
  readonly rules: ReadonlyMap<string, Severity | 'off'>;
  /** Where each of these rules is named. */
  readonly rulesAt: ReadonlyMap<string, Span>;
  /** Variables of every process (`process` null) and of single ones. */
  readonly env: readonly ConfiguredVariable[];
  readonly hosts: ReadonlyMap<string, Configured<number>>;
  /** `server` is null for a number that holds for every server. */
  readonly maxConnections: readonly ConfiguredLimit[];
  readonly overhead: Configured<number> | null;
  readonly cpus: Configured<number> | null;
  readonly environment: string | null;
  readonly deployments: readonly string[];
  /** The folder of the file, relative to the working directory. */
  readonly folder: string;
  /** Whether a file or a folder is left out. Null where nothing is. */
  readonly exclude: PathMatcher | null;
  readonly ignore: readonly ConfiguredIgnore[];
}

/** Matches paths relative to the working directory, by patterns that are relative to the folder of the configuration. */
export type PathMatcher = (path: string) => boolean;

/** A finding that is known and fine. What is null may be anything. */
export interface ConfiguredIgnore {
  readonly at: Span;
  /** An id, or an alias. */
  readonly rule: string;
  readonly ruleAt: Span;
  readonly path: PathMatcher | null;
  readonly process: string | null;
  readonly database: string | null;
  readonly reason: string;
}

export interface Configured<T> {
  readonly value: T;
  readonly origin: Origin;
}

export interface ConfiguredLimit extends Configured<number> {
  readonly server: string | null;
  /** The plan that the number was looked up for; null where the number itself is written. */
  readonly plan: Plan | null;
}

export interface ConfiguredVariable extends Configured<string> {
  readonly process: string | null;
  readonly key: string;
}

/**
 * @param cwd the working directory, absolute, posix
 * @throws BadConfiguration
 */
export function readConfiguration(file: SourceFile, cwd = '/'): Configuration {
  const document = parseDocument(file.text, { prettyErrors: false, uniqueKeys: false });
  const [problem] = document.errors;
  if (problem) throw new BadConfiguration(problem.message, span(file, problem.pos[0], problem.pos[1]));
  return new Reader(file, cwd).root(document.contents);
}

class Reader {
  readonly #file: SourceFile;
  readonly #cwd: string;

  constructor(file: SourceFile, cwd: string) {
    this.#file = file;
    this.#cwd = cwd;
  }

  root(node: unknown): Configuration {
    const empty = node === null || (isScalar(node) && node.value === null);
    const map = empty ? null : this.#map(node, 'the configuration');
    const pairs = map ? this.#known(map, KEYS) : new Map<string, unknown>();
    const at = (key: keyof typeof KEYS): Node | null => (pairs.get(key) as Node | undefined) ?? null;
    const rules = at('rules');
    return {
      rules: new Map(this.#entries(rules, 'rules').map(([id, value]) => [id, this.#severity(value)])),
      rulesAt: new Map(isMap(rules) ? this.#pairs(rules).map(([id, , keyAt]) => [id, keyAt]) : []),
      env: this.#entries(at('env'), 'env').flatMap(([key, value]) => this.#variables(key, value)),
      hosts: new Map(
        this.#entries(at('hosts'), 'hosts').map(([name, value]) => [name, this.#count(value, `hosts of ${name}`, 0)]),
      ),
      maxConnections: this.#limits(at('max_connections')),
      overhead: at('overhead') && this.#count(at('overhead'), 'overhead', 0),
      cpus: at('cpus') && this.#count(at('cpus'), 'cpus', 1),
      environment: at('environment') && this.#text(at('environment'), 'environment'),
      deployments: this.#list(at('deployment'), 'deployment'),
      folder: folderOf(this.#file.path),
      exclude: this.#globs(at('exclude')),
      ignore: this.#ignores(at('ignore')),
    };
  }

  #ignores(node: unknown): readonly ConfiguredIgnore[] {
    if (node === null || (isScalar(node) && node.value === null)) return [];
    if (!isSeq(node)) throw new BadConfiguration('ignore must be a list', this.#at(node));
    return node.items.map((item) => {
      const pairs = this.#known(this.#map(item, 'an ignore'), IGNORE_KEYS);
      const text = (key: keyof typeof IGNORE_KEYS): string | null =>
        pairs.has(key) ? this.#text(pairs.get(key), key) : null;
      const needed = (key: 'rule' | 'reason'): string => {
        const value = text(key)?.trim() ?? '';
        if (value === '') throw new BadConfiguration(`an ignore needs a ${key}`, this.#at(pairs.get(key) ?? item));
        return value;
      };
      return {
        at: this.#at(item),
        rule: needed('rule'),
        ruleAt: this.#at(pairs.get('rule')),
        path: this.#globs(pairs.get('path') ?? null),
        process: text('process'),
        database: text('database'),
        reason: needed('reason'),
      };
    });
  }

  /** Matches what a pattern names, and everything below a folder that it names. */
  #globs(node: unknown): PathMatcher | null {
    const patterns = this.#list(node, 'a glob').map((one) => one.replace(/^\.\//, '').replace(/(?<!\/)\/+$/, ''));
    if (patterns.length === 0) return null;
    if (patterns.includes('')) throw new BadConfiguration('a glob must name something', this.#at(node));
    const long = patterns.find(
      (one) => one.length > LONGEST_GLOB || (one.match(/\*+|[+?!@]\(/g)?.length ?? 0) > MOST_STARS,
    );
    if (long !== undefined) {
      const most = `a glob has at most ${LONGEST_GLOB} characters and ${MOST_STARS} stars`;
      throw new BadConfiguration(most, this.#at(node));
    }
    const matches = picomatch(
      patterns.flatMap((one) => [one, `${one}/**`]),
      { dot: true },
    );
    const folder = folderOf(this.#file.path);
    return (path) => matches(fromFolder(folder, path, this.#cwd));
  }

  /** The pairs of a mapping, none of which has another key than these. */
  #known(map: YAMLMap, keys: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
    const names = Object.keys(keys);
    return new Map(
      this.#pairs(map).map(([key, value, keyAt]) => {
        if (!names.includes(key)) throw new BadConfiguration(`unknown key \`${key}\``, keyAt, key, names);
        return [key, value];
      }),
    );
  }

  #variables(key: string, value: unknown): readonly ConfiguredVariable[] {
    if (!isMap(value)) return [{ process: null, key, ...this.#configured(value, this.#text(value, key)) }];
    return this.#pairs(value).map(([name, one]) => ({
      process: key,
      key: name,
      ...this.#configured(one, this.#text(one, name)),
    }));
  }

  #limits(node: unknown): Configuration['maxConnections'] {
    if (node === null) return [];
    if (!isMap(node)) return [{ server: null, ...this.#limit(node, 'max_connections') }];
    return this.#pairs(node).map(([server, value]) => ({
      server,
      ...this.#limit(value, `max_connections of ${server}`),
    }));
  }

  /** A number, or the name of a plan. */
  #limit(node: unknown, what: string): Configured<number> & { readonly plan: Plan | null } {
    const value = isScalar(node) ? node.value : null;
    if (typeof value !== 'string') return { ...this.#count(node, what, 1), plan: null };
    const plan = planNamed(value);
    if (plan) return { ...this.#configured(node, plan.limit), plan };
    const names = PLANS.map(({ name }) => name);
    const message = `${what} must be a whole number from 1, or a plan`;
    throw new BadConfiguration(message, this.#at(node), value, names, PLANS_COMMAND);
  }

  #severity(node: unknown): Severity | 'off' {
    const value = isScalar(node) ? node.value : null;
    const text = value === false ? 'off' : String(value);
    const severity = SEVERITIES.find((one) => one === text);
    if (severity) return severity;
    throw new BadConfiguration(`no severity is called \`${text}\``, this.#at(node), text, SEVERITIES);
  }

  #count(node: unknown, what: string, least: number): Configured<number> {
    const value = isScalar(node) ? node.value : null;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least) {
      throw new BadConfiguration(`${what} must be a whole number from ${least}`, this.#at(node));
    }
    return this.#configured(node, value);
  }

  /** Values are environment variables or names: whatever is written is meant as text. */
  #text(node: unknown, what: string): string {
    if (!isScalar(node) || node.value === null) throw new BadConfiguration(`${what} must be a text`, this.#at(node));
    return node.source ?? String(node.value);
  }

  #list(node: unknown, what: string): readonly string[] {
    if (node === null || (isScalar(node) && node.value === null)) return [];
    return (isSeq(node) ? node.items : [node]).map((item) => {
      if (!isScalar(item) || typeof item.value !== 'string')
        throw new BadConfiguration(`${what} must be a text`, this.#at(item));
      return item.value;
    });
  }

  #entries(node: unknown, what: string): readonly (readonly [string, unknown])[] {
    if (node === null || (isScalar(node) && node.value === null)) return [];
    return this.#pairs(this.#map(node, what)).map(([key, value]) => [key, value]);
  }

  #map(node: unknown, what: string): YAMLMap {
    if (isMap(node)) return node;
    throw new BadConfiguration(`${what} must be a mapping`, this.#at(node));
  }

  #pairs(map: YAMLMap): readonly (readonly [key: string, value: unknown, keyAt: Span])[] {
    const names = new Set<string>();
    return map.items.map(({ key, value }) => {
      const name = isScalar(key) ? (key.source ?? String(key.value)) : '';
      if (names.has(name)) throw new BadConfiguration(`\`${name}\` is written twice`, this.#at(key));
      names.add(name);
      return [name, value, this.#at(key)];
    });
  }

  #configured<T>(node: unknown, value: T): Configured<T> {
    return { value, origin: { kind: 'flag', text: this.#file.path, at: this.#at(node) } };
  }

  #at(node: unknown): Span {
    const range = (node as Node | null)?.range;
    return range ? span(this.#file, range[0], range[1]) : span(this.#file, 0, 0);
  }
}
