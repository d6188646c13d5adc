import type { Project } from '../lint/result.ts';
import { placeOf, spanText, type Span } from '../text/source.ts';
import type { Origin } from '../value/origin.ts';
import type { Traced } from '../value/traced.ts';

/** A variable that the configuration reads and nothing in the repository sets, or sets to anything that can be seen. */
export interface ReadVariable {
  readonly name: string;
  /** Something sets it, and nobody can see to what. */
  readonly hidden: boolean;
  /** The processes that read it. */
  readonly processes: readonly string[];
  /** Where a number is read from it, as `config/database.yml:4`; null where it decides none that is traced. */
  readonly readAt: string | null;
  /** The whole number that is taken while it is unset; null where there is none. */
  readonly fallback: string | null;
}

/** By name. What a program reads for itself counts as well: `RAILS_MAX_THREADS` is Sidekiq's own business. */
export function readVariables(projects: readonly Project[]): readonly ReadVariable[] {
  const reads = new Map<string, Read>();
  const found = new Map<string, { hidden: boolean; processes: Set<string> }>();
  for (const project of projects)
    for (const { launch, read, environment } of project.launches) {
      const own = new Map<string, Read>();
      for (const origin of originsOf(project, launch.name)) collect(origin, own);
      for (const [name, { at, fallback }] of own) {
        const before = reads.get(name);
        reads.set(name, { at: before?.at ?? at, fallback: before?.fallback ?? fallback });
      }
      for (const name of new Set([...read, ...own.keys()])) {
        const state = environment.stateOf(name);
        if (state?.known && state.value !== null) continue;
        const one = found.get(name) ?? { hidden: false, processes: new Set() };
        one.hidden ||= state !== undefined && !state.known;
        one.processes.add(launch.name);
        found.set(name, one);
      }
    }
  return [...found]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { hidden, processes }]) => {
      const { at = null, fallback = null } = reads.get(name) ?? {};
      const place = at && placeOf(at);
      return { name, hidden, processes: [...processes], readAt: place && `${place.file}:${place.line}`, fallback };
    });
}

interface Read {
  at: Span | null;
  fallback: string | null;
}

/** The histories of all numbers and settings of a process. */
function originsOf({ launches, processes }: Project, name: string): readonly Origin[] {
  const traced: Traced<unknown>[] = [];
  for (const { launch, databases } of launches)
    if (launch.name === name) for (const { settings, pool } of databases) traced.push(pool, ...settings.values());
  for (const process of processes) {
    if (process.name !== name) continue;
    traced.push(process.copies, process.threads, ...process.inside.map(({ threads }) => threads));
    traced.push(...process.pools.flatMap(({ needed, size }) => [needed, size]));
  }
  return traced.map(({ origin }) => origin);
}

/** Histories share their parts: every one is looked at once. */
function collect(root: Origin, reads: Map<string, Read>): void {
  const waiting: Origin[] = [root];
  const seen = new Set<Origin>();
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    if (one.kind === 'fallback' || one.kind === 'unset' || one.kind === 'env') {
      const read = reads.get(one.variable) ?? { at: null, fallback: null };
      read.at ??= one.at;
      if (one.kind === 'fallback') read.fallback ??= numberIn(one.from);
      reads.set(one.variable, read);
    }
    if (one.kind === 'env') waiting.push(one.setBy);
    if ('from' in one) waiting.push(...one.from.toReversed());
  }
}

function numberIn(from: readonly Origin[]): string | null {
  for (const one of from)
    if (one.kind === 'literal') {
      const digits = /^["']?(\d{1,6})["']?$/.exec(spanText(one.at));
      if (digits) return digits[1]!;
    }
  return null;
}
