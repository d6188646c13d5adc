import type { Fix } from '../../src/lint/finding.ts';
import { oneLine, placeName } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Pool, Process } from '../../src/model/process.ts';
import { span, spanText } from '../../src/text/source.ts';
import type { FallbackRead } from '../../src/value/noticed.ts';
import { undeclared } from '../pool/misfit.ts';
import { bootOf, soleVariable, threadsOf } from '../pool/variables.ts';

interface Disagreement {
  readonly process: Process;
  readonly pool: Pool;
  readonly size: FallbackRead;
  readonly threads: FallbackRead;
}

/** R24: one variable, two fallbacks. Where it makes a pool too small today, the rule about that pool speaks. */
export const envFallbackDisagrees: Rule = defineRule<Disagreement>({
  id: 'env-fallback-disagrees',
  aliases: [],
  group: 'hygiene',
  severity: 'info',
  fix: 'safe',
  summary: 'The variable that sizes the threads and the pool has another fallback in each place.',
  fineWhen: 'the variable is set wherever the app runs',
  check: (project) =>
    project.processes.flatMap((process) => process.pools.flatMap((pool) => outcomesOf(project, process, pool))),
  say,
});

function outcomesOf(project: Project, process: Process, pool: Pool): readonly Outcome<Disagreement>[] {
  const boot = bootOf(project, process);
  const claim = pool.claims.find(({ counts }) => counts);
  if (!boot || !claim || pool.verdict.kind !== 'holds') return [];
  const size = soleVariable(pool.size, boot);
  const threads = soleVariable(threadsOf(claim, boot), boot);
  if (!size?.read || !threads?.read || size.variable !== threads.variable) return [];
  if (size.read.fallback === threads.read.fallback) return [{ kind: 'holds' }];
  if (isGenerated(size.read, threads.read)) return [{ kind: 'holds' }];
  const fix = aligned(size.read, threads.read);
  return [
    {
      kind: 'violates',
      severity: 'info',
      assumes: undeclared(process),
      process: process.name,
      weight: Math.abs(size.read.fallback - threads.read.fallback),
      database: null,
      at: size.read.at,
      label: `${size.read.fallback} where nothing sets ${size.variable}`,
      related: [{ at: threads.read.at, message: `${threads.read.fallback} threads there` }],
      ...(fix ? { fix } : {}),
      found: { process, pool, size: size.read, threads: threads.read },
    },
  ];
}

/**
 * What `rails new` writes from 7.2 on: three threads, a pool of five, on purpose.
 * Source: railties/lib/rails/generators/rails/app/templates/config/puma.rb.tt@v7.2.0, databases/postgresql.yml.tt@v7.2.0
 */
function isGenerated(size: FallbackRead, threads: FallbackRead): boolean {
  return size.variable === 'RAILS_MAX_THREADS' && size.fallback === 5 && threads.fallback === 3;
}

/** The smaller one is raised: neither a pool nor a number of threads loses anything. */
function aligned(size: FallbackRead, threads: FallbackRead): Fix | undefined {
  if (size.fallback > threads.fallback) return undefined;
  const { at } = size;
  const digits = /(?<!\d)\d+(?=\D*$)/.exec(spanText(at));
  if (!digits) return undefined;
  const start = at.start + digits.index;
  const edit = { at: span(at.file, start, start + digits[0].length), text: String(threads.fallback) };
  return {
    safety: 'safe',
    description: `give ${size.variable} the fallback ${threads.fallback} here too`,
    edits: [edit],
  };
}

function say({ process, size, threads }: Disagreement): Sentences {
  const { variable } = size;
  const smaller = size.fallback < threads.fallback;
  const { name } = process;
  return {
    message: `${variable} falls back to ${size.fallback} for the pool and to ${threads.fallback} for the threads of ${name}`,
    consequence: smaller
      ? `It is set for ${name} today. Wherever it is not, ${threads.fallback} threads share a pool of ${size.fallback}.`
      : `The pool is large enough either way; who raises the threads by their fallback has to know of both places.`,
    arithmetic: `${oneLine(size.at)} at ${placeName(size.at)}, ${oneLine(threads.at)} at ${placeName(threads.at)}`,
    advice: smaller ? 'write the same fallback in both places:' : 'write the same fallback in both places.',
    snippet: smaller ? oneLine(size.at).replace(/(?<!\d)\d+(?=\D*$)/, String(threads.fallback)) : null,
  };
}
