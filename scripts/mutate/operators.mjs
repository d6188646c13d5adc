import anchorTooSmall from './anchor-too-small.mjs';
import bothKeys from './both-keys.mjs';
import cachePoolDown from './cache-pool-down.mjs';
import clusterHookInSingleMode from './cluster-hook-in-single-mode.mjs';
import concurrencyAuto from './concurrency-auto.mjs';
import conversionDropped from './conversion-dropped.mjs';
import copiesAboveLimit from './copies-above-limit.mjs';
import curlyQuotes from './curly-quotes.mjs';
import databasesConfused from './databases-confused.mjs';
import driverAcrossFork from './driver-across-fork.mjs';
import entryRemoved from './entry-removed.mjs';
import fallbackDropped from './fallback-dropped.mjs';
import fallbacksApart from './fallbacks-apart.mjs';
import flagSetToFalse from './flag-set-to-false.mjs';
import leaksInCode from './leaks-in-code.mjs';
import limitBelowDemand from './limit-below-demand.mjs';
import oldHookName from './old-hook-name.mjs';
import pluginWithoutPreload from './plugin-without-preload.mjs';
import poolAboveMerge from './pool-above-merge.mjs';
import poolBelowThreads from './pool-below-threads.mjs';
import poolFallbackBelowThreads from './pool-fallback-below-threads.mjs';
import poolFromProcesses from './pool-from-processes.mjs';
import poolOfZero from './pool-of-zero.mjs';
import poolerBelowDemand from './pooler-below-demand.mjs';
import poolerInTransactionMode from './pooler-in-transaction-mode.mjs';
import rackTimeoutAdded from './rack-timeout-added.mjs';
import reconnectAfterFork from './reconnect-after-fork.mjs';
import secondSupervisor from './second-supervisor.mjs';
import secondaryPoolDown from './secondary-pool-down.mjs';
import sidekiqThreadsUp from './sidekiq-threads-up.mjs';
import solidQueueThreadsUp from './solid-queue-threads-up.mjs';
import tagCutOff from './tag-cut-off.mjs';
import threadsAbovePool from './threads-above-pool.mjs';
import threadsInCode from './threads-in-code.mjs';
import urlPoolSet from './url-pool-set.mjs';
import variableRenamed from './variable-renamed.mjs';
import waitAndReaper from './wait-and-reaper.mjs';
import workersAboveLimit from './workers-above-limit.mjs';

/** Every operator, in the order in which they are tried. @type {readonly import('./site.mjs').Operator[]} */
export const operators = [
  poolBelowThreads,
  poolFallbackBelowThreads,
  threadsAbovePool,
  poolOfZero,
  fallbackDropped,
  conversionDropped,
  curlyQuotes,
  tagCutOff,
  poolFromProcesses,
  variableRenamed,
  fallbacksApart,
  poolAboveMerge,
  bothKeys,
  solidQueueThreadsUp,
  sidekiqThreadsUp,
  secondaryPoolDown,
  cachePoolDown,
  anchorTooSmall,
  oldHookName,
  clusterHookInSingleMode,
  reconnectAfterFork,
  pluginWithoutPreload,
  flagSetToFalse,
  concurrencyAuto,
  limitBelowDemand,
  threadsInCode,
  leaksInCode,
  driverAcrossFork,
  entryRemoved,
  secondSupervisor,
  workersAboveLimit,
  urlPoolSet,
  waitAndReaper,
  poolerInTransactionMode,
  poolerBelowDemand,
  copiesAboveLimit,
  databasesConfused,
  rackTimeoutAdded,
];
