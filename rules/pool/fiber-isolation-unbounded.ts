import type { Project } from '../../src/lint/result.ts';
import { amount } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule } from '../../src/lint/rule.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import type { Remark } from '../../src/systems/system.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { leaseOf, type Lease } from './lease.ts';
import { isUnusable } from './unusable.ts';

interface Fibers {
  readonly process: Process;
  readonly pool: Pool;
  readonly lease: Lease;
}

/** R10: connections belong to fibers, of which there may be more than threads. */
export const fiberIsolationUnbounded: Rule = defineRule<Fibers>({
  id: 'fiber-isolation-unbounded',
  aliases: [],
  group: 'pool',
  severity: 'warning',
  fix: null,
  summary: 'Connections belong to fibers, and the pool is sized for threads.',
  fineWhen: 'no request or job starts fibers that ask the database',
  check: (project) =>
    project.launches.flatMap(({ launch, remarks = [] }) => {
      const remark = remarks.find(({ kind }) => kind === 'fiber-isolation');
      const process = project.processes.find(
        (one) => one.launch === launch && (one.role === 'web' || one.role === 'worker'),
      );
      return remark && process
        ? process.pools.slice(0, 1).flatMap((pool) => outcomesOf(project, process, pool, remark))
        : [];
    }),
  say: ({ process, pool, lease }) => ({
    message: `${process.name} gives every fiber a connection of its own, and its pool of ${amount(pool.size)} has as many as it has threads`,
    consequence:
      lease.keeps !== true
        ? 'A fiber that a request or job starts needs a connection beside the one its thread may hold in a transaction or a lease; nothing bounds how many there are.'
        : `Each fiber that asks the database keeps a connection until it is given back: a thread with two fibers holds two, and the pool runs dry below ${amount(process.threads)} threads.`,
    arithmetic: `pool ${amount(pool.size)} = ${amount(pool.needed)} threads, and as many fibers as the code starts`,
    advice: 'use thread isolation (the default) with a server of threads, or give the pool room for the fibers:',
    snippet: 'config.active_support.isolation_level = :thread',
  }),
});

/** Only a pool that fits the threads exactly is said to be sized for them. */
function outcomesOf(project: Project, process: Process, pool: Pool, remark: Remark): readonly Outcome<Fibers>[] {
  const { size, needed } = pool;
  if (!size.known || !needed.known || isUnusable(pool)) return [];
  if (size.value === 'unlimited' || size.value > needed.value) return [{ kind: 'holds' }];
  const lease = leaseOf(project);
  return [
    {
      kind: 'violates',
      severity: lease.keeps !== true ? 'info' : 'warning',
      assumes: allAssumptions(
        remark.assumes,
        assumptionsOf(size),
        assumptionsOf(needed),
        process.declared ? [] : [{ kind: 'undeclared', process: process.name }],
        [{ kind: 'reachable', text: 'code of the application starts fibers that ask the database' }],
      ),
      process: process.name,
      weight: 0,
      database: pool.database.name,
      at: remark.at,
      label: 'every fiber has a connection of its own',
      related: pool.database.sizeAt ? [{ at: pool.database.sizeAt, message: `a pool of ${amount(size)}` }] : [],
      found: { process, pool, lease },
    },
  ];
}
