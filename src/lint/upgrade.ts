import type { PoolSize } from '../database/entry.ts';
import type { Process } from '../model/process.ts';
import { placeOf } from '../text/source.ts';
import type { Traced } from '../value/traced.ts';
import type { LintResult, Project, ReportedFinding } from './result.ts';

/** What versions that are not installed yet would change. */
export interface Upgrade {
  readonly gems: readonly UpgradedGem[];
  readonly changes: readonly UpgradeChange[];
  /** Findings that are there with these versions only, or in another severity. */
  readonly appearing: readonly ChangedFinding[];
  /** Findings of today that would be gone. */
  readonly disappearing: readonly ReportedFinding[];
}

export interface UpgradedGem {
  readonly gem: string;
  /** What the apps have now; nothing where that is not known. */
  readonly from: readonly string[];
  readonly to: string;
}

/** A number of the model that is another one. */
export interface UpgradeChange {
  readonly project: Project;
  readonly kind: 'pool' | 'threads' | 'processes' | 'demand' | 'peak';
  /** The processes that it changes in; none for what is a server's. */
  readonly processes: readonly string[];
  /** The database of a pool, the name of a server; null for what is a process's own. */
  readonly of: string | null;
  /** Null where there was, or would be, nothing of the kind. */
  readonly from: Traced<PoolSize> | null;
  readonly to: Traced<PoolSize> | null;
}

export interface ChangedFinding {
  readonly finding: ReportedFinding;
  /** How severe it is today; null where it is not there. */
  readonly before: ReportedFinding['severity'] | null;
}

/** Rules that speak of a run as it is, and say nothing in one that assumes anything. */
const OF_THE_RUN: ReadonlySet<string> = new Set(['unused-ignore', 'stale-suppression']);

/**
 * Two runs over the same files, with the versions that are installed and with others.
 * @param assumed versions by gem, as the second run assumed them
 */
export function upgradeOf(before: LintResult, after: LintResult, assumed: ReadonlyMap<string, string>): Upgrade {
  const gems = [...assumed].map(([gem, to]): UpgradedGem => {
    const from = before.projects.flatMap((project) => project.gems.text(gem) ?? []);
    return { gem, from: [...new Set(from)], to };
  });
  const taken = new Set<Project>();
  const changes = after.projects.flatMap((project) => {
    const old = before.projects.find((one) => !taken.has(one) && isSame(one, project));
    if (!old) return [];
    taken.add(old);
    return grouped([...processChanges(project, old), ...serverChanges(project, old)]);
  });
  return { gems, changes, ...findingsOf(before, after) };
}

function isSame(one: Project, other: Project): boolean {
  return one.root === other.root && one.deployment === other.deployment && one.name === other.name;
}

function processChanges(project: Project, old: Project): readonly UpgradeChange[] {
  const left = [...old.processes];
  const found: UpgradeChange[] = [];
  for (const process of project.processes) {
    const at = left.findIndex(({ name, role }) => name === process.name && role === process.role);
    const [was] = at === -1 ? [] : left.splice(at, 1);
    found.push(...changesOf(project, process, was ?? null));
  }
  return [...found, ...left.flatMap((gone) => changesOf(project, null, gone))];
}

function changesOf(project: Project, process: Process | null, was: Process | null): readonly UpgradeChange[] {
  const about = { project, processes: [(process ?? was)!.name] };
  if (!process || !was) {
    // Of a process that comes or goes the numbers say no more than that it does.
    const copies = { from: was?.copies ?? null, to: process?.copies ?? null };
    return [{ ...about, kind: 'processes', of: null, ...copies }];
  }
  const databases = [...new Set([...was.pools, ...process.pools].map(({ database }) => database.name))];
  const size = (of: Process, name: string) => of.pools.find(({ database }) => database.name === name)?.size ?? null;
  return [
    { ...about, kind: 'processes', of: null, from: was.processesPerHost, to: process.processesPerHost } as const,
    { ...about, kind: 'threads', of: null, from: was.threads, to: process.threads } as const,
    ...databases.map((of) => ({ ...about, kind: 'pool', of, from: size(was, of), to: size(process, of) }) as const),
  ].filter(isChange);
}

function serverChanges(project: Project, old: Project): readonly UpgradeChange[] {
  return project.servers.flatMap((server) => {
    const was = old.servers.find(({ key }) => key === server.key);
    if (!was) return [];
    const about = { project, processes: [], of: server.name };
    return [
      { ...about, kind: 'demand', from: was.demand, to: server.demand } as const,
      { ...about, kind: 'peak', from: was.peak, to: server.peak } as const,
    ].filter(isChange);
  });
}

function isChange({ from, to }: UpgradeChange): boolean {
  return valueOf(from) !== valueOf(to);
}

/** Two numbers that nobody knows are no change. */
function valueOf(traced: Traced<PoolSize> | null): string {
  if (traced === null) return 'none';
  return traced.known ? String(traced.value) : 'unknown';
}

/** What changes alike in several processes is one change. */
function grouped(changes: readonly UpgradeChange[]): readonly UpgradeChange[] {
  const groups = new Map<string, UpgradeChange>();
  for (const one of changes) {
    const key = [one.kind, one.of ?? '', valueOf(one.from), valueOf(one.to)].join('\0');
    const group = groups.get(key);
    const processes = [...new Set([...(group?.processes ?? []), ...one.processes])];
    groups.set(key, group ? { ...group, processes } : one);
  }
  return [...groups.values()];
}

function findingsOf(before: LintResult, after: LintResult): Pick<Upgrade, 'appearing' | 'disappearing'> {
  const own = ({ findings }: LintResult): readonly ReportedFinding[] =>
    findings.filter(({ rule, suppressed }) => suppressed === null && !OF_THE_RUN.has(rule));
  const old = new Map(own(before).map((finding) => [keyOf(finding), finding]));
  const appearing = own(after).flatMap((finding): readonly ChangedFinding[] => {
    const was = old.get(keyOf(finding));
    old.delete(keyOf(finding));
    return was?.severity === finding.severity ? [] : [{ finding, before: was?.severity ?? null }];
  });
  return { appearing, disappearing: [...old.values()] };
}

function keyOf({ rule, project, database, at }: ReportedFinding): string {
  const { file, line, column } = placeOf(at);
  return [rule, project, database ?? '', file, line, column].join('\0');
}

/** An upgrade that changes nothing that anybody here looks at. */
export function changesNothing({ changes, appearing, disappearing }: Upgrade): boolean {
  return changes.length + appearing.length + disappearing.length === 0;
}
