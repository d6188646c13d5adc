import type { Project } from '../../src/lint/result.ts';
import { amount, plural } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { spanText, type Span } from '../../src/text/source.ts';
import { writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { every, pumaLaunches, some, type PumaLaunch } from './puma_launches.ts';

interface LostThreads {
  readonly process: string;
  readonly workers: string;
  readonly threads: string;
  readonly newNames: boolean;
}

/** R45: GoodJob starts its threads while the app loads in the master of a Puma cluster, and a fork leaves them behind. */
export const goodjobAsyncForkHooksMissing: Rule = defineRule<LostThreads>({
  id: 'goodjob-async-fork-hooks-missing',
  aliases: ['missing-worker-boot-reconnect'],
  group: 'fork',
  severity: 'warning',
  fix: null,
  summary: 'GoodJob runs async in a Puma cluster that preloads the app, and no hook restarts it in the workers.',
  fineWhen: null,
  check: (project) => pumaLaunches(project).flatMap((puma) => outcomesOf(project, puma)),
  say,
});

function outcomesOf(project: Project, puma: PumaLaunch): readonly Outcome<LostThreads>[] {
  const { boot, server, workers, preload } = puma;
  const web = project.processes.find((process) => process.launch === boot.launch && process.role === 'web');
  const threads = web?.inside.find(({ system }) => system === 'good_job')?.threads;
  if (!web || !threads?.known) return [];
  const restarts = server.hooks.some(({ at }) => /\bGoodJob\.restart\b/.test(spanText(at)));
  const single = every(workers, (count) => count === 0);
  const inWorkers = !server.appFirst && every(preload, (is) => !is);
  if (restarts || single || inWorkers) return [{ kind: 'holds' }];
  const at: Span | null = writtenIn(workers.origin) ?? writtenIn(threads.origin) ?? boot.launch.command?.at ?? null;
  const what = `the threads of GoodJob in the workers of ${boot.launch.name}`;
  const forks = every(workers, (count) => count > 0);
  const loaded = server.appFirst || every(preload, (is) => is);
  if (!forks || !loaded || server.hooksOpen || !at) {
    const open = some(workers, (count) => count > 0) && !workers.known ? workers : preload;
    const reason = open.known ? 'hooks of Puma may stand in code this tool does not run' : open.reason;
    return [{ kind: 'unknown', what, reason, at }];
  }
  const version = project.versions['puma'] ?? null;
  return [
    {
      kind: 'violates',
      severity: 'warning',
      assumes: allAssumptions(
        assumptionsOf(workers),
        server.appFirst ? [] : assumptionsOf(preload),
        assumptionsOf(threads),
        puma.assumes,
        [{ kind: 'reachable', text: 'no other code restarts GoodJob after a fork' }],
      ),
      process: boot.launch.name,
      weight: 0,
      database: null,
      at,
      label: `${plural(amount(workers), 'worker')}, forked from a master that runs GoodJob`,
      related: [],
      found: {
        process: boot.launch.name,
        workers: amount(workers),
        threads: amount(threads),
        newNames: version !== null && Number.parseInt(version, 10) >= 7,
      },
    },
  ];
}

function say({ process, workers, threads, newNames }: LostThreads): Sentences {
  const [boot, shutdown] = newNames
    ? ['before_worker_boot', 'before_worker_shutdown']
    : ['on_worker_boot', 'on_worker_shutdown'];
  return {
    message: `${process} starts GoodJob's ${threads} threads in the master, and its ${workers} workers fork without them`,
    consequence:
      'Threads do not survive a fork. The master works on jobs beside its own duty; in the workers nothing listens, polls ' +
      'or runs cron, and only what a request of that worker queues may run there.',
    arithmetic: null,
    advice: 'stop GoodJob before the fork and start it in every worker, in config/puma.rb:',
    snippet: `before_fork { GoodJob.shutdown }\n${boot} { GoodJob.restart }\n${shutdown} { GoodJob.shutdown }`,
  };
}
