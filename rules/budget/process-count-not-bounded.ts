import { amount } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Process, Server } from '../../src/model/process.ts';
import { membersOn } from '../../src/model/fits.ts';
import { unsetVariables, writtenIn } from '../../src/value/history.ts';
import { allAssumptions, type Assumption } from '../../src/value/origin.ts';
import { assumptionsOf, type Traced } from '../../src/value/traced.ts';

interface Unbounded {
  readonly process: Process;
  readonly server: Server;
}

/** R20: a machine's processors decide how many processes connect to a server whose limit is stated. */
export const processCountNotBounded: Rule = defineRule<Unbounded>({
  id: 'process-count-not-bounded',
  aliases: [],
  group: 'budget',
  severity: 'warning',
  fix: null,
  summary: 'The processors of the machine decide how many processes connect to a server with a stated limit.',
  fineWhen: 'the machine never changes: say how many processors it has, with cpus: in .rails-pool-lint.yml',
  check: (project) => project.servers.flatMap((server) => outcomesOf(project, server)),
  say,
});

/** Without a stated limit, or where no process counts processors, there is nothing to say. */
function outcomesOf(project: Project, server: Server): readonly Outcome<Unbounded>[] {
  if (!server.limit.known) return [];
  const processes = new Set(membersOn(project.processes, server).map(({ process }) => process));
  return [...processes].flatMap((process): readonly Outcome<Unbounded>[] => {
    const { processesPerHost } = process;
    if (processesPerHost.known || !countsProcessors(processesPerHost)) return [];
    const at = writtenIn(processesPerHost.origin) ?? process.launch.command?.at;
    if (!at) return [];
    const unset = unsetVariables(processesPerHost.origin).map((variable): Assumption => ({ kind: 'unset', variable }));
    return [
      {
        kind: 'violates',
        severity: 'warning',
        assumes: allAssumptions(unset, assumptionsOf(server.limit)),
        process: process.name,
        weight: 0,
        database: server.databases[0] ?? null,
        at,
        label: 'as many as the machine has processors',
        related: [],
        found: { process, server },
      },
    ];
  });
}

function countsProcessors(count: Traced<number>): boolean {
  return !count.known && /\bprocessors?\b/.test(count.reason);
}

function say({ process, server }: Unbounded): Sentences {
  const each = process.pools
    .filter(({ database }) => database.server?.key === server.key)
    .map(({ size, threads }) => `min(pool ${amount(size)}, ${amount(threads)} threads)`);
  return {
    message: `as many processes of ${process.name} as the machine has processors connect to ${server.name}, which has ${amount(server.usable)} connections to give`,
    consequence:
      'A larger machine starts more processes, and with them more connections, although no line of configuration ' +
      'changed. Inside a container the count is often that of the whole host.',
    arithmetic: `${amount(process.hosts)} × processors × (${each.join(' + ')}) ≤ ${amount(server.usable)}?`,
    advice: 'state how many processes there are, or how many processors production has:',
    snippet: 'cpus: 4 # in .rails-pool-lint.yml',
  };
}
