import type { HealthProbe, ProbeDecides } from '../../launch/probe.ts';
import type { Span } from '../../text/source.ts';
import { known, type Traced } from '../../value/traced.ts';
import { goAt, goText, type GoMapping, type GoNode } from '../../yaml/go.ts';
import { isNull, itemsAt, scalarAt, textAt } from '../../yaml/go_read.ts';
import { byDefault, numberIn, pathIn, requestOf } from '../probing.ts';

const PROBES: readonly (readonly [string, ProbeDecides])[] = [
  ['livenessProbe', 'restart'],
  ['readinessProbe', 'requests'],
  ['startupProbe', 'start'],
];

/**
 * The probes of a container that make a request, patches over what they are laid over: with `httpGet`, or with a
 * command that does.
 * Source: SetDefaults_Probe of pkg/apis/core/v1/defaults.go, pkg/probe/http/http.go@v1.34.0 (kubernetes/kubernetes)
 */
export function probesOf(layers: readonly GoMapping[]): readonly HealthProbe[] {
  return PROBES.flatMap(([name, decides]) => {
    const said = layers.flatMap((layer) => goAt(layer, name) ?? []);
    // A patch with null takes the probe away.
    const probes = said.slice(said.findLastIndex(isNull) + 1);
    const request = requestIn(probes);
    if (!request) return [];
    const number = (key: string, otherwise: number): Traced<number> => {
      const node = probes.map((probe) => scalarAt(probe, key)).findLast((one) => one !== null);
      return node ? numberIn(goText(node), node.at) : byDefault(otherwise, 'Kubernetes', SOURCE);
    };
    const period = number('periodSeconds', 10);
    return [
      {
        name,
        decides,
        ...request,
        period,
        timeout: number('timeoutSeconds', 1),
        failures: number('failureThreshold', 3),
      },
    ];
  });
}

const SOURCE = 'pkg/apis/core/v1/defaults.go@v1.34.0';

function requestIn(probes: readonly GoNode[]): { path: Traced<string>; port: string | null; at: Span } | null {
  const way = probes.findLast((probe) => ['httpGet', 'exec', 'tcpSocket', 'grpc'].some((key) => goAt(probe, key)));
  const get = goAt(way, 'httpGet');
  if (get) {
    const path = scalarAt(get, 'path');
    const port = textAt(get, 'port');
    return path
      ? { path: pathIn(goText(path), path.at), port, at: path.at }
      : { path: known('/', { kind: 'platform', at: get.at, from: [] }), port, at: get.at };
  }
  const words = itemsAt(way, 'exec', 'command');
  const request = requestOf(words.map((word) => textAt(word) ?? '').join(' '));
  if (!request) return null;
  const { at } = goAt(way, 'exec', 'command')!;
  return { path: known(request.path, { kind: 'platform', at, from: [] }), port: request.port, at };
}
