import type { HealthProbe } from '../../launch/probe.ts';
import { known, type Traced } from '../../value/traced.ts';
import { goText } from '../../yaml/go.ts';
import { textAt } from '../../yaml/go_read.ts';
import { DOCKER } from '../docker/healthcheck.ts';
import type { Image } from '../docker/image.ts';
import { durationIn, numberIn, requestOf } from '../probing.ts';
import { layeredAt, type ComposeService } from './model.ts';

/**
 * `healthcheck:` of a service over the HEALTHCHECK of its image, where the test makes a request of the container itself.
 * Source: types/types.go@v2.9.1 (compose-spec/compose-go), daemon/commit.go (merge), daemon/health.go@v28.0.0 (moby/moby)
 */
export function healthcheckOf(service: ComposeService, image: Image | null): readonly HealthProbe[] {
  if (textAt(layeredAt(service, 'healthcheck', 'disable')) === 'true') return [];
  const test = testOf(service);
  const below = test === undefined ? (image?.healthcheck ?? null) : test;
  if (!below) return [];
  return [
    {
      ...below,
      period: duration(service, 'interval') ?? below.period,
      timeout: duration(service, 'timeout') ?? below.timeout,
      failures: retries(service) ?? below.failures,
    },
  ];
}

/** Null for a test that makes no request, undefined where the service has none. */
function testOf(service: ComposeService): HealthProbe | null | undefined {
  const test = layeredAt(service, 'healthcheck', 'test');
  if (!test) return undefined;
  const words = test.kind === 'sequence' ? test.items.map((item) => textAt(item) ?? '') : [textAt(test) ?? ''];
  const request = words[0] === 'NONE' ? null : requestOf(words.join(' '));
  if (!request) return null;
  const { at } = test;
  const path = known(request.path, { kind: 'platform', at, from: [] } as const);
  return { name: 'healthcheck', decides: 'mark', path, port: request.port, ...DOCKER, at };
}

function duration(service: ComposeService, key: 'interval' | 'timeout'): Traced<number> | null {
  const node = layeredAt(service, 'healthcheck', key);
  return node?.kind === 'scalar' ? durationIn(goText(node), node.at) : null;
}

function retries(service: ComposeService): Traced<number> | null {
  const node = layeredAt(service, 'healthcheck', 'retries');
  return node?.kind === 'scalar' ? numberIn(goText(node), node.at) : null;
}
