import type { Command, Role, SystemId } from '../launch/launch.ts';
import type { Boot } from '../launch/boot.ts';
import type { DatabaseEntry } from '../database/entry.ts';
import type { Span } from '../text/source.ts';
import type { Assumption } from '../value/origin.ts';
import type { Traced } from '../value/traced.ts';

/** A program that holds connections. */
export interface System {
  readonly id: SystemId;
  /** The gem whose presence in the lockfile means that the app has it. */
  readonly gem: string;
  /** The name under which the same program is published now. */
  readonly renamed?: string;
  /** A web server, or what serves sockets beside one; absent for programs that run jobs. */
  readonly kind?: 'server' | 'cable';
  /** Whether these words start it. Words are already free of `bundle exec`, wrappers and environment prefixes. */
  recognises(words: readonly string[]): boolean;
  /** The command an app without any deployment file would start it with. */
  readonly inferred: string;
  /**
   * How code of an application hands a job to it without Active Job; absent where there is no such way, or where it runs
   * no jobs.
   */
  readonly usedDirectly?: RegExp;
  /**
   * Whether what the application starts when it is loaded runs in this process of a program for jobs: threads do not
   * outlive a fork, so they stay in the process that loaded it. Absent where that is never one of the processes that
   * `boot` gives.
   * @param all the processes of the boot
   */
  loadsIn?(boot: Boot, process: BootedProcess, all: readonly BootedProcess[]): boolean;
  /** Reads its files in boot order and says what runs. */
  boot(boot: Boot, command: Command | null): Booted;
}

/** What a launch turned out to be: its OS processes and the settings `show` prints. */
export interface Booted {
  readonly processes: readonly BootedProcess[];
  readonly settings: Settings;
  /** What it starts as processes of their own: launches under its name, in the environment it leaves. */
  readonly starts?: readonly StartedSystem[];
  readonly server?: BootedServer;
  /** What it saw that no number shows, for the rules. */
  readonly remarks?: readonly Remark[];
}

/** Something about a boot that is no number: configuration that nothing reads, connections that belong to fibers. */
export interface Remark {
  readonly kind: 'ignored-configuration' | 'ignored-database-key' | 'fiber-isolation';
  /** What is ignored, or what isolates. */
  readonly what: string;
  readonly why: string;
  readonly advice: string;
  readonly at: Span;
  readonly assumes: readonly Assumption[];
}

/** What is known of a server beyond its threads: how it was started, and what it runs around a fork. */
export interface BootedServer {
  /** Whether the program builds the app before it reads the server's configuration: `rails server`, `rackup`. */
  readonly appFirst: boolean;
  readonly hooks: readonly ServerHook[];
  /** Whether there may be hooks that are not listed. */
  readonly hooksOpen: boolean;
  /** Whether the configuration says that hooks of a cluster stand there for other places: silence_fork_callback_warning. */
  readonly silencesForkWarning?: boolean;
  /** Where `plugin :solid_queue` stands; null without it, or where only some courses load it. */
  readonly solidQueuePlugin: { readonly at: Span; readonly assumes: readonly Assumption[] } | null;
}

export interface ServerHook {
  /** As written: `on_worker_boot`. */
  readonly name: string;
  readonly nameAt: Span;
  /** The whole directive with its block. */
  readonly at: Span;
  /** What the conditions around it assume. */
  readonly assumes: readonly Assumption[];
  /** False where only some courses register it. */
  readonly certain: boolean;
  /** What its block does, statement by statement; null where it has none of its own. */
  readonly body: readonly HookStep[] | null;
}

export interface HookStep {
  readonly does: 'disconnects' | 'reconnects' | 'reconnects with a configuration' | 'something else';
  readonly at: Span;
}

export interface StartedSystem {
  readonly system: SystemId;
  /** False where only some possible courses start it. */
  readonly certain: boolean;
  boot(boot: Boot): Booted;
}

/** Leaves are traced values; lists and groups nest. Keys are those of the contract. */
export type Settings = { readonly [key: string]: SettingLeaf | readonly SettingLeaf[] | readonly Settings[] };
export type SettingLeaf = Traced<unknown> | string;

export interface BootedProcess {
  readonly role: Role;
  readonly processesPerHost: Traced<number>;
  /** Request or job threads. */
  readonly threads: Traced<number>;
  readonly claims: readonly DatabaseClaim[];
  /** Systems that run as threads of this process; their claims are among its own. */
  readonly inside?: readonly InsideSystem[];
  /** Connections it opens beside its pools. */
  readonly outside?: readonly OutsideConnections[];
}

/** Connections that no pool counts: taken out of it, or never in it. */
export interface OutsideConnections {
  readonly on: DatabaseSelector;
  readonly connections: Traced<number>;
}

export interface InsideSystem {
  readonly system: SystemId;
  /** Its job threads. */
  readonly threads: Traced<number>;
}

/** A claim before it is known which databases there are. */
export interface DatabaseClaim {
  readonly on: DatabaseSelector;
  readonly threadsOf: string;
  readonly threads: Traced<number>;
  /** `job`: the job threads of one worker entry, or of one process; `loop`: a system's own threads beside them. */
  readonly held: 'request' | 'job' | 'loop' | 'brief';
  readonly counts: boolean;
  /** Whose threads these are, where it is not the program itself. */
  readonly system?: SystemId;
  /** What kind of helper these are; absent for request and job threads and a job system's own. */
  readonly part?: ClaimPart;
  /** Where each database has a number of its own. */
  readonly threadsOn?: (database: DatabaseEntry) => Traced<number>;
}

/** Threads beside those that serve requests and run jobs, where a rule speaks of them by name. */
export type ClaimPart =
  'io' | 'utility' | 'cable worker' | 'cable listener' | 'cache expiry' | 'load_async' | 'job fibers';

/**
 * Which pools of the process a claim uses: request threads use every pool, job threads all but the cable database,
 * a job system's own threads only the database of its queue. `first` is the one ActiveRecord::Base connects to,
 * `application` what models connect to, `cache` and `cable` what Solid Cache and Solid Cable use (the first one where
 * they have none of their own).
 */
export type DatabaseSelector =
  'every' | 'jobs' | 'queue' | 'first' | 'application' | 'cache' | 'cable' | { readonly entry: string };
