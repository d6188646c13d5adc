import type { HealthProbe } from '../../launch/probe.ts';
import type { Span } from '../../text/source.ts';
import type { Traced } from '../../value/traced.ts';
import type { PsychNode } from '../../yaml/node.ts';
import { DOCKER } from '../docker/healthcheck.ts';
import type { Image } from '../docker/image.ts';
import { byDefault, durationIn, numberIn, pathIn } from '../probing.ts';
import { knownAt, textOf, valueAt } from './configuration.ts';
import type { KamalRole } from './roles.ts';

/**
 * What Kamal asks the containers of a role. Its proxy asks while it deploys, until it has one good answer; only the
 * primary role stands behind the proxy without being told to. Kamal 1 made a health check of Docker of
 * `healthcheck:`, which Traefik heeds; to Kamal 2 the HEALTHCHECK of the image is Docker's own.
 * Source: lib/kamal/configuration/role.rb, lib/kamal/configuration/docs/proxy.yml@v2.12.0,
 * lib/kamal/configuration/healthcheck.rb@v1.9.3
 */
export function healthcheckOf(role: KamalRole, root: PsychNode, image: Image | null): readonly HealthProbe[] {
  if (valueAt(root, 'healthcheck') || valueAt(role.node, 'healthcheck')) return [ofVersion1(role, root)];
  const ofDocker = image?.healthcheck ? [image.healthcheck] : [];
  if (!isBehindProxy(role, root)) return ofDocker;
  const layers = [valueAt(role.node, 'proxy', 'healthcheck'), valueAt(root, 'proxy', 'healthcheck')];
  const said = (key: string) => saidIn(layers, key);
  const port = knownAt(role.node, 'proxy', 'app_port') ?? knownAt(root, 'proxy', 'app_port');
  return [
    {
      name: 'proxy.healthcheck',
      decides: 'deploy',
      ...pathFrom(said('path'), role.at, OF_THE_PROXY),
      port: port?.replace(/\.0$/, '') ?? '80',
      period: secondsFrom(said('interval'), 1),
      timeout: secondsFrom(said('timeout'), 5),
      failures: null,
    },
    ...ofDocker,
  ];
}

const OF_THE_PROXY = 'lib/kamal/configuration/docs/proxy.yml@v2.12.0';
const OF_VERSION_1 = 'lib/kamal/configuration/healthcheck.rb@v1.9.3';

function isBehindProxy(role: KamalRole, root: PsychNode): boolean {
  const said = knownAt(role.node, 'proxy') ?? (valueAt(role.node, 'proxy')?.kind === 'mapping' ? 'true' : null);
  const isPrimary = role.name === (knownAt(root, 'primary_role') ?? 'web');
  return isPrimary ? said !== 'false' : said !== null && said !== 'false';
}

function ofVersion1(role: KamalRole, root: PsychNode): HealthProbe {
  const layers = [valueAt(role.node, 'healthcheck'), valueAt(root, 'healthcheck')];
  const interval = saidIn(layers, 'interval');
  const text = textOf(interval);
  const port = textOf(saidIn(layers, 'port'));
  return {
    name: 'healthcheck',
    decides: 'requests',
    ...pathFrom(saidIn(layers, 'path'), role.at, OF_VERSION_1),
    port: port?.known && port.value !== null ? port.value.replace(/\.0$/, '') : '3000',
    period: interval && text ? durationIn(text, interval.at) : byDefault(1, 'Kamal', OF_VERSION_1),
    timeout: DOCKER.timeout,
    failures: DOCKER.failures,
  };
}

function saidIn(layers: readonly (PsychNode | undefined)[], key: string): PsychNode | undefined {
  return layers.map((layer) => valueAt(layer, key)).find((node) => node !== undefined);
}

function pathFrom(node: PsychNode | undefined, at: Span, source: string): { path: Traced<string>; at: Span } {
  const text = textOf(node);
  if (!node || !text || (text.known && text.value === null)) return { path: byDefault('/up', 'Kamal', source), at };
  return { path: pathIn(text, node.at), at: node.at };
}

/** Kamal writes the `s` itself, behind what stands there. */
function secondsFrom(node: PsychNode | undefined, otherwise: number): Traced<number> {
  const text = textOf(node);
  return node && text ? numberIn(text, node.at) : byDefault(otherwise, 'kamal-proxy', OF_THE_PROXY);
}
