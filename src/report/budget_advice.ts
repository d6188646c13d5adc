import type { Project } from '../lint/result.ts';
import { hostsThatFit, membersOn, savings, type Saving } from '../model/fits.ts';
import { formulaOf, formulaText } from '../model/formula.ts';
import type { Process, Server } from '../model/process.ts';
import type { Member } from '../model/servers.ts';
import { amount } from './budget_rows.ts';
import { escapeControls } from './characters.ts';
import { sentence } from './secrets.ts';
import { count, list } from './words.ts';

/** What to make of the budget of a server: what is assumed, how much of it fits, what moves it most. */
export function adviceOf(project: Project, server: Server): readonly string[] {
  const members = membersOn(project.processes, server);
  return [
    ...behind(server),
    ...symbols(members, server),
    ...assumed(members),
    ...fitting(members, server),
    ...heaviest(members, server),
  ];
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

/** Where the sum is not known, the formula of it is. */
function symbols(members: readonly Member[], server: Server): readonly string[] {
  if (server.demand.known || members.length === 0) return [];
  return [`demand = ${escapeControls(formulaText(formulaOf(members)))}, where ${sentence(server.demand.reason)}.`];
}

function assumed(members: readonly Member[]): readonly string[] {
  const names = [
    ...new Set(
      members.filter(({ process }) => process.hosts.origin.kind === 'assumed').map(({ process }) => process.name),
    ),
  ].map(escapeControls);
  if (names.length === 0) return [];
  const verb = names.length === 1 ? 'has' : 'have';
  return [
    `Nothing states how many hosts ${list(names)} ${verb}: 1 is assumed, and every sum is a lower bound. Say --hosts ${names[0]}=N.`,
  ];
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
  const fits = byName(members).flatMap(({ process }) => {
    const hosts = hostsThatFit(members, server, process.name);
    return hosts === null ? [] : [count(hosts, `${escapeControls(process.name)} host`)];
  });
  return fits.length > 0 ? [`Fits up to: ${list(fits, 'or')}, everything else as it is.`] : [];
}

function heaviest(members: readonly Member[], server: Server): readonly string[] {
  const [first] = byName(members);
  if (!first || !server.demand.known) return [];
  const { process, demand } = first;
  const saved = savings(members, process.name).map(
    ({ of, connections }) => `one ${WORDS[of](process)} less is ${connections} fewer`,
  );
  const less = saved.length > 0 ? `; ${saved.join(', ')}` : '';
  return [`What moves it most: ${escapeControls(process.name)} (${demand} of ${server.demand.value})${less}.`];
}

const WORDS: Readonly<Record<Saving['of'], (process: Process) => string>> = {
  host: () => 'host',
  process: ({ role }) => (role === 'web' ? 'worker on each host' : 'process on each host'),
  thread: () => 'thread in each process',
};
