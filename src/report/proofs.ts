import { list, plural } from '../lint/phrases.ts';
import type { Project } from '../lint/result.ts';
import { MOST_TRIED, type Counterexample, type Proof } from '../model/proof.ts';
import { escapeControls } from './characters.ts';
import { processName } from './process_name.ts';

/** " (9 pools for every RAILS_MAX_THREADS from 1 to 256)"; empty where nothing was proved. */
export function provedText(projects: readonly Project[]): string {
  const pools = new Map<string, number>();
  for (const { variable, counterexample } of projects.flatMap(({ proofs = [] }) => proofs))
    if (!counterexample) pools.set(variable, (pools.get(variable) ?? 0) + 1);
  if (pools.size === 0) return '';
  const parts = [...pools].map(
    ([variable, number]) => `${plural(number, 'pool')} for every ${escapeControls(variable)}`,
  );
  return ` (${list(parts)} from 1 to ${MOST_TRIED})`;
}

/**
 * "with RAILS_MAX_THREADS=6 web would run 6 threads on a pool of 5 (primary)": one sentence for one value, once for all
 * databases alike.
 */
export function counterexamples(projects: readonly Project[]): readonly string[] {
  const values = new Map<string, Map<string, Set<string>>>();
  for (const { proofs = [], processes } of projects)
    for (const { process: name, role, database, variable, counterexample } of proofs) {
      if (!counterexample) continue;
      const given = givenBy(variable, counterexample);
      const { threads, size } = counterexample;
      const fails = `${processName({ name, role }, processes)} would run ${plural(threads, 'thread')} on a pool of ${size}`;
      const failing = values.get(given) ?? new Map<string, Set<string>>();
      values.set(given, failing.set(fails, (failing.get(fails) ?? new Set()).add(database)));
    }
  return [...values].map(([given, failing]) => {
    const each = [...failing].map(([fails, names]) => `${fails} (${list([...names].map(escapeControls))})`);
    return `${given} ${list(each)}`;
  });
}

function givenBy(variable: string, { value }: Counterexample): string {
  const name = escapeControls(variable);
  return value === null ? `without ${name}` : value === '' ? `with an empty ${name}` : `with ${name}=${value}`;
}

/** Proofs as JSON prints them, beside what else it says of a project; nothing where nobody asked for them. */
export function proofsJson({ proofs }: { readonly proofs?: readonly Proof[] }): { readonly proofs?: readonly Proof[] } {
  return proofs ? { proofs } : {};
}
