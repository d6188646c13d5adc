import type { Boot } from '../../launch/boot.ts';
import type { PossibleCall, SkippedCall } from '../../ruby/host.ts';
import type { Span } from '../../text/source.ts';
import { NOTHING_ASSUMED, type Assumption, type Origin } from '../../value/origin.ts';
import { fileOfApp } from '../uncommitted.ts';
import { firstSet } from '../variables.ts';
import { repositoryPath } from '../repository_path.ts';
import { plainValue } from '../coercion.ts';
import { PumaFile, type PumaCall } from './file.ts';
import type { CommandLine } from './command_line.ts';
import type { RaisedAt } from '../raised.ts';
import type { PumaRules } from './rules.ts';
import type { Environment } from '../../value/environment.ts';

/** What one possible course of one configuration file said. */
export interface FileWorld {
  readonly calls: readonly PumaCall[];
  readonly skipped: readonly SkippedCall[];
  /** Directives of which nobody can say whether they are run. */
  readonly possible: readonly PossibleCall[];
  /** Why the file may say more than is known here, or null. */
  readonly open: Open | null;
  /** Why nothing is known from some line on, or null: what was set before may be set again. */
  readonly stopped: Open | null;
  /** Ruby raised while it was read: this course ends before Puma starts. */
  readonly fails: boolean;
}

export interface Open {
  readonly reason: string;
  readonly origin: Origin;
}

/** The files Puma reads, in order, or why that cannot be told. */
export interface FileChoice {
  readonly paths: readonly string[];
  readonly open: Open | null;
  readonly raised: RaisedAt | null;
  /** What it rests on that these are the files. */
  readonly assumes: readonly Assumption[];
}

const NO_FILE: FileChoice = { paths: [], open: null, raised: null, assumes: NOTHING_ASSUMED };

/**
 * Which files are read. `-C` names them; otherwise config/puma/<environment>.rb replaces config/puma.rb.
 * Source: lib/puma/configuration.rb@v8.0.2 (config_files)
 */
export function chooseFiles(boot: Boot, line: CommandLine, start: Environment, rules: PumaRules): FileChoice {
  if (line.read.open && line.configFiles.length === 0) return { ...NO_FILE, open: line.read.open };
  if (line.configFiles.length > 0) return namedFiles(boot, line);
  const environment = environmentName(boot, line, start, rules);
  const candidates = [`config/puma/${environment}.rb`, 'config/puma.rb'];
  const committed = candidates.filter((path) => boot.files.kind(path) !== 'missing');
  for (const path of committed.length > 0 ? committed : candidates) {
    const found = fileOfApp(path, 'by itself', boot);
    if (found)
      return found.kind === 'open'
        ? { ...NO_FILE, open: found }
        : { ...NO_FILE, paths: [found.path], assumes: found.assumes };
  }
  return NO_FILE;
}

function namedFiles(boot: Boot, line: CommandLine): FileChoice {
  const paths: string[] = [];
  const assumes: Assumption[] = [];
  for (const name of line.configFiles) {
    if (!name.known) return { ...NO_FILE, open: name };
    if (name.value === '-') continue;
    const found = repositoryPath(name.value, boot.files);
    if (found.kind === 'elsewhere') {
      return { ...NO_FILE, open: { reason: `${found.path} is not in the repository`, origin: name.origin } };
    }
    const there = found.kind === 'missing' ? fileOfApp(found.path, 'by name', boot) : null;
    if (there?.kind === 'open') return { ...NO_FILE, open: there };
    if (there) {
      paths.push(there.path);
      assumes.push(...there.assumes);
      continue;
    }
    if (found.kind === 'missing') {
      const message = `No such file or directory @ rb_sysopen - ${name.value}`;
      return { ...NO_FILE, raised: { error: 'Errno::ENOENT', message, origin: name.origin, assumes: name.assumes } };
    }
    paths.push(found.path);
  }
  return { ...NO_FILE, paths, assumes };
}

function environmentName(boot: Boot, line: CommandLine, start: Environment, rules: PumaRules): string {
  if (line.environment?.known) return line.environment.value;
  // Programs that load the app first hand their environment to Puma.
  if (line.starter !== 'puma') return boot.railsEnv;
  const named = firstSet(start, rules.environmentVariables);
  return named.known ? (named.value ?? 'development') : boot.railsEnv;
}

/** Reads a configuration file, and what it loads with `_load_from`. Null where there is no such file. */
export function readFile(boot: Boot, path: string): readonly FileWorld[] | null {
  return read(boot, path, new Set());
}

function read(boot: Boot, path: string, reading: ReadonlySet<string>): readonly FileWorld[] | null {
  const worlds = boot.ruby(path, () => new PumaFile());
  if (!worlds) return null;
  const handed = handsItselfAway(boot, path);
  return worlds.map((world): FileWorld => {
    const calls = world.self instanceof PumaFile ? world.self.calls : [];
    const { skipped, possible, failure } = world;
    const stopped = world.stopped ? openAt(world.stopped.reason, world.stopped.at) : null;
    const own: FileWorld = { calls, skipped, possible, open: handed, stopped, fails: failure !== null };
    return calls.some((call) => call.method === '_load_from')
      ? withLoaded(boot, own, new Set([...reading, path]))
      : own;
  });
}

function withLoaded(boot: Boot, world: FileWorld, reading: ReadonlySet<string>): FileWorld {
  const calls: PumaCall[] = [];
  const skipped: SkippedCall[] = [...world.skipped];
  const possible: PossibleCall[] = [...world.possible];
  let { open, stopped } = world;
  for (const call of world.calls) {
    if (call.method !== '_load_from') {
      calls.push(call);
      continue;
    }
    const path = call.args[0] ? plainValue(call.args[0]) : null;
    const text = path?.known && typeof path.value === 'string' ? path.value : null;
    const found = text === null ? null : repositoryPath(text, boot.files);
    const loaded = found?.kind === 'file' && !reading.has(found.path) ? read(boot, found.path, reading) : null;
    if (loaded?.length === 1) {
      calls.push(...loaded[0]!.calls);
      skipped.push(...loaded[0]!.skipped);
      possible.push(...loaded[0]!.possible);
      open ??= loaded[0]!.open;
      stopped ??= loaded[0]!.stopped;
    } else open ??= openAt('puma.rb loads a file that cannot be told', call.at);
  }
  return { ...world, calls, skipped, possible, open, stopped };
}

/** `GovukPuma.configure_rails(self)`: a gem sets what it likes. */
function handsItselfAway(boot: Boot, path: string): Open | null {
  const source = boot.source(path);
  const match = source
    ? /(?<![^\n])([^#\n]*?)(?<!\w|\w::)([A-Z]\w*(?:::\w+)*\.\w+[ (]\s*self)\b/.exec(source.text)
    : null;
  if (!source || !match) return null;
  const start = match.index + match[1]!.length;
  const at = { file: source, start, end: start + match[2]!.length };
  return openAt(`${match[2]!.split('.')[0]} configures Puma itself`, at);
}

function openAt(reason: string, at: Span): Open {
  return { reason, origin: { kind: 'code', at, from: [] } };
}
