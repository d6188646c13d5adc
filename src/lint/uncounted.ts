import type { Deployment, Uncounted } from '../launch/launch.ts';
import type { DeployedApp, Platform } from '../platforms/platform.ts';
import type { Span } from '../text/source.ts';

interface Lost extends Uncounted {
  readonly at: Span;
}

/**
 * What a platform reads of an app, each deployment with the processes of which the platform said that nobody can tell
 * what they run. Of several deployments each has those of its own files.
 */
export function withUncounted(app: DeployedApp, platform: Platform): readonly Deployment[] {
  const lost: Lost[] = [];
  const deployments = platform.read({
    ...app,
    unresolved(what, reason, at) {
      const name = /^process (.+)$/.exec(what)?.[1];
      if (name !== undefined) lost.push({ name, reason: reason.replace(/; it is not counted$/, ''), at });
      app.unresolved(what, reason, at);
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
