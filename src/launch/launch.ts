import type { Span } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import type { Assumption } from '../value/origin.ts';
import type { Traced } from '../value/traced.ts';
import type { HealthProbe } from './probe.ts';

/** Programs that hold connections, under the ids every output uses. */
export type SystemId =
  | 'puma'
  | 'unicorn'
  | 'pitchfork'
  | 'passenger'
  | 'falcon'
  | 'sidekiq'
  | 'solid_queue'
  | 'good_job'
  | 'delayed_job'
  | 'resque'
  | 'que'
  | 'shoryuken'
  | 'karafka'
  | 'sneakers'
  | 'sucker_punch'
  | 'active_job_async'
  | 'action_cable'
  | 'anycable';

export type Role = 'web' | 'worker' | 'dispatcher' | 'scheduler' | 'supervisor' | 'cable' | 'other';

/** The ways of deploying an app, in the order in which outputs list them. */
export const DEPLOYMENT_KINDS = [
  'heroku',
  'kamal',
  'compose',
  'kubernetes',
  'fly',
  'render',
  'pm2',
  'inferred',
] as const;
export type DeploymentKind = (typeof DEPLOYMENT_KINDS)[number];

/** Whether nothing says that the app runs so in production: a Procfile may be there for foreman. */
export function isConjectured(kind: DeploymentKind): boolean {
  return kind === 'heroku' || kind === 'inferred';
}

/** One complete way of running an app. Deployments are alternatives: nothing is ever added up across them. */
export interface Deployment {
  readonly kind: DeploymentKind;
  /** The kind, or kind and file where one kind has several: "compose docker-compose.production.yml". */
  readonly name: string;
  readonly launches: readonly Launch[];
  /** What it runs besides, and nobody can tell what that is. */
  readonly uncounted?: readonly Uncounted[];
  /** Database servers and poolers that the deployment runs itself. */
  readonly services?: readonly DeployedService[];
}

/** A process of a deployment of which nobody can tell what it runs. */
export interface Uncounted {
  readonly name: string;
  readonly reason: string;
}

/** A container that is no process of the app but something its processes connect to. */
export interface DeployedService {
  readonly kind: 'postgresql' | 'mysql' | 'pgbouncer';
  /** The image it runs; absent where the repository builds one of its own. */
  readonly image?: string;
  /** The host names under which processes of the deployment reach it. */
  readonly names: readonly string[];
  readonly at: Span;
  /** What it is started with, `postgres -c max_connections=200`; null for the image's own command. */
  readonly command: readonly Word[] | null;
  readonly environment: Environment;
  /** Files of the repository that it sees, and where. */
  readonly mounts: readonly { readonly from: string; readonly to: string }[];
}

/** One command in one environment: what a platform starts, before anything is known of what it does. */
export interface Launch {
  /** The platform's own name for it: the Procfile entry, the Kamal role, the compose service. */
  readonly name: string;
  /** Null for a server or job system that is installed and that nothing in the repository starts. */
  readonly command: Command | null;
  readonly system: SystemId;
  readonly environment: Environment;
  /** False for a job system that is installed but that no process of the deployment runs. */
  readonly declared: boolean;
  /** Copies of the container, dyno, machine or unit. */
  readonly hosts: Traced<number>;
  /** Copies at the top of autoscaling; absent where nothing scales it. */
  readonly autoscaled?: Traced<number>;
  /** Of so many copies in steady state, how many exist at once during a deploy; absent where nobody knows. */
  readonly overlap?: (copies: Traced<number>) => Traced<number>;
  /** When and where each of so many copies is replaced during a deploy, in place of `overlap` where not all are at once. */
  readonly turns?: (copies: Traced<number>) => Traced<readonly Turn[]>;
  /** What its image gets of the repository, in that order, and where it is there, then what its start puts there. */
  readonly copied?: readonly Copied[];
  /** The HTTP requests by which its platform learns whether it is well; absent where nothing says that there are any. */
  readonly probes?: readonly HealthProbe[];
  /** How this process alone is given a variable; absent where no file of the platform says how it is started. */
  readonly setting?: Setting;
}

/** One copy that is replaced: those of a round at the same time, but those of one place of it one after another. */
export interface Turn {
  readonly round: number;
  readonly place: string;
}

/**
 * A file or folder of the repository that an image gets, and its absolute path there; or a file that is there and of
 * which nobody can tell what it says.
 */
export type Copied =
  | {
      readonly from: string;
      readonly to: string;
      /** What that rests on, and the word that says it: where a script does it when the process starts. */
      readonly assumes?: readonly Assumption[];
      readonly by?: Span;
    }
  | { readonly from: null; readonly to: string; readonly reason: string; readonly at: Span };

/** Where and how a platform sets a variable for one process and no other. */
export interface Setting {
  /** The file that says it, as outputs name it. */
  readonly file: string;
  /** Whether it is said in the command line, of which a part may go at the same time. */
  readonly inCommand: boolean;
  /**
   * The lines to write, in the syntax of the file.
   * @param command the command line, as it is or as it should become; of no use where it is not `inCommand`
   */
  write(variable: string, value: string, command: string): string;
}

/** A command line as the shell would split it, each word with its place. */
export interface Command {
  /** The whole line as written. */
  readonly text: string;
  readonly at: Span;
  /**
   * The words of the program that holds connections, after environment prefixes, `bundle exec`, `exec`, `sh -c` and
   * wrappers: `["sidekiq", "-c", "25"]`.
   */
  readonly words: readonly Word[];
  /** Words that were skipped on the way there, for messages: `bundle exec`. */
  readonly wrappers: readonly string[];
}

export interface Word {
  /** After quotes and expansions; unknown where an expansion is. */
  readonly value: Traced<string>;
  readonly at: Span;
  /** A format has already read it: an inner shell gets to see the value, not what stands in the file. */
  readonly expanded?: boolean;
}
