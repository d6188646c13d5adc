import type { Span } from '../text/source.ts';
import type { Traced } from '../value/traced.ts';

/** How many connections a pool may open: a number, or no bound at all (Rails ≥ 8.1). */
export type PoolSize = number | 'unlimited';

/** `max_connections` is read from Rails 8.1 on. */
export type SizeKey = 'pool' | 'max_connections';

/** A setting as database.yml or a URL gives it, before anybody converts it. */
export type Setting = null | boolean | bigint | number | string | { readonly className: string; readonly text: string };

/** One entry of database.yml, as one launch sees it: after ERB, anchors, merges, `shared` and the URL. */
export interface DatabaseEntry {
  /** The name Rails gives it: `primary` for a two-level environment. */
  readonly name: string;
  /** Where the entry's key is written, or where its URL comes from; null when nothing in the repository writes it. */
  readonly at: Span | null;
  /** Every key of the resolved entry. Nested mappings and lists are left out. */
  readonly settings: ReadonlyMap<string, Traced<Setting>>;
  /** The keys that the file writes, in Ruby's order; empty where a URL alone configures the entry. */
  readonly keys: readonly WrittenKey[];
  readonly adapter: Traced<string | null>;
  readonly pool: Traced<PoolSize>;
  /** The key that decides the size, or that would if it were written. */
  readonly sizeKey: SizeKey;
  /** Where the value of that key is written, tags included; null where no file writes it. */
  readonly sizeAt: Span | null;
  /** Where Ruby sets it: `config['pool'] = 16`, `pool: 16`, up to the end of the value. Absent where another file does. */
  readonly sizeSaidAt?: Span | null;
  /** Seconds. */
  readonly checkoutTimeout: Traced<number>;
  readonly replica: boolean;
  /** What identifies its server, see contract: host:port, or the expressions it comes from. Null for SQLite. */
  readonly server: ServerKey | null;
  /** Absent for Active Record. Sequel's pools have rules of their own: no request keeps a connection to its end. */
  readonly orm?: 'sequel';
  /** A `pool` that Sequel does not read, and nothing that it does; null or absent elsewhere. */
  readonly ignoredSize?: Span | null;
}

/** A key of an entry as database.yml has it, before any URL: what wins, where it stands, and what it replaced. */
export interface WrittenKey {
  /** As Rails symbolises it: `pool:` and `:pool:` are the same. */
  readonly name: string;
  readonly keyAt: Span;
  readonly valueAt: Span;
  /** Null for a mapping or a list. */
  readonly value: Traced<Setting> | null;
  /** The `<<` lines it came through, outermost last; empty where the entry writes it itself. */
  readonly merges: readonly Span[];
  /** Values that the same key had before, in the entry or in what is merged into it, in Psych's order. */
  readonly replaced: readonly WrittenKey[];
}

export interface ServerKey {
  /** Entries with equal keys share a server. */
  readonly key: string;
  /** host:port where both are known. */
  readonly name: string | null;
  /** Whether the address is said, and may be anything; not where no host is: that is the machine, or PGHOST. */
  readonly open: boolean;
  /** Nobody can tell whether it is this one. */
  readonly perhaps?: boolean;
}
