import { linesOf, placeOf, type Span } from '../text/source.ts';
import {
  baselineKey,
  environmentOf,
  fileInBaseline,
  subjectOf,
  type Baseline,
  type BaselineEntry,
} from './baseline.ts';
import type { ConfiguredIgnore } from './configuration.ts';
import type { Finding } from './finding.ts';
import type { Ignore, IgnoredRule, Ignores } from './ignore.ts';
import type { Leftover, UnusedIgnore } from './leftover.ts';
import type { Project, Suppression } from './result.ts';
import type { Rule } from './rule.ts';

/** A violation before those of several processes and deployments become one finding. */
export interface Found {
  readonly rule: Rule;
  readonly project: Project;
  readonly finding: Finding;
  readonly weight: number;
  readonly suppressed: Suppression | null;
}

/** What the people who own an app say of the findings in it. */
export interface Suppressing {
  readonly ignores: Ignores;
  readonly configured: readonly ResolvedIgnore[];
  readonly baseline: Baseline | null;
}

/** An ignore of the configuration, with the ids of the rules it names. */
export interface ResolvedIgnore extends ConfiguredIgnore {
  readonly rules: readonly string[];
}

/** What a run has looked at to the end, so that its silence means something. */
export interface Judged {
  /** Whether all rules of that name ran, and could tell. */
  rule(name: string): boolean;
  readonly environments: readonly string[];
  /** Whether a file, as the baseline names it, belongs to the app. */
  file(path: string): boolean;
}

/** Decides of every violation of an app whether it is suppressed, and remembers what was needed for that. */
export class Suppressor {
  readonly #by: Suppressing;
  readonly #names: (name: string) => readonly string[];
  readonly #used = new Set<IgnoredRule>();
  readonly #needed = new Set<ResolvedIgnore>();
  readonly #matched = new Set<BaselineEntry>();

  /** @param names the ids of the rules that go by a name */
  constructor(by: Suppressing, names: (name: string) => readonly string[]) {
    this.#by = by;
    this.#names = names;
  }

  /** @param all every violation that one kind of rule has found in the app */
  suppress(all: readonly Found[]): readonly Found[] {
    const spoken = all.map((one) => {
      // Asked of both: what two ignores say of one finding makes neither of them superfluous.
      const configured = this.#configured(one);
      return { ...one, suppressed: this.#ignored(one.finding) ?? configured };
    });
    return this.#by.baseline ? this.#known(spoken, this.#by.baseline) : spoken;
  }

  #ignored(finding: Finding): Suppression | null {
    let found: Suppression | null = null;
    for (const ignore of this.#by.ignores.ignores) {
      const named = ignore.rules.filter(({ ids }) => ids.includes(finding.rule));
      if (named.length === 0 || !placesOf(finding).some((at) => speaksOf(ignore, at))) continue;
      for (const one of named) this.#used.add(one);
      const { file, line } = placeOf(ignore.at);
      found ??= { kind: 'ignore', reason: ignore.reason, file, line };
    }
    return found;
  }

  #configured({ finding }: Found): Suppression | null {
    const matching = this.#by.configured.filter(
      ({ rules, path, process, database }) =>
        rules.includes(finding.rule) &&
        (process === null || process === finding.process) &&
        (database === null || database === finding.database) &&
        (path === null || placesOf(finding).some((at) => path(at.file.path))),
    );
    for (const one of matching) this.#needed.add(one);
    const [ignore] = matching;
    if (!ignore) return null;
    const { file, line } = placeOf(ignore.at);
    return { kind: 'config', reason: ignore.reason, file, line };
  }

  /** Of more findings than an entry counts nobody knows which one is new: then all of them speak. */
  #known(all: readonly Found[], baseline: Baseline): readonly Found[] {
    const places = new Map<string, Set<string>>();
    const entries = new Map(
      baseline.entries.flatMap((entry) =>
        this.#names(entry.rule).map((rule) => [baselineKey({ ...entry, rule }), entry] as const),
      ),
    );
    const keyOf = ({ finding: { rule, at, process, database }, project }: Found): string =>
      baselineKey({
        rule,
        file: fileInBaseline(baseline, at.file.path),
        subject: subjectOf(project.environment, process, database),
      });
    for (const one of all) {
      if (one.suppressed) continue;
      const key = keyOf(one);
      const { line, column, endLine, endColumn } = placeOf(one.finding.at);
      places.set(key, (places.get(key) ?? new Set()).add([line, column, endLine, endColumn].join(':')));
    }
    return all.map((one) => {
      const key = keyOf(one);
      const entry = entries.get(key);
      if (one.suppressed || !entry) return one;
      this.#matched.add(entry);
      if (places.get(key)!.size > entry.count) return one;
      const { line } = placeOf(entry.at);
      return { ...one, suppressed: { kind: 'baseline', reason: 'it is in the baseline', file: baseline.path, line } };
    });
  }

  leftover(judged: Judged): Leftover {
    const { ignores, configured, baseline } = this.#by;
    const unused = ignores.ignores.flatMap((ignore): readonly UnusedIgnore[] => {
      const rules = ignore.rules.filter((one) => !this.#used.has(one) && judged.rule(one.name));
      return rules.length > 0 ? [{ ignore, rules }] : [];
    });
    const stale = (baseline?.entries ?? []).filter(
      (entry) =>
        !this.#matched.has(entry) &&
        judged.file(entry.file) &&
        judged.environments.includes(environmentOf(entry.subject)) &&
        judged.rule(entry.rule),
    );
    const unusedConfigured = configured.filter((one) => !this.#needed.has(one) && judged.rule(one.rule));
    return { malformed: ignores.malformed, unused, unusedConfigured, stale };
  }
}

function placesOf(finding: Finding): readonly Span[] {
  return [finding.at, ...finding.related.map(({ at }) => at)];
}

function speaksOf(ignore: Ignore, at: Span): boolean {
  return ignore.at.file.path === at.file.path && linesOf(at).some((line) => ignore.lines.has(line));
}
