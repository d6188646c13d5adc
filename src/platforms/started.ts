import { dockerIgnore } from '../launch/dotenv_gem.ts';
import type { CommandReading } from '../launch/command.ts';
import { readCommand, readWords } from '../launch/command.ts';
import type { Command, Copied, Launch, Word } from '../launch/launch.ts';
import { spanText, type SourceFile, type Span } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import { known } from '../value/traced.ts';
import type { Scripts } from '../launch/runner.ts';
import { fileIn, filesMatching, within } from './docker/contents.ts';
import type { Image, Start } from './docker/image.ts';
import type { DeployedApp } from './platform.ts';

/** A process of a deployment whose command has been read. */
export interface StartedProcess {
  readonly name: string;
  readonly reading: CommandReading;
  /** Where it is said what runs. */
  readonly at: Span;
  readonly hosts: Launch['hosts'];
  readonly autoscaled?: Launch['hosts'];
  readonly overlap?: Launch['overlap'];
  readonly turns?: Launch['turns'];
  readonly setting?: Launch['setting'];
  readonly probes?: Launch['probes'];
}

/** The launches of a process. What nobody here can follow is said under `unresolved`, and counted nowhere. */
export function launchesOf(process: StartedProcess, app: DeployedApp): readonly Launch[] {
  const { name, reading, at, hosts, autoscaled, overlap, turns, setting, probes = [] } = process;
  // A variable of a container is one of all the programs in it.
  const alone = reading.candidates.filter(({ system }) => system !== null).length < 2;
  const lost = (reason: string) => app.uncounted(name, reason, at);
  if (reading.unresolved !== null) lost(reading.unresolved);
  else if (reading.candidates.length === 0) lost('nothing in the repository says what it starts');
  return reading.candidates.flatMap(({ command, system, environment, copied }) => {
    if (!system) {
      if (!endsByItself(command)) lost(`\`${shortened(command)}\` is no program this version knows`);
      return [];
    }
    const scaled = {
      ...(autoscaled ? { autoscaled } : {}),
      ...(overlap ? { overlap } : {}),
      ...(turns ? { turns } : {}),
      ...(setting && alone ? { setting } : {}),
      ...(probes.length > 0 ? { probes } : {}),
      ...(copied.length > 0 ? { copied } : {}),
    };
    return [{ name, command, system: system.id, environment, declared: true, hosts, ...scaled }];
  });
}

/** Whether a reading says what runs. */
export function isRecognised({ candidates }: CommandReading): boolean {
  return candidates.some(({ system }) => system !== null);
}

/** `rails db:migrate`: it runs before the others and ends. */
function endsByItself({ words }: Command): boolean {
  const [program, task] = words.map(({ value }) => (value.known ? value.value : ''));
  return /(?:^|\/)(?:rails|rake)$/.test(program!) && /^(?:db|assets|data):/.test(task ?? '');
}

/** The program with its wrappers and its subcommand; no argument, which may hold a secret. */
function shortened({ wrappers, words }: Command): string {
  const [program, ...args] = words.map((word) => unquoted(spanText(word.at)));
  const hasSubcommand = /(?:^|\/)(?:rails|rake)$/.test(program!);
  const shown = [
    ...wrappers.map(unquoted).filter((word) => word !== 'env' && !word.includes('=')),
    program!,
    ...(hasSubcommand ? args.slice(0, 1) : []),
  ];
  return args.length > (hasSubcommand ? 1 : 0) ? `${shown.join(' ')} …` : shown.join(' ');
}

/** A word without the quotes of the list it stands in. */
function unquoted(word: string): string {
  return word.replace(/^(["'])(.*)\1$/, '$2');
}

/** What a container is said to start, above what its image says. Undefined where nothing is said. */
export interface ContainerStart {
  readonly image: Image | null;
  readonly entrypoint?: Start | null | undefined;
  readonly command?: Start | undefined;
  /** What is mounted over the files of its image. */
  readonly mounts?: readonly Copied[];
}

/**
 * What runs in a container: its entrypoint with its command as arguments. An entrypoint of its own drops the command of
 * the image. Null where nothing says what runs.
 * Source: daemon/commit.go (merge), daemon/create.go@v28.0.0 (moby/moby)
 */
export function readContainer(
  { image, entrypoint, command, mounts = [] }: ContainerStart,
  environment: Environment,
  app: DeployedApp,
): CommandReading | null {
  const entry = entrypoint === undefined ? (image?.entrypoint ?? null) : entrypoint;
  const inherited = entrypoint ? null : (image?.command ?? null);
  const given = command ?? inherited;
  const scripts = mounted(scriptsIn(image, app), mounts);
  if (entry?.kind === 'line') return readCommand(entry.text, entry.at, environment, app.systems, scripts);
  if (!entry && !given) return null;
  if (!entry && given!.kind === 'line') {
    return readCommand(given!.text, given!.at, environment, app.systems, scripts);
  }
  const at = (given ?? entry)!.at;
  const words = [...(entry?.words ?? []), ...(given ? wordsOf(given) : [])];
  return readWords(words, at, environment, app.systems, scripts);
}

function mounted(scripts: Scripts, mounts: readonly Copied[]): Scripts {
  if (mounts.length === 0) return scripts;
  const file = (path: string) => scripts(path);
  return Object.assign(file, { ...scripts, copies: [...(scripts.copies ?? []), ...mounts] });
}

function wordsOf(start: Start): readonly Word[] {
  if (start.kind === 'words') return start.words;
  const literal = (text: string): Word => ({ value: known(text, { kind: 'literal', at: start.at }), at: start.at });
  return [literal('/bin/sh'), literal('-c'), literal(start.text)];
}

/** The files that a command line in an image means, or one that runs in the checkout itself. */
export function scriptsIn(image: Image | null, app: DeployedApp): Scripts {
  const { files } = app;
  const file = (path: string) => scriptFile(path, image, app);
  if (!image) return file;
  const matching = (pattern: string) =>
    filesMatching(pattern, image.copies, files.tree.list()).flatMap(({ path, from }) => {
      const source = files.source(from);
      return source ? [{ path, file: source }] : [];
    });
  return Object.assign(file, { matching, copies: image.copies });
}

/**
 * The script of the repository that a path in a container means: where the Dockerfile copies it, from the image's
 * folder, or from any folder the repository may have been copied to.
 */
export function scriptFile(path: string, image: Image | null, app: DeployedApp): SourceFile | null {
  const { files } = app;
  const copies = image?.copies ?? [];
  const exists = (one: string) => files.exists(one);
  const named = path.includes('/') ? undefined : copies.findLast(({ to }) => to.endsWith(`/${path}`))?.from;
  const copied = path.includes('/') ? fileIn(within(image?.folder ?? null, path), copies, exists) : named;
  const bare = path.replace(/^\.\//, '');
  const places = path.includes('/') ? suffixes(bare) : namesakes(path, files.tree.list());
  const found = [copied ?? undefined, ...places].find((one) => one !== undefined && exists(one));
  // `.env` is kept out of most images.
  if (image && found !== undefined && !found.includes('/') && dockerIgnore(files)(found)) return null;
  return found === undefined ? null : files.source(found);
}

/** `start.sh` is looked for in the PATH of the image: the only script of that name, wherever it was copied from. */
function namesakes(name: string, paths: readonly string[]): readonly string[] {
  const found = name.endsWith('.sh') ? paths.filter((path) => path === name || path.endsWith(`/${name}`)) : [];
  return found.length === 1 ? found : [];
}

/** `/rails/bin/web`: `rails/bin/web`, `bin/web`, `web`; a relative path only itself. */
function suffixes(path: string): readonly string[] {
  if (!path.startsWith('/')) return path.split('/').includes('..') ? [] : [path];
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? [] : parts.map((_, index) => parts.slice(index).join('/'));
}
