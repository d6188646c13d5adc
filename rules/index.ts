import type { Rule } from '../src/lint/rule.ts';
import { checkoutTimeoutVsRequestTimeout } from './hygiene/checkout-timeout-vs-request-timeout.ts';
import { keyHasNoEffect } from './hygiene/key-has-no-effect.ts';
import { poolSetInRuby } from './hygiene/pool-set-in-ruby.ts';
import { reaperDisabled } from './hygiene/reaper-disabled.ts';
import { unknownDatabaseKey } from './hygiene/unknown-database-key.ts';
import { urlPoolOverridesYaml } from './hygiene/url-pool-overrides-yaml.ts';
import { parallelExceedsPool } from './threads/parallel-exceeds-pool.ts';
import { threadNewInLoop } from './threads/thread-new-in-loop.ts';
import { threadNewWithoutExecutor } from './threads/thread-new-without-executor.ts';
import { liveStreamingHoldsConnection } from './threads/live-streaming-holds-connection.ts';
import { rackTimeoutKillsThreads } from './threads/rack-timeout-kills-threads.ts';
import { checkoutWithoutCheckin } from './leaks/checkout-without-checkin.ts';
import { establishConnectionAtRuntime } from './leaks/establish-connection-at-runtime.ts';
import { memoizedOrGlobalConnection } from './leaks/memoized-or-global-connection.ts';
import { stickyLeaseInSlowCode } from './leaks/sticky-lease-in-slow-code.ts';
import { healthCheckUsesPool } from './leaks/health-check-uses-pool.ts';
import { nonArConnectionCrossesFork } from './fork/non-ar-connection-crosses-fork.ts';
import { poolAndMaxConnectionsConflict } from './hygiene/pool-and-max-connections-conflict.ts';
import { budgetExceedsMaxConnections } from './budget/budget-exceeds-max-connections.ts';
import { budgetNearLimit } from './budget/budget-near-limit.ts';
import { missingForkDisconnectLegacy } from './fork/missing-fork-disconnect-legacy.ts';
import { pumaHookNameOrMode } from './fork/puma-hook-name-or-mode.ts';
import { redundantForkReconnect } from './fork/redundant-fork-reconnect.ts';
import { solidQueuePluginWithoutPreload } from './fork/solid-queue-plugin-without-preload.ts';
import { bootFailure } from './hygiene/boot-failure.ts';
import { envFlagFalseIsTruthy } from './hygiene/env-flag-false-is-truthy.ts';
import { envWithoutFallback } from './hygiene/env-without-fallback.ts';
import { envFallbackDisagrees } from './hygiene/env-fallback-disagrees.ts';
import { erbStringArithmetic } from './hygiene/erb-string-arithmetic.ts';
import { erbSyntaxSmartQuotes } from './hygiene/erb-syntax-smart-quotes.ts';
import { mergeOrDuplicateKeyOverrides } from './hygiene/merge-or-duplicate-key-overrides.ts';
import { malformedIgnore } from './hygiene/malformed-ignore.ts';
import { missingDatabaseEntry } from './hygiene/missing-database-entry.ts';
import { parseError } from './hygiene/parse-error.ts';
import { staleSuppression } from './hygiene/stale-suppression.ts';
import { webConcurrencyAutoUnsupported } from './hygiene/web-concurrency-auto-unsupported.ts';
import { threadEnvNameMismatch } from './hygiene/thread-env-name-mismatch.ts';
import { unusedIgnore } from './hygiene/unused-ignore.ts';
import { actionCablePoolHeadroom } from './pool/action-cable-pool-headroom.ts';
import { duplicateSolidQueueSupervisors } from './deployment/duplicate-solid-queue-supervisors.ts';
import { fiberIsolationUnbounded } from './pool/fiber-isolation-unbounded.ts';
import { goodjobAsyncForkHooksMissing } from './fork/goodjob-async-fork-hooks-missing.ts';
import { jobConfigIgnored } from './hygiene/job-config-ignored.ts';
import { loadAsyncPoolHeadroom } from './pool/load-async-pool-headroom.ts';
import { pumaIoThreadsExceedPool } from './pool/puma-io-threads-exceed-pool.ts';
import { consumerConcurrencyExceedsPool } from './pool/consumer-concurrency-exceeds-pool.ts';
import { inProcessJobsShareWebPool } from './pool/in-process-jobs-share-web-pool.ts';
import { ormPoolSmallerThanThreads } from './pool/orm-pool-smaller-than-threads.ts';
import { roleOrClassMultipliesPools } from './pool/role-or-class-multiplies-pools.ts';
import { poolDerivedFromProcessCount } from './pool/pool-derived-from-process-count.ts';
import { poolSmallerThanPumaThreads } from './pool/pool-smaller-than-puma-threads.ts';
import { poolSmallerThanSidekiqConcurrency } from './pool/pool-smaller-than-sidekiq-concurrency.ts';
import { poolSmallerThanSolidQueue } from './pool/pool-smaller-than-solid-queue.ts';
import { poolUnlimited } from './pool/pool-unlimited.ts';
import { poolZeroOrNotANumber } from './pool/pool-zero-or-not-a-number.ts';
import { secondaryPoolSmallerThanThreads } from './pool/secondary-pool-smaller-than-threads.ts';
import { sharedAnchorPoolSize } from './pool/shared-anchor-pool-size.ts';
import { poolerBudget } from './budget/pooler-budget.ts';
import { poolerTransactionModeSessionFeatures } from './deployment/pooler-transaction-mode-session-features.ts';
import { deployPeakExceedsLimit } from './budget/deploy-peak-exceeds-limit.ts';
import { autoscaleMaxExceedsLimit } from './budget/autoscale-max-exceeds-limit.ts';
import { processCountNotBounded } from './budget/process-count-not-bounded.ts';
import { sameUrlManyPools } from './budget/same-url-many-pools.ts';
import { urlEnvNotApplied } from './deployment/url-env-not-applied.ts';
import { processEnvSharedByRoles } from './deployment/process-env-shared-by-roles.ts';

/** Every rule, in the order in which `rules` lists them. */
export const rules: readonly Rule[] = [
  poolSmallerThanPumaThreads,
  poolSmallerThanSidekiqConcurrency,
  poolSmallerThanSolidQueue,
  inProcessJobsShareWebPool,
  secondaryPoolSmallerThanThreads,
  ormPoolSmallerThanThreads,
  loadAsyncPoolHeadroom,
  actionCablePoolHeadroom,
  pumaIoThreadsExceedPool,
  fiberIsolationUnbounded,
  consumerConcurrencyExceedsPool,
  duplicateSolidQueueSupervisors,
  jobConfigIgnored,
  goodjobAsyncForkHooksMissing,
  sharedAnchorPoolSize,
  poolZeroOrNotANumber,
  poolUnlimited,
  poolDerivedFromProcessCount,
  roleOrClassMultipliesPools,
  budgetExceedsMaxConnections,
  budgetNearLimit,
  autoscaleMaxExceedsLimit,
  deployPeakExceedsLimit,
  processCountNotBounded,
  sameUrlManyPools,
  urlEnvNotApplied,
  processEnvSharedByRoles,
  poolerBudget,
  poolerTransactionModeSessionFeatures,
  envFallbackDisagrees,
  threadEnvNameMismatch,
  erbStringArithmetic,
  erbSyntaxSmartQuotes,
  envFlagFalseIsTruthy,
  webConcurrencyAutoUnsupported,
  mergeOrDuplicateKeyOverrides,
  missingDatabaseEntry,
  envWithoutFallback,
  redundantForkReconnect,
  missingForkDisconnectLegacy,
  pumaHookNameOrMode,
  solidQueuePluginWithoutPreload,
  threadNewInLoop,
  threadNewWithoutExecutor,
  parallelExceedsPool,
  liveStreamingHoldsConnection,
  rackTimeoutKillsThreads,
  checkoutWithoutCheckin,
  establishConnectionAtRuntime,
  memoizedOrGlobalConnection,
  stickyLeaseInSlowCode,
  healthCheckUsesPool,
  nonArConnectionCrossesFork,
  poolAndMaxConnectionsConflict,
  poolSetInRuby,
  keyHasNoEffect,
  urlPoolOverridesYaml,
  unknownDatabaseKey,
  checkoutTimeoutVsRequestTimeout,
  reaperDisabled,
  bootFailure,
  parseError,
  malformedIgnore,
  unusedIgnore,
  staleSuppression,
];
