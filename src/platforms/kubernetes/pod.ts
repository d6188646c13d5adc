import type { Copied, DeployedService, Launch, Setting } from '../../launch/launch.ts';
import { Environment } from '../../value/environment.ts';
import { combine } from '../../value/traced.ts';
import { goAt, goText, type GoMapping, type GoNode } from '../../yaml/go.ts';
import { deployedImageOf, inImage } from '../dockerfile.ts';
import type { Image, Start } from '../docker/image.ts';
import { serverKind } from '../docker/servers.ts';
import type { DeployedApp } from '../platform.ts';
import { isRecognised, launchesOf, readContainer, type StartedProcess } from '../started.ts';
import { containerEnvironment, expanded } from './environment.ts';
import { entriesOf, itemsAt, textAt } from '../../yaml/go_read.ts';
import { everyAt, type Manifest } from './manifests.ts';
import { probesOf } from './probes.ts';

/** A container of a workload's pods, with what patches say of it. */
export interface Container {
  readonly name: string;
  readonly layers: readonly GoMapping[];
  readonly image: string;
}

/** The containers of a workload that run as long as its pods do, in order. Patches are merged by name. */
function containersOf(workload: Manifest): readonly Container[] {
  const spec = ['spec', 'template', 'spec'];
  const regular = everyAt(workload, ...spec, 'containers').flatMap((list) => itemsAt(list));
  // A container that is started before the others and stays is a sidecar; the others have ended by then.
  const first = everyAt(workload, ...spec, 'initContainers').flatMap((list) => itemsAt(list));
  const staying = first.filter((one) => textAt(one, 'restartPolicy') === 'Always');
  const byName = new Map<string, GoMapping[]>();
  for (const one of [...staying, ...regular]) {
    const name = textAt(one, 'name');
    if (name === null || one.kind !== 'mapping') continue;
    byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  return [...byName].map(([name, layers]) => ({ name, layers, image: lastText(layers, 'image') ?? '' }));
}

function lastText(layers: readonly GoMapping[], key: string): string | null {
  return layers.map((layer) => textAt(layer, key)).findLast((text) => text !== null) ?? null;
}

/** Programs that stand beside an app and hold none of its connections. */
const BESIDE =
  /(?:^|[/_-])(?:redis|valkey|memcached|nginx|haproxy|envoy|traefik|caddy|elasticsearch|opensearch|kafka|rabbitmq|minio|mailhog|mailpit|cloud-sql-proxy|cloudsql-proxy|gce-proxy|datadog|fluent-?(?:d|bit)|statsd|prometheus|exporter|grafana|vault|consul|istio|linkerd|busybox|alpine|curl|anycable-go|chrome|imgproxy)(?:$|[-_:@./])/i;

/** What pods are read with. */
export interface Cluster {
  readonly objects: readonly Manifest[];
  /** The names of images that are the app's own. */
  readonly images: ReadonlySet<string>;
  readonly app: DeployedApp;
}

/**
 * The images that are the app's: those in which some container starts a program of it. Where every container leaves
 * that to its image, the one image they share.
 */
export function appImages(
  workloads: readonly Manifest[],
  objects: readonly Manifest[],
  app: DeployedApp,
): ReadonlySet<string> {
  const containers = workloads.flatMap((workload) => ofApps(workload).map((container) => ({ container, workload })));
  const started = containers.filter(({ container, workload }) => {
    const environment = environmentIn(container, workload, null, objects, app);
    const start = startOf(container, null, environment);
    const reading = start.entrypoint || start.command ? readContainer(start, environment, app) : null;
    return reading !== null && isRecognised(reading);
  });
  const names = (some: readonly { readonly container: Container }[]) =>
    new Set(some.map(({ container }) => nameOfImage(container)));
  if (started.length > 0) return names(started);
  const all = names(containers);
  return all.size === 1 ? all : new Set();
}

function ofApps(workload: Manifest): readonly Container[] {
  return containersOf(workload).filter(
    ({ image, layers }) => serverKind(image, programOf(layers)) === null && !BESIDE.test(image),
  );
}

/** Without its tag or digest. */
function nameOfImage({ image }: Container): string {
  return image.replace(/@[^]*$/, '').replace(/:[^/:]*$/, '');
}

/** What a workload's containers run: their own command, in the image that the Dockerfile of the app describes. */
export function readPods(
  workload: Manifest,
  copies: Pick<StartedProcess, 'hosts' | 'autoscaled' | 'overlap'>,
  { objects, images, app }: Cluster,
): readonly Launch[] {
  const own = deployedImageOf(app.files, app.environmentOf(workload.name));
  return ofApps(workload).flatMap((container) => {
    const image = images.has(nameOfImage(container)) ? own : null;
    const environment = environmentIn(container, workload, image, objects, app);
    const reading = readContainer(startOf(container, image, environment), environment, app);
    const setting = settingOf(container, workload);
    const at = placeOf(container, workload);
    const probes = probesOf(container.layers);
    if (reading) return launchesOf({ name: workload.name, reading, at, setting, probes, ...copies }, app);
    app.uncounted(workload.name, 'nothing in the repository says what its image starts', workload.at);
    return [];
  });
}

/** `env` of the container; what it says wins over `envFrom`. */
function settingOf({ name }: Container, workload: Manifest): Setting {
  return {
    file: workload.at.file.path,
    inCommand: false,
    write: (variable, value) =>
      [
        `containers: # of ${workload.kind} ${workload.name}`,
        `  - name: ${name}`,
        '    env:',
        `      - name: ${variable}`,
        `        value: "${value}"`,
      ].join('\n'),
  };
}

function environmentIn(
  { layers }: Container,
  workload: Manifest,
  image: Image | null,
  objects: readonly Manifest[],
  app: DeployedApp,
): Environment {
  const below = app.environmentOf(workload.name);
  return containerEnvironment(layers, image ? inImage(image.environment, below) : below, objects);
}

/** `command` takes the place of the entrypoint, and drops the image's arguments; `args` those of its command. */
function startOf({ layers }: Container, image: Image | null, environment: Environment) {
  const command = wordsAt(layers, 'command', environment);
  const args = wordsAt(layers, 'args', environment);
  const mounts = layers.flatMap(mountedIn);
  return { image, mounts, ...(command ? { entrypoint: command } : {}), ...(args ? { command: args } : {}) };
}

/** A database.yml that a volume brings: from a Secret or a ConfigMap, of which nothing is read. */
function mountedIn(layer: GoMapping): readonly Copied[] {
  return itemsAt(layer, 'volumeMounts').flatMap((mount): readonly Copied[] => {
    const to = textAt(mount, 'mountPath');
    if (!to?.endsWith('/config/database.yml')) return [];
    return [{ from: null, to, reason: 'a volume of the pod is mounted there', at: mount.at }];
  });
}

function wordsAt(layers: readonly GoMapping[], key: string, environment: Environment): Start | null {
  const list = layers.map((layer) => goAt(layer, key)).findLast((node) => node?.kind === 'sequence');
  if (list?.kind !== 'sequence' || list.items.length === 0) return null;
  const words = list.items.flatMap((item: GoNode) => {
    if (item.kind !== 'scalar') return [];
    const text = combine(null, [goText(item)], (one) => one ?? '');
    const value = item.written === null ? text : expanded(item.written, item.at, environment, text);
    return [{ value, at: item.at, expanded: true }];
  });
  return { kind: 'words', words, at: list.at };
}

function programOf(layers: readonly GoMapping[]): string | null {
  const start = wordsAt(layers, 'command', Environment.EMPTY) ?? wordsAt(layers, 'args', Environment.EMPTY);
  const first = start?.kind === 'words' ? start.words[0]?.value : undefined;
  return first?.known ? first.value : null;
}

function placeOf({ layers }: Container, workload: Manifest) {
  const said = layers.flatMap((layer) => goAt(layer, 'command') ?? goAt(layer, 'args') ?? []).at(-1);
  return said?.at ?? workload.at;
}

/** The database servers and poolers that a workload runs, reached under the names of the Services in front of it. */
export function serversIn(workload: Manifest, objects: readonly Manifest[]): readonly DeployedService[] {
  return containersOf(workload).flatMap(({ image, layers }): readonly DeployedService[] => {
    const kind = serverKind(image, programOf(layers));
    if (!kind) return [];
    const start = wordsAt(layers, 'args', Environment.EMPTY) ?? wordsAt(layers, 'command', Environment.EMPTY);
    const command = start?.kind === 'words' ? start.words : null;
    const environment = containerEnvironment(layers, Environment.EMPTY, objects);
    return [{ kind, image, names: namesOf(workload, objects), at: workload.at, command, environment, mounts: [] }];
  });
}

function namesOf(workload: Manifest, objects: readonly Manifest[]): readonly string[] {
  const labels = new Map(
    everyAt(workload, 'spec', 'template', 'metadata', 'labels')
      .flatMap(entriesOf)
      .map(({ key, value }) => [key, textAt(value)]),
  );
  const services = objects.filter((object) => {
    const selector = everyAt(object, 'spec', 'selector').flatMap(entriesOf);
    return (
      object.kind === 'Service' &&
      selector.length > 0 &&
      selector.every(({ key, value }) => labels.get(key) === textAt(value))
    );
  });
  return [...new Set([...services.map(({ name }) => name), workload.name])];
}
