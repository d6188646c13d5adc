import type { BootedLaunch, Project } from '../lint/result.ts';
import type { SettingLeaf, Settings } from '../systems/system.ts';
import { known, type Traced } from '../value/traced.ts';
import { trailOf } from '../value/trail.ts';
import { isSecretName } from './secret_shapes.ts';
import { shownTrail, tracedJson, type TracedJson } from './traced.ts';

/** What `show` prints of a project, after the files that were named have limited it. */
export interface ShownProject {
  readonly project: Project;
  readonly launches: readonly ShownLaunch[];
}

export interface ShownLaunch {
  readonly launch: BootedLaunch['launch'];
  readonly command: Traced<string> | null;
  readonly env: readonly Entry[];
  readonly databases: readonly { readonly name: string; readonly entries: readonly Entry[] }[];
  readonly settings: Group;
}

export interface Entry {
  readonly name: string;
  readonly traced: Traced<unknown>;
  readonly secret: boolean;
}

export type Leaf =
  { readonly kind: 'traced'; readonly traced: Traced<unknown> } | { readonly kind: 'word'; readonly word: string };
export type Part = Leaf | { readonly kind: 'list'; readonly items: readonly Part[] } | Group;
export interface Group {
  readonly kind: 'group';
  readonly parts: readonly (readonly [name: string, part: Part])[];
}

/** @param files what was named on the command line; nothing limits the output where it is empty */
export function shownProjects(projects: readonly Project[], files: readonly string[]): readonly ShownProject[] {
  const limit: Limit = files.length === 0 ? () => true : (traced) => isSetIn(traced, files);
  return projects
    .map((project) => ({
      project,
      launches: project.launches.map((launch) => shownLaunch(launch, limit, files.length > 0)),
    }))
    .map(({ project, launches }) => ({
      project,
      launches: files.length === 0 ? launches : launches.filter(hasContent),
    }));
}

type Limit = (traced: Traced<unknown>) => boolean;

function isSetIn(traced: Traced<unknown>, files: readonly string[]): boolean {
  return shownTrail(traced.origin).some(({ file }) => file !== undefined && files.includes(file));
}

function hasContent({ env, databases, settings }: ShownLaunch): boolean {
  return env.length > 0 || databases.length > 0 || settings.parts.length > 0;
}

function shownLaunch(booted: BootedLaunch, limit: Limit, limited: boolean): ShownLaunch {
  const { launch } = booted;
  const command = launch.command;
  const env = booted.read.map((name) => entry(name, booted.environment.get(name)));
  const databases = booted.databases.map((database) => {
    const entries = new Map<string, Traced<unknown>>(database.settings);
    entries.set('adapter', database.adapter);
    entries.set('pool', database.pool);
    entries.set('checkout_timeout', database.checkoutTimeout);
    return { name: database.name, entries: [...entries].map(([name, traced]) => entry(name, traced)) };
  });
  return {
    launch,
    command: command && known(command.text, { kind: 'literal', at: command.at }),
    env: env.filter(({ traced }) => limit(traced)),
    databases: databases
      .map(({ name, entries }) => ({ name, entries: entries.filter(({ traced }) => limit(traced)) }))
      .filter(({ entries }) => !limited || entries.length > 0),
    settings: groupOf(booted.settings, limit, limited),
  };
}

function entry(name: string, traced: Traced<unknown>): Entry {
  return { name, traced, secret: isSecretName(name) || isUserInfo(name, traced) };
}

/** A user name that a URL carries is part of what is masked in the URL itself. */
function isUserInfo(name: string, { origin }: Traced<unknown>): boolean {
  return name === 'username' && trailOf(origin, () => '').some(({ kind }) => kind === 'url');
}

function groupOf(settings: Settings, limit: Limit, limited: boolean): Group {
  const parts: (readonly [string, Part])[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const part = partOf(setting, limit, limited);
    if (part) parts.push([name, part]);
  }
  return { kind: 'group', parts };
}

/** Null where nothing of it is set in the files that were named. */
function partOf(
  setting: SettingLeaf | readonly SettingLeaf[] | readonly Settings[] | Settings,
  limit: Limit,
  limited: boolean,
): Part | null {
  if (typeof setting === 'string') return limited ? null : { kind: 'word', word: setting };
  if (Array.isArray(setting)) {
    const items = (setting as readonly (SettingLeaf | Settings)[]).flatMap(
      (item) => partOf(item, limit, limited) ?? [],
    );
    return limited && items.length === 0 ? null : { kind: 'list', items };
  }
  if (isTraced(setting)) return limit(setting) ? { kind: 'traced', traced: setting } : null;
  const group = groupOf(setting as Settings, limit, limited);
  return limited && group.parts.length === 0 ? null : group;
}

function isTraced(setting: object): setting is Traced<unknown> {
  return 'known' in setting && typeof setting.known === 'boolean' && 'origin' in setting;
}

/** A traced value as `show` and its JSON agree on it. */
export function entryJson({ traced, secret }: Entry): TracedJson {
  return tracedJson(traced, { secret });
}
