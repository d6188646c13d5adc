import type { Project } from '../../src/lint/result.ts';
import { amount } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { every, pumaLaunches, some, type PumaLaunch } from './puma_launches.ts';

interface WithoutApp {
  readonly process: string;
  readonly workers: string;
  readonly async: boolean;
}

/** R44: the plugin of Solid Queue starts in the master of a cluster, which has no app unless it is preloaded. */
export const solidQueuePluginWithoutPreload: Rule = defineRule<WithoutApp>({
  id: 'solid-queue-plugin-without-preload',
  aliases: [],
  group: 'fork',
  severity: 'error',
  fix: null,
  summary: 'The plugin of Solid Queue runs in the master of a Puma cluster that has not loaded the app.',
  fineWhen: null,
  check: (project) => pumaLaunches(project).flatMap((puma) => outcomesOf(project, puma)),
  say,
});

function outcomesOf(project: Project, puma: PumaLaunch): readonly Outcome<WithoutApp>[] {
  const { boot, server, workers, preload } = puma;
  const plugin = server.solidQueuePlugin;
  if (!plugin || (project.versions['solid_queue'] ?? null) === null) return [];
  const loads = boot.noticed.some(({ kind, at }) => kind === 'app-load' && at.file.path === plugin.at.file.path);
  // Started by Rails or rackup, or by puma.rb itself, the app is in the master whatever is preloaded.
  if (server.appFirst || loads) return [{ kind: 'holds' }];
  const forks = every(workers, (count) => count > 0);
  const without = every(preload, (is) => !is);
  if (!some(workers, (count) => count > 0) || every(preload, (is) => is)) return [{ kind: 'holds' }];
  if (!forks || !without) {
    const open = workers.known ? preload : workers;
    const reason = open.known ? 'it depends on what else sets it' : open.reason;
    return [{ kind: 'unknown', what: `the app in the master of ${boot.launch.name}`, reason, at: plugin.at }];
  }
  const counted = writtenIn(workers.origin);
  const mode = boot.settings['solid_queue_mode'];
  const async = typeof mode === 'object' && 'known' in mode && mode.known === true && mode.value === 'async';
  return [
    {
      kind: 'violates',
      severity: 'error',
      assumes: allAssumptions(plugin.assumes, assumptionsOf(workers), assumptionsOf(preload), puma.assumes, [
        { kind: 'reachable', text: 'nothing else loads the app in the master' },
      ]),
      process: boot.launch.name,
      weight: 0,
      database: null,
      at: plugin.at,
      label: 'starts in the master, without the app',
      related: counted ? [{ at: counted, message: 'the app is loaded in the workers only' }] : [],
      found: { process: boot.launch.name, workers: amount(workers), async },
    },
  ];
}

function say({ process, workers, async }: WithoutApp): Sentences {
  return {
    message: `the plugin of Solid Queue runs in the master of ${process}, which has not loaded the app`,
    consequence: async
      ? 'Its threads start in the master, where there is no app: the master raises NameError and exits.'
      : 'What it forks from the master raises NameError for want of the app: Puma serves on and no job ever runs.',
    arithmetic: `workers ${workers}, preload_app false`,
    advice: 'preload the app, or run Puma in single mode (workers 0):',
    snippet: 'preload_app!',
  };
}
