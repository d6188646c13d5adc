import type { PsychScalar } from '../../yaml/node.ts';
import { kernelInteger, toI, type Coerced } from '../coercion.ts';
import type { VersionTable } from '../../versions/versions.ts';

/** What `workers` makes of its argument: a number, or a count of processors nobody knows here. */
export type Workers = number | 'processors';

/** What differs between the versions of Puma. */
export interface PumaRules {
  /** Request threads without any setting, on MRI. */
  readonly defaultThreads: number;
  /** Whether PUMA_MIN_THREADS and the like are read, and what an empty one means. */
  readonly threadVariables: 'ignored' | 'strict' | 'blank is unset';
  /** What WEB_CONCURRENCY may be. */
  readonly webConcurrency: (value: string) => Coerced<Workers | null>;
  /** What the `workers` directive and `-w` accept. */
  readonly workers: (value: PsychScalar) => Coerced<Workers>;
  /** Whether `threads 5` is allowed. */
  readonly oneThreadsArgument: boolean;
  /** When the app is preloaded without being told to. */
  readonly preload: 'never' | 'WEB_CONCURRENCY > 1' | 'workers > 1';
  /** The variables that name config/puma/<environment>.rb, first set one wins. */
  readonly environmentVariables: readonly string[];
  /** The options that this version's command line has beyond those of all versions. */
  readonly options: readonly ('--plugin' | '--no-config' | '--fork-worker')[];
  readonly modeBlocks: boolean;
  readonly ioThreads: boolean;
}

const CONFIGURATION = 'lib/puma/configuration.rb';

function ignored(): Coerced<null> {
  return { value: null };
}

/** `Integer(ENV['WEB_CONCURRENCY'] || 0)`: an empty string raises. */
function strict(value: string): Coerced<number> {
  return kernelInteger(value);
}

function autoOrInteger(value: string): Coerced<Workers | null> {
  if (value === '') return { value: null };
  if (value === 'auto') return { value: 'processors' };
  return kernelInteger(value);
}

/** Stripped first; what is no number raises Puma's own words. */
function strippedAutoOrInteger(value: string): Coerced<Workers | null> {
  const stripped = value.trim();
  return stripped === '' ? { value: null } : parseWorkers(stripped);
}

function parseWorkers(value: PsychScalar): Coerced<Workers> {
  const symbol = typeof value === 'object' && value?.type === 'symbol' ? value.name : null;
  if (value === 'auto' || symbol === 'auto') return { value: 'processors' };
  const integer = kernelInteger(value);
  return 'value' in integer ? integer : { error: 'ArgumentError', message: 'workers must be an Integer or :auto' };
}

/** `count.nil? ? 0 : parse_workers(count)` */
function nilOrWorkers(value: PsychScalar): Coerced<Workers> {
  return value === null ? { value: 0 } : parseWorkers(value);
}

const PUMA_4: PumaRules = {
  defaultThreads: 16,
  threadVariables: 'ignored',
  webConcurrency: ignored,
  workers: toI,
  oneThreadsArgument: false,
  preload: 'never',
  environmentVariables: ['RACK_ENV'],
  options: [],
  modeBlocks: false,
  ioThreads: false,
};

const PUMA_5: PumaRules = {
  ...PUMA_4,
  defaultThreads: 5,
  threadVariables: 'strict',
  webConcurrency: strict,
  preload: 'WEB_CONCURRENCY > 1',
  environmentVariables: ['RACK_ENV', 'RAILS_ENV'],
  options: ['--fork-worker'],
};

const PUMA_5_5: PumaRules = { ...PUMA_5, options: ['--fork-worker', '--no-config'] };

const PUMA_5_5_1: PumaRules = { ...PUMA_5_5, environmentVariables: ['APP_ENV', 'RACK_ENV', 'RAILS_ENV'] };

const PUMA_6_5: PumaRules = {
  ...PUMA_5_5_1,
  threadVariables: 'blank is unset',
  webConcurrency: autoOrInteger,
  oneThreadsArgument: true,
  options: ['--fork-worker', '--no-config', '--plugin'],
};

const PUMA_7: PumaRules = { ...PUMA_6_5, preload: 'workers > 1' };

const PUMA_7_2: PumaRules = { ...PUMA_7, webConcurrency: strippedAutoOrInteger, workers: nilOrWorkers };

const PUMA_8: PumaRules = { ...PUMA_7_2, modeBlocks: true, ioThreads: true };

/** Every row was compared with the gem it names. */
export const PUMA_RULES: VersionTable<PumaRules> = {
  gem: 'puma',
  rows: [
    { since: '0', value: PUMA_4, source: `${CONFIGURATION}@v4.3.12` },
    { since: '5.0.0', value: PUMA_5, source: `${CONFIGURATION}@v5.0.4` },
    { since: '5.5.0', value: PUMA_5_5, source: 'lib/puma/cli.rb@v5.5.0' },
    { since: '5.5.1', value: PUMA_5_5_1, source: `${CONFIGURATION}@v6.4.3` },
    { since: '6.5.0', value: PUMA_6_5, source: `${CONFIGURATION}@v6.6.1` },
    { since: '7.0.0', value: PUMA_7, source: `${CONFIGURATION}@v7.0.4` },
    { since: '7.2.0', value: PUMA_7_2, source: `${CONFIGURATION}@v7.2.1` },
    { since: '8.0.0', value: PUMA_8, source: `${CONFIGURATION}@v8.0.2` },
  ],
};
