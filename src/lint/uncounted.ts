import type { Deployment, Uncounted } from '../launch/launch.ts';
import type { DeployedApp, Platform } from '../platforms/platform.ts';
import type { Span } from '../text/source.ts';

interface Lost extends Uncounted {
  readonly at: Span;
}

/** How the notes of a run hear of a process that no sum has. */
export function uncountedNoted(note: DeployedApp['unresolved']): DeployedApp['uncounted'] {
  return (name, reason, at) => note(`process ${name}`, `${reason}; it is not counted`, at);
}

/**
 * What a platform reads of an app, each deployment with the processes of which the platform said that nobody can tell
 * what they run. Of several deployments each has those of its own files.
 */
export function withUncounted(app: DeployedApp, platform: Platform): readonly Deployment[] {
  const lost: Lost[] = [];
  const deployments = platform.read({
    ...app,
    uncounted(name, reason, at) {
      lost.push({ name, reason, at });
      app.uncounted(name, reason, at);
    },
  });
  return deployments.map((deployment) => {
    const own = deployments.length === 1 ? lost : lost.filter(({ at }) => isOf(deployment, at.file.path));
    return own.length === 0
      ? deployment
      : { ...deployment, uncounted: own.map(({ name, reason }) => ({ name, reason })) };
  });
}

function isOf({ name, launches, services = [] }: Deployment, path: string): boolean {
  const places = [...launches.flatMap(({ command }) => command?.at ?? []), ...services.map(({ at }) => at)];
  return (
    places.some(({ file }) => file.path === path) || name.split(' ').some((part) => part !== '' && path.endsWith(part))
  );
}
