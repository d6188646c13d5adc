import type { VersionTable } from '../../versions/versions.ts';

/** Who reads a variable: nobody, only what starts through rake or Puma, or `bin/jobs` too. */
export type ReadBy = 'nobody' | 'rake' | 'everybody';

/** What differs between the versions of Solid Queue. */
export interface SolidQueueRules {
  readonly file: 'config/solid_queue.yml' | 'config/queue.yml';
  /** Threads of a worker that says no number. */
  readonly threads: number;
  /** What takes the place of what the file does not say. */
  readonly fallback: 'for each kind' | 'for an empty section' | 'for a section without a known key';
  /** The keys that make a section one that says something. */
  readonly keys: readonly string[];
  /** A configuration file that is named and not there: the process stops, or the fallback. */
  readonly missingFileRaises: boolean;
  /** `bin/jobs` names the default file itself, so that it must be there. */
  readonly jobsNamesDefault: boolean;
  readonly configVariable: ReadBy;
  readonly skipRecurringVariable: ReadBy;
  readonly modeVariable: ReadBy;
  /** `SOLID_QUEUE_ONLY_RECURRING` and `--only-recurring`: the scheduler alone. */
  readonly onlyRecurringVariable: ReadBy;
  /** Whether a worker may say `fibers:` instead of `threads:`; before, the key has no effect. */
  readonly fibers: boolean;
  /** Whether Puma's plugin knows `solid_queue_mode :async`. */
  readonly asyncInPuma: boolean;
  /** The supervisor exits where there is nothing to supervise. Source: lib/solid_queue/supervisor.rb@v0.7.1 */
  readonly exitsWithNothing: boolean;
  readonly scheduler: 'none' | 'with recurring tasks' | 'with recurring or dynamic tasks';
}

const CONFIGURATION = 'lib/solid_queue/configuration.rb';

const V0_2: SolidQueueRules = {
  file: 'config/solid_queue.yml',
  threads: 5,
  fallback: 'for each kind',
  keys: ['workers', 'dispatchers'],
  missingFileRaises: true,
  jobsNamesDefault: false,
  configVariable: 'rake',
  skipRecurringVariable: 'nobody',
  modeVariable: 'nobody',
  onlyRecurringVariable: 'nobody',
  fibers: false,
  asyncInPuma: false,
  exitsWithNothing: false,
  scheduler: 'none',
};
const V0_3: SolidQueueRules = { ...V0_2, threads: 3 };
const V0_4: SolidQueueRules = { ...V0_3, fallback: 'for an empty section', asyncInPuma: true };
const V0_7: SolidQueueRules = {
  ...V0_4,
  fallback: 'for a section without a known key',
  asyncInPuma: false,
  exitsWithNothing: true,
  jobsNamesDefault: true,
};
const V0_9: SolidQueueRules = {
  ...V0_7,
  file: 'config/queue.yml',
  missingFileRaises: false,
  jobsNamesDefault: false,
  scheduler: 'with recurring tasks',
};
const V1_0: SolidQueueRules = { ...V0_9, configVariable: 'everybody' };
const V1_2: SolidQueueRules = { ...V1_0, skipRecurringVariable: 'rake' };
const V1_2_2: SolidQueueRules = { ...V1_2, skipRecurringVariable: 'everybody' };
const V1_3: SolidQueueRules = { ...V1_2_2, modeVariable: 'rake', asyncInPuma: true };
const V1_3_2: SolidQueueRules = { ...V1_3, modeVariable: 'everybody' };
const V1_4: SolidQueueRules = {
  ...V1_3_2,
  keys: ['workers', 'dispatchers', 'scheduler'],
  scheduler: 'with recurring or dynamic tasks',
};
const V1_5_1: SolidQueueRules = { ...V1_4, onlyRecurringVariable: 'everybody' };
const V1_6: SolidQueueRules = { ...V1_5_1, fibers: true };

export const SOLID_QUEUE_RULES: VersionTable<SolidQueueRules> = {
  gem: 'solid_queue',
  rows: [
    { since: '0', value: V0_2, source: `${CONFIGURATION}@v0.2.2` },
    { since: '0.3.0', value: V0_3, source: `${CONFIGURATION}@v0.3.3` },
    { since: '0.4.0', value: V0_4, source: `${CONFIGURATION}@v0.6.0` },
    { since: '0.7.0', value: V0_7, source: `${CONFIGURATION}@v0.8.2` },
    { since: '0.9.0', value: V0_9, source: `${CONFIGURATION}@v0.9.0` },
    { since: '1.0.0', value: V1_0, source: 'lib/solid_queue/cli.rb@v1.1.0' },
    { since: '1.2.0', value: V1_2, source: `${CONFIGURATION}@v1.2.1` },
    { since: '1.2.2', value: V1_2_2, source: 'lib/solid_queue/cli.rb@v1.2.4' },
    { since: '1.3.0', value: V1_3, source: `${CONFIGURATION}@v1.3.0` },
    { since: '1.3.2', value: V1_3_2, source: 'lib/solid_queue/cli.rb@v1.3.2' },
    { since: '1.4.0', value: V1_4, source: `${CONFIGURATION}@v1.5.0` },
    { since: '1.5.1', value: V1_5_1, source: `${CONFIGURATION}@v1.5.1` },
    { since: '1.6.0', value: V1_6, source: `${CONFIGURATION}@v1.7.2` },
  ],
};
