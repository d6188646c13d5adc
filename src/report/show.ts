import { paint, type Paint } from './ansi.ts';
import { cells, padEnd, wrap } from './cells.ts';
import type { Project } from '../lint/result.ts';
import { escapeControls, oneLine } from './characters.ts';
import { projectName } from './project_name.ts';
import { history } from './history.ts';
import { noServer } from './no_database.ts';
import { counterexamples } from './proofs.ts';
import { isSecretName } from './secret_shapes.ts';
import { sentence } from './secrets.ts';
import { shownProjects, type Entry, type Part, type ShownLaunch } from './shown.ts';
import { shownValue } from './traced.ts';
import { notRead } from './unread.ts';
import { gemName } from './words.ts';
import type { Traced } from '../value/traced.ts';

export interface ShowOptions {
  readonly color: boolean;
  readonly width: number;
  readonly files: readonly string[];
}

/** One line of `show`: what it is called, what it is, where that comes from. */
export interface ShownRow {
  readonly depth: number;
  readonly name: string;
  /** Null for a heading. */
  readonly value: string | null;
  readonly history: string;
}

export interface ShownSection {
  readonly title: string;
  readonly rows: readonly ShownRow[];
}

/** The configuration as each launch sees it, for people. */
export function show(projects: readonly Project[], options: ShowOptions): string {
  const brush = paint(options.color);
  const lines: string[] = [];
  for (const { project, launches } of shownProjects(projects, options.files)) {
    for (const launch of launches) {
      if (lines.length > 0) lines.push('');
      lines.push(brush(titleOf(project, launch, projects.length > 1), 'bold'));
      if (launch.databases.length === 0 && options.files.length === 0)
        lines.push(...wrap(noServer(withoutDatabases(project, launch)), options.width - 2).map((line) => `  ${line}`));
      for (const section of sectionsOf(launch, project)) lines.push(...sectionLines(section, options.width, brush));
    }
    const otherwise = launches.length > 0 ? counterexamples([project]) : [];
    if (otherwise.length > 0) lines.push('', brush('holds as configured, but', 'bold'));
    for (const one of otherwise) lines.push(...wrap(one, options.width - 2).map((line) => `  ${line}`));
  }
  const unread = lines.length > 0 ? notRead(projects) : [];
  if (unread.length > 0) lines.push('', ...unread.flatMap((one) => wrap(one, options.width)));
  if (lines.length === 0)
    lines.push(options.files.length > 0 ? 'No process takes anything from this file.' : 'No process.');
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** "web (Puma 6.6.0, production): bundle exec puma" */
export function titleOf(project: Project, shown: ShownLaunch, several: boolean): string {
  const { launch, command } = shown;
  const where = several ? `${projectName(project)}: ` : '';
  const said = command?.known ? `: ${sentence(commandOf(launch, command.value))}` : '';
  const isInferred = project.deployment === 'inferred' && launch.command === null;
  const started = isInferred ? ', inferred: no file starts it' : '';
  const declared = launch.declared ? started : ', not declared by the deployment';
  return `${where}${escapeControls(launch.name)} (${systemOf(project, shown)}, ${escapeControls(project.environment)}${declared})${said}`;
}

/** A command line; of a whole script only the program of it that this process is. */
function commandOf({ command }: ShownLaunch['launch'], text: string): string {
  const whole = text.trim();
  if (!command || !whole.includes('\n')) return oneLine(text);
  const words = command.words.map(({ value }) => (value.known ? value.value : '…'));
  return oneLine(['…', ...command.wrappers, ...words].join(' '));
}

function withoutDatabases(project: Project, { launch }: ShownLaunch): Project {
  return { ...project, processes: [], launches: project.launches.filter((one) => one.launch === launch) };
}

function systemOf(project: Project, { launch }: ShownLaunch): string {
  const version = project.versions[launch.system];
  return version ? `${gemName(launch.system)} ${escapeControls(version)}` : gemName(launch.system);
}

/** What `show` says of a launch: its databases, its settings and the variables it reads, each under a title. */
export function sectionsOf(launch: ShownLaunch, project: Project): readonly ShownSection[] {
  const sections: ShownSection[] = launch.databases.map(({ name, entries }) => {
    const file = commonFile(entries.map(({ traced }) => traced));
    return {
      title: `${file === null ? '' : `${escapeControls(file)}, `}${escapeControls(project.environment)}.${escapeControls(name)}`,
      rows: entries.map((entry) => rowOf(entry, file, 0, entry.name === 'checkout_timeout' ? ' s' : '')),
    };
  });
  const traced = tracedIn(launch.settings);
  if (launch.settings.parts.length > 0) {
    const file = commonFile(traced);
    const system = systemOf(project, launch);
    const title = file === null ? `${system}, its settings` : `${escapeControls(file)}, ${system}`;
    sections.push({ title, rows: launch.settings.parts.flatMap(([name, part]) => partRows(name, part, file, 0)) });
  }
  if (launch.env.length > 0)
    sections.push({ title: 'variables it reads', rows: launch.env.map((entry) => rowOf(entry, null, 0)) });
  return sections;
}

/** The file most of them come from, so that its name is printed once. */
function commonFile(values: readonly Traced<unknown>[]): string | null {
  const times = new Map<string, number>();
  for (const { origin } of values) {
    if ('at' in origin && origin.at) times.set(origin.at.file.path, (times.get(origin.at.file.path) ?? 0) + 1);
  }
  let common: string | null = null;
  for (const [file, number] of times) if (common === null || number > times.get(common)!) common = file;
  return common;
}

function tracedIn(part: Part): readonly Traced<unknown>[] {
  if (part.kind === 'traced') return [part.traced];
  if (part.kind === 'list') return part.items.flatMap(tracedIn);
  return part.kind === 'group' ? part.parts.flatMap(([, one]) => tracedIn(one)) : [];
}

function rowOf({ name, traced, secret }: Entry, file: string | null, depth: number, unit = ''): ShownRow {
  const row = { depth, name: escapeControls(name), history: history(traced.origin, file, { secret }) };
  if (!traced.known) return { ...row, value: 'unknown', history: sentence(traced.reason) };
  if (traced.value === null) {
    const unset = traced.origin.kind === 'unset';
    return {
      ...row,
      value: unset ? 'not set' : 'nil',
      history: traced.origin.kind === 'unset' && !traced.origin.at ? '' : row.history,
    };
  }
  return { ...row, value: `${written(shownValue(traced.value, { secret }))}${unit}` };
}

function partRows(name: string, part: Part, file: string | null, depth: number): readonly ShownRow[] {
  switch (part.kind) {
    case 'word':
      return [{ depth, name: escapeControls(name), value: sentence(part.word), history: '' }];
    case 'traced':
      return [rowOf({ name, traced: part.traced, secret: isSecretName(name) }, file, depth)];
    case 'list': {
      const words = part.items.flatMap((item) => (item.kind === 'word' ? [sentence(item.word)] : []));
      if (words.length === part.items.length)
        return [{ depth, name: escapeControls(name), value: words.join(', ') || 'none', history: '' }];
      return part.items.flatMap((item, index) => partRows(`${name} ${index + 1}`, item, file, depth));
    }
    case 'group':
      return [
        { depth, name: escapeControls(name), value: null, history: '' },
        ...part.parts.flatMap(([inner, one]) => partRows(inner, one, file, depth + 1)),
      ];
  }
}

function written(value: unknown): string {
  if (value === null) return 'nil';
  if (typeof value === 'string') return value === '' ? '""' : oneLine(value, 60);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return Array.isArray(value)
    ? value.map(written).join(', ') || 'none'
    : oneLine(typeof value === 'object' ? JSON.stringify(value) : String(value), 60);
}

/** Values up to this width line up; a longer one pushes its history to the next line. */
const ALIGNED = 28;

function sectionLines({ title, rows }: ShownSection, width: number, brush: Paint): readonly string[] {
  const names = Math.max(0, ...rows.map(({ depth, name }) => depth * 2 + cells(name)));
  const widths = rows.map(({ value }) => cells(value ?? '')).filter((wide) => wide <= ALIGNED);
  const column = names + Math.max(0, ...widths) + 10;
  const lines = [`  ${brush(title, 'cyan')}`];
  for (const { depth, name, value, history: past } of rows) {
    const start = `    ${padEnd(' '.repeat(depth * 2) + name, names)}`;
    if (value === null) {
      lines.push(start);
      continue;
    }
    const told = past === '' ? [] : wrap(past, Math.max(30, width - column)).map((line) => brush(line, 'dim'));
    const beside = 4 + names + 3 + cells(value) + 3 <= column ? told.shift() : undefined;
    const gap = ' '.repeat(Math.max(3, column - (4 + names + 3 + cells(value))));
    lines.push(`${start}   ${brush(value, 'bold')}${beside === undefined ? '' : gap + beside}`);
    lines.push(...told.map((line) => ' '.repeat(column) + line));
  }
  return lines;
}
