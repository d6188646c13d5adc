import { joinEntries } from '../database/join.ts';
import type { DatabaseEntry } from '../database/entry.ts';
import { raisedBy, sequelEntries, sequelEntry, type SequelConnection } from '../database/sequel.ts';
import { isInstalled } from '../systems/rules.ts';
import { placeOfOrigin } from '../systems/place.ts';
import { span, type Span } from '../text/source.ts';
import { assumptionsOf } from '../value/traced.ts';
import type { Application, ApplicationFile, Boot } from './boot.ts';
import { hanamiConnections } from './hanami.ts';
import { CONNECTS } from './sequel_files.ts';
import { connectionsIn, connects, type Said } from './sequel_said.ts';
import { sequelRails } from './sequel_rails.ts';

/** What the databases of an application depend on. */
export interface SequelInput {
  readonly boot: Boot;
  readonly application: Application;
  /** What Active Record would make of database.yml. */
  readonly entries: readonly DatabaseEntry[];
}

/**
 * The databases of a process whose application has Sequel: those of Active Record where it has that too, and one for
 * every connection that Sequel, ROM or Hanami makes.
 */
export function withSequel(input: SequelInput): readonly DatabaseEntry[] {
  const { boot, application, entries } = input;
  if (!isInstalled(boot.versions, 'sequel')) return entries;
  const own = isInstalled(boot.versions, 'sequel-rails') ? sequelRails(input) : entries;
  const hanami = hanamiConnections(input).map(sequelEntry);
  const taken = new Set([...own, ...hanami].map(({ name }) => name));
  const heard = new Set<string>();
  const connected = application.files.flatMap((file) => {
    const courses = connectionsOf(
      file,
      boot,
      own.some(({ orm }) => orm === undefined),
    );
    // Ruby runs a required file once: what another file that requires it is heard to say is the same connection.
    const worlds = courses.map((course) => course.filter(({ at }) => at === null || !heard.has(placeKey(at))));
    for (const { at } of worlds.flat()) if (at !== null) heard.add(placeKey(at));
    const names = namesFor(worlds, taken);
    return joinEntries(worlds.map((said) => said.flatMap((one, index) => sequelEntries(named(one, names[index]!)))));
  });
  const sequel = [...hanami, ...connected];
  for (const entry of [...own, ...sequel]) noteRaise(entry, boot);
  return [...own, ...sequel];
}

/**
 * What each course of a file connects to.
 * @param beside whether the application has Active Record: a method that connects is then a job of its own, an import
 * or an export, unless it keeps the connection
 */
function connectionsOf(file: ApplicationFile, boot: Boot, beside: boolean): readonly (readonly Said[])[] {
  if (file.worlds.some(connects)) return file.worlds.map(connectionsIn);
  const source = boot.source(file.path);
  const written = source ? CONNECTS.exec(source.text) : null;
  const [, receiver, method] = /\b(Sequel|ROM|ROM::Configuration)\.(\w+)$/.exec(written?.[0] ?? '') ?? [];
  if (!source || !written || receiver === undefined || method === undefined) return [[]];
  // In the body of a method, which runs whenever somebody calls it: the call says what it says there too.
  const alone = boot.call(file.path, receiver, method);
  if (beside && alone && alone.within.length > 0 && !written[0].includes('||=')) return [[]];
  if (alone?.worlds.some(connects)) return alone.worlds.map(connectionsIn);
  const end = written.index + written[0].length;
  const at = alone?.at ?? span(source, end - receiver.length - method.length - 1, end);
  const reason = 'it is connected by code that this tool does not run';
  const open = { reason, origin: { kind: 'code', at, from: [] } } as const;
  return [[{ gateway: null, at, url: null, options: new Map(), places: new Map(), adapter: null, open }]];
}

/** `primary` for the first database, the gateway's own name, else a number. */
function namesFor(worlds: readonly (readonly Said[])[], taken: Set<string>): readonly string[] {
  const most = Math.max(0, ...worlds.map((said) => said.length));
  return Array.from({ length: most }, (_, index) => {
    const gateway = worlds.map((said) => said[index]?.gateway).find((name) => name !== null && name !== undefined);
    const wished = gateway ?? (taken.size === 0 ? 'primary' : 'sequel');
    let name = wished;
    for (let count = 2; taken.has(name); count += 1) name = `${wished}_${count}`;
    taken.add(name);
    return name;
  });
}

function placeKey({ file, start }: Span): string {
  return `${file.path} ${start}`;
}

function named(said: Said, name: string): SequelConnection {
  return { ...said, name, variable: null };
}

function noteRaise(entry: DatabaseEntry, boot: Boot): void {
  const message = raisedBy(entry);
  const at = placeOfOrigin(entry.pool.origin) ?? entry.at;
  if (message === null || !at) return;
  boot.note({ kind: 'boot-failure', message: `Sequel raises ${message}`, at, assumes: assumptionsOf(entry.pool) });
}
