import type { DatabaseEntry, Setting } from '../database/entry.ts';
import type { HostCall, HostObject } from '../ruby/host.ts';
import { RubyArray, RubyHash, RubyString, RubySymbol, rubyString, type RubyValue, type Value } from '../ruby/values.ts';
import { spanText } from '../text/source.ts';
import type { Origin } from '../value/origin.ts';
import { combine, known, unknown, type Traced } from '../value/traced.ts';
import { atLeast, version, type GemVersion } from '../versions/compare.ts';
import { Recorder, type Treatment } from './recorder.ts';

/** What Ruby can ask of the configuration of databases. */
export interface ConnectionsWorld {
  readonly railsEnv: string;
  /** Version of Rails, null where it is not known. */
  readonly version: string | null;
  /** The entries of the environment; null before the file has been read. */
  databases(): readonly DatabaseEntry[] | null;
}

/** What runs its block at once, with the class as self. */
const OPENS_CLASS: ReadonlySet<string> = new Set(['class_eval', 'class_exec', 'instance_eval', 'module_eval']);

/**
 * `ActiveRecord::Base` of a booting process: answers what configuration is built from, and hears what is established.
 * Source: activerecord/lib/active_record/core.rb, …/connection_handling.rb, …/database_configurations.rb
 * @v5.2.8.1 … v8.1.3.1
 */
export class ActiveRecordBase extends Recorder {
  readonly #world: ConnectionsWorld;
  /** The hash that `configurations["production"]` hands out before 6.1: what is stored there is what is established. */
  #shared: RubyHash | null = null;

  constructor(world: ConnectionsWorld, treat: (path: string, call: HostCall) => Treatment) {
    super('ActiveRecord::Base', treat);
    this.#world = world;
  }

  override call(call: HostCall): Value {
    if (call.block && OPENS_CLASS.has(call.method)) {
      call.run(call.block, [], this);
      return known<RubyValue>(null, codeAt(call));
    }
    const rails = this.#world.version === null ? null : version(this.#world.version);
    const [first] = this.#world.databases() ?? [];
    if (rails && first) {
      switch (call.method) {
        case 'configurations':
          return object(new Configurations(this.#world, rails, () => this.#hashOf(first)), call);
        case 'connection_db_config':
          if (atLeast(rails, '6.1')) return object(new DatabaseConfig(first, rails), call);
          break;
        case 'connection_config':
          if (!atLeast(rails, '7.0')) return hashValue(symbolHash(first), call);
          break;
        case 'establish_connection': {
          const nothing = call.args.length + call.named.size === 0;
          const shared = nothing && this.#shared ? [hashValue(this.#shared, call)] : call.args;
          // What is changed after the call is not established any more.
          return super.call({ ...call, args: shared.map(snapshot) });
        }
      }
    }
    return super.call(call);
  }

  #hashOf(entry: DatabaseEntry): RubyHash {
    return (this.#shared ??= stringHash(entry));
  }
}

/** `ActiveRecord::Base.configurations`. */
class Configurations implements HostObject {
  readonly hostName = 'ActiveRecord::DatabaseConfigurations';
  readonly #world: ConnectionsWorld;
  readonly #rails: GemVersion;
  readonly #shared: () => RubyHash;

  constructor(world: ConnectionsWorld, rails: GemVersion, shared: () => RubyHash) {
    this.#world = world;
    this.#rails = rails;
    this.#shared = shared;
  }

  call(call: HostCall): Value | undefined {
    const entries = this.#world.databases() ?? [];
    switch (call.method) {
      case '[]':
      case 'default_hash': {
        const [first] = entries;
        if (!first || atLeast(this.#rails, '7.0') || !this.#isOurs(call.args[0])) return undefined;
        return hashValue(atLeast(this.#rails, '6.1') ? symbolHash(first) : this.#shared(), call);
      }
      case 'find_db_config': {
        const name = textOf(call.args[0]);
        const found = name === this.#world.railsEnv ? entries[0] : entries.find((entry) => entry.name === name);
        return found && object(new DatabaseConfig(found, this.#rails), call);
      }
      case 'configs_for':
        return this.#configsFor(entries, call);
      default:
        return undefined;
    }
  }

  #configsFor(entries: readonly DatabaseEntry[], call: HostCall): Value | undefined {
    if (!atLeast(this.#rails, '6.0') || !this.#isOurs(call.named.get('env_name'))) return undefined;
    const asked = call.named.get('name') ?? call.named.get('spec_name');
    if (asked) {
      const found = entries.find((entry) => entry.name === textOf(asked));
      return found && object(new DatabaseConfig(found, this.#rails), call);
    }
    const configs = entries.filter(({ replica }) => !replica).map((entry) => new DatabaseConfig(entry, this.#rails));
    return known<RubyValue>(new RubyArray(configs.map((config) => object(config, call))), codeAt(call));
  }

  #isOurs(environment: Value | undefined): boolean {
    return textOf(environment) === this.#world.railsEnv;
  }
}

/** A `HashConfig` or `UrlConfig`. */
export class DatabaseConfig implements HostObject {
  readonly hostName = 'ActiveRecord::DatabaseConfigurations::HashConfig';
  readonly entry: DatabaseEntry;
  readonly #rails: GemVersion;

  constructor(entry: DatabaseEntry, rails: GemVersion) {
    this.entry = entry;
    this.#rails = rails;
  }

  call(call: HostCall): Value | undefined {
    switch (call.method) {
      case 'configuration_hash':
        return atLeast(this.#rails, '6.1') ? hashValue(symbolHash(this.entry), call) : undefined;
      case 'config':
        return atLeast(this.#rails, '6.2') ? undefined : hashValue(stringHash(this.entry), call);
      case 'pool':
      case 'max_connections':
        return combine(null, [this.entry.pool], (size): RubyValue => (size === 'unlimited' ? null : BigInt(size)));
      case 'name':
      case 'spec_name':
        return rubyString(this.entry.name, codeAt(call));
      default:
        return undefined;
    }
  }
}

/** `Rails.application.config.database_configuration`: the file as it was loaded, keys as strings. */
export function databaseConfiguration(world: ConnectionsWorld, call: HostCall): Value {
  const entries = world.databases();
  const [first] = entries ?? [];
  if (!entries || !first?.at) return unknown('database.yml has not been read yet', codeAt(call));
  const environment = new RubyHash();
  // A section of two levels is one entry, whose key is the environment itself.
  if (entries.length === 1 && spanText(first.at).replace(/^:|:$/g, '') === world.railsEnv) {
    put(environment, rubyString(world.railsEnv, codeAt(call)), hashValue(stringHash(first), call));
  } else {
    const section = new RubyHash();
    for (const entry of entries) put(section, rubyString(entry.name, codeAt(call)), hashValue(stringHash(entry), call));
    put(environment, rubyString(world.railsEnv, codeAt(call)), hashValue(section, call));
  }
  return hashValue(environment, call);
}

function symbolHash(entry: DatabaseEntry): RubyHash {
  const hash = hashOf(entry, (name, origin) => known<RubyValue>(RubySymbol.of(name), origin));
  hash.frozen = true;
  return hash;
}

function stringHash(entry: DatabaseEntry): RubyHash {
  return hashOf(entry, rubyString);
}

function hashOf(entry: DatabaseEntry, key: (name: string, origin: Origin) => Value): RubyHash {
  const hash = new RubyHash();
  for (const [name, setting] of entry.settings) put(hash, key(name, setting.origin), valueOf(setting));
  // Where the size is not known because nobody can see the key, the hash may have it.
  if (!entry.pool.known && !entry.settings.has(entry.sizeKey) && entry.at) {
    hash.blur = { reason: entry.pool.reason, at: entry.at };
  }
  return hash;
}

function put(hash: RubyHash, key: Value, value: Value): void {
  const name = key.known ? key.value : null;
  if (name instanceof RubySymbol) hash.entries.set(`y${name.name}`, { key, value });
  else hash.entries.set(`s${textOf(key) ?? ''}`, { key, value });
}

function valueOf(setting: Traced<Setting>): Value {
  return combine(null, [setting], (value): RubyValue => {
    if (typeof value === 'string') return new RubyString(known(value, setting.origin));
    if (value === null || typeof value !== 'object') return value;
    return value.className === 'Symbol' ? RubySymbol.of(value.text) : new RubyString(known(value.text, setting.origin));
  });
}

function textOf(value: Value | undefined): string | null {
  if (!value?.known) return null;
  if (value.value instanceof RubySymbol) return value.value.name;
  if (!(value.value instanceof RubyString) || !value.value.content.known) return null;
  return value.value.content.value;
}

/** A hash as it is now. */
function snapshot(value: Value): Value {
  if (!value.known || !(value.value instanceof RubyHash)) return value;
  const copy = new RubyHash();
  for (const [id, entry] of value.value.entries) copy.entries.set(id, { ...entry });
  copy.assumes = value.value.assumes;
  copy.blur = value.value.blur;
  return known<RubyValue>(copy, value.origin, value.assumes);
}

function hashValue(hash: RubyHash, call: HostCall): Value {
  return known<RubyValue>(hash, codeAt(call));
}

function object(host: HostObject, call: HostCall): Value {
  return known<RubyValue>(host, codeAt(call));
}

function codeAt({ at }: HostCall): Origin {
  return { kind: 'code', at, from: [] };
}
