import { span, type SourceFile, type Span } from '../text/source.ts';
import { GemVersion } from './compare.ts';

/** One gem of a lockfile, at the version it is locked to. */
export interface LockedGem {
  readonly name: string;
  readonly version: GemVersion;
  /** The version, in the lockfile. */
  readonly at: Span;
  readonly source: 'gem' | 'git' | 'path' | 'plugin';
  /** `x86_64-linux` for a gem built for one platform; null for Ruby. */
  readonly platform: string | null;
}

export interface LockedDependency {
  readonly name: string;
  /** As written: `~> 8.0.2, >= 8.0.2.1`; empty for none. */
  readonly requirement: string;
  readonly at: Span;
}

export interface Lockfile {
  readonly file: SourceFile;
  /** By name; of several platforms the first. */
  readonly gems: ReadonlyMap<string, LockedGem>;
  /** What the Gemfile asks for. */
  readonly dependencies: ReadonlyMap<string, LockedDependency>;
  /** `3.4.1` of `ruby 3.4.1p0`. */
  readonly ruby: { readonly text: string; readonly at: Span } | null;
  readonly bundler: { readonly text: string; readonly at: Span } | null;
  /** Bundler would refuse the file, or read it wrongly. */
  readonly problem: { readonly message: string; readonly at: Span } | null;
}

const SOURCES: Readonly<Record<string, LockedGem['source']>> = {
  GEM: 'gem',
  GIT: 'git',
  PATH: 'path',
  'PLUGIN SOURCE': 'plugin',
};

const SPEC = /^ {4}(\S+) \(([^()]*)\)$/u;
const DEPENDENCY = /^ {2}([^\s!]+)(?: \(([^()]*)\))?!?$/u;
const CONFLICT = /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/u;

/** Gemfile.lock, as `lib/bundler/lockfile_parser.rb@v2.6.2` reads it. Never throws. */
export function readLockfile(file: SourceFile): Lockfile {
  const gems = new Map<string, LockedGem>();
  const dependencies = new Map<string, LockedDependency>();
  let ruby: Lockfile['ruby'] = null;
  let bundler: Lockfile['bundler'] = null;
  let problem: Lockfile['problem'] = null;
  let section = '';
  for (let number = 1; number <= file.lineCount; number++) {
    const text = number === 1 ? file.line(number).replace(/^\uFEFF/u, '') : file.line(number);
    const line = text.trimEnd();
    const start = file.lineStart(number) + (file.line(number).length - text.length);
    if (CONFLICT.test(line)) {
      problem ??= {
        message: 'the lockfile contains merge conflicts: Bundler refuses to read it',
        at: span(file, start, start + line.length),
      };
      continue;
    }
    if (line === '') continue;
    if (!line.startsWith(' ')) {
      section = line;
      continue;
    }
    const source = SOURCES[section];
    if (source) {
      const gem = readSpec(file, line, start, source);
      if (gem && !gems.has(gem.name)) gems.set(gem.name, gem);
    } else if (section === 'DEPENDENCIES') {
      const match = DEPENDENCY.exec(line);
      const at = span(file, start + 2, start + line.length);
      if (match) dependencies.set(match[1]!, { name: match[1]!, requirement: match[2] ?? '', at });
    } else if (section === 'RUBY VERSION') {
      const match = /^ +ruby (\d+\.\d+\.\d+(?:\.?(?:preview|rc|dev)\d*)?)/u.exec(line);
      if (match) {
        const from = start + line.indexOf(match[1]!);
        ruby = { text: match[1]!, at: span(file, from, from + match[1]!.length) };
      }
    } else if (section === 'BUNDLED WITH') {
      const version = line.trim();
      const from = start + line.indexOf(version);
      bundler = { text: version, at: span(file, from, from + version.length) };
    }
  }
  return { file, gems, dependencies, ruby, bundler, problem };
}

/** `    nokogiri (1.16.0-x86_64-linux)`: the platform begins at the first dash. */
function readSpec(file: SourceFile, line: string, start: number, source: LockedGem['source']): LockedGem | null {
  const match = SPEC.exec(line);
  if (!match) return null;
  const [, name = '', full = ''] = match;
  const dash = full.indexOf('-');
  const text = dash === -1 ? full : full.slice(0, dash);
  const version = GemVersion.parse(text);
  if (!version) return null;
  const from = start + line.indexOf('(', 4 + name.length) + 1;
  return {
    name,
    version,
    at: span(file, from, from + text.length),
    source,
    platform: dash === -1 ? null : full.slice(dash + 1),
  };
}

/** A gem as Rails versions go: an application may lock only parts of Rails, and all parts have one version. */
export function lockedGem(lockfile: Lockfile, name: string): LockedGem | null {
  const gem = lockfile.gems.get(name);
  if (gem || name !== 'rails') return gem ?? null;
  return lockfile.gems.get('railties') ?? lockfile.gems.get('activerecord') ?? null;
}
