import type { Application, Boot } from '../../launch/boot.ts';
import {
  agree,
  assuming,
  assumptionsOf,
  combine,
  unknown,
  UNDECIDED,
  type Known,
  type Traced,
} from '../../value/traced.ts';
import { settled } from '../../versions/versions.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { configured } from '../configured.ts';
import { capsuleClaims } from '../good_job.ts';
import { GOOD_JOB_RULES, type GoodJobRules } from '../good_job/rules.ts';
import { firstSaid, fromRails, goodJobThreads, nameOf } from '../good_job/threads.ts';
import { isInstalled, possibleRules, ruledDefault } from '../rules.ts';
import { assumingReach, NOTHING_INSIDE, type Inside } from './inside.ts';

/**
 * GoodJob's job threads in another program, in its async modes: most of them start none outside of a web server. Its
 * adapter starts them, so another adapter means none.
 * @param isWeb whether the process serves requests, so that config.ru loads the application
 * Source: lib/good_job/adapter.rb@v4.19.2 (execute_async?), lib/good_job/configuration.rb@v4.19.2 (execution_mode)
 */
export function goodJobInside(boot: Boot, application: Application, isWeb: boolean): Inside {
  if (!isInstalled(boot.versions, 'good_job')) return NOTHING_INSIDE;
  const adapter = configured(application, 'config.active_job', 'queue_adapter');
  if (adapter?.known && nameOf(adapter.value) !== 'good_job') return NOTHING_INSIDE;
  const worlds = possibleRules(GOOD_JOB_RULES, boot.versions).map((rules) => {
    const mode = executionMode(boot, application, rules);
    const { threads } = goodJobThreads({ boot, application, line: null, rules });
    const runs = combine(null, [mode], (name) =>
      (isWeb ? rules.value.runsInWeb : rules.value.runsAnywhere).includes(name),
    );
    return { rules, runs, threads: assuming(threads, assumptionsOf(runs)) };
  });
  const runs = settled(
    agree(
      UNDECIDED,
      worlds.map((world) => world.runs),
    ),
    'good_job',
  );
  if (runs.known && !runs.value) return NOTHING_INSIDE;
  if (!runs.known && !runs.candidates?.some((one) => one.value)) return NOTHING_INSIDE;
  const joined = settled(
    agree(
      UNDECIDED,
      worlds.map((world) => world.threads),
    ),
    'good_job',
  );
  const threads = runs.known ? joined : unknown<number>(runs.reason, runs.origin);
  // Nobody says which adapter the jobs have: the mode alone speaks for GoodJob.
  const reached = adapter?.known ? threads : assumingReach(threads, 'jobs are queued with GoodJob');
  const { claims, outside } = capsuleClaims(boot, application, reached, worlds[0]!.rules);
  return { inside: [{ system: 'good_job', threads: reached }], claims, outside };
}

/** What the mode is outside of the `good_job` program. */
function executionMode(boot: Boot, application: Application, rules: Known<GoodJobRules>): Traced<string> {
  const otherwise: Readonly<Record<string, string>> = { development: 'async', test: 'inline' };
  const fallback = otherwise[boot.railsEnv] ?? 'external';
  const said = firstSaid(
    [
      fromRails({ boot, application, line: null, rules }, 'execution_mode'),
      boot.environment.get('GOOD_JOB_EXECUTION_MODE'),
    ],
    (value) => value !== null && value !== false,
    ruledDefault<PsychScalar>(rules, fallback, `GoodJob runs ${fallback} in ${boot.railsEnv}`),
  );
  return combine(null, [said], nameOf);
}
