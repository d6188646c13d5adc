import type { SlowLease } from '../../src/index/leases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { atLeast, version } from '../../src/versions/compare.ts';

interface Sticky {
  readonly rails: string;
  readonly lease: SlowLease;
}

/** R54: from Rails 7.2 on, a lease keeps what a query would have given back. */
export const stickyLeaseInSlowCode: Rule = defineRule<Sticky>({
  id: 'sticky-lease-in-slow-code',
  aliases: [],
  group: 'leaks',
  severity: 'info',
  fix: null,
  summary:
    'A request or job leases a connection and then waits for something slow while it holds it (Rails 7.2 and later).',
  fineWhen: 'the pool has a connection for every thread',
  check: (project) => project.code.slowLeases.flatMap((lease) => outcomesOf(project, lease)),
  say,
});

/** Up to Rails 7.1 every query keeps its connection: a lease is nothing special. */
function outcomesOf(project: Project, lease: SlowLease): readonly Outcome<Sticky>[] {
  const rails = project.versions['rails'] ?? null;
  if (rails === null || !atLeast(version(rails), '7.2')) return [];
  return [
    {
      kind: 'violates',
      severity: 'info',
      assumes: [{ kind: 'reachable', text: `production runs ${lease.method}` }],
      process: null,
      weight: 0,
      database: null,
      at: lease.at,
      label: 'held until the request or job ends',
      related: [{ at: lease.slowAt, message: `${lease.slow} waits while it is held` }],
      found: { rails, lease },
    },
  ];
}

function say({ rails, lease: { call, slow, scope } }: Sticky): Sentences {
  const unit = scope === 'job' ? 'job' : 'request';
  return {
    message: `${call} holds a connection while ${slow} waits`,
    consequence: `The ${unit} keeps the connection until it ends (Rails ${rails}), where a query would have given it back before ${slow}.`,
    arithmetic: null,
    advice: 'borrow the connection for as long as it is used:',
    snippet: 'ActiveRecord::Base.with_connection { |connection| … }',
  };
}
