import { amount, oneLine, placeName } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import { readsIn, writtenIn } from '../../src/value/history.ts';
import { poolLine } from '../pool/advice.ts';
import { hopPlaces, placeOfPool, undeclared } from '../pool/misfit.ts';
import { bootOf, onlyProcessVariables, soleVariable, threadsOf, type Sole } from '../pool/variables.ts';

interface Mismatch {
  readonly process: Process;
  readonly pool: Pool;
  readonly size: Sole;
  readonly threads: Sole;
}

/** R25: two variables for numbers that have to move together. */
export const threadEnvNameMismatch: Rule = defineRule<Mismatch>({
  id: 'thread-env-name-mismatch',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: null,
  summary: 'The threads and the pool follow two variables of which only one is set, so that one of them does not move.',
  fineWhen: 'the pool is meant to be larger than the threads, for what else runs in the process',
  check: (project) =>
    project.processes.flatMap((process) => process.pools.flatMap((pool) => outcomesOf(project, process, pool))),
  say,
});

function outcomesOf(project: Project, process: Process, pool: Pool): readonly Outcome<Mismatch>[] {
  const boot = bootOf(project, process);
  const claim = pool.claims.find(({ counts }) => counts);
  const at = placeOfPool(process, pool);
  if (!boot || !claim || !at) return [];
  const size = soleVariable(pool.size, boot);
  const threads = soleVariable(threadsOf(claim, boot), boot);
  if (!size || !threads || size.variable === threads.variable) return [];
  // A number of processes is another mistake: pool-derived-from-process-count.
  if (onlyProcessVariables(project).has(size.variable)) return [];
  const found: Mismatch = { process, pool, size, threads };
  // Both set, or a pool that is given room on purpose: nothing is left behind.
  if (!size.unset && !threads.unset) return [{ kind: 'holds' }];
  if (!isLeftBehind(found) && size.unset !== threads.unset) return [{ kind: 'holds' }];
  const counted = threads.read?.at ?? writtenIn(claim.threads.origin);
  return [
    {
      kind: 'violates',
      severity: isLeftBehind(found) ? 'warning' : 'info',
      assumes: undeclared(process),
      process: process.name,
      weight: 0,
      database: null,
      at: readsIn(pool.size.origin)[0]?.at ?? at,
      label: `follows ${size.variable}`,
      related: [
        ...(counted ? [{ at: counted, message: `the threads follow ${threads.variable}` }] : []),
        ...hopPlaces(pool),
      ],
      found,
    },
  ];
}

/**
 * The threads were raised and the pool was not; or a variable that is named for threads is set and sizes only the pool.
 */
function isLeftBehind({ pool, size, threads }: Mismatch): boolean {
  if (size.unset === threads.unset) return false;
  if (size.unset) return pool.verdict.kind === 'violates';
  return /THREADS|CONCURRENCY/.test(size.variable);
}

function say(found: Mismatch): Sentences {
  const { process, pool, size, threads } = found;
  const { name } = process;
  return {
    message: `the threads of ${name} follow ${threads.variable}, its pool follows ${size.variable}`,
    consequence: consequenceOf(found),
    arithmetic:
      `pool ${amount(pool.size)}` +
      (size.read ? ` from ${oneLine(size.read.at)} at ${placeName(size.read.at)}` : '') +
      `, threads ${amount(pool.needed)}` +
      (threads.read ? ` from ${oneLine(threads.read.at)} at ${placeName(threads.read.at)}` : ''),
    advice: `let ${threads.variable} size both:`,
    snippet: poolLine(pool, `<%= ENV.fetch("${threads.variable}", ${threads.read?.fallback ?? 5}) %>`),
  };
}

function consequenceOf({ process: { name }, pool, size, threads }: Mismatch): string {
  if (size.unset && threads.unset) {
    return `Nothing sets either for ${name}. Who sets ${threads.variable} alone gets more threads on the same pool.`;
  }
  if (size.unset) {
    return `${threads.variable} is set for ${name} and ${size.variable} is not: the threads went up, the pool stayed at ${amount(pool.size)}.`;
  }
  return `${size.variable} is set for ${name} and ${threads.variable} is not: the pool went up, and ${name} still runs ${amount(pool.needed)} threads.`;
}
