import type { HealthCheck } from '../../src/index/health.ts';
import type { HealthProbe, ProbeDecides } from '../../src/launch/probe.ts';
import type { RelatedPlace } from '../../src/lint/finding.ts';
import { plural } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { assumptionsOf } from '../../src/value/traced.ts';

interface Asked {
  readonly check: HealthCheck;
  /** Who asks for it; null where no file of the deployment says. */
  readonly by: Asking | null;
}

interface Asking {
  readonly probe: HealthProbe;
  readonly process: string;
}

/** R60: a probe has to wait for the pool, and fails when the pool is busy. */
export const healthCheckUsesPool: Rule = defineRule<Asked>({
  id: 'health-check-uses-pool',
  aliases: [],
  group: 'leaks',
  severity: 'info',
  fix: null,
  summary: 'A health check needs a connection of the pool, so a busy pool looks like a dead process.',
  fineWhen: 'it decides whether the process gets requests, not whether it is restarted',
  check: (project) => project.code.healthChecks.flatMap((check) => outcomesOf(project, check)),
  say,
});

function outcomesOf(project: Project, check: HealthCheck): readonly Outcome<Asked>[] {
  const by = asking(project, check);
  if (!by && !check.isNamedSo) return [];
  const asked: readonly RelatedPlace[] = by
    ? [{ at: by.probe.at, message: `${by.probe.name} of ${by.process} asks for it${often(by.probe)}` }]
    : [];
  return [
    {
      kind: 'violates',
      severity: 'info',
      assumes: by ? assumptionsOf(by.probe.path) : [{ kind: 'reachable', text: `a probe asks ${check.name}` }],
      process: by?.process ?? null,
      weight: 0,
      database: null,
      at: check.at,
      label: 'waits for the pool',
      related: asked,
      found: { check, by },
    },
  ];
}

/** What is decided by the worst first. */
const DECISIONS: readonly ProbeDecides[] = ['restart', 'start', 'mark', 'requests', 'deploy'];

function asking(project: Project, { paths }: HealthCheck): Asking | null {
  const all = project.launches.flatMap(({ launch }) =>
    (launch.probes ?? [])
      .filter(({ path }) => path.known && paths.includes(path.value.replace(/(?<=^\/|[^/])\/+$/, '')))
      .map((probe) => ({ probe, process: launch.name })),
  );
  return all.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

function rank({ probe }: Asking): number {
  return DECISIONS.indexOf(probe.decides);
}

function often({ period }: HealthProbe): string {
  return period.known ? ` every ${period.value} s` : '';
}

function say({ check: { name, uses }, by }: Asked): Sentences {
  return {
    message: by
      ? `${by.probe.name} of ${by.process} asks ${name}, which needs a connection of the pool: ${uses}`
      : `${name} needs a connection of the pool: ${uses}`,
    consequence: `When the pool is busy or the database is slow, the probe waits with the requests and fails${within(by)}. ${consequence(by)}`,
    arithmetic: null,
    advice: 'answer liveness without the database; Rails 7.1 and later has a route for it:',
    snippet: 'get "up" => "rails/health#show"',
  };
}

function within(by: Asking | null): string {
  if (!by || !by.probe.timeout.known) return '';
  const times = by.probe.failures?.known ? `; ${plural(by.probe.failures.value, 'failure')} in a row count` : '';
  return ` after ${by.probe.timeout.value} s${times}`;
}

const RESTARTS = 'healthy processes are restarted one after the other, and each restart makes the others busier.';

function consequence(by: Asking | null): string {
  switch (by?.probe.decides) {
    case undefined:
      return `Where it decides about restarts, ${RESTARTS}`;
    case 'restart':
    case 'start':
      return `Then ${RESTARTS}`;
    case 'mark':
      return `The container is then called unhealthy: Docker does nothing more, but where Swarm replaces it, ${RESTARTS}`;
    case 'requests':
      return 'The process then gets no requests until it answers again, and the others get more: they are the next.';
    case 'deploy':
      return 'A deploy that meets a busy database then fails, although the new version works.';
  }
}
