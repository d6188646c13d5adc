import type { Span } from '../text/source.ts';
import type { Traced } from '../value/traced.ts';

/**
 * What follows where a process answers a probe too late, too often.
 * - `restart`: the process is ended and started anew (livenessProbe; Render after a minute)
 * - `start`: the same, as long as it has not answered once (startupProbe)
 * - `requests`: it gets no requests until it answers again (readinessProbe, the proxy of fly)
 * - `deploy`: a deploy fails; afterwards nobody asks (Kamal's proxy)
 * - `mark`: it is called unhealthy: plain Docker does nothing more, Swarm replaces it
 */
export type ProbeDecides = 'restart' | 'start' | 'requests' | 'deploy' | 'mark';

/** An HTTP request that a platform makes to a process again and again, to learn whether it is well. */
export interface HealthProbe {
  /** As the platform calls it: `livenessProbe`, `healthCheckPath`. */
  readonly name: string;
  readonly decides: ProbeDecides;
  /** From the slash on, without its query: `/up`. */
  readonly path: Traced<string>;
  /** The port as written, by number or by name; null where it is the process's own, or nobody says. */
  readonly port: string | null;
  /** Seconds from one request to the next. */
  readonly period: Traced<number>;
  /** Seconds after which no answer is a failure. */
  readonly timeout: Traced<number>;
  /** How many failures in a row it takes; null where the platform counts otherwise. */
  readonly failures: Traced<number> | null;
  /** Where the path is written, else the probe, else the process it is made to. */
  readonly at: Span;
}
