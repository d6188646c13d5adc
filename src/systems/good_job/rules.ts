import type { VersionTable } from '../../versions/versions.ts';

/** What differs between the versions of GoodJob. */
export interface GoodJobRules {
  /** Whether `config.good_job` is read. */
  readonly readsRailsConfig: boolean;
  /** `GOOD_JOB_QUEUES=""` means every queue; before, it means no pool at all. */
  readonly blankQueuesAreAll: boolean;
  /** `a: ` takes the general number; before, it is 0. */
  readonly blankCountIsGeneral: boolean;
  /** The modes in which a web server runs job threads. */
  readonly runsInWeb: readonly string[];
  /** Those of them in which every other process of the application runs them too. */
  readonly runsAnywhere: readonly string[];
  /** Whether `threads` is its name for `max_threads`, which is deprecated then and asked for after it. */
  readonly namesThreads: boolean;
  /** Whether the program forks `subprocesses`, or one for each pool of queues between `|`. */
  readonly cluster: boolean;
  /** Whether `lock_strategy` says how a job is locked; before, by an advisory lock. */
  readonly choosesLock: boolean;
  /** Threads of its own that ask the database for a moment: the notifier's heartbeat and cron. */
  readonly utilityThreads: number;
}

const CONFIGURATION = 'lib/good_job/configuration.rb';

const V1_4: GoodJobRules = {
  readsRailsConfig: false,
  blankQueuesAreAll: false,
  blankCountIsGeneral: false,
  runsInWeb: ['async'],
  runsAnywhere: ['async'],
  namesThreads: false,
  cluster: false,
  choosesLock: false,
  utilityThreads: 0,
};
const V1_5: GoodJobRules = { ...V1_4, readsRailsConfig: true };
const V1_9: GoodJobRules = { ...V1_5, runsInWeb: ['async', 'async_server'] };
const V1_9_4: GoodJobRules = { ...V1_9, blankQueuesAreAll: true };
const V1_12: GoodJobRules = { ...V1_9_4, utilityThreads: 1 };
const V1_13_2: GoodJobRules = {
  ...V1_12,
  runsInWeb: ['async', 'async_server', 'async_all'],
  runsAnywhere: ['async', 'async_all'],
};
const V2_0: GoodJobRules = { ...V1_13_2, runsAnywhere: ['async_all'] };
const V2_8: GoodJobRules = { ...V2_0, utilityThreads: 2 };
const V3_28: GoodJobRules = { ...V2_8, blankCountIsGeneral: true };
const V4_15: GoodJobRules = { ...V3_28, choosesLock: true };
const V4_20: GoodJobRules = { ...V4_15, cluster: true };
const V4_22: GoodJobRules = { ...V4_20, namesThreads: true };

export const GOOD_JOB_RULES: VersionTable<GoodJobRules> = {
  gem: 'good_job',
  rows: [
    { since: '0', value: V1_4, source: `${CONFIGURATION}@v1.4.0` },
    { since: '1.5.0', value: V1_5, source: `${CONFIGURATION}@v1.5.0` },
    { since: '1.9.0', value: V1_9, source: 'lib/good_job/adapter.rb@v1.9.0' },
    { since: '1.9.4', value: V1_9_4, source: `${CONFIGURATION}@v1.9.4` },
    { since: '1.12.0', value: V1_12, source: 'lib/good_job/cron_manager.rb@v1.12.0' },
    { since: '1.13.2', value: V1_13_2, source: 'lib/good_job/adapter.rb@v1.13.2' },
    { since: '2.0.0', value: V2_0, source: 'lib/good_job/adapter.rb@v2.0.0' },
    // From 3.16.4 on both share lib/good_job/shared_executor.rb, MAX_THREADS = 2.
    { since: '2.8.0', value: V2_8, source: 'lib/good_job/notifier/process_registration.rb@v2.17.1' },
    { since: '3.28.3', value: V3_28, source: 'lib/good_job/multi_scheduler.rb@v3.99.1' },
    { since: '4.15.0', value: V4_15, source: `${CONFIGURATION}@v4.15.0` },
    { since: '4.20.0', value: V4_20, source: `${CONFIGURATION}@v4.21.0` },
    { since: '4.22.0', value: V4_22, source: `${CONFIGURATION}@v4.22.0` },
  ],
};
