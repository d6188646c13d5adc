import type { BootedLaunch, Project } from '../../src/lint/result.ts';
import { amount, list } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Traced } from '../../src/value/traced.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { allAssumptions } from '../../src/value/origin.ts';

interface Supervisors {
  readonly host: string;
  /** Launches that run Solid Queue by themselves; empty where only the copies of the host are many. */
  readonly others: readonly string[];
  readonly hosts: string;
}

/** R23: Puma's plugin starts a supervisor of Solid Queue where another process, or another host, runs one already. */
export const duplicateSolidQueueSupervisors: Rule = defineRule<Supervisors>({
  id: 'duplicate-solid-queue-supervisors',
  aliases: [],
  group: 'deployment',
  severity: 'warning',
  fix: null,
  summary: "Puma's plugin starts a Solid Queue supervisor although another process runs one.",
  fineWhen: 'the web hosts are meant to work on jobs too',
  check: (project) => project.launches.flatMap((boot) => outcomesOf(project, boot)),
  say,
});

function outcomesOf(project: Project, boot: BootedLaunch): readonly Outcome<Supervisors>[] {
  const plugin = boot.server?.solidQueuePlugin;
  if (!plugin || !boot.launch.declared || (project.versions['solid_queue'] ?? null) === null) return [];
  const others = project.launches.filter(
    ({ launch }) => launch.system === 'solid_queue' && launch.command !== null && launch.declared,
  );
  const { hosts } = boot.launch;
  if (others.length === 0 && !isMany(hosts)) return [{ kind: 'holds' }];
  return [
    {
      kind: 'violates',
      severity: others.length > 0 ? 'warning' : 'info',
      assumes: allAssumptions(plugin.assumes, others.length > 0 ? [] : assumptionsOf(hosts)),
      process: boot.launch.name,
      weight: others.length,
      database: null,
      at: plugin.at,
      label: 'starts a supervisor with its workers and dispatcher',
      related: others.flatMap(({ launch: { command, name } }) =>
        command ? [{ at: command.at, message: `${name} runs one too` }] : [],
      ),
      found: { host: boot.launch.name, others: others.map(({ launch }) => launch.name), hosts: amount(hosts) },
    },
  ];
}

/** Several copies that somebody states: an assumed one is one. */
function isMany(hosts: Traced<number>): boolean {
  return hosts.known && hosts.value > 1;
}

function say({ host, others, hosts }: Supervisors): Sentences {
  if (others.length === 0) {
    return {
      message: `each of the ${hosts} hosts of ${host} runs a Solid Queue supervisor of its own`,
      consequence:
        'Every host adds its workers, dispatcher and scheduler, and their connections: jobs scale with the web.',
      arithmetic: `${hosts} hosts = ${hosts} supervisors`,
      advice: 'count them in the budget, or run jobs in a process of their own:',
      snippet: 'bin/jobs',
    };
  }
  return {
    message: `${host} starts Solid Queue through Puma's plugin, and ${list(others)} ${others.length > 1 ? 'run' : 'runs'} it too`,
    consequence:
      'Two supervisors work on the same queues: twice the workers, dispatchers and connections, and jobs run on the web ' +
      'hosts as well, although a process of their own is there for them.',
    arithmetic: null,
    advice: 'load the plugin only where it should run, and leave its variable unset elsewhere:',
    snippet: 'plugin :solid_queue if ENV["SOLID_QUEUE_IN_PUMA"] == "true"',
  };
}
