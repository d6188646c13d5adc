import { listed, mentions } from '../index/mention.ts';
import type { FileTree } from '../repo/tree.ts';
import { span, type Span } from '../text/source.ts';
import { isFor, WORKLOAD } from './kubernetes/paths.ts';
import type { DeployedApp } from './platform.ts';

/** A description of a deployment that no platform here reads: it may start other commands, and set what these read. */
export interface Unread {
  /** "a Helm chart", "a Terraform file". */
  readonly what: string;
  /** Its path, as outputs print it. */
  readonly path: string;
  readonly at: Span;
}

const CHART = /(?:^|\/)Chart\.ya?ml$/;
const NOT_OWN = /(?:^|\/)(?:node_modules|vendor|spec|test|tests|fixtures|examples?|docs?)\//i;
/** A chart whose templates are those of another one says in its values which image that runs. */
const IMAGE = /^[ \t]*(?:image|repository):/m;
/** More files than that are not opened for one question. */
const MOST_FILES = 200;

/**
 * Charts of Helm with something to run, Terraform that runs containers or programs, for the environment asked for, and
 * resources of Clowder, and Capistrano where it deploys to Passenger.
 * The first chart, and the first file of Terraform, speak for all of their kind.
 */
export function unreadDeployments(app: DeployedApp): readonly Unread[] {
  const capfile = passengerInCapfile(app.files.tree);
  const capistrano = capfile && unread(app, 'Capistrano with Passenger', capfile.path);
  return [charts(app), terraform(app), clowder(app), capistrano].flatMap((one) => one ?? []);
}

/**
 * The Capfile of an app that Capistrano restarts in Passenger: the web server of the machine runs it, and says there how
 * many processes it has. Source: lib/capistrano/tasks/deploy_passenger.cap@v0.2.1 (capistrano-passenger)
 */
export function passengerInCapfile(tree: FileTree): { readonly path: string } | null {
  return mentions(tree, /^Capfile$/, /^[ \t]*require[ \t(]+["']capistrano\/passenger(?:\/no_hook)?["']/m)[0] ?? null;
}

function charts(app: DeployedApp): Unread | null {
  const { tree } = app.files;
  const folders = ownPaths(app, CHART).map((path) => path.slice(0, path.lastIndexOf('/') + 1));
  const own = folders.filter((folder) => !folders.some((other) => other !== folder && folder.startsWith(other)));
  if (own.length === 0) return null;
  const inChart = /(?:^|\/)(?:templates\/[^/]+|values[^/]*)\.ya?ml$/;
  if (listed(tree, inChart).length > MOST_FILES) return null;
  const said = [...mentions(tree, inChart, WORKLOAD), ...mentions(tree, /(?:^|\/)values[^/]*\.ya?ml$/, IMAGE)];
  const folder = own.find((one) => said.some(({ path }) => path.startsWith(one)));
  return folder === undefined
    ? null
    : unread(
        app,
        'a Helm chart',
        listed(tree, CHART).find((path) => path.startsWith(folder))!,
      );
}

/** Resources that run something, by the names their providers give them. */
const RESOURCE =
  /^[ \t]*resource\s+"(?:aws_(?:ecs_(?:service|task_definition)|apprunner_service|elastic_beanstalk_environment|launch_template|instance)|kubernetes_(?:deployment|stateful_set|daemonset|daemon_set|pod|manifest)(?:_v1)?|helm_release|google_cloud_run(?:_v2)?_service|azurerm_(?:container_(?:app|group)|linux_web_app|app_service)|heroku_(?:app|formation|build)|cloudfoundry_app|digitalocean_app|nomad_job|render_(?:web_service|background_worker))"/m;
/** What only whoever starts a program of Ruby says. */
const RUNS =
  /^[ \t]*(?:(?=\w*command)\w+|args|entry_?point)\s*=.*\b(?:bundle|puma|sidekiq|rails|rake|unicorn|bin\/jobs)\b/m;
/** A module that runs an image by some command, both from elsewhere. */
const IMAGE_OF_MODULE = /^[ \t]*(?:docker_|container_)?image\s*=/m;
const COMMAND = /^[ \t]*command\s*=/m;

function terraform(app: DeployedApp): Unread | null {
  const paths = ownPaths(app, /\.tf$/);
  if (paths.length === 0 || paths.length > MOST_FILES) return null;
  for (const what of [RUNS, RESOURCE, IMAGE_OF_MODULE]) {
    const said = mentions(app.files.tree, /\.tf$/, what).filter(({ path }) => paths.includes(path));
    const found = said.find(({ text }) => what !== IMAGE_OF_MODULE || COMMAND.test(text));
    if (found) return unread(app, 'a Terraform file', found.path);
  }
  return null;
}

/** The kind from which the operator of RedHatInsights/clowder makes the deployments. */
const CLOWDAPP = /^[ \t-]{0,20}kind:[ \t]{1,20}["']?ClowdApp\b/m;
const CLOWDER_FILE = /(?:^|\/)[^/]{0,100}clowd[^/]{0,100}\.ya?ml$/i;

function clowder(app: DeployedApp): Unread | null {
  const own = new Set(ownPaths(app, CLOWDER_FILE));
  const found = mentions(app.files.tree, CLOWDER_FILE, CLOWDAPP).find(({ path }) => own.has(path));
  return found ? unread(app, 'a ClowdApp', found.path) : null;
}

function ownPaths(app: DeployedApp, where: RegExp): readonly string[] {
  return listed(app.files.tree, where).filter((path) => !NOT_OWN.test(path) && isFor(path, app.railsEnv));
}

function unread({ files }: DeployedApp, what: string, path: string): Unread | null {
  const source = files.source(path);
  return source && { what, path: files.shown(path), at: span(source, 0, 0) };
}
