import { assuming, type Traced } from '../../value/traced.ts';
import type { BootedProcess, DatabaseClaim, InsideSystem, OutsideConnections } from '../system.ts';

/** What runs as threads of a process beside what the process is there for. */
export interface Inside {
  readonly inside?: readonly InsideSystem[];
  readonly claims?: readonly DatabaseClaim[];
  readonly outside?: readonly OutsideConnections[];
}

export const NOTHING_INSIDE: Inside = {};

/** The process with all of these among its threads, in that order after its own. */
export function sharing(process: BootedProcess, parts: readonly Inside[]): BootedProcess {
  const inside = [...(process.inside ?? []), ...parts.flatMap((part) => part.inside ?? [])];
  const outside = [...(process.outside ?? []), ...parts.flatMap((part) => part.outside ?? [])];
  return {
    ...process,
    claims: [...process.claims, ...parts.flatMap((part) => part.claims ?? [])],
    ...(inside.length > 0 ? { inside } : {}),
    ...(outside.length > 0 ? { outside } : {}),
  };
}

/** A number that rests on an argument that code is reached, not on a file that says so. */
export function assumingReach(threads: Traced<number>, text: string): Traced<number> {
  return assuming(threads, [{ kind: 'reachable', text }]);
}
