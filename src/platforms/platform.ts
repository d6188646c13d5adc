import type { AppFiles } from '../launch/files.ts';
import type { Deployment, DeploymentKind } from '../launch/launch.ts';
import type { ReadTemplate } from '../launch/templates.ts';
import type { System } from '../systems/system.ts';
import type { Span } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import type { Versions } from '../versions/versions.ts';

/** One app as platforms see it: its files, and what every process of it inherits. */
export interface DeployedApp {
  readonly files: AppFiles;
  readonly versions: Versions;
  /** `-e`: the environment asked for. */
  readonly railsEnv: string;
  readonly systems: readonly System[];
  /** What a process has before the platform says anything: RAILS_ENV, and what the user set for it. */
  environmentOf(process: string): Environment;
  /** Renders a file that the deployment tool renders itself, in an environment of whoever deploys. */
  readonly template: ReadTemplate;
  /** Something of a deployment that nobody can tell. */
  unresolved(what: string, reason: string, at: Span): void;
  /** A process of which nobody can tell what it runs: it is said under `unresolved`, and no sum has it. */
  uncounted(name: string, reason: string, at: Span): void;
}

/** One way of deploying. */
export interface Platform {
  readonly kind: DeploymentKind;
  /** Every complete way of running the app that this platform's files describe. */
  read(app: DeployedApp): readonly Deployment[];
}
