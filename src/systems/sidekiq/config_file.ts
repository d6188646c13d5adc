import type { Boot } from '../../launch/boot.ts';
import { NOTHING_ASSUMED, type Assumption, type Origin } from '../../value/origin.ts';
import { combine, type Traced } from '../../value/traced.ts';
import type { PsychMapping, PsychNode } from '../../yaml/node.ts';
import { fileOfApp, type AppFile } from '../uncommitted.ts';
import { firstSet } from '../variables.ts';
import { repositoryPath } from '../repository_path.ts';
import { entryOf, type Entry, type KeyKind } from '../yaml_keys.ts';
import type { Environment } from '../../value/environment.ts';
import type { SidekiqLine } from './command_line.ts';
import type { SidekiqRules } from './rules.ts';

/** sidekiq.yml in one possible course: its section for the environment over its top level. */
export interface SidekiqFile {
  entry(name: string): Entry;
  /** What all of it rests on. */
  readonly assumes: readonly Assumption[];
}

export type FileReading =
  | { readonly kind: 'read'; readonly worlds: readonly SidekiqFile[] }
  | { readonly kind: 'open'; readonly reason: string; readonly origin: Origin }
  | { readonly kind: 'raises'; readonly message: string; readonly origin: Origin }
  /** The file raises while it is read; that has been noted where it was read. */
  | { readonly kind: 'broken' };

const NO_FILE: SidekiqFile = { entry: () => ({ kind: 'absent', assumes: [] }), assumes: NOTHING_ASSUMED };

/** Reads the file this version of Sidekiq would. Source: lib/sidekiq/cli.rb (setup_options, parse_config), per row. */
export function readSidekiqFile(boot: Boot, line: SidekiqLine, start: Environment, rules: SidekiqRules): FileReading {
  const choice = chosenPath(boot, line, rules);
  if (choice?.kind !== 'file') return choice ?? { kind: 'read', worlds: [NO_FILE] };
  const { path, assumes } = choice;
  const worlds = boot.yaml(path, rules.trimMode);
  if (!worlds) return { kind: 'read', worlds: [NO_FILE] };
  const named = sidekiqEnvironment(line, start, rules);
  const environment = named.known ? named.value : boot.railsEnv;
  const read = worlds.flatMap(({ document }) => {
    if (document.problem) return [];
    const file = document.root?.kind === 'mapping' ? merged(document.root, environment, rules) : NO_FILE;
    return [{ ...file, assumes }];
  });
  return read.length > 0 ? { kind: 'read', worlds: read } : { kind: 'broken' };
}

type Choice = AppFile | Extract<FileReading, { readonly kind: 'open' | 'raises' }>;

function chosenPath(boot: Boot, line: SidekiqLine, rules: SidekiqRules): Choice | null {
  const named = line.config;
  if (named) {
    if (!named.known) return { kind: 'open', reason: named.reason, origin: named.origin };
    if (named.value !== null) return namedPath(boot, named.value, named.origin, rules);
  }
  const folder = requiredFolder(boot, line, rules);
  if (folder === null) return null;
  const paths = ['config/sidekiq.yml', 'config/sidekiq.yml.erb'].map((path) =>
    folder === '' ? path : `${folder}/${path}`,
  );
  const there = paths.find((path) => boot.files.kind(path) !== 'missing') ?? paths[0]!;
  return fileOfApp(there, 'by itself', boot);
}

function namedPath(boot: Boot, text: string, origin: Origin, rules: SidekiqRules): Choice | null {
  const found = repositoryPath(text, boot.files);
  if (found.kind === 'file') return { kind: 'file', path: found.path, assumes: NOTHING_ASSUMED };
  if (found.kind === 'elsewhere') return { kind: 'open', reason: `${text} is not in the repository`, origin };
  const there = fileOfApp(found.path, 'by name', boot);
  if (there) return there;
  return rules.missingFileRaises ? { kind: 'raises', message: `No such file ${text}`, origin } : null;
}

function requiredFolder(boot: Boot, line: SidekiqLine, rules: SidekiqRules): string | null {
  if (rules.lookup === 'working directory') return '';
  const required = line.require;
  if (!required?.known || required.value === null) return rules.lookup === 'only with -r' ? null : '';
  const found = repositoryPath(required.value, boot.files);
  if (found.path === '') return '';
  if (boot.files.kind(found.path) === 'directory') return found.path;
  return rules.lookup === 'only with -r' ? null : '';
}

/** What Sidekiq takes for its environment, and exports as RACK_ENV and RAILS_ENV. Source: lib/sidekiq/cli.rb@v7.3.9 */
export function sidekiqEnvironment(line: SidekiqLine, start: Environment, rules: SidekiqRules): Traced<string> {
  const said = line.environment;
  const named = !said || (said.known && said.value === null) ? firstSet(start, rules.environmentVariables) : said;
  return combine(null, [named], (name) => name ?? 'development');
}

/** `opts.merge(opts.delete(environment) || {})` */
function merged(root: PsychMapping, environment: string, rules: SidekiqRules): SidekiqFile {
  const keys = rules.symbolKeysOnly ? 'symbol' : 'string, else symbol';
  const section = entryOf(root, environment, rules.symbolKeysOnly ? 'string' : 'string, else symbol');
  return {
    assumes: NOTHING_ASSUMED,
    entry(name) {
      if (section.kind === 'open') return section;
      const own = section.kind === 'node' ? inSection(section.node, name, keys) : null;
      if (own && own.kind !== 'absent') return own;
      const top = entryOf(root, name, keys);
      const assumes = [...(own?.assumes ?? []), ...(section.kind === 'absent' ? section.assumes : [])];
      if (top.kind === 'absent') return { kind: 'absent', assumes: [...assumes, ...top.assumes] };
      return top;
    },
  };
}

function inSection(section: PsychNode, name: string, keys: KeyKind): Entry {
  return section.kind === 'mapping' ? entryOf(section, name, keys) : { kind: 'absent', assumes: [] };
}
