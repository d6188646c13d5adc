import type { NotedProblem } from '../launch/boot.ts';
import type { DeployedService, DeploymentKind, Launch, Uncounted } from '../launch/launch.ts';
import type { MissingEntry } from '../launch/used_databases.ts';
import type { Process, Server } from '../model/process.ts';
import type { Proof } from '../model/proof.ts';
import type { Unread } from '../platforms/unread.ts';
import type { Span } from '../text/source.ts';
import type { Confidence } from '../value/origin.ts';
import type { DatabaseEntry } from '../database/entry.ts';
import type { CodeFacts } from '../index/facts.ts';
import type { Environment } from '../value/environment.ts';
import type { Noticed } from '../value/noticed.ts';
import type { BootedServer, Settings, Remark } from '../systems/system.ts';
import type { Versions } from '../versions/versions.ts';
import type { Finding, Severity } from './finding.ts';

/** One app in one deployment: what `budget` and `show` print, and what the rules look at. */
export interface Project {
  /** Path of the app relative to the working directory; "." for the directory itself. */
  readonly root: string;
  readonly deployment: DeploymentKind;
  /** The deployment's own name: its kind, or kind and file where one kind has several. */
  readonly name: string;
  readonly environment: string;
  /** Version by gem id (`rails`, `puma`, `sidekiq`, `solid_queue`, …); null where it is absent or unknown. */
  readonly versions: Readonly<Record<string, string | null>>;
  /** Every gem of the lockfile, or what the Gemfile allows. */
  readonly gems: Versions;
  /** What the application's own Ruby says, the same in every deployment. */
  readonly code: CodeFacts;
  readonly launches: readonly BootedLaunch[];
  /** What the deployment runs and nobody can tell what it is: the sums are without it. */
  readonly uncounted?: readonly Uncounted[];
  /** Database servers and poolers that the deployment runs itself. */
  readonly services: readonly DeployedService[];
  readonly processes: readonly Process[];
  readonly servers: readonly Server[];
  /** What stood in the way of reading or booting. */
  readonly problems: readonly NotedProblem[];
  /** Descriptions of deployments that nothing here reads: the app may be started and set up otherwise. */
  readonly unread?: readonly Unread[];
  /** What is true of its pools for every value of a variable; absent where nobody asked for it. */
  readonly proofs?: readonly Proof[];
}

/** One launch after its boot: what `show` prints. */
export interface BootedLaunch {
  readonly launch: Launch;
  /** The variables its evaluation read. */
  readonly read: readonly string[];
  readonly environment: Environment;
  readonly databases: readonly DatabaseEntry[];
  /** Entries that something connects to and that are not there. */
  readonly missing: readonly MissingEntry[];
  readonly settings: Settings;
  /** How the server came up, where the launch is one that says so. */
  readonly server: BootedServer | null;
  /** What its system saw that no number shows. */
  readonly remarks?: readonly Remark[];
  /** What its configuration was noticed to do. */
  readonly noticed: readonly Noticed[];
}

/** A finding as it is reported: with its final severity, and where it applies. */
export interface ReportedFinding extends Finding {
  /** After confidence capped it. */
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly project: string;
  readonly deployments: readonly DeploymentKind[];
  readonly docs: string;
  readonly suppressed: Suppression | null;
  /** Of its places the first one that a change touches, where a change is looked at and touches one. */
  readonly changedAt?: Span;
}

export interface Suppression {
  readonly kind: 'ignore' | 'baseline' | 'config';
  readonly reason: string;
  readonly file: string;
  readonly line: number;
}

/** Something a rule looked at and could not tell. */
export interface Unresolved {
  /** "pool of primary in web". */
  readonly what: string;
  readonly reason: string;
  readonly at: Span | null;
}

export interface LintResult {
  readonly projects: readonly Project[];
  /** In the order of the contract: severity, file, line, column, rule, database. */
  readonly findings: readonly ReportedFinding[];
  readonly unresolved: readonly Unresolved[];
  readonly verdicts: { readonly holds: number; readonly violated: number; readonly unknown: number };
}
