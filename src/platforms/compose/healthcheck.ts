import type { HealthProbe } from '../../launch/probe.ts';
import { known, type Traced } from '../../value/traced.ts';
import { goText } from '../../yaml/go.ts';
import { textAt } from '../../yaml/go_read.ts';
import { byDefault, durationIn, numberIn, requestOf } from '../probing.ts';
import { layeredAt, type ComposeService } from './model.ts';

/**
 * `healthcheck:` of a service, where its test makes a request of the container itself.
 * Source: types/types.go@v2.9.1 (compose-spec/compose-go), daemon/health.go@v28.0.0 (moby/moby)
 */
export function healthcheckOf(service: ComposeService): readonly HealthProbe[] {
  const test = layeredAt(service, 'healthcheck', 'test');
  if (!test || textAt(layeredAt(service, 'healthcheck', 'disable')) === 'true') return [];
  const words = test.kind === 'sequence' ? test.items.map((item) => textAt(item) ?? '') : [textAt(test) ?? ''];
  const request = words[0] === 'NONE' ? null : requestOf(words.join(' '));
  if (!request) return [];
  const { at } = test;
  return [
    {
      name: 'healthcheck',
      decides: 'mark',
      path: known(request.path, { kind: 'platform', at, from: [] }),
      port: request.port,
      period: duration(service, 'interval'),
      timeout: duration(service, 'timeout'),
      failures: retries(service),
      at,
    },
  ];
}

const SOURCE = 'daemon/health.go@v28.0.0';

function duration(service: ComposeService, key: 'interval' | 'timeout'): Traced<number> {
  const node = layeredAt(service, 'healthcheck', key);
  return node?.kind === 'scalar' ? durationIn(goText(node), node.at) : byDefault(30, 'Docker', SOURCE);
}

function retries(service: ComposeService): Traced<number> {
  const node = layeredAt(service, 'healthcheck', 'retries');
  return node?.kind === 'scalar' ? numberIn(goText(node), node.at) : byDefault(3, 'Docker', SOURCE);
}
