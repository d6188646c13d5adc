import type { CommandReading } from '../launch/command.ts';
import type { DeployedService, Deployment, Launch } from '../launch/launch.ts';
import { spanText } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import { baseOf, composeFiles, isForNoDeployment, namesEnvironment, type ComposeFile } from './compose/files.ts';
import { envFiles, settingIn } from './compose/environment.ts';
import { healthcheckOf } from './compose/healthcheck.ts';
import { layeredAt, readCompose, type ComposeModel } from './compose/model.ts';
import {
  containersOf,
  copiesOf,
  environmentIn,
  readingIn,
  serverOf,
  startPlace,
  type Container,
} from './compose/service.ts';
import { readImage, type Image } from './docker/image.ts';
import type { DeployedApp, Platform } from './platform.ts';
import { isRecognised, launchesOf } from './started.ts';
import { textAt } from '../yaml/go_read.ts';

/**
 * Docker compose: one deployment for every file that is production. A file is production if one of its services has the
 * environment that is asked for, if its name says so, or if it is the only one and names no other environment.
 */
export const compose: Platform = {
  kind: 'compose',
  read(app) {
    const files = composeFiles(app.files.tree);
    const found = files.flatMap((file) => readFile(file, files, app) ?? []);
    const only = found.length === 1;
    return found.map(({ path, launches, services }): Deployment => {
      const name = only && /^(?:docker-)?compose\.ya?ml$/.test(path) ? 'compose' : `compose ${path}`;
      return { kind: 'compose', name, launches, services };
    });
  },
};

interface ReadFile {
  readonly path: string;
  readonly launches: readonly Launch[];
  readonly services: readonly DeployedService[];
}

/** A file with its override; without it where only the file itself is production. */
function readFile(file: ComposeFile, files: readonly ComposeFile[], app: DeployedApp): ReadFile | null {
  const together = readAlone(file, files, app);
  if (together || file.override === null) return together;
  // What else is there is for development: of the file alone, what it says counts, not that it is the only one.
  return readAlone({ ...file, override: null }, [file, file], app);
}

function readAlone(file: ComposeFile, files: readonly ComposeFile[], app: DeployedApp): ReadFile | null {
  const model = modelOf(file, files, app);
  if (!model) return null;
  const containers = containersOf(model, app);
  const servers = new Map(containers.flatMap((one) => entry(one, serverOf(one, model, app))));
  const image = ownImage(app);
  const around = new ContainersOfFile(containers, model, app);
  const running = containers
    .filter((container) => !servers.has(container))
    .map((container) => runningIn(container, around, image, model, app))
    .filter((one) => one !== null);
  const isOnlyOne = files.length === 1 || namesEnvironment(file.path, app.railsEnv);
  if (running.length === 0 ? !isOnlyOne : !isProduction(file, files, running, app)) return null;
  for (const { what, reason, at } of model.lost) app.unresolved(what, `${reason}; it is not counted`, at);
  if (running.length === 0) return null;
  const own = running.filter(({ environment }) => !isOther(environment, app.railsEnv));
  const launches = own.flatMap((one) => {
    const { container, reading } = one;
    const name = container.service.name;
    if (!reading) {
      const where = container.build?.path ?? container.imageName ?? 'its image';
      app.uncounted(name, `nothing in the repository says what ${where} starts`, container.service.at);
      return [];
    }
    const setting = settingIn(container.service);
    const probes = healthcheckOf(container.service, one.image);
    const at = startPlace(container);
    return launchesOf({ name, reading, at, setting, probes, ...copiesOf(container.service) }, app);
  });
  return { path: file.path, launches, services: [...servers.values()] };
}

function entry<K, V>(key: K, value: V | null): readonly (readonly [K, V])[] {
  return value === null ? [] : [[key, value]];
}

/** A file whose services have neither an image nor a build is laid over the one compose takes without being told. */
function modelOf(file: ComposeFile, files: readonly ComposeFile[], app: DeployedApp): ComposeModel | null {
  const paths = file.override === null ? [file.path] : [file.path, file.override];
  const model = readCompose(app.files, paths);
  if (!model) return null;
  const isWhole = [...model.services.values()].every(({ layers }) => layers.has('image') || layers.has('build'));
  const base = isWhole ? null : baseOf(file.path, files);
  return base === null ? model : readCompose(app.files, [base, ...paths]);
}

/** A container in which the app runs. */
interface Running {
  readonly container: Container;
  /** What it runs in, as far as a Dockerfile says it. */
  readonly image: Image | null;
  readonly environment: Environment;
  /** Null where nobody can tell what it starts. */
  readonly reading: CommandReading | null;
}

/** What an app that is not built by the file itself runs in: the image of its own Dockerfile. */
function ownImage(app: DeployedApp): Image | null {
  const source = app.files.exists('Dockerfile') ? app.files.source('Dockerfile') : null;
  return source ? readImage(source) : null;
}

/** What the containers of a file say of each other, found out once: there may be very many. */
class ContainersOfFile {
  /** Whether the file builds any of its images. */
  readonly isBuilt: boolean;
  readonly #byImage = new Map<string | null, Container[]>();
  readonly #appImages = new Map<string | null, boolean>();
  readonly #starts: (container: Container) => boolean;

  readonly #ofApps: ReadonlySet<string>;

  constructor(containers: readonly Container[], model: ComposeModel, app: DeployedApp) {
    this.#ofApps = new Set(containers.filter((one) => !one.build && isGivenAnApp(one)).map(nameOfImage));
    this.isBuilt = containers.some(({ build }) => build);
    for (const container of containers.filter(({ build }) => !build)) {
      const same = this.#byImage.get(container.imageName);
      if (same) same.push(container);
      else this.#byImage.set(container.imageName, [container]);
    }
    this.#starts = (container) => {
      const reading = readingIn(container, null, environmentIn(container, null, model, app), app);
      return reading !== null && isRecognised(reading);
    };
  }

  /** Whether a container that only its image says anything of is the app: of several images nobody knows which is. */
  mayBeApp(container: Container): boolean {
    if (this.#ofApps.size !== 1 || !isGivenAnApp(container)) return false;
    const others = [...this.#byImage].filter(([, [one]]) => one && nameOfImage(one) !== nameOfImage(container));
    return !others.some(([name]) => this.isAppImage(name));
  }

  /** Whether some container of an image that nothing here builds starts a program of the app by itself. */
  isAppImage(name: string | null): boolean {
    const found = this.#appImages.get(name) ?? (this.#byImage.get(name) ?? []).some(this.#starts);
    this.#appImages.set(name, found);
    return found;
  }
}

function runningIn(
  container: Container,
  around: ContainersOfFile,
  own: Image | null,
  model: ComposeModel,
  app: DeployedApp,
): Running | null {
  const { build } = container;
  const within = (image: Image | null): Running => {
    const environment = environmentIn(container, image, model, app);
    return { container, image, environment, reading: readingIn(container, image, environment, app) };
  };
  if (build) {
    const running = within(build.image);
    const recognised = running.reading !== null && isRecognised(running.reading);
    return recognised || build.folder === '' || /ruby|rails|passenger/.test(build.image?.base ?? '') ? running : null;
  }
  const bare = within(null);
  if (bare.reading && isRecognised(bare.reading)) return within(own);
  if (around.isAppImage(container.imageName)) return within(own);
  if (around.isBuilt || layeredAt(container.service, 'command')) return null;
  const inOwn = within(own);
  return around.mayBeApp(container) && inOwn.reading && isRecognised(inOwn.reading) ? inOwn : null;
}

/** Variables that only an application of Ruby is given. */
const OF_APPS = ['RAILS_ENV', 'RACK_ENV', 'SECRET_KEY_BASE', 'RAILS_MASTER_KEY', 'DATABASE_URL'];

function isGivenAnApp(container: Container): boolean {
  return OF_APPS.some((name) => said(container, name));
}

/** Without its tag or digest. */
function nameOfImage({ imageName }: Container): string {
  return (imageName ?? '').replace(/@[^]*$/, '').replace(/:[^/:]*$/, '');
}

function said({ service }: Container, name: string): boolean {
  return (service.layers.get('environment') ?? []).some((layer) =>
    layer.kind === 'sequence'
      ? layer.items.some((item) => item.kind === 'scalar' && new RegExp(`^${name}(?:=|$)`).test(item.written ?? ''))
      : layer.kind === 'mapping' && layer.entries.some(({ key }) => key === name),
  );
}

function isProduction(
  { path }: ComposeFile,
  files: readonly ComposeFile[],
  running: readonly Running[],
  app: DeployedApp,
): boolean {
  if (namesEnvironment(path, app.railsEnv)) return true;
  const own = running.map(({ container, environment }) => ownEnvironment(container, environment));
  if (own.includes(app.railsEnv)) return true;
  if (files.length > 1) return false;
  return own.every((name) => name === null) && !running.some((one) => isForDevelopment(one));
}

/** RAILS_ENV or RACK_ENV as the file, its env files or its Dockerfile set it; null where they do not. */
function ownEnvironment(container: Container, environment: Environment): string | null {
  for (const name of ['RAILS_ENV', 'RACK_ENV']) {
    const state = environment.stateOf(name);
    // `-e` itself is what is asked for, not what is said.
    if (state?.known && state.value && state.origin.kind !== 'flag') return state.value;
  }
  const inImage = container.build?.image?.environment.stateOf('RAILS_ENV');
  return inImage?.known && inImage.value ? inImage.value : null;
}

/** What people run on their own machine, even if nothing says so by RAILS_ENV. */
function isForDevelopment({ container: { service, build } }: Running): boolean {
  const starts = [...(service.layers.get('command') ?? []), ...(service.layers.get('entrypoint') ?? [])];
  return (
    envFiles(service).some(({ written }) => /(?:^|[./_-])(?:dev|development|test)(?:$|[._-])/.test(written)) ||
    starts.some(({ at }) => DEVELOPMENT.test(spanText(at))) ||
    isForNoDeployment(build?.path?.split('/').at(-1) ?? '') ||
    isForNoDeployment(textAt(layeredAt(service, 'build', 'target')) ?? '')
  );
}

/** `bin/dev`, `foreman start -f Procfile.dev`, `rails server -e development`; not `/dev/null`. */
const DEVELOPMENT = /(?:^|[\s/_.'"-])(?:dev|development)(?:$|[\s_.'"])/m;

function isOther(environment: Environment, railsEnv: string): boolean {
  const state = environment.get('RAILS_ENV');
  return state.known && (state.value === 'development' || state.value === 'test') && state.value !== railsEnv;
}
