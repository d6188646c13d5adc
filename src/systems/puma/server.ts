import { sameSpan } from '../../text/source.ts';
import type { BootedServer, ServerHook } from '../system.ts';
import type { FileWorld } from './config_files.ts';
import { HOOKS } from './file.ts';
import type { PumaSettings } from './resolve.ts';

/** What Puma runs around a fork and how it came up, over every course its configuration can take. */
export function serverOf(
  starter: string | null,
  worlds: readonly PumaSettings[],
  files: readonly FileWorld[],
): BootedServer {
  const hooks: ServerHook[] = [];
  for (const world of worlds) {
    for (const hook of world.hooks) {
      if (hooks.some(({ at }) => sameSpan(at, hook.at))) continue;
      const everywhere = worlds.every((other) => other.hooks.some(({ at }) => sameSpan(at, hook.at)));
      hooks.push({ ...hook, certain: hook.certain && everywhere });
    }
  }
  const plugins = worlds.map(({ solidQueueAt }) => solidQueueAt);
  const [plugin = null] = plugins;
  return {
    appFirst: starter !== null && starter !== 'puma',
    hooks,
    hooksOpen: files.some(
      ({ open, stopped, possible }) =>
        open !== null || stopped !== null || possible.some(({ method }) => HOOKS.has(method)),
    ),
    silencesForkWarning: files.some(({ calls }) =>
      calls.some(({ method }) => method === 'silence_fork_callback_warning'),
    ),
    solidQueuePlugin:
      plugin && plugins.every((at) => at !== null)
        ? { at: plugin, assumes: worlds.flatMap(({ pluginsAssume }) => pluginsAssume) }
        : null,
  };
}
