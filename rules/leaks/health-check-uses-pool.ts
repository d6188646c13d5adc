import type { HealthCheck } from '../../src/index/health.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';

/** R60: a health check waits for a connection of the pool. */
export const healthCheckUsesPool: Rule = defineRule<HealthCheck>({
  id: 'health-check-uses-pool',
  aliases: [],
  group: 'leaks',
  severity: 'info',
  fix: null,
  summary: 'A health check needs a connection of the pool, so a busy pool looks like a dead process.',
  fineWhen: 'it decides whether the process gets requests, and never whether it is restarted',
  check: (project) => project.code.healthChecks.map((check) => outcomeOf(check)),
  say,
});

function outcomeOf(check: HealthCheck): Outcome<HealthCheck> {
  return {
    kind: 'violates',
    severity: 'info',
    assumes: [{ kind: 'reachable', text: `a probe asks ${check.name}` }],
    process: null,
    weight: 0,
    database: null,
    at: check.at,
    label: 'waits for the pool',
    related: [],
    found: check,
  };
}

function say({ name, uses }: HealthCheck): Sentences {
  return {
    message: `${name} needs a connection of the pool: ${uses}`,
    consequence:
      'When the pool is busy or the database is slow, the probe waits with the requests and fails. Where it decides about ' +
      'restarts, healthy processes are restarted one after the other, and each restart makes the others busier.',
    arithmetic: null,
    advice: 'answer liveness without the database; Rails 7.1 and later has a route for it:',
    snippet: 'get "up" => "rails/health#show"',
  };
}
