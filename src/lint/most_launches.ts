import type { Deployment } from '../launch/launch.ts';
import type { Span } from '../text/source.ts';

/** No app is started in more ways than this. Every one is booted on paper, which takes some milliseconds each. */
const MOST_LAUNCHES = 500;

/** The deployments with so many launches together as can be booted; the others are told, and not counted. */
export function withMostLaunches(
  deployments: readonly Deployment[],
  unresolved: (what: string, reason: string, at: Span) => void,
): readonly Deployment[] {
  let left = MOST_LAUNCHES;
  return deployments.map((deployment) => {
    const { launches } = deployment;
    if (launches.length <= left) {
      left -= launches.length;
      return deployment;
    }
    const kept = launches.slice(0, left);
    const first = launches[left]!;
    const more = launches.length - left;
    left = 0;
    const what = `process ${first.name}${more > 1 ? ` and ${more - 1} more` : ''}`;
    const reason = `there are more than ${MOST_LAUNCHES} processes in this app; they are not counted`;
    const at = first.command?.at ?? launches.find(({ command }) => command)?.command?.at;
    if (at) unresolved(what, reason, at);
    return { ...deployment, launches: kept };
  });
}
