import type { Copied, DeployedService, Launch } from '../../launch/launch.ts';
import type { Span } from '../../text/source.ts';
import { Environment } from '../../value/environment.ts';
import { combine, known, unknown, type Traced } from '../../value/traced.ts';
import { goAt, goText, type GoNode } from '../../yaml/go.ts';
import { once, stated } from '../copies.ts';
import { inImage } from '../dockerfile.ts';
import { readImage, type Image } from '../docker/image.ts';
import { serverKind } from '../docker/servers.ts';
import { folderOf, joined } from '../paths.ts';
import type { DeployedApp } from '../platform.ts';
import { readContainer } from '../started.ts';
import { startAt } from './command.ts';
import { pathOf, serviceEnvironment } from './environment.ts';
import { entriesOf, textAt } from '../../yaml/go_read.ts';
import { layeredAt, type ComposeModel, type ComposeService } from './model.ts';

/** A service and what it runs in. */
export interface Container {
  readonly service: ComposeService;
  /** As written; null where only a build names it. */
  readonly imageName: string | null;
  /** What it is built from; null for an image that nothing here builds. */
  readonly build: Build | null;
}

export interface Build {
  /** The folder that is built, "" for the app's own; null where it is none of the repository. */
  readonly folder: string | null;
  /** The Dockerfile, where it can be told. */
  readonly path: string | null;
  /** What it says; null where it is not there. */
  readonly image: Image | null;
}

/** The services that `docker compose up` starts, in order. One that names the image of another runs in what it builds. */
export function containersOf(model: ComposeModel, app: DeployedApp): readonly Container[] {
  const services = [...model.services.values()].filter((service) => isStarted(service, model.environment));
  const all = services.map((service) => ({
    service,
    imageName: imageNameOf(service),
    build: buildOf(service, app),
  }));
  const built = new Map(
    all.flatMap(({ imageName, build }) => (build && imageName !== null ? [[imageName, build] as const] : [])),
  );
  return all.map((one) => ({ ...one, build: one.build ?? built.get(one.imageName ?? '') ?? null }));
}

/** A service with profiles starts only where one of them is asked for. */
function isStarted(service: ComposeService, environment: Environment): boolean {
  const profiles = (service.layers.get('profiles') ?? []).flatMap(textsOf);
  if (profiles.length === 0) return true;
  const asked = environment.stateOf('COMPOSE_PROFILES');
  const active = asked?.known ? (asked.value ?? '').split(',').map((name) => name.trim()) : [];
  return profiles.some((profile) => active.includes(profile) || active.includes('*'));
}

function imageNameOf(service: ComposeService): string | null {
  const node = layeredAt(service, 'image');
  return node?.kind === 'scalar' ? (textAt(node) ?? node.written) : null;
}

/** `build: folder`, or `build: { context, dockerfile, target, args }`; null where nothing is built. */
function buildOf(service: ComposeService, app: DeployedApp): Build | null {
  const nodes = service.layers.get('build') ?? [];
  if (nodes.length === 0) return null;
  const short = nodes.toReversed().find((node) => node.kind === 'scalar' && node.written !== null);
  const context = layeredAt(service, 'build', 'context') ?? short ?? null;
  const folder = context?.kind === 'scalar' ? pathOf(context) : folderOf(service.at.file.pathInTree);
  const named = textAt(layeredAt(service, 'build', 'dockerfile'));
  const path = folder === null ? null : joined(folder, named ?? 'Dockerfile');
  const source = path !== null && app.files.exists(path) ? app.files.source(path) : null;
  if (!source) return { folder, path, image: null };
  const target = textAt(layeredAt(service, 'build', 'target'));
  return { folder, path, image: readImage(source, { target, args: buildArguments(service) }) };
}

function buildArguments(service: ComposeService): Environment {
  let args = Environment.EMPTY;
  for (const layer of service.layers.get('build') ?? []) {
    const node = goAt(layer, 'args');
    for (const { key, value } of entriesOf(node)) {
      if (value.kind === 'scalar') args = args.with(key, goText(value));
    }
    for (const item of node?.kind === 'sequence' ? node.items : []) {
      const equals = item.kind === 'scalar' ? (item.written ?? '').indexOf('=') : -1;
      if (item.kind !== 'scalar' || item.written === null || equals === -1) continue;
      args = args.with(item.written.slice(0, equals), item.part(equals + 1, item.written.length));
    }
  }
  return args;
}

/** The variables of a service that runs in an image. */
export function environmentIn(
  { service }: Container,
  image: Image | null,
  model: ComposeModel,
  app: DeployedApp,
): Environment {
  const below = app.environmentOf(service.name);
  const base = image ? inImage(image.environment, below) : below;
  return serviceEnvironment(service, base, model.environment, app.files);
}

/** The database server or pooler that a container is, or null. */
export function serverOf(container: Container, model: ComposeModel, app: DeployedApp): DeployedService | null {
  const { service, imageName, build } = container;
  const starts = [startAt(layeredAt(service, 'entrypoint')), startAt(layeredAt(service, 'command'))];
  const said = starts.flatMap((start) => (start?.kind === 'words' ? start.words : []));
  const words = said.length > 0 ? said : null;
  const program = words?.[0]?.value;
  const kind = serverKind(build ? (build.image?.base ?? '') : (imageName ?? ''), program?.known ? program.value : null);
  if (!kind) return null;
  const environment = serviceEnvironment(
    service,
    build?.image?.environment ?? Environment.EMPTY,
    model.environment,
    app.files,
  );
  const mounts = (service.layers.get('volumes') ?? []).flatMap(mountsOf);
  const image = build || !imageName ? {} : { image: imageName };
  return { kind, ...image, names: namesOf(service, model), at: service.at, command: words, environment, mounts };
}

/** Every host name under which other services reach one. */
function namesOf(service: ComposeService, model: ComposeModel): readonly string[] {
  const networks = (service.layers.get('networks') ?? []).flatMap((layer) =>
    entriesOf(layer).flatMap(({ value }) => textsOf(goAt(value, 'aliases'))),
  );
  const links = [...model.services.values()].flatMap((other) =>
    (other.layers.get('links') ?? []).flatMap(textsOf).flatMap((link) => {
      const [target, alias] = link.split(':');
      return target === service.name && alias !== undefined ? [alias] : [];
    }),
  );
  const own = ['container_name', 'hostname'].flatMap((key) => textAt(layeredAt(service, key)) ?? []);
  return [...new Set([service.name, ...own, ...networks, ...links])];
}

/** `./postgresql.conf:/etc/postgresql/postgresql.conf:ro`, or the long form; named volumes are no files. */
function mountsOf(layer: GoNode): readonly { from: string; to: string }[] {
  if (layer.kind !== 'sequence') return [];
  return layer.items.flatMap((item) => {
    const folder = folderOf(item.at.file.pathInTree);
    const [source, target] =
      item.kind === 'scalar' ? (textAt(item) ?? '').split(':') : [textAt(item, 'source'), textAt(item, 'target')];
    if (!source?.startsWith('.') || !target) return [];
    const from = joined(folder, source);
    return from === null ? [] : [{ from, to: target }];
  });
}

/** The files and folders of the repository that a service sees instead of what its image has. */
function mountedIn({ layers }: ComposeService): readonly Copied[] {
  return (layers.get('volumes') ?? []).flatMap((layer) => {
    if (layer.kind !== 'sequence') return [];
    return layer.items.flatMap((item): readonly Copied[] => {
      const text = item.kind === 'scalar' ? goText(item) : null;
      const assumes = text?.known ? text.assumes : [];
      const [source, to] = text
        ? ((text.known ? text.value : null) ?? '').split(':')
        : [textAt(item, 'source'), textAt(item, 'target')];
      if (!source || !to?.startsWith('/') || !/^[./~]/.test(source)) return [];
      const from = source.startsWith('.') ? joined(folderOf(item.at.file.pathInTree), source) : null;
      if (from !== null) return [{ from: from === '' ? '.' : from, to, assumes, by: item.at }];
      const reason = `${source} is mounted there, which is not in the repository`;
      return to.endsWith('/config/database.yml') ? [{ from, to, reason, at: item.at }] : [];
    });
  });
}

/** The texts of a list, or the keys of a map. */
function textsOf(node: GoNode | undefined): readonly string[] {
  if (node?.kind === 'mapping') return node.entries.map(({ key }) => key);
  if (node?.kind !== 'sequence') return [];
  return node.items.flatMap((item) => textAt(item) ?? []);
}

/** What a service starts in an image; null where nothing says it. */
export function readingIn({ service }: Container, image: Image | null, environment: Environment, app: DeployedApp) {
  const entrypoint = startAt(layeredAt(service, 'entrypoint'));
  const command = startAt(layeredAt(service, 'command'));
  const mounts = mountedIn(service);
  return readContainer({ image, entrypoint, command: command ?? undefined, mounts }, environment, app);
}

/** Where it is said what a service starts. */
export function startPlace({ service }: Container): Span {
  return (layeredAt(service, 'command') ?? layeredAt(service, 'entrypoint'))?.at ?? service.at;
}

/** How many containers a service has, and how many there are while it is deployed. */
export function copiesOf(service: ComposeService): Pick<Launch, 'hosts' | 'overlap'> {
  if (textAt(layeredAt(service, 'deploy', 'mode')) === 'global') {
    const at = service.at;
    return { hosts: unknown('it runs once on every node of the swarm', { kind: 'platform', at, from: [] }) };
  }
  const node = layeredAt(service, 'deploy', 'replicas') ?? layeredAt(service, 'scale');
  const hosts = node ? stated(node) : once(service.name);
  return { hosts, overlap: overlapOf(service) };
}

/**
 * `docker compose up` and swarm stop a container before they start the new one; with `order: start-first` swarm starts
 * `parallelism` of them (1, or all for 0) beside the old ones.
 */
function overlapOf(service: ComposeService): (copies: Traced<number>) => Traced<number> {
  const order = layeredAt(service, 'deploy', 'update_config', 'order');
  if (textAt(order) !== 'start-first') return (copies) => copies;
  const said = layeredAt(service, 'deploy', 'update_config', 'parallelism');
  const origin = { kind: 'platform', at: order!.at, from: [] } as const;
  const parallel = said ? stated(said) : known(1, origin);
  return (copies) =>
    combine(null, [copies, parallel], (count, most) => count + (most === 0 ? count : Math.min(most, count)));
}
