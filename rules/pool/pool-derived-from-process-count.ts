import { amount, labelled, list, oneLine } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import { readsIn, variablesOf } from '../../src/value/history.ts';
import { poolLine } from './advice.ts';
import { hopPlaces, largest, placeOfPool, undeclared } from './misfit.ts';
import { onlyProcessVariables } from './variables.ts';

interface Derived {
  readonly process: Process;
  readonly pool: Pool;
  /** Variables that count processes. */
  readonly variables: readonly string[];
  /** The variables that size the threads. */
  readonly threads: readonly string[];
  readonly expression: string;
}

/** R12: a pool belongs to one process; how many processes there are says nothing about it. */
export const poolDerivedFromProcessCount: Rule = defineRule<Derived>({
  id: 'pool-derived-from-process-count',
  aliases: [],
  group: 'pool',
  severity: 'warning',
  fix: null,
  summary: 'The size of a pool is computed from a number of processes, which each have a pool of their own.',
  fineWhen: null,
  check: (project) =>
    project.processes.flatMap((process) => process.pools.flatMap((pool) => outcomesOf(project, process, pool))),
  say,
});

function outcomesOf(project: Project, process: Process, pool: Pool): readonly Outcome<Derived>[] {
  const at = placeOfPool(process, pool);
  if (!at) return [];
  const threads = [...new Set(pool.claims.flatMap((claim) => variablesOf(claim.threads.origin)))];
  const read = variablesOf(pool.size.origin);
  const counting = onlyProcessVariables(project);
  const variables = read.filter((name) => counting.has(name));
  if (variables.length === 0) return [];
  const place = readsIn(pool.size.origin).find(({ variable }) => variables.includes(variable));
  return [
    {
      kind: 'violates',
      severity: 'warning',
      assumes: undeclared(process),
      process: process.name,
      weight: 0,
      database: pool.database.name,
      at,
      label: labelled(pool.size, process.name),
      related: hopPlaces(pool),
      found: { process, pool, variables, threads, expression: oneLine(pool.database.sizeAt ?? place?.at ?? at) },
    },
  ];
}

function say({ process, pool, variables, threads, expression }: Derived): Sentences {
  const { name } = pool.database;
  const [variable] = threads;
  const follows = variablesOf(pool.size.origin).some((one) => threads.includes(one));
  const needed = amount(pool.needed);
  return {
    message: `the pool of ${name} in ${process.name} is computed from ${list(variables)}, a number of processes`,
    consequence: follows
      ? `Every process has a pool of its own and runs ${needed} threads: more connections than that are never used, and ` +
        `the number that is read here as a limit grows with the square of the processes.`
      : `Every process has a pool of its own. Fewer processes make it smaller and more make it larger, while each ` +
        `runs ${needed} threads all the same: at some setting of ${list(variables)} they wait for each other.`,
    arithmetic: `pool ${amount(pool.size)} from ${expression}, threads ${needed}`,
    advice: variable
      ? `let ${variable} size the pool as it sizes the threads:`
      : 'let the pool be as large as the threads of one process:',
    snippet: poolLine(pool, variable ? `<%= ENV.fetch("${variable}", ${fallback(pool)}) %>` : fallback(pool)),
  };
}

function fallback(pool: Pool): string {
  return String(largest(pool.needed) ?? 5);
}
