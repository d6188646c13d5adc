import { capital, list, plural } from '../lint/phrases.ts';
import type { Project } from '../lint/result.ts';
import { membersOn, mostThatFit, savings, type Lever } from '../model/fits.ts';
import { formulaOf, formulaText, mostOf } from '../model/formula.ts';
import type { Process, Server } from '../model/process.ts';
import type { Member } from '../model/peak.ts';
import type { Traced } from '../value/traced.ts';
import { amount } from './budget_rows.ts';
import { escapeControls } from './characters.ts';
import { sentence } from './secrets.ts';

/** What to make of the budget of a server: what is assumed, how much of it fits, what moves it most. */
export function adviceOf(project: Project, server: Server): readonly string[] {
  const members = membersOn(project.processes, server);
  return [
    ...behind(server),
    ...symbols(members, server),
    ...assumed(members),
    ...uncounted(project, members),
    ...needed(server),
    ...fitting(members, server),
    ...heaviest(members, server),
  ];
}

/** Why limits are not known, each reason once, after all servers of a project. */
export function limitsToState({ servers }: Project): readonly string[] {
  const names = new Map<string, string[]>();
  for (const { name, usable } of servers) {
    if (usable.known) continue;
    names.set(usable.reason, [...(names.get(usable.reason) ?? []), sentence(name)]);
  }
  return [...names].map(([reason, of]) => {
    const which = servers.length === 1 ? '' : ` (of ${list(of)})`;
    return `${capital(sentence(reason))}${which}.`;
  });
}

/** The other side of a pooler. */
function behind({ pooled }: Server): readonly string[] {
  if (!pooled) return [];
  const { pooler, opens, backend, direct } = pooled;
  if (!opens) return [`This is ${pooler.name}: what it opens on the server behind it stands in no file.`];
  const beside = direct.known && direct.value === 0 ? '' : `, beside ${amount(direct)} that go there without it`;
  const room = backend.known ? `, which has ${backend.value} to give` : '';
  return [`Behind it: ${pooler.name} opens up to ${amount(opens)} connections of its server${beside}${room}.`];
}

/** Where the sum is not known, the formula of it is; and what of it fits, where that much is known. */
function symbols(members: readonly Member[], server: Server): readonly string[] {
  const { demand, usable, overhead } = server;
  if (demand.known || members.length === 0) return [];
  const formula = formulaOf(members);
  const said = `demand = ${escapeControls(formulaText(formula))}, where ${sentence(demand.reason)}.`;
  if (!usable.known || !overhead.known) return [said];
  const room = usable.value - overhead.value;
  const solved = mostOf(formula, room);
  const most = solved ? `: ${escapeControls(solved.symbol)} up to ${solved.most}` : '';
  return [
    said,
    `Fits while demand is at most ${room} (${usable.value} usable, ${overhead.value} of them for console and migrations)${most}.`,
  ];
}

function assumed(members: readonly Member[]): readonly string[] {
  const open = members.filter(({ process }) => process.hosts.origin.kind === 'assumed');
  const names = [...new Set(open.map(({ process }) => process.name))].map(escapeControls);
  if (names.length === 0) return [];
  const verb = names.length === 1 ? 'has' : 'have';
  const formula = escapeControls(formulaText(formulaOf(members, 'unstated hosts')));
  const sums = members.every(({ pool }) => pool.demand.known) ? ` demand = ${formula}.` : '';
  return [
    `Nothing states how many hosts ${list(names)} ${verb}: 1 is assumed, and every sum is a lower bound.${sums} Say ${names.map((name) => `--hosts ${name}=N`).join(' ')}.`,
  ];
}

/** What runs besides and is in no sum. */
function uncounted({ uncounted: lost = [] }: Project, members: readonly Member[]): readonly string[] {
  if (members.length === 0 || lost.length === 0) return [];
  const names = [...new Set(lost.map(({ name }) => name))].map(escapeControls);
  const what = names.length === 1 ? 'it runs' : 'they run';
  return [`Not counted: ${list(names)}. Nobody can tell what ${what}, and every sum is a lower bound.`];
}

/** What a server would have to allow, where nobody knows what it does. */
function needed({ demand, peak, usable, overhead, reserved, pooled }: Server): readonly string[] {
  if (pooled || usable.known || !demand.known || !overhead.known || !reserved.known) return [];
  const beside = overhead.value + reserved.value;
  const parts = [
    String(demand.value),
    ...(overhead.value > 0 ? [`${overhead.value} for console and migrations`] : []),
    ...(reserved.value > 0 ? [`${reserved.value} that it reserves`] : []),
  ];
  const sum = parts.length > 1 ? ` (${parts.join(' + ')})` : '';
  const more = peak.known && peak.value > demand.value ? `, and of ${peak.value + beside} during a deploy` : '';
  return [`Fits a max_connections of ${demand.value + beside} or more${sum}${more}.`];
}

/** The processes that are told apart by name, and what each holds, the most first. */
function byName(members: readonly Member[]): readonly { readonly process: Process; readonly demand: number }[] {
  const totals = new Map<string, { readonly process: Process; readonly demand: number }>();
  for (const { process, pool } of members) {
    const before = totals.get(process.name) ?? { process, demand: 0 };
    const demand = before.demand + (pool.demand.known ? pool.demand.value : 0);
    totals.set(process.name, { ...before, demand });
  }
  return [...totals.values()].filter(({ demand }) => demand > 0).toSorted((a, b) => b.demand - a.demand);
}

function fitting(members: readonly Member[], server: Server): readonly string[] {
  const named = byName(members);
  const most = named.flatMap(({ process: { name } }) => {
    const hosts = mostThatFit(members, server, 'host', (process) => process.name === name);
    return hosts === null ? [] : [{ name: escapeControls(name), hosts }];
  });
  if (most.length === 0) return [];
  const fits = most.flatMap(({ name, hosts }) => (hosts > 0 ? [plural(hosts, `${name} host`)] : []));
  // Without one it may be too much still: then "up to 0" would be untrue.
  const none = most.flatMap(({ name, hosts }) => (hosts === 0 ? [name] : []));
  const lines = [
    ...(fits.length > 0 ? [`Fits up to ${list(fits, 'or')}, everything else as it is.`] : []),
    ...(none.length > 0 ? [`No host of ${none.join(' and none of ')} fits${besides(named.length)}.`] : []),
  ];
  const [first] = named;
  return first && server.verdict === 'violates' ? [...lines, ...atItsHosts(members, server, first.process)] : lines;
}

function besides(processes: number): string {
  return processes > 1 ? ' beside the others' : '';
}

/** "With its 2 hosts, web fits with 1 worker on each, or with 2 threads in each process." */
function atItsHosts(members: readonly Member[], server: Server, process: Process): readonly string[] {
  const { name, hosts } = process;
  const levers: readonly (readonly [Lever, Traced<number>])[] = [
    ['process', process.processesPerHost],
    ['thread', process.threads],
  ];
  const fits = levers.flatMap(([lever, now]) => {
    const most = mostThatFit(members, server, lever, (one) => one === process);
    if (most === null || most === 0 || !now.known || most >= now.value) return [];
    return [`with ${most} instead of ${plural(now.value, ...WORDS[lever](process))}`];
  });
  if (fits.length === 0) return [];
  const where = hosts.known ? `its ${plural(hosts.value, 'host')}` : 'as many hosts';
  return [`On ${where}, ${escapeControls(name)} fits ${list(fits, 'or')}.`];
}

function heaviest(members: readonly Member[], server: Server): readonly string[] {
  const [first] = byName(members);
  if (!first || !server.demand.known) return [];
  const { process, demand } = first;
  const saved = savings(members, process.name).map(
    ({ of, connections }) => `one ${WORDS[of](process)[0]} less is ${connections} fewer`,
  );
  const less = saved.length > 0 ? `; ${saved.join(', ')}` : '';
  return [`What moves it most: ${escapeControls(process.name)} (${demand} of ${server.demand.value})${less}.`];
}

/** What one of them is called, and several. */
const WORDS: Readonly<Record<Lever, (process: Process) => readonly [one: string, several: string]>> = {
  host: () => ['host', 'hosts'],
  process: ({ role }) =>
    role === 'web'
      ? ['worker on each host', 'workers on each host']
      : ['process on each host', 'processes on each host'],
  thread: () => ['thread in each process', 'threads in each process'],
};
