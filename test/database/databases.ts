import type { DatabaseEntry } from '../../src/database/entry.ts';
import { resolveDatabases, type Resolution } from '../../src/database/resolve.ts';
import { plainText } from '../../src/erb/rendered.ts';
import { SourceFile } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { known } from '../../src/value/traced.ts';
import { version } from '../../src/versions/compare.ts';
import { parsePsych } from '../../src/yaml/psych.ts';

/** database.yml without ERB, as one version of Rails reads it in production. */
export function resolve(yaml: string | null, rails: string, variables: Record<string, string> = {}): Resolution {
  const document = yaml === null ? null : parsePsych(plainText(new SourceFile('config/database.yml', yaml)));
  if (document?.problem) throw new Error(`the sample itself does not parse: ${document.problem.message}`);
  return resolveDatabases(document?.root ?? null, 'production', version(rails), environmentOf(variables));
}

export function environmentOf(variables: Record<string, string>): Environment {
  return Object.entries(variables).reduce(
    (before, [name, value]) => before.with(name, known<string | null>(value, { kind: 'flag', text: `--set ${name}` })),
    Environment.EMPTY,
  );
}

/** The one entry of a sample; fails when there are none or several. */
export function only(resolution: Resolution): DatabaseEntry {
  if (resolution.entries.length !== 1) {
    throw new Error(`expected one entry, got ${resolution.entries.map((entry) => entry.name).join(', ') || 'none'}`);
  }
  return resolution.entries[0]!;
}

/** A pool as a table cell: 5, 'unlimited', or the reason why it is not known. */
export function poolOf(resolution: Resolution, name?: string): number | string {
  const entry = name === undefined ? only(resolution) : resolution.entries.find((one) => one.name === name);
  if (!entry) throw new Error(`no entry named ${name}`);
  return entry.pool.known ? entry.pool.value : entry.pool.reason;
}
