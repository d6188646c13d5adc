import type { HealthProbe } from '../../launch/probe.ts';
import { known, type Traced } from '../../value/traced.ts';
import { byDefault, durationIn, numberIn, requestOf } from '../probing.ts';
import { wordsOf, type Instruction } from './instructions.ts';

const SOURCE = 'daemon/health.go@v28.0.0';

/** What Docker does where nobody says it: every 30 seconds, 30 seconds to answer, three failures. */
export const DOCKER = {
  period: byDefault(30, 'Docker', SOURCE),
  timeout: byDefault(30, 'Docker', SOURCE),
  failures: byDefault(3, 'Docker', SOURCE),
};

/**
 * `HEALTHCHECK --interval=30s CMD curl -f http://localhost:3000/up`, where it makes a request of the container itself;
 * null for `HEALTHCHECK NONE` and for every other test.
 * Source: frontend/dockerfile/instructions/parse.go@v0.17.0 (parseHealthcheck, moby/buildkit)
 */
export function healthcheckIn({ rest, escape }: Instruction): HealthProbe | null {
  const words = wordsOf(rest, escape);
  const first = words.findIndex(({ text }) => !text.startsWith('--'));
  if (first === -1 || words[first]!.text.toUpperCase() !== 'CMD') return null;
  const request = requestOf(
    words
      .slice(first + 1)
      .map(({ text }) => text)
      .join(' '),
  );
  if (!request) return null;
  const said = <T>(name: string, read: (text: Traced<string>, at: HealthProbe['at']) => T): T | null => {
    const word = words.slice(0, first).find(({ text }) => text.startsWith(`--${name}=`));
    const at = word?.place();
    return word && at ? read(known(word.text.slice(name.length + 3), { kind: 'literal', at }), at) : null;
  };
  const at = rest.place();
  return {
    name: 'HEALTHCHECK',
    decides: 'mark',
    path: known(request.path, { kind: 'platform', at, from: [] }),
    port: request.port,
    period: said('interval', durationIn) ?? DOCKER.period,
    timeout: said('timeout', durationIn) ?? DOCKER.timeout,
    failures: said('retries', numberIn) ?? DOCKER.failures,
    at,
  };
}
