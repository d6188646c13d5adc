import { isMap, isScalar, isSeq, parseDocument, type Node, type YAMLMap } from 'yaml';
import { span, type SourceFile, type Span } from '../text/source.ts';
import type { Origin } from '../value/origin.ts';
import { planNamed, PLANS, type Plan } from '../limits/plans.ts';
import { BadConfiguration } from './bad_configuration.ts';
import type { Severity } from './finding.ts';

export { BadConfiguration };

/** `.rails-pool-lint.yml`, read and checked. What it does not say is null or empty. */
export interface Configuration {
  /** Severity by rule id or alias; "off" switches a rule off. */
  readonly rules: ReadonlyMap<string, Severity | 'off'>;
  /** Variables of every process (`process` null) and of single ones. */
  readonly env: readonly ConfiguredVariable[];
  readonly hosts: ReadonlyMap<string, Configured<number>>;
  /** `server` is null for a number that holds for every server. */
  readonly maxConnections: readonly ConfiguredLimit[];
  readonly overhead: Configured<number> | null;
  readonly cpus: Configured<number> | null;
  readonly environment: string | null;
  readonly deployments: readonly string[];
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

const KEYS = ['rules', 'env', 'hosts', 'max_connections', 'overhead', 'cpus', 'environment', 'deployment'];
const SEVERITIES: readonly string[] = ['off', 'info', 'warning', 'error'];

/** @throws BadConfiguration */
export function readConfiguration(file: SourceFile): Configuration {
  const document = parseDocument(file.text, { prettyErrors: false, uniqueKeys: false });
  const [problem] = document.errors;
  if (problem) throw new BadConfiguration(problem.message, span(file, problem.pos[0], problem.pos[1]));
  return new Reader(file).root(document.contents);
}

class Reader {
  readonly #file: SourceFile;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  root(node: unknown): Configuration {
    const empty = node === null || (isScalar(node) && node.value === null);
    const map = empty ? null : this.#map(node, 'the configuration');
    for (const [key, , keyAt] of map ? this.#pairs(map) : []) {
      if (!KEYS.includes(key)) throw new BadConfiguration(`unknown key \`${key}\``, keyAt, key, KEYS);
    }
    const at = (key: string): Node | null => (map?.get(key, true) as Node | undefined) ?? null;
    return {
      rules: new Map(this.#entries(at('rules'), 'rules').map(([id, value]) => [id, this.#severity(value)])),
      env: this.#entries(at('env'), 'env').flatMap(([key, value]) => this.#variables(key, value)),
      hosts: new Map(
        this.#entries(at('hosts'), 'hosts').map(([name, value]) => [name, this.#count(value, `hosts of ${name}`, 0)]),
      ),
      maxConnections: this.#limits(at('max_connections')),
      overhead: at('overhead') && this.#count(at('overhead'), 'overhead', 0),
      cpus: at('cpus') && this.#count(at('cpus'), 'cpus', 1),
      environment: at('environment') && this.#text(at('environment'), 'environment'),
      deployments: this.#list(at('deployment')),
    };
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
    throw new BadConfiguration(`${what} must be a whole number from 1, or a plan`, this.#at(node), value, names);
  }

  #severity(node: unknown): Severity | 'off' {
    const value = isScalar(node) ? node.value : null;
    const text = value === false ? 'off' : String(value);
    if (SEVERITIES.includes(text)) return text as Severity | 'off';
    throw new BadConfiguration(`a severity is one of ${SEVERITIES.join(', ')}`, this.#at(node), text, SEVERITIES);
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

  #list(node: unknown): readonly string[] {
    if (node === null) return [];
    if (!isSeq(node)) return [this.#text(node, 'deployment')];
    return node.items.map((item) => this.#text(item, 'deployment'));
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
    return map.items.map(({ key, value }) => {
      const name = isScalar(key) ? (key.source ?? String(key.value)) : '';
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
