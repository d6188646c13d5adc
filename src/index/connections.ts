import type { Span } from '../text/source.ts';
import {
  argumentsOf,
  BRANCHES,
  classAround,
  constantName,
  keyword,
  literalName,
  methodAround,
  methodName,
  qualifiedName,
} from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { Collector } from './collector.ts';

/**
 * A pool that the body of a class asks for: Active Record keeps one for every class that connects, role and shard.
 * Source: activerecord/lib/active_record/connection_adapters/abstract/connection_handler.rb@v8.1.3.1
 */
export interface ConnectedPool {
  /** `AnimalsRecord`; null for ActiveRecord::Base and the class that shares its pools. */
  readonly owner: string | null;
  readonly role: string;
  readonly shard: string;
  /** The entry of database.yml, as far as the code says it: see `namedFor`. */
  readonly database: string;
  readonly call: 'connects_to' | 'establish_connection';
  /** Where the name of the entry stands. */
  readonly at: Span;
  /** Whether the class is a model itself, not an abstract class above some. */
  readonly concrete: boolean;
  /** Whether a condition around it decides: nobody here follows it. */
  readonly conditional: boolean;
  /** Whether Rails certainly raises without the entry: a name that code puts together may be meant for others, and `configurations[…]` is nil then. */
  readonly required: boolean;
}

/** Where a name has that of the environment in it: `"legacy_#{Rails.env}"`. */
const ENVIRONMENT = '#{Rails.env}';

/** The name of an entry in an environment. */
export function namedFor(environment: string, name: string): string {
  return name.replaceAll(ENVIRONMENT, environment);
}

const WORDS = /connects_to|establish_connection/;
const READS = /^(?:app|lib)\/.+\.rb$/;

/**
 * The pools that classes of the application ask for: `connects_to database: { writing: :x }`, `shards:`, and
 * `establish_connection :x` in a class body, in the order of the files.
 */
export function connectedPools(): Collector<readonly ConnectedPool[]> {
  const pools: ConnectedPool[] = [];
  return {
    words: WORDS,
    collect(file) {
      if (!READS.test(file.path)) return;
      for (const call of file.calls('connects_to', 'establish_connection')) {
        if (call.child('arguments') && !methodAround(call)) pools.push(...poolsOf(call));
      }
    },
    facts: () => pools,
  };
}

/** The entries of database.yml that classes of the application connect to. Sorted, each once. */
export function connectedDatabases(): Collector<readonly string[]> {
  const names = new Set<string>();
  return {
    words: WORDS,
    collect(file) {
      if (!READS.test(file.path)) return;
      for (const call of file.calls('connects_to', 'establish_connection')) {
        const list = call.child('arguments');
        if (!list || methodAround(call)) continue;
        if (methodName(call) === 'connects_to') namedValues(list).forEach((name) => names.add(name));
        else {
          const [first] = argumentsOf(call);
          const name = first ? databaseName(first) : null;
          if (name !== null) names.add(name);
        }
      }
    },
    facts: () => [...names].toSorted(),
  };
}

interface Named {
  readonly role: string;
  readonly shard: string;
  readonly name: CodeNode;
}

/** What `connects_to` and `establish_connection` use where nothing is said. Source: …/connection_handling.rb@v8.1.3.1 */
const ROLE = 'writing';
const SHARD = 'default';

function poolsOf(call: CodeNode): readonly ConnectedPool[] {
  const definition = classAround(call);
  if (!definition && !isBase(call.child('receiver'))) return [];
  const method = methodName(call) === 'connects_to' ? 'connects_to' : 'establish_connection';
  const own = definition !== null && call.child('receiver') === null;
  const owner = own ? qualifiedName(definition) : constantName(call.child('receiver'));
  if (owner === null && !isSelf(call.child('receiver'))) return [];
  const name = owner ?? (definition ? qualifiedName(definition) : '');
  const sharesBase = name === 'ActiveRecord::Base' || name === 'ApplicationRecord' || (own && isPrimary(definition));
  const body = definition && (own || isSelf(call.child('receiver'))) ? definition : null;
  const conditional = [...call.around()].some(
    ({ type }) => BRANCHES.has(type) || type === 'block' || type === 'do_block',
  );
  const concrete = body !== null && !sharesBase && !isAbstract(body);
  return (method === 'connects_to' ? namedBy(call) : establishedBy(call)).flatMap(({ role, shard, name: node }) => {
    const database = databaseName(node);
    if (database === null) return [];
    const chosen = conditional || isChosen(node, call);
    return [
      {
        owner: sharesBase ? null : name,
        role,
        shard,
        database,
        call: method,
        at: node.at,
        concrete,
        conditional: chosen,
        required: node.type !== 'element_reference' && !database.includes(ENVIRONMENT),
      },
    ];
  });
}

/** `reading: Rails.env.production? ? :replica : :primary` */
function isChosen(node: CodeNode, call: CodeNode): boolean {
  for (const outer of node.around()) {
    if (outer === call) return false;
    if (BRANCHES.has(outer.type)) return true;
  }
  return false;
}

function namedBy(call: CodeNode): readonly Named[] {
  const shards = keyword(call, 'shards');
  if (shards?.type === 'hash') {
    return pairsOf(shards).flatMap(({ key: shard, value }) =>
      value.type === 'hash' ? pairsOf(value).map(({ key: role, value: name }) => ({ role, shard, name })) : [],
    );
  }
  const database = keyword(call, 'database');
  if (database?.type !== 'hash') return [];
  return pairsOf(database).map(({ key: role, value: name }) => ({ role, shard: SHARD, name }));
}

function establishedBy(call: CodeNode): readonly Named[] {
  const [name] = argumentsOf(call);
  return name ? [{ role: ROLE, shard: SHARD, name }] : [];
}

function pairsOf(hash: CodeNode): readonly { readonly key: string; readonly value: CodeNode }[] {
  return hash.children.flatMap((pair) => {
    const key = pair.type === 'pair' ? pair.child('key') : null;
    const value = pair.child('value');
    return key && value ? [{ key: key.text.replace(/^[:"']+|(?<![:"'])[:"']+$/g, ''), value }] : [];
  });
}

function isBase(receiver: CodeNode | null): boolean {
  return constantName(receiver) === 'ActiveRecord::Base';
}

function isSelf(receiver: CodeNode | null): boolean {
  return receiver?.type === 'self';
}

function isAbstract(definition: CodeNode): boolean {
  return /^[ \t]*(?:self\.abstract_class\s*=\s*true|primary_abstract_class)\b/m.test(definition.text);
}

/** Source: activerecord/lib/active_record/inheritance.rb@v8.1.3.1 (primary_abstract_class) */
function isPrimary(definition: CodeNode | null): boolean {
  return definition !== null && /^[ \t]*primary_abstract_class\b/m.test(definition.text);
}

/** The databases in `database: { writing: :x, reading: :y }` and `shards: { one: { writing: :x } }`. */
function namedValues(list: CodeNode): readonly string[] {
  return list.within().flatMap((pair) => {
    const value = pair.type === 'pair' ? pair.child('value') : null;
    const name = value ? databaseName(value) : null;
    return name === null ? [] : [name];
  });
}

/** `:x`, `"x"`, `"x_#{Rails.env}"`, and what stands under such a name in `configurations[…]`. */
function databaseName(node: CodeNode): string | null {
  if (node.type === 'simple_symbol' || node.type === 'string' || node.type === 'delimited_symbol') {
    const name = literalName(node) ?? /^:?["'](.+)["']$/.exec(node.text.replaceAll(ASKS_ENVIRONMENT, ENVIRONMENT))?.[1];
    return name !== undefined && /^(?:[\w-]|#\{Rails\.env\})+$/.test(name) ? name : null;
  }
  if (node.type === 'element_reference' && /^(?:(?:::)?ActiveRecord::Base\.|self\.)?configurations\[/.test(node.text)) {
    const [, key] = node.children;
    return key ? databaseName(key) : null;
  }
  if (node.type === 'call' && methodName(node) === 'to_sym') {
    const receiver = node.child('receiver');
    return receiver ? databaseName(receiver) : null;
  }
  return null;
}

const ASKS_ENVIRONMENT = /#\{\s*(?:(?:::)?Rails\.env(?:\.to_s)?|ENV\[["']RAILS_ENV["']\])\s*\}/g;
