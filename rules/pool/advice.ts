import { amount } from '../../src/lint/phrases.ts';
import type { Launch } from '../../src/launch/launch.ts';
import type { Pool } from '../../src/model/process.ts';
import { spanText } from '../../src/text/source.ts';
import { carried, hops, variablesOf } from '../../src/value/history.ts';
import type { Origin } from '../../src/value/origin.ts';
import type { Traced } from '../../src/value/traced.ts';
import { largest, type Misfit } from './misfit.ts';

export interface WayOut {
  readonly advice: string;
  readonly snippet: string;
}

/** A size that a URL or Ruby gives is changed there: the file has no say. Null where neither does. */
export function changeTheUrl({ pool, wanted }: Pick<Misfit, 'pool' | 'wanted'>): WayOut | null {
  if (pool.size.origin.kind === 'code') {
    const snippet = sizeInRuby(pool, String(wanted ?? '…'));
    return { advice: 'Ruby sets the size, not the file: change it there to', snippet };
  }
  if (!hops(pool.size.origin).some(({ kind }) => kind === 'url')) return null;
  const { sizeKey } = pool.database;
  return {
    advice: `the URL decides the size, not the file: change it there to`,
    snippet: `${sizeKey}=${wanted ?? '…'}`,
  };
}

/** What Ruby says that sets the size, with another one: `config['pool'] = 20`; the line of the file where it is not told. */
function sizeInRuby(pool: Pool, size: string): string {
  const { sizeAt, sizeSaidAt } = pool.database;
  if (!sizeAt || !sizeSaidAt) return poolLine(pool, size);
  const before = spanText({ ...sizeSaidAt, end: sizeAt.start });
  return `${before.trim().replaceAll(/\s+/g, ' ')} ${size}`;
}

/** The pool follows the threads: one variable with one fallback, or the number. */
export function followTheThreads(found: Misfit): WayOut {
  const { pool, claim, wanted } = found;
  const [variable, ...others] = variablesOf(claim.threads.origin);
  const alone = variable !== undefined && others.length === 0 && isOneVariable(claim.threads);
  if (!alone || (largest(claim.threads) ?? 0) < (wanted ?? 0)) {
    return { advice: 'let the pool be at least as large as the threads:', snippet: poolLine(pool, wantedText(found)) };
  }
  const fallback = carried(claim.threads.origin).kind === 'env' ? '5' : amount(claim.threads);
  return {
    advice: `let ${variable} size the pool as it sizes the threads, with the same fallback:`,
    snippet: poolLine(pool, `<%= ENV.fetch("${variable}", ${fallback}) %>`),
  };
}

/**
 * A database beside the first one gets a size of its own, where nothing that is merged can replace it.
 * @param sizeOf the size as it is to be written; a number that others share has to fit them too, one of its own only it
 */
export function ownSize(found: Misfit, sizeOf: (found: Misfit) => string): WayOut {
  const { pool } = found;
  const { name, sizeAt } = pool.database;
  const inherited = hops(pool.size.origin).length > 0;
  if (!inherited && sizeAt !== null)
    return { advice: `raise the size of ${name}:`, snippet: poolLine(pool, sizeOf(found)) };
  return {
    advice: `give ${name} a size of its own, in its own section${inherited ? ' below the `<<`' : ''}:`,
    snippet: poolLine(pool, sizeOf({ ...found, wanted: found.wantedAlone })),
  };
}

/**
 * A variable for one process and no other, in the syntax of what starts it.
 * @param say.advice what it is good for; where it belongs is added
 * @param say.line the command line as it should become
 */
export function setForProcess(
  { setting, command }: Launch,
  variable: string,
  value: string,
  say: { readonly advice: string; readonly line?: string },
): WayOut {
  const line = say.line ?? command?.text ?? null;
  if (!setting || (setting.inCommand && line === null)) {
    return {
      advice: `set ${variable} where this process is started, for this process only:`,
      snippet: `${variable}=${value}`,
    };
  }
  const where = setting.inCommand ? '' : `, in ${setting.file}`;
  return { advice: `${say.advice}${where}:`, snippet: setting.write(variable, value, line ?? '') };
}

export function wantedText({ wanted }: Misfit): string {
  return wanted === null ? '…' : String(wanted);
}

/** The line of database.yml that sets the size of a pool, under the key that is there already. */
export function poolLine(pool: Pool, size: string): string {
  return `${pool.database.sizeKey}: ${size}`;
}

/** Whether a count is what one variable says, converted perhaps, and nothing is added to it. */
export function isOneVariable(count: Traced<unknown>): boolean {
  let origin: Origin = carried(count.origin);
  while (origin.kind === 'computed' && origin.from.length === 1) origin = carried(origin.from[0]!);
  return origin.kind === 'env' || origin.kind === 'fallback';
}
