import type { VersionTable } from '../../versions/versions.ts';

/** What differs between the versions of Sidekiq. */
export interface SidekiqRules {
  /** Job threads when nothing says a number. */
  readonly concurrency: number;
  readonly readsRailsMaxThreads: boolean;
  /** Only `:concurrency:` counts in sidekiq.yml, and only a string names an environment; else keys are symbolised. */
  readonly symbolKeysOnly: boolean;
  /** Whether a `-C` file that is not there stops the process. */
  readonly missingFileRaises: boolean;
  /** Where config/sidekiq.yml is looked for when no `-C` names a file. */
  readonly lookup: 'working directory' | 'only with -r' | 'required directory';
  readonly environmentVariables: readonly string[];
  readonly trimMode: null | '-';
  readonly capsules: boolean;
}

const CLI = 'lib/sidekiq/cli.rb';

const SIDEKIQ_4: SidekiqRules = {
  concurrency: 25,
  readsRailsMaxThreads: false,
  symbolKeysOnly: true,
  missingFileRaises: false,
  lookup: 'working directory',
  environmentVariables: ['RAILS_ENV', 'RACK_ENV'],
  trimMode: null,
  capsules: false,
};
const SIDEKIQ_4_2: SidekiqRules = { ...SIDEKIQ_4, readsRailsMaxThreads: true };
const SIDEKIQ_5_1: SidekiqRules = { ...SIDEKIQ_4_2, symbolKeysOnly: false };
const SIDEKIQ_5_2: SidekiqRules = { ...SIDEKIQ_5_1, concurrency: 10 };
const SIDEKIQ_5_2_4: SidekiqRules = { ...SIDEKIQ_5_2, missingFileRaises: true, lookup: 'only with -r' };
const SIDEKIQ_5_2_5: SidekiqRules = { ...SIDEKIQ_5_2_4, lookup: 'required directory' };
const SIDEKIQ_6_0_5: SidekiqRules = { ...SIDEKIQ_5_2_5, environmentVariables: ['APP_ENV', 'RAILS_ENV', 'RACK_ENV'] };
const SIDEKIQ_7: SidekiqRules = { ...SIDEKIQ_6_0_5, concurrency: 5, capsules: true };
const SIDEKIQ_7_1: SidekiqRules = { ...SIDEKIQ_7, trimMode: '-' };

export const SIDEKIQ_RULES: VersionTable<SidekiqRules> = {
  gem: 'sidekiq',
  rows: [
    { since: '0', value: SIDEKIQ_4, source: `${CLI}@v4.1.4` },
    { since: '4.2.0', value: SIDEKIQ_4_2, source: `${CLI}@v4.2.10` },
    { since: '5.1.0', value: SIDEKIQ_5_1, source: `${CLI}@v5.1.3` },
    { since: '5.2.0', value: SIDEKIQ_5_2, source: 'lib/sidekiq.rb@v5.2.0' },
    { since: '5.2.4', value: SIDEKIQ_5_2_4, source: `${CLI}@v5.2.4` },
    { since: '5.2.5', value: SIDEKIQ_5_2_5, source: `${CLI}@v5.2.10` },
    { since: '6.0.5', value: SIDEKIQ_6_0_5, source: `${CLI}@v6.5.12` },
    { since: '7.0.0', value: SIDEKIQ_7, source: 'lib/sidekiq/config.rb@v7.0.9' },
    { since: '7.1.0', value: SIDEKIQ_7_1, source: `${CLI}@v7.3.9` },
  ],
};
