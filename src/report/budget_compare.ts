import { list, plural } from '../lint/phrases.ts';
import type { Project } from '../lint/result.ts';
import type { PoolSize } from '../database/entry.ts';
import type { Process, Server } from '../model/process.ts';
import type { Traced } from '../value/traced.ts';
import type { BaseProcess, BaseProject, BaseServer, BudgetBase } from './budget_base.ts';
import { escapeControls } from './characters.ts';
import { sentence, withoutSecrets } from './secrets.ts';
import { shownTrail } from './traced.ts';

/** What a change does to one server. */
export interface Comparison {
  /** "Connections at peak: 84 → 126 of 97 usable." */
  readonly headline: string;
  /** "This change raises web threads from 3 to 8 (config/puma.rb:3)."; null where nothing changed. */
  readonly because: string | null;
}

/** What has changed since an earlier budget, server by server. */
export function compared(projects: readonly Project[], base: BudgetBase): readonly Comparison[] {
  const several = projects.length > 1 || projects.some(({ servers }) => servers.length > 1);
  const taken = new Set<BaseProject>();
  const now = projects.flatMap((project) => {
    const before = base.projects.find((one) => !taken.has(one) && isSame(one, project)) ?? null;
    if (before) taken.add(before);
    const found = new Set<BaseServer>();
    const current = project.servers.map((server, index): Comparison => {
      const old = before && serverBefore(before, server, index);
      if (old) found.add(old);
      const where = several
        ? `${escapeControls(project.root)}, ${escapeControls(project.name)}, ${sentence(server.name)}: `
        : '';
      return { headline: where + headline(server, old), because: causes(project, server, before, old) };
    });
    const gone = before?.servers.filter((one) => !found.has(one)) ?? [];
    return [...current, ...gone.map((one) => goneServer(before!, one))];
  });
  return [...now, ...base.projects.filter((one) => !taken.has(one)).flatMap(goneProject)];
}

/** A server to which nothing connects any more. */
function goneServer({ root, deployment }: BaseProject, { name, ...numbers }: BaseServer): Comparison {
  const where = [root, deployment, name].map(escapeControls).join(', ');
  return {
    headline: `${where}: Connections at peak: ${shown(numbers.peak ?? numbers.autoscaled)} → none.`,
    because: null,
  };
}

/** A deployment that is there no more, with all that it ran. */
function goneProject(project: BaseProject): readonly Comparison[] {
  const { root, deployment, servers } = project;
  const of = root === '.' ? '' : ` of ${escapeControls(root)}`;
  const because = `This change removes the deployment ${escapeControls(deployment)}${of}.`;
  return servers.map((server) => ({ ...goneServer(project, server), because }));
}

function isSame(before: BaseProject, { root, deployment, environment }: Project): boolean {
  return before.root === root && before.deployment === deployment && before.environment === environment;
}

/** The same server by its name, else by a database it has, else the only one there was. */
function serverBefore({ servers }: BaseProject, server: Server, index: number): BaseServer | null {
  const name = withoutSecrets(server.name);
  return (
    servers.find((one) => one.name === name) ??
    servers.find(({ databases }) => databases.some((database) => server.databases.includes(database))) ??
    (servers.length === 1 && index === 0 ? servers[0]! : null)
  );
}

function headline(server: Server, before: BaseServer | null): string {
  const now = (traced: Traced<number>): number | null => (traced.known ? traced.value : null);
  // Both sides are measured alike: during a deploy where both know it, else at the top of autoscaling.
  const deploys = server.peak.known && (before === null || before.peak !== null);
  const after = deploys ? now(server.peak) : now(server.autoscaled);
  const old = before && (deploys ? before.peak : before.autoscaled);
  const usable = server.usable.known ? ` of ${server.usable.value} usable` : '';
  const numbers =
    before === null ? `${shown(after)} (new)` : old === after ? shown(after) : `${shown(old)} → ${shown(after)}`;
  const limits =
    before && before.usable !== null && server.usable.known && before.usable !== server.usable.value
      ? ` (${before.usable} before)`
      : '';
  const same = before !== null && old === after ? ', as before' : '';
  const open = deploys ? '' : '; how many more there are during a deploy is not known';
  return `Connections at peak: ${numbers}${usable}${limits}${same}${open}.`;
}

function shown(number: number | string | null): string {
  return number === null ? 'unknown' : String(number);
}

/** More changes than these do not fit a sentence. */
const MOST_CAUSES = 4;

/** What changed in the processes that connect to a server, then or now. */
function causes(project: Project, server: Server, before: BaseProject | null, was: BaseServer | null): string | null {
  if (!before || !was) return null;
  const left = before.processes.filter(
    ({ declared, pools }) => declared && pools.some((pool) => pool.server === was.name),
  );
  const found: string[] = [];
  const now = project.processes.filter(
    ({ declared, pools }) => declared && pools.some(({ database }) => database.server?.key === server.key),
  );
  for (const process of now) {
    const at = left.findIndex(({ name, role }) => name === process.name && role === process.role);
    const [old] = at === -1 ? [] : left.splice(at, 1);
    if (!old) found.push(`adds ${nameOf(process)}`);
    else found.push(...changesOf(process, old));
  }
  found.push(...left.map(({ name, role }) => `removes ${nameOf({ name, role })}`));
  if (found.length === 0) return null;
  const more = found.length > MOST_CAUSES ? [`changes ${plural(found.length - MOST_CAUSES, 'more number')}`] : [];
  return `This change ${list([...found.slice(0, MOST_CAUSES), ...more])}.`;
}

function nameOf({ name, role }: Pick<Process | BaseProcess, 'name' | 'role'>): string {
  return role === 'web' || role === 'worker'
    ? escapeControls(name)
    : `${escapeControls(name)} (${escapeControls(role)})`;
}

function changesOf(process: Process, old: BaseProcess): readonly string[] {
  const name = nameOf(process);
  const workers = process.role === 'web' ? 'workers' : 'processes';
  return [
    ...changed(`${name} hosts`, old.hosts, process.hosts),
    ...changed(`${name} ${workers}`, old.processesPerHost, process.processesPerHost),
    ...changed(`${name} threads`, old.threads, process.threads),
    ...process.pools.flatMap(({ database, size }) => {
      const was = old.pools.find((one) => one.database === database.name);
      return was ? changed(`the ${escapeControls(database.name)} pool of ${name}`, was.size, size) : [];
    }),
  ];
}

function changed(what: string, from: number | string | null, to: Traced<PoolSize>): readonly string[] {
  const now = to.known ? to.value : null;
  if (from === now) return [];
  const verb = typeof from === 'number' && typeof now === 'number' ? (now > from ? 'raises' : 'lowers') : 'takes';
  // Through which anchor a number comes is where it did not change.
  const steps = shownTrail(to.origin).filter(({ file }) => file !== undefined);
  const step = steps.findLast(({ kind }) => kind !== 'anchor' && kind !== 'merge') ?? steps.at(-1);
  const place = step ? ` (${escapeControls(step.file!)}:${step.line})` : '';
  return [`${verb} ${what} from ${escapeControls(shown(from))} to ${shown(now)}${place}`];
}
