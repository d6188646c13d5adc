import type { LintResult, Project } from '../lint/result.ts';
import { literally } from '../text/pattern.ts';
import type { SourceFile } from '../text/source.ts';
import { isSecretName, type Stretch } from './secret_shapes.ts';

/** Shorter ones are words that stand everywhere. */
const SHORTEST = 4;
const LONGEST = 200;
/** `token_type: 'plans'` */
const WORD = /^[a-z_]+$/i;
const CODE = /\.(?:rb|rake|ru)$/;
/** So many are looked for in everything that is printed. */
const MOST = 500;
/** What passwords of examples are, and what every report says. */
const WORDS = new Set(
  'password secret token changeme postgres postgresql mysql mysql2 trilogy sqlite3 redis rails puma sidekiq root admin user default primary production staging development test true false null database'.split(
    ' ',
  ),
);

/**
 * The secrets that went into a result: a sentence, a value or a line that repeats one of them, as the message of an
 * exception does, may stand far from the name that makes it a secret.
 */
export function secretValues(
  result: Pick<LintResult, 'projects'> & Partial<LintResult>,
  stretchesOf: (file: SourceFile) => readonly Stretch[],
): readonly string[] {
  const names = new Set(result.projects.flatMap(namesOf));
  const found = new Set<string>();
  const put = (value: unknown): void => {
    if (typeof value !== 'string' || found.size >= MOST) return;
    // An exception repeats only the beginning of what is long.
    const secret = value.trim().slice(0, LONGEST);
    if (secret.length >= SHORTEST && !WORDS.has(secret.toLowerCase()) && !names.has(secret)) found.add(secret);
  };
  for (const project of result.projects) valuesOf(project, put);
  const broken = brokenFiles(result);
  for (const file of new Set([...broken, ...placesOf(result)]))
    for (const { start, end } of stretchesOf(file)) {
      if (found.size >= MOST) break;
      const value = file.text.slice(start, Math.min(end, start + LONGEST + 1));
      // Code of which lines are shown has them masked by themselves: a word is a word in all others.
      const isWord = CODE.test(file.path) && WORD.test(value) && !broken.has(file);
      if (value.length <= LONGEST && !isWord) put(value);
    }
  // What contains another one is replaced first.
  return [...found].toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

function valuesOf(project: Project, put: (value: unknown) => void): void {
  for (const { environment, databases } of project.launches) {
    for (const name of environment.names) {
      if (!isSecretName(name)) continue;
      const state = environment.stateOf(name);
      if (state?.known) put(state.value);
      else for (const one of state?.candidates ?? []) put(one.value);
    }
    for (const { settings } of databases)
      for (const [name, setting] of settings) if (isSecretName(name) && setting.known) put(setting.value);
  }
}

/** What the report calls things is no secret, although somebody may have taken it for a password. */
function namesOf(project: Project): readonly string[] {
  return [
    project.environment,
    ...project.launches.flatMap(({ launch, databases }) => [launch.name, ...databases.map(({ name }) => name)]),
    ...project.processes.flatMap(({ name, pools }) => [name, ...pools.map(({ database }) => database.name)]),
  ];
}

/** The files whose reading went wrong: what went wrong with them may be said in their own words. */
function brokenFiles({ projects }: Pick<LintResult, 'projects'>): ReadonlySet<SourceFile> {
  return new Set(projects.flatMap(({ problems }) => problems.map(({ at }) => at.file)));
}

/** The files in which something was found. */
function placesOf({ findings = [], unresolved = [] }: Partial<LintResult>): readonly SourceFile[] {
  return [...findings, ...unresolved].flatMap(({ at }) => (at ? [at.file] : []));
}

/** Where the secrets of the report that is being printed stand in a text. */
let hidden: RegExp | null = null;

/** Prints with these values masked wherever they stand. */
export function hiding<T>(values: readonly string[], print: () => T): T {
  const before = hidden;
  hidden = values.length === 0 ? null : new RegExp(values.map(pattern).join('|'), 'g');
  try {
    return print();
  } finally {
    hidden = before;
  }
}

function pattern(value: string): string {
  const escaped = literally(value);
  // A password that is a word may be a part of another one: only one that is none is looked for inside of others.
  return /^[A-Za-z_]+$/.test(value) ? `(?<![A-Za-z0-9_])${escaped}(?![A-Za-z0-9_])` : escaped;
}

export function hiddenIn(text: string, offset: number): Stretch[] {
  if (!hidden) return [];
  return Array.from(text.matchAll(hidden), (match) => ({
    start: offset + match.index,
    end: offset + match.index + match[0].length,
  }));
}
