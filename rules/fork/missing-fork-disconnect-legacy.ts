import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { oneLine } from '../../src/lint/phrases.ts';
import type { ServerHook } from '../../src/systems/system.ts';
import type { Span } from '../../src/text/source.ts';
import { writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { every, pumaLaunches, some, type PumaLaunch } from './puma_launches.ts';

interface Inherited {
  readonly process: string;
  readonly rails: string;
  /** How the master comes to have the app: what stands there. */
  readonly preload: string | null;
}

/** R41: up to Rails 5.1, workers of a preloaded app inherit the sockets of the master. */
export const missingForkDisconnectLegacy: Rule = defineRule<Inherited>({
  id: 'missing-fork-disconnect-legacy',
  aliases: ['missing-worker-boot-reconnect'],
  group: 'fork',
  severity: 'warning',
  fix: null,
  summary: 'Up to Rails 5.1: a preloaded app is forked without disconnecting before or reconnecting after.',
  fineWhen: 'nothing in the boot of the app asks the database',
  check: (project) => pumaLaunches(project).flatMap((puma) => outcomesOf(project, puma)),
  say,
});

function outcomesOf(project: Project, puma: PumaLaunch): readonly Outcome<Inherited>[] {
  const rails = project.versions['rails'] ?? null;
  // From 5.2 on Rails discards inherited connections itself: a missing hook is no fault.
  if (rails === null || atLeast(version(rails), '5.2')) return [];
  const { boot, server, workers, preload } = puma;
  const { name } = boot.launch;
  const what = `connections that workers of ${name} inherit`;
  const forks = { yes: every(workers, (count) => count > 0), maybe: some(workers, (count) => count > 0) };
  const loaded = server.appFirst || every(preload, (is) => is);
  const maybeLoaded = loaded || some(preload, (is) => is);
  if (!forks.maybe || !maybeLoaded || server.hooks.some(handlesFork)) return [{ kind: 'holds' }];
  const at = placeOf(puma);
  if (!at) return [];
  if (!forks.yes || !loaded) {
    const open = workers.known ? preload : workers;
    const reason = open.known ? 'whether the app is preloaded is not known' : open.reason;
    return [{ kind: 'unknown', what, reason, at }];
  }
  if (server.hooksOpen || server.hooks.some(mayHandleFork)) {
    return [{ kind: 'unknown', what, reason: 'a hook does what this tool does not follow', at }];
  }
  return [
    {
      kind: 'violates',
      severity: 'warning',
      assumes: allAssumptions(assumptionsOf(workers), server.appFirst ? [] : assumptionsOf(preload), puma.assumes, [
        { kind: 'reachable', text: 'the boot of the app opens a connection' },
      ]),
      process: name,
      weight: 0,
      database: null,
      at,
      label: 'the workers inherit what the master opened',
      related: relatedTo(puma, at),
      found: { process: name, rails, preload: server.appFirst ? null : oneLine(at) },
    },
  ];
}

const AROUND_FORK = new Set(['before_fork', 'on_worker_boot', 'before_worker_boot']);

function handlesFork({ name, body }: ServerHook): boolean {
  return AROUND_FORK.has(name) && (body ?? []).some(({ does }) => does !== 'something else');
}

/** A method of the app, or a block that stands elsewhere. */
function mayHandleFork({ name, body }: ServerHook): boolean {
  return (
    AROUND_FORK.has(name) && (body === null || body.some(({ at }) => /connect|ActiveRecord|pool/i.test(oneLine(at))))
  );
}

function placeOf({ boot, server, workers, preload }: PumaLaunch): Span | null {
  const written = server.appFirst ? null : writtenIn(preload.origin);
  return written ?? writtenIn(workers.origin) ?? boot.launch.command?.at ?? null;
}

function relatedTo({ workers }: PumaLaunch, at: Span): { at: Span; message: string }[] {
  const counted = writtenIn(workers.origin);
  return counted && counted.start !== at.start ? [{ at: counted, message: 'forked this often' }] : [];
}

function say({ process, rails, preload }: Inherited): Sentences {
  return {
    message: `the workers of ${process} inherit the connections of the master`,
    consequence:
      `The master builds the app before it forks. Rails ${rails} gives each worker a pool of its own, but the sockets that ` +
      `the master opened stay open in all of them: one that is closed by a worker's garbage collection ends the session ` +
      `of the others, and the master keeps an idle connection.`,
    arithmetic: preload === null ? null : `${preload}, workers above 0, Rails below 5.2`,
    advice: 'disconnect in the master and connect in the workers:',
    snippet:
      'before_fork { ActiveRecord::Base.connection_pool.disconnect! }\n' +
      'on_worker_boot { ActiveRecord::Base.establish_connection }',
  };
}
