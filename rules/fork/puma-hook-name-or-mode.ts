import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Project } from '../../src/lint/result.ts';
import type { ServerHook } from '../../src/systems/system.ts';
import { unsetVariables, writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { pumaLaunches, type PumaLaunch } from './puma_launches.ts';

type HookFault =
  | { readonly kind: 'old name'; readonly hook: ServerHook; readonly name: string; readonly puma: string }
  | {
      readonly kind: 'never runs';
      readonly hook: ServerHook;
      readonly process: string;
      readonly unset: readonly string[];
    };

/** The names that Puma 7.0 gave to its hooks. Source: History.md@v7.0.0, lib/puma/dsl.rb@v7.0.4 */
const RENAMED: Readonly<Record<string, string>> = {
  on_worker_boot: 'before_worker_boot',
  on_worker_shutdown: 'before_worker_shutdown',
  on_restart: 'before_restart',
  on_booted: 'after_booted',
  on_stopped: 'after_stopped',
  on_refork: 'before_refork',
  on_thread_start: 'before_thread_start',
  on_thread_exit: 'before_thread_exit',
  on_worker_fork: 'before_worker_fork',
};

/** Hooks of a cluster: without workers they never run. Source: lib/puma/dsl.rb@v6.6.0 (warn_if_in_single_mode) */
const OF_CLUSTERS: ReadonlySet<string> = new Set([
  'before_fork',
  'on_worker_boot',
  'before_worker_boot',
  'on_worker_shutdown',
  'before_worker_shutdown',
  'on_worker_fork',
  'before_worker_fork',
  'after_worker_fork',
  'after_worker_boot',
  'after_worker_shutdown',
  'on_refork',
  'before_refork',
  'after_refork',
]);

/** R43: a hook under a name that Puma 7 replaced, or one that never runs because Puma does not fork. */
export const pumaHookNameOrMode: Rule = defineRule<HookFault>({
  id: 'puma-hook-name-or-mode',
  aliases: [],
  group: 'fork',
  severity: 'info',
  fix: 'safe',
  summary: 'A hook in puma.rb has a name that Puma 7 replaced, or belongs to a cluster while Puma runs no workers.',
  fineWhen: 'the file also serves a place where workers are started',
  check: (project) => pumaLaunches(project).flatMap((puma) => outcomesOf(project, puma)),
  say,
});

function outcomesOf(project: Project, puma: PumaLaunch): readonly Outcome<HookFault>[] {
  const { boot, server, workers } = puma;
  const installed = project.versions['puma'] ?? null;
  const single = workers.known && workers.value === 0;
  return server.hooks
    .filter(({ certain }) => certain)
    .flatMap((hook): readonly Outcome<HookFault>[] => {
      const about = {
        process: boot.launch.name,
        weight: 0,
        database: null,
        at: hook.nameAt,
        label: '',
        severity: 'info',
      } as const;
      if (single && OF_CLUSTERS.has(hook.name)) {
        if (server.silencesForkWarning) return [{ kind: 'holds' }];
        const at = writtenIn(workers.origin);
        return [
          {
            kind: 'violates',
            ...about,
            assumes: allAssumptions(hook.assumes, assumptionsOf(workers), puma.assumes),
            related: at ? [{ at, message: 'no workers: Puma does not fork' }] : [],
            found: { kind: 'never runs', hook, process: boot.launch.name, unset: unsetVariables(workers.origin) },
          },
        ];
      }
      const name = RENAMED[hook.name];
      if (name === undefined || installed === null || !atLeast(version(installed), '7.0')) return [];
      return [
        {
          kind: 'violates',
          ...about,
          assumes: allAssumptions(hook.assumes, puma.assumes),
          related: [],
          fix: {
            safety: 'safe',
            description: `rename ${hook.name} to ${name}`,
            edits: [{ at: hook.nameAt, text: name }],
          },
          found: { kind: 'old name', hook, name, puma: installed },
        },
      ];
    });
}

function say(found: HookFault): Sentences {
  const { name } = found.hook;
  if (found.kind === 'old name') {
    return {
      message: `${name} is called ${found.name} from Puma 7.0 on`,
      consequence: `Puma ${found.puma} runs it and warns at every start that the old name will be removed.`,
      arithmetic: null,
      advice: 'rename it:',
      snippet: found.name,
      fineWhen: 'the file has to serve Puma 6 too',
    };
  }
  const variables = found.unset.join(' and ');
  const because = found.unset.length > 0 ? `, as long as nothing sets ${variables}` : '';
  return {
    message: `${name} never runs: ${found.process} has no workers`,
    consequence: `Puma in single mode does not fork${because}: what this block is for does not happen, and from Puma 6.2 on it warns.`,
    arithmetic: 'workers 0',
    advice: 'register it only where there are workers, or remove it.',
    snippet: null,
  };
}
