import type { Application, Boot } from '../../launch/boot.ts';
import { lastAssigned } from '../../launch/said.ts';
import { mentioned } from '../../index/mention.ts';
import { agree, combine, known, unknown, UNDECIDED, type Known, type Traced } from '../../value/traced.ts';
import { settled, type VersionTable } from '../../versions/versions.ts';
import { coerced, toI } from '../coercion.ts';
import { configured } from '../configured.ts';
import { possibleRules, ruledDefault } from '../rules.ts';
import { assumingReach, NOTHING_INSIDE, type Inside } from './inside.ts';

/** How many threads Active Job's `:async` adapter has; null where it is not the default adapter yet. */
type AsyncThreads = 'processors' | 'RAILS_MAX_THREADS' | null;

const ADAPTER = 'lib/active_job/queue_adapters/async_adapter.rb';

export const ACTIVE_JOB_ASYNC: VersionTable<AsyncThreads> = {
  gem: 'rails',
  rows: [
    { since: '0', value: null, source: 'activejob/lib/active_job/queue_adapter.rb@v4.2.11' },
    { since: '5.0', value: 'processors', source: `activejob/${ADAPTER}@v5.0.7` },
    { since: '8.0', value: 'RAILS_MAX_THREADS', source: `activejob/${ADAPTER}@v8.0.2` },
  ],
};

const A_JOB = /<\s*(?:::)?(?:ApplicationJob|ActiveJob::Base)\b/;
const A_JOB_BY_NAME = /<\s*(?:::)?ActiveJob::Base\b/;

/** An ApplicationJob that is none of Active Job's: `class ApplicationJob` with `include Sidekiq::Job`. */
const OTHER_JOBS = /^[ \t]*class\s+(?:::)?ApplicationJob\s*(?:$|[;#])/m;

/**
 * Active Job's own adapter, which runs jobs in the process that queues them: the default where nothing says another, and
 * there only if the application defines a job.
 */
export function activeJobAsyncInside(boot: Boot, application: Application): Inside {
  const said = configured(application, 'config.active_job', 'queue_adapter');
  const named = said?.known && typeof said.value === 'object' && said.value?.type === 'symbol' ? said.value.name : null;
  if (said ? named !== 'async' : lastAssigned(application, 'ActiveJob::Base.queue_adapter') !== null)
    return NOTHING_INSIDE;
  const jobs = /^(?:app|packs|engines)\/(?:.+\/)?jobs\/(?!application_job\.rb).+\.rb$/;
  const others = mentioned(boot.files, /(?:^|\/)application_job\.rb$/, OTHER_JOBS);
  if (!mentioned(boot.files, jobs, others ? A_JOB_BY_NAME : A_JOB)) return NOTHING_INSIDE;
  if (
    !said &&
    mentioned(boot.files, /^(?:app|packs|engines)\/(?:.+\/)?jobs\/.+\.rb$|^config\/.+\.rb$/, /\bqueue_adapter\s*=/)
  )
    return NOTHING_INSIDE;
  const rows = possibleRules(ACTIVE_JOB_ASYNC, boot.versions);
  if (rows.every(({ value }) => value === null)) return NOTHING_INSIDE;
  const counted = settled(
    agree(
      UNDECIDED,
      rows.map((row) => threadsOf(boot, row)),
    ),
    'rails',
  );
  const threads = said ? counted : assumingReach(counted, "jobs are queued with Active Job's default adapter");
  const inside = [{ system: 'active_job_async', threads }] as const;
  if (!threads.known) return { inside };
  const jobThreads = { on: 'jobs', threadsOf: 'job threads', threads, held: 'job', counts: false } as const;
  return { inside, claims: [{ ...jobThreads, system: 'active_job_async' }] };
}

function threadsOf(boot: Boot, row: Known<AsyncThreads>): Traced<number> {
  if (row.value !== 'RAILS_MAX_THREADS') {
    if (boot.cpus !== null) return known(boot.cpus, { kind: 'flag', text: '--cpus' });
    return unknown('the processors of the machine it runs on are not known: say --cpus', row.origin);
  }
  const variable = boot.environment.get('RAILS_MAX_THREADS');
  if (variable.known && variable.value === null) {
    const five = ruledDefault(row, 5, "Active Job's async adapter runs 5 threads by default");
    return combine(null, [five, variable], (count) => count);
  }
  return coerced(variable, toI, () => {});
}
