import { list, plural } from '../lint/phrases.ts';
import type { Project } from '../lint/result.ts';
import type { Process, Server } from '../model/process.ts';
import { hostsAtPeak, mostHosts } from '../model/peak.ts';
import { membersOn } from '../model/fits.ts';
import type { Traced } from '../value/traced.ts';
import { amount } from './budget_rows.ts';
import { escapeControls } from './characters.ts';
import { sentence } from './secrets.ts';

/** One sum of a server: as it runs, at the top of autoscaling, during a deploy. */
export interface Level {
  readonly name: 'steady' | 'autoscaled' | 'deploying';
  readonly number: Traced<number>;
  /** What is different from the steady state: "4 instead of 2 hosts of web". */
  readonly because: string | null;
}

/** The sums of a server that differ, the steady one first. */
export function levelsOf(project: Project, server: Server): readonly Level[] {
  const members = membersOn(project.processes, server);
  const processes = [...new Set(members.map(({ process }) => process))];
  const levels: Level[] = [{ name: 'steady', number: server.demand, because: null }];
  if (!sameNumber(server.autoscaled, server.demand))
    levels.push({ name: 'autoscaled', number: server.autoscaled, because: changes(processes, mostHosts) });
  // Where no file deploys the app, there is no deploy to say anything of.
  if (server.peak.known || project.deployment !== 'inferred')
    levels.push({ name: 'deploying', number: server.peak, because: changes(processes, hostsAtPeak(members)) });
  return levels;
}

function sameNumber(one: Traced<number>, other: Traced<number>): boolean {
  if (one.known && other.known) return one.value === other.value;
  return one.known === other.known;
}

function changes(processes: readonly Process[], hostsOf: (process: Process) => Traced<number> | null): string | null {
  const said = new Set(
    processes.flatMap((process) => {
      const hosts = hostsOf(process);
      if (!hosts || sameNumber(hosts, process.hosts)) return [];
      const now = hosts.known ? plural(hosts.value, 'host') : '? hosts';
      return `${now} of ${escapeControls(process.name)} instead of ${amount(process.hosts)}`;
    }),
  );
  return said.size > 0 ? list([...said]) : null;
}

/** A full server is this many cells of the bar. */
const FULL = 20;
const LONGEST_BAR = 45;

/** The bar of a level, and whether it is too long; null where there is nothing to draw. */
export function barOf({ number }: Level, server: Server): { readonly text: string; readonly full: boolean } | null {
  const { usable } = server;
  if (!number.known || !usable.known) return null;
  const halves = usable.value > 0 ? Math.round((number.value / usable.value) * FULL * 2) : LONGEST_BAR * 2;
  const drawn = Math.min(halves, LONGEST_BAR * 2);
  const text = '█'.repeat(Math.floor(drawn / 2)) + (drawn % 2 === 1 ? '▌' : '');
  return { text, full: tooMany(number.value, server) > 0 };
}

/** "80 % of 97   14 to spare with 3 for console and migrations", or why nobody can tell; empty where nothing is. */
export function levelText({ number, because }: Level, server: Server): string {
  const { usable } = server;
  if (!number.known) return sentence(number.reason);
  // Why no limit is known is said once, for all servers.
  if (!usable.known) return because ?? '';
  const why = because === null ? '' : `; ${because}`;
  const over = tooMany(number.value, server);
  const share =
    usable.value > 0 ? `${Math.round((number.value / usable.value) * 100)} % of ${usable.value}` : `of ${usable.value}`;
  const verdict = over > 0 ? `${over} too many` : `${-over} to spare`;
  return `${share}   ${verdict} with ${amount(server.overhead)} for console and migrations${why}`;
}

/** What a level with what stands beside it is of what is usable, in percent; null where that is not known. */
export function shareOf({ number }: Level, { usable, overhead }: Server): number | null {
  if (!number.known || !usable.known || usable.value <= 0) return null;
  return Math.round(((number.value + (overhead.known ? overhead.value : 0)) / usable.value) * 100);
}

function tooMany(demand: number, { usable, overhead }: Server): number {
  return demand + (overhead.known ? overhead.value : 0) - (usable.known ? usable.value : 0);
}
