import { compose } from '../../../src/platforms/compose.ts';
import type { Deployment, Launch } from '../../../src/launch/launch.ts';
import { app, type TestApp } from '../harness.ts';

/** The deployments of compose files, and what could not be told of them. */
export function deployed(files: Record<string, string>): TestApp & { readonly deployments: readonly Deployment[] } {
  const given = app(files);
  return { ...given, deployments: compose.read(given) };
}

/** The launches of the one deployment of a compose file that is production because its name says so. */
export function launches(text: string, others: Record<string, string> = {}): readonly Launch[] {
  const { deployments } = deployed({ 'compose.production.yml': text, ...others });
  return deployments[0]?.launches ?? [];
}

/** The variables of the first launch: values, "?" for unknown ones, each with the number of its assumptions if any. */
export function variables(text: string, others: Record<string, string> = {}): Record<string, string | null> {
  const [launch] = launches(text, others);
  const names = launch?.environment.names.filter((name) => name !== 'RAILS_ENV') ?? [];
  return Object.fromEntries(
    names.map((name) => {
      const state = launch!.environment.stateOf(name)!;
      return [name, state.known ? state.value : `? ${state.reason}`];
    }),
  );
}
