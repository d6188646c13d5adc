import type { Deployment } from '../launch/launch.ts';
import { span, type Span } from '../text/source.ts';
import { Environment } from '../value/environment.ts';
import { known, UNDECIDED } from '../value/traced.ts';
import type { PsychNode } from '../yaml/node.ts';
import { servicesOf } from './kamal/accessories.ts';
import { knownAt, merged, valueAt } from './kamal/configuration.ts';
import { builtImage, roleLaunches, rolesOf } from './kamal/roles.ts';
import { turnsOf } from './kamal/rounds.ts';
import type { DeployedApp, Platform } from './platform.ts';

const BASE = 'config/deploy.yml';

/** Names of environments in which nothing of production runs. */
const NOT_PRODUCTION =
  /^(?:dev|development|test|testing|ci|qa|uat|staging|stage|beta|alpha|review|demo|preview|sandbox)\d*$/;

/**
 * Kamal: one deployment for every destination of the environment that is asked for; without one, what deploy.yml alone
 * says.
 */
export const kamal: Platform = {
  kind: 'kamal',
  read(app) {
    const destinations = app.files.tree
      .list()
      .flatMap((path) => /^config\/deploy\.([\w-]+)\.yml$/.exec(path)?.[1] ?? []);
    const found = destinations.flatMap((destination) => {
      if (isOther(destination, app)) return [];
      const configuration = configurationOf(destination, app);
      return configuration && !isOfAnother(configuration, app) ? [{ destination, configuration }] : [];
    });
    const base = found.length === 0 ? configurationOf(null, app) : null;
    const all = base ? [{ destination: null, configuration: base }] : found;
    return all.flatMap(({ destination, configuration }) => {
      const deployment = deploymentOf(configuration, destination, app);
      const name = all.length > 1 ? `kamal ${destination}` : 'kamal';
      return deployment ? [{ ...deployment, name }] : [];
    });
  },
};

/** A destination that is called like an environment which is not the one asked for. */
function isOther(destination: string, { railsEnv, files }: DeployedApp): boolean {
  if (destination === railsEnv) return false;
  return files.exists(`config/environments/${destination}.rb`) || NOT_PRODUCTION.test(destination);
}

/** Its variables set RAILS_ENV, and to something else. */
function isOfAnother(root: PsychNode, { railsEnv }: DeployedApp): boolean {
  const said =
    knownAt(root, 'env', 'clear', 'RAILS_ENV') ??
    knownAt(root, 'env', 'RAILS_ENV') ??
    knownAt(root, 'env', 'clear', 'RACK_ENV');
  return said !== null && said !== railsEnv;
}

/** deploy.yml with the file of a destination over it. Null where one of them cannot be read; that has been noted. */
function configurationOf(destination: string | null, app: DeployedApp): PsychNode | null {
  const lost = (reason: string, path: string, at: Span): null => {
    app.unresolved(`deployment ${app.files.shown(path)}`, reason, at);
    return null;
  };
  const origin = { kind: 'assumed', text: `kamal deploy${destination === null ? '' : ` -d ${destination}`}` } as const;
  let environment = Environment.EMPTY.with('KAMAL_DESTINATION', known<string | null>(destination, origin));
  let root: PsychNode | null = null;
  for (const path of destination === null ? [BASE] : [BASE, `config/deploy.${destination}.yml`]) {
    const file = app.files.exists(path) ? app.files.source(path) : null;
    if (!file) return null;
    const worlds = app.template(path, environment);
    const [first] = worlds;
    if (!first) return null;
    const { failure, document, assumes } = first;
    const at = failure?.at ?? document.problem?.at ?? span(file, 0, 0);
    if (failure?.error === 'SyntaxError') {
      app.files.problems.push({ kind: 'parse-error', message: failure.message, at, assumes: [] });
      return null;
    }
    if (failure) return lost(`Ruby raises ${failure.error}: ${failure.message}`, path, at);
    if (document.problem && assumes.length === 0) {
      app.files.problems.push({ kind: 'parse-error', ...document.problem, assumes });
      return null;
    }
    // What whoever deploys has set may mend it.
    if (document.problem) return lost(document.problem.message, path, at);
    if (worlds.length > 1) return lost(UNDECIDED, path, at);
    const own = first.document.root;
    if (own?.kind !== 'mapping') return null;
    root = root ? merged(root, own) : own;
    environment = first.environment;
  }
  return root;
}

/** Null for what is no deployment of Kamal: no service, or no server at all. */
function deploymentOf(root: PsychNode, destination: string | null, app: DeployedApp): Deployment | null {
  const roles = rolesOf(root);
  const anywhere = roles.filter(({ hosts }) => 'unknown' in hosts || hosts.length > 0);
  if (anywhere.length === 0 || !valueAt(root, 'service')) return null;
  const context = { image: builtImage(root, app), destination, turns: turnsOf(anywhere, root, app.versions) };
  const launches = anywhere.flatMap((role) => roleLaunches(role, anywhere, root, context, app));
  return { kind: 'kamal', name: 'kamal', launches, services: servicesOf(root, anywhere) };
}
