import anchorTooSmall from './anchor-too-small.mjs';
import bothKeys from './both-keys.mjs';
import cachePoolDown from './cache-pool-down.mjs';
import clusterHookInSingleMode from './cluster-hook-in-single-mode.mjs';
import concurrencyAuto from './concurrency-auto.mjs';
import conversionDropped from './conversion-dropped.mjs';
import curlyQuotes from './curly-quotes.mjs';
import fallbackDropped from './fallback-dropped.mjs';
import fallbacksApart from './fallbacks-apart.mjs';
import flagSetToFalse from './flag-set-to-false.mjs';
import limitBelowDemand from './limit-below-demand.mjs';
import oldHookName from './old-hook-name.mjs';
import pluginWithoutPreload from './plugin-without-preload.mjs';
import poolAboveMerge from './pool-above-merge.mjs';
import poolBelowThreads from './pool-below-threads.mjs';
import poolFallbackBelowThreads from './pool-fallback-below-threads.mjs';
import poolFromProcesses from './pool-from-processes.mjs';
import poolOfZero from './pool-of-zero.mjs';
import reconnectAfterFork from './reconnect-after-fork.mjs';
import secondaryPoolDown from './secondary-pool-down.mjs';
import sidekiqThreadsUp from './sidekiq-threads-up.mjs';
import solidQueueThreadsUp from './solid-queue-threads-up.mjs';
import tagCutOff from './tag-cut-off.mjs';
import threadsAbovePool from './threads-above-pool.mjs';
import variableRenamed from './variable-renamed.mjs';

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
];
