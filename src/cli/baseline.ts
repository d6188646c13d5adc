import { existsSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import type { Baseline, BaselineEntry, Suppressed } from '../lint/baseline.ts';
import type { LintResult, ReportedFinding } from '../lint/result.ts';
import { SourceFile } from '../text/source.ts';
import type { Analysis } from './analysis.ts';
import { isThere, posix, textOf } from './configuration.ts';
import type { Terminal } from './engine.ts';
import { replaceFile } from './write_file.ts';

/** Reads the baselines of apps; one that several share is read once. */
export class Baselines {
  static readonly NAME = '.rails-pool-lint-suppressions.json';
  readonly #cwd: string;
  readonly #read = new Map<string, Baseline | null>();

  /** @param cwd absolute, without links */
  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  /** @returns null where there is none. Throws BadCall or BadConfiguration. */
  async at(path: string): Promise<Baseline | null> {
    const before = this.#read.get(path);
    if (before !== undefined) return before;
    const baseline = isThere(path) ? await this.#from(path) : null;
    this.#read.set(path, baseline);
    return baseline;
  }

  async #from(path: string): Promise<Baseline> {
    const shown = shownFrom(this.#cwd, path);
    const text = textOf(path, shown, dirname(path), 'the baseline');
    const { readBaseline } = await import('../lint/baseline_file.ts');
    return readBaseline(new SourceFile(shown, text), posix(this.#cwd));
  }
}

function shownFrom(cwd: string, path: string): string {
  return relative(cwd, path).split(sep).join('/');
}

/** How many entries were written where. */
export interface Written {
  readonly path: string;
  readonly entries: number;
  readonly removed: number;
}

/**
 * Writes baselines anew: without what is stale, and with `all` also with every finding that is reported now. What a run
 * did not look at stays as it is.
 */
export async function rewriteBaselines(
  { apps, cwd }: Analysis,
  result: LintResult,
  all: boolean,
): Promise<readonly Written[]> {
  const { baselineKey, baselineText, entriesFor } = await import('../lint/baseline.ts');
  const environment = new Map(result.projects.map((project) => [project.root, project.environment]));
  const written: Written[] = [];
  for (const path of new Set(apps.map(({ baselineAt }) => baselineAt))) {
    const shown = shownFrom(cwd, path);
    const sharing = apps.filter(({ baselineAt }) => baselineAt === path);
    const roots = new Set(sharing.map(({ root }) => root));
    const own = result.findings.filter(({ project }) => roots.has(project));
    const known = own.filter((finding) => finding.suppressed?.kind === 'baseline' || (all && isNew(finding)));
    const found = entriesFor({ path: shown, cwd: posix(cwd) }, known, (root) => environment.get(root) ?? 'production');
    const before = sharing[0]?.baseline?.entries ?? [];
    const kept = before.filter((entry) => !isStale(entry, own) && !found.some((one) => isSame(one, entry)));
    const entries: readonly Suppressed[] = [...kept, ...found];
    const removed = before.filter((entry) => !entries.some((one) => isSame(one, entry))).length;
    const text = baselineText(entries);
    const isEmpty = entries.length === 0 && !existsSync(path);
    if (!isEmpty) replaceFile(path, text, shown);
    written.push({ path: shown, entries: entries.length, removed });
  }
  return written;

  function isSame(one: Suppressed, other: Suppressed): boolean {
    return baselineKey(one) === baselineKey(other);
  }
}

/** A stale entry is taken out, not suppressed in its turn. */
function isNew({ suppressed, rule }: ReportedFinding): boolean {
  return suppressed === null && rule !== 'stale-suppression';
}

function isStale(entry: BaselineEntry, findings: readonly ReportedFinding[]): boolean {
  return findings.some(
    ({ rule, at }) =>
      rule === 'stale-suppression' && at.file.path === entry.at.file.path && at.start === entry.at.start,
  );
}

/** Says on standard error what became of the baselines. */
export function tellOfBaselines(written: readonly Written[], terminal: Terminal): void {
  for (const { path, entries, removed } of written) {
    const gone = removed > 0 ? `, ${removed} removed` : '';
    terminal.stderr(`${path}: ${entries} ${entries === 1 ? 'suppression' : 'suppressions'}${gone}\n`);
  }
}
