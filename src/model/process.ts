import type { ClaimPart } from '../systems/system.ts';
import type { Launch, Role, SystemId } from '../launch/launch.ts';
import type { DatabaseEntry, PoolSize } from '../database/entry.ts';
import type { Pooled } from './pooled.ts';
import type { Traced, Unknown } from '../value/traced.ts';

/**
 * Who wants connections of a pool, in order: the program's own threads first, what runs inside it after. The first
 * claim whose running sum exceeds the pool names the rule that speaks.
 */
export interface Claim {
  /** The system whose threads these are. */
  readonly system: SystemId;
  /** What the threads are called in sentences: "request threads", "job threads", "poller and heartbeat". */
  readonly threadsOf: string;
  readonly threads: Traced<number>;
  /** How long one of them keeps what it borrowed. */
  readonly held: 'request' | 'job' | 'loop' | 'brief';
  /** False for helpers that borrow for a single query: they count as demand and never as too small a pool. */
  readonly counts: boolean;
  /** What kind of helper these are; absent for request and job threads and a job system's own. */
  readonly part?: ClaimPart;
}

/** What a database is for, as far as the configuration says. The first entry is always the application's. */
export type Purpose = 'application' | 'queue' | 'cache' | 'cable';

/** One pool: Active Record keeps one for every class that connects to an entry, in every role and shard. */
export interface Pool {
  readonly database: DatabaseEntry;
  readonly purpose: Purpose;
  /** The class that connects, or the gem whose class it is; null for ActiveRecord::Base. */
  readonly owner: string | null;
  readonly role: string;
  readonly shard: string;
  readonly size: Traced<PoolSize>;
  readonly claims: readonly Claim[];
  /** The sum of all claims, helpers included. */
  readonly threads: Traced<number>;
  /** The sum of the claims that count for the verdict. */
  readonly needed: Traced<number>;
  /** Connections the process opens beside the pool. */
  readonly outside: number;
  /** Further pools of that size for the same entry that nobody asks: in a role to which nothing switches. */
  readonly idle: number;
  /** What can be open at once, over all copies: copies × (min(size, threads) + outside). */
  readonly demand: Traced<number>;
  /** What is allowed, over all copies: copies × ((1 + idle) × size + outside). */
  readonly ceiling: Traced<PoolSize>;
  readonly verdict: Verdict;
}

export type Verdict =
  | { readonly kind: 'holds' }
  /** `claim` is the first one whose running sum exceeds the size. */
  | { readonly kind: 'violates'; readonly claim: Claim }
  | { readonly kind: 'unknown'; readonly reason: string; readonly because: Unknown<unknown> | null };

/** One kind of OS process of a launch. */
export interface Process {
  readonly launch: Launch;
  readonly name: string;
  readonly system: SystemId;
  readonly role: Role;
  readonly declared: boolean;
  readonly hosts: Traced<number>;
  readonly processesPerHost: Traced<number>;
  readonly copies: Traced<number>;
  /** Its request or job threads. */
  readonly threads: Traced<number>;
  readonly inside: readonly { readonly system: SystemId; readonly threads: Traced<number> }[];
  readonly pools: readonly Pool[];
}

/** A database server: what shares one connection limit. */
export interface Server {
  /** What its entries have in common: see `ServerKey`. */
  readonly key: string;
  /** host:port, else the name of its first database. */
  readonly name: string;
  readonly databases: readonly string[];
  readonly demand: Traced<number>;
  readonly ceiling: Traced<PoolSize>;
  readonly autoscaled: Traced<number>;
  /** During a deploy; unknown where the platform's overlap is. */
  readonly peak: Traced<number>;
  readonly limit: Traced<number>;
  readonly reserved: Traced<number>;
  readonly usable: Traced<number>;
  /** What stands between the processes and the server, where something does. */
  readonly pooled?: Pooled | null;
  /** Console, cron, migrations: beside the sums. */
  readonly overhead: Traced<number>;
  readonly verdict: Verdict['kind'];
  readonly autoscaledVerdict: Verdict['kind'];
  readonly peakVerdict: Verdict['kind'];
}
