import { run, written } from './support.ts';

/** Ours in the oracle's words; `?` where we do not know. */
export function answer(code: string, env: Readonly<Record<string, string>>): string {
  const worlds = run(code, { env });
  const [world] = worlds;
  if (!world) return 'no world';
  if (world.stopped) return world.stopped.reason.includes('failed here') ? world.stopped.reason : '?';
  if (worlds.length > 1) return '?';
  return world.failure ? `error ${world.failure.error}` : written(world.value);
}
