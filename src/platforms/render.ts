import { readCommand } from '../launch/command.ts';
import type { Deployment, Launch, Setting } from '../launch/launch.ts';
import type { HealthProbe } from '../launch/probe.ts';
import type { Environment } from '../value/environment.ts';
import { combine, unknown, via, type Traced } from '../value/traced.ts';
import { goAt, goText, readGoYaml, type GoNode, type GoScalar } from '../yaml/go.ts';
import { itemsAt, scalarAt, textAt } from '../yaml/go_read.ts';
import { once, stated } from './copies.ts';
import { inImage } from './dockerfile.ts';
import { readImage, type Image } from './docker/image.ts';
import { OF_EVERY_PROCESS } from './every_process.ts';
import { joined } from './paths.ts';
import { byDefault, pathIn } from './probing.ts';
import type { DeployedApp, Platform } from './platform.ts';
import { launchesOf, readContainer, scriptsIn } from './started.ts';

const BLUEPRINT = 'render.yaml';

/** Services that run all the time. A cron job comes and goes, a static site has no process. */
const TYPES = new Set(['web', 'worker', 'pserv']);
/** Runtimes that are not this app's: `image` runs what somebody else built. */
const OTHER_RUNTIMES = new Set(['node', 'python', 'go', 'rust', 'elixir', 'static', 'image']);

/** The blueprint of Render. Source: render.com/docs/blueprint-spec */
export const render: Platform = {
  kind: 'render',
  read(app) {
    const source = app.files.exists(BLUEPRINT) ? app.files.source(BLUEPRINT) : null;
    if (!source) return [];
    const { roots, problem } = readGoYaml(source);
    if (problem) {
      const message = `Render cannot read it: ${problem.message}`;
      app.files.problems.push({ kind: 'parse-error', message, at: problem.at, assumes: [] });
    }
    const blueprint = new Blueprint(roots, app);
    const launches = blueprint.services.flatMap((service) => blueprint.launches(service));
    return launches.length === 0 ? [] : [{ kind: 'render', name: 'render', launches } satisfies Deployment];
  },
};

class Blueprint {
  readonly #app: DeployedApp;
  readonly #groups: ReadonlyMap<string, readonly GoNode[]>;
  readonly services: readonly GoNode[];

  constructor(roots: readonly GoNode[], app: DeployedApp) {
    this.#app = app;
    // `projects: [{ environments: [{ services, envVarGroups }] }]` nests what else stands at the top.
    const scopes = roots.flatMap((root) => [
      root,
      ...itemsAt(root, 'projects').flatMap((project) => itemsAt(project, 'environments')),
    ]);
    this.services = scopes.flatMap((scope) => itemsAt(scope, 'services'));
    this.#groups = new Map(
      scopes
        .flatMap((scope) => itemsAt(scope, 'envVarGroups'))
        .map((group) => [textAt(group, 'name') ?? '', itemsAt(group, 'envVars')]),
    );
  }

  launches(service: GoNode): readonly Launch[] {
    const name = textAt(service, 'name');
    const runtime = textAt(service, 'runtime') ?? textAt(service, 'env') ?? '';
    if (name === null || !TYPES.has(textAt(service, 'type') ?? '') || OTHER_RUNTIMES.has(runtime)) return [];
    const image = runtime === 'docker' ? this.#image(service) : null;
    const below = this.#app.environmentOf(name);
    const base = image ? inImage(image.environment, below) : native(below, service);
    const environment = itemsAt(service, 'envVars').reduce((before, item) => this.#withVariable(before, item), base);
    const command = scalarAt(service, runtime === 'docker' ? 'dockerCommand' : 'startCommand');
    const reading = command
      ? readCommand(goString(command), command.at, environment, this.#app.systems, scriptsIn(image, this.#app))
      : image && readContainer({ image }, environment, this.#app);
    const at = (command ?? goAt(service, 'name') ?? service).at;
    if (!reading) {
      this.#app.uncounted(name, 'nothing says what it starts', at);
      return [];
    }
    const setting = settingOf(service, name);
    const probes = probesOf(service);
    return launchesOf({ name, reading, at, ...copiesOf(service, name), setting, probes }, this.#app);
  }

  #image(service: GoNode): Image | null {
    const path = joined(textAt(service, 'rootDir') ?? '', textAt(service, 'dockerfilePath') ?? 'Dockerfile');
    const source = path !== null && this.#app.files.exists(path) ? this.#app.files.source(path) : null;
    return source ? readImage(source) : null;
  }

  /** `{ key, value }`; everything else that sets a key is not in the repository, as is a group of another blueprint. */
  #withVariable(environment: Environment, item: GoNode): Environment {
    const group = textAt(item, 'fromGroup');
    if (group !== null) {
      const items = this.#groups.get(group);
      if (items) return items.reduce((before, one) => this.#withVariable(before, one), environment);
      const reason = `it may be set in the group ${group}, which is not in the repository`;
      return environment.opened(reason, { kind: 'platform', at: item.at, from: [] }, (name) =>
        OF_EVERY_PROCESS.has(name),
      );
    }
    const key = textAt(item, 'key');
    if (key === null) return environment;
    const value = scalarAt(item, 'value');
    const origin = { kind: 'platform', at: value?.at ?? item.at, from: [] } as const;
    if (!value) return environment.with(key, unknown(`${key} is set on Render, not in the repository`, origin));
    return environment.with(
      key,
      via(goText(value), () => origin),
    );
  }
}

/** `envVars` of the service. */
function settingOf(service: GoNode, name: string): Setting {
  return {
    file: service.at.file.path,
    inCommand: false,
    write: (variable, value) =>
      ['services:', `  - name: ${name}`, '    envVars:', `      - key: ${variable}`, `        value: ${value}`].join(
        '\n',
      ),
  };
}

/**
 * What Render sets itself, where it builds the app: Puma then starts as a cluster although nothing says so.
 * Source: rails/solid_queue#617
 */
function native(environment: Environment, service: GoNode): Environment {
  if (environment.declares('WEB_CONCURRENCY')) return environment;
  const reason = 'Render sets WEB_CONCURRENCY itself, by the plan of the service';
  return environment.with('WEB_CONCURRENCY', unknown(reason, { kind: 'platform', at: service.at, from: [] }));
}

/**
 * How many instances there are, at the top of autoscaling, and during a deploy: the new ones start beside the old,
 * unless there is a disk, which only one of them can have.
 * Source: render.com/docs/deploys, render.com/docs/scaling
 */
function copiesOf(service: GoNode, name: string): Pick<Launch, 'hosts' | 'autoscaled' | 'overlap'> {
  const hasDisk = goAt(service, 'disk') !== undefined;
  const overlap = (copies: Traced<number>) => (hasDisk ? copies : combine(null, [copies], (count) => count * 2));
  const least = scalarAt(service, 'scaling', 'minInstances');
  const most = scalarAt(service, 'scaling', 'maxInstances');
  const fixed = scalarAt(service, 'numInstances');
  if (least && most) return { hosts: stated(least), autoscaled: stated(most), overlap };
  return { hosts: fixed ? stated(fixed) : once(name), overlap };
}

/**
 * `healthCheckPath`, asked for every few seconds: a service that fails for 15 seconds gets no requests, one that fails
 * for a minute is restarted. Source: render.com/docs/health-checks
 */
function probesOf(service: GoNode): readonly HealthProbe[] {
  const path = scalarAt(service, 'healthCheckPath');
  if (!path || textAt(service, 'type') !== 'web') return [];
  const { at } = path;
  return [
    {
      name: 'healthCheckPath',
      decides: 'restart',
      path: pathIn(goText(path), at),
      port: null,
      period: unknown('Render asks every few seconds', { kind: 'platform', at, from: [] }),
      timeout: byDefault(5, 'Render', 'render.com/docs/health-checks'),
      failures: null,
      at,
    },
  ];
}

function goString(node: GoScalar): string {
  const text = goText(node);
  return text.known ? (text.value ?? '') : '';
}
