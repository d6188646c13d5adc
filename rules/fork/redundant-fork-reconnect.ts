import type { Fix } from '../../src/lint/finding.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { ServerHook } from '../../src/systems/system.ts';
import { span, type Span } from '../../src/text/source.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import type { Versions } from '../../src/versions/versions.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { every, pumaLaunches, type PumaLaunch } from './puma_launches.ts';

interface Redundant {
  readonly hook: ServerHook;
  readonly rails: string;
  readonly process: string;
  readonly configures: boolean;
}

/** Hooks that run right before or after a worker is forked: what a restart or an exit does is no reconnecting. */
const AROUND_FORKS: ReadonlySet<string> = new Set([
  'before_fork',
  'on_worker_fork',
  'before_worker_fork',
  'after_worker_fork',
  'on_worker_boot',
  'before_worker_boot',
  'after_worker_boot',
]);

/** R40: since Rails 5.2 a forked process opens its own connections, whatever a hook does about it. */
export const redundantForkReconnect: Rule = defineRule<Redundant>({
  id: 'redundant-fork-reconnect',
  aliases: [],
  group: 'fork',
  severity: 'warning',
  fix: 'safe',
  summary: 'A hook reconnects Active Record after a fork, which Rails does by itself since 5.2.',
  fineWhen: null,
  check: (project) => pumaLaunches(project).flatMap((puma) => outcomesOf(project, puma)),
  say,
});

function outcomesOf(project: Project, puma: PumaLaunch): readonly Outcome<Redundant>[] {
  const rails = project.versions['rails'] ?? null;
  if (rails === null || !atLeast(version(rails), '5.2')) return [];
  const { boot, server, workers } = puma;
  return server.hooks
    .filter(({ name, certain }) => certain && AROUND_FORKS.has(name))
    .flatMap((hook): readonly Outcome<Redundant>[] => {
      const step = hook.body?.find(({ does }) => does === 'reconnects with a configuration') ?? null;
      const idiom = isIdiom(hook);
      // Without workers the hook never runs: what it would pass replaces nothing.
      if ((!step && !idiom) || (step && every(workers, (count) => count === 0))) return [];
      return [
        {
          kind: 'violates',
          severity: step ? 'warning' : 'info',
          assumes: allAssumptions(hook.assumes, puma.assumes),
          process: boot.launch.name,
          weight: 0,
          database: null,
          at: step?.at ?? hook.nameAt,
          label: step ? 'replaces what database.yml says' : 'not needed since Rails 5.2',
          related: step ? [{ at: hook.nameAt, message: 'in every worker' }] : [],
          ...(idiom && !usesOtherOrm(project.gems) ? { fix: removal(hook) } : {}),
          found: { hook, rails, process: boot.launch.name, configures: step !== null },
        },
      ];
    });
}

/** Nothing but disconnecting and reconnecting Active Record. */
function isIdiom({ body }: ServerHook): boolean {
  return body !== null && body.length > 0 && body.every(({ does }) => does === 'disconnects' || does === 'reconnects');
}

function usesOtherOrm(gems: Versions): boolean {
  return ['sequel', 'rom-sql', 'hanami'].some((gem) => gems.text(gem) !== null);
}

/** The directive with its block, and its lines where nothing else stands on them. */
function removal(hook: ServerHook): Fix {
  const { file } = hook.at;
  const first = file.position(hook.at.start).line;
  const last = file.position(hook.at.end).line;
  const start = file.lineStart(first);
  const end = last < file.lineCount ? file.lineStart(last + 1) : file.text.length;
  const alone = file.text.slice(start, hook.at.start).trim() === '' && file.text.slice(hook.at.end, end).trim() === '';
  const at: Span = alone ? span(file, start, end) : hook.at;
  return { safety: 'safe', description: `remove ${hook.name}`, edits: [{ at, text: '' }] };
}

function say({ hook, rails, process, configures }: Redundant): Sentences {
  if (configures) {
    return {
      message: `${hook.name} connects every worker of ${process} with a configuration of its own`,
      consequence:
        `The pool of database.yml does not hold in the workers: what is passed here replaces it, on Rails ${rails} as on ` +
        `every version, and only for the first database.`,
      arithmetic: null,
      advice: 'let database.yml say the size of the pool, and remove the hook:',
      snippet: 'pool: <%= ENV.fetch("RAILS_MAX_THREADS", 5) %>',
    };
  }
  const silent = atLeast(version(rails), '7.1') ? ' With 7.1 and later the call does nothing at all.' : '';
  return {
    message: `${hook.name} does by hand what Rails ${rails} does after every fork`,
    consequence:
      `Since Rails 5.2 a forked process discards the connections it inherited and opens its own on first use, of every ` +
      `database; this touches only the first one.${silent}`,
    arithmetic: null,
    advice: `remove ${hook.name} with its block.`,
    snippet: null,
  };
}
