import type { Severity } from '../../src/lint/finding.ts';
import { amount } from '../../src/lint/phrases.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Project } from '../../src/lint/result.ts';
import { carried, variablesOf } from '../../src/value/history.ts';
import type { Traced } from '../../src/value/traced.ts';
import { changeTheUrl, isOneVariable, wantedText, type WayOut } from './advice.ts';
import { misfits, type Misfit } from './misfit.ts';

interface Found extends Misfit {
  readonly made: 'hanami' | 'sequel-rails' | 'sequel';
}

/** R13: a process runs more threads than a pool of Sequel (ROM's and Hanami's too) has connections. */
export const ormPoolSmallerThanThreads: Rule = defineRule<Found>({
  id: 'orm-pool-smaller-than-threads',
  aliases: ['sequel-pool-smaller-than-threads'],
  group: 'pool',
  severity: 'error',
  fix: 'unsafe',
  summary: 'A process runs more threads than its pool of Sequel, ROM or Hanami has connections.',
  fineWhen: 'queries and transactions are so short that threads can take turns',
  check: (project) => {
    const made = madeBy(project);
    return oncePerConnection(misfits(project, () => true, severity, 'sequel')).map((outcome): Outcome<Found> => {
      if (outcome.kind !== 'violates') return outcome;
      const { found, at } = outcome;
      const { ignoredSize, sizeAt } = found.pool.database;
      const label = sizeAt ? outcome.label : defaultLabel(found);
      return { ...outcome, at: ignoredSize ?? at, label, found: { ...found, made } };
    });
  },
  say,
});

/** The shards of a connection have its size, and stand where it stands: a process hears of it once. */
function oncePerConnection(outcomes: readonly Outcome<Misfit>[]): readonly Outcome<Misfit>[] {
  const heard = new Set<string>();
  return outcomes.filter((outcome) => {
    if (outcome.kind !== 'violates') return true;
    const { at } = outcome.found.pool.database;
    const key = at ? `${outcome.process ?? ''} ${at.file.path} ${at.start}` : null;
    if (key === null) return true;
    return !heard.has(key) && heard.add(key);
  });
}

/** No file writes the size: what stands at the place are the threads, or a `pool` that says nothing. */
function defaultLabel({ pool, process }: Misfit): string {
  return pool.database.ignoredSize
    ? `Sequel takes ${amount(pool.size)}, its default`
    : `${amount(pool.needed)} threads in ${process.name}, on ${amount(pool.size)} connections by default`;
}

function madeBy(project: Project): Found['made'] {
  const has = (gem: string): boolean => project.gems.text(gem) !== null;
  if (has('hanami') && has('hanami-db')) return 'hanami';
  return has('sequel-rails') ? 'sequel-rails' : 'sequel';
}

/** A size that somebody wrote, or believes to have written, is a mistake; a default beside a default is a choice of none. */
function severity({ pool, claim }: Misfit): Severity {
  if (carried(pool.size.origin).kind !== 'default' || pool.database.ignoredSize) return 'error';
  return isGenerated(claim.threads) ? 'info' : 'warning';
}

/**
 * Threads that nobody chose: a program's default, or what `hanami new` writes into puma.rb.
 * Source: lib/hanami/cli/generators/gem/app/puma.erb@v2.2.1 (hanami-cli)
 */
function isGenerated(threads: Traced<number>): boolean {
  const origin = carried(threads.origin);
  if (origin.kind === 'default' || origin.kind === 'unset') return true;
  if (origin.kind === 'sum') return origin.from.every(({ kind }) => kind === 'default' || kind === 'unset');
  return origin.kind === 'fallback' && origin.variable === 'HANAMI_MAX_THREADS' && threads.known && threads.value === 5;
}

function say(found: Found): Sentences {
  const { process, pool, claim } = found;
  const threads = amount(pool.needed);
  const size = amount(pool.size);
  const ignored = pool.database.ignoredSize ? ': Sequel does not read `pool`' : '';
  return {
    message: `${process.name} runs ${threads} threads on a pool of ${size}${ignored}`,
    consequence:
      `Sequel lends a connection for one query or transaction: while ${size} of ${threads} threads are in one, the ` +
      `others wait, and raise Sequel::PoolTimeout after ${amount(pool.database.checkoutTimeout)} s (pool_timeout).`,
    arithmetic: `max_connections ${size} < ${threads} ${claim.threadsOf}, in every process of ${process.name}`,
    ...(changeTheUrl(found) ?? wayOut(found)),
  };
}

function wayOut(found: Found): WayOut {
  const number = sizeInRuby(found);
  switch (found.made) {
    case 'hanami':
      return {
        advice: 'give the gateway as many connections as there are threads, in config/providers/db.rb:',
        snippet:
          'Hanami.app.configure_provider :db do\n' +
          `  config.gateway :default do |gateway|\n    gateway.connection_options max_connections: ${number}\n  end\nend`,
      };
    case 'sequel-rails':
      return { advice: 'let the pool be at least as large as the threads:', snippet: `pool: ${wantedText(found)}` };
    case 'sequel':
      return {
        advice: 'let the pool be at least as large as the threads, beside the other options:',
        snippet: `max_connections: ${number}`,
      };
  }
}

/** The variable that sizes the threads, where one alone does, else the number. */
function sizeInRuby(found: Found): string {
  const [variable, ...others] = variablesOf(found.claim.threads.origin);
  if (variable === undefined || others.length > 0 || !isOneVariable(found.claim.threads)) return wantedText(found);
  return `ENV.fetch("${variable}", ${wantedText(found)})`;
}
