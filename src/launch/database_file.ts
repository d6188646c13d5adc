import type { Assumption } from '../value/origin.ts';
import type { AppFiles } from './files.ts';
import type { PsychNode } from '../yaml/node.ts';
import type { Copied } from './launch.ts';

/** The file that Rails reads, or those that people copy there: more than one where each is for another database. */
export interface DatabaseFiles {
  readonly paths: readonly string[];
  readonly assumes: readonly Assumption[];
  /** What writes it in the image of the process, so that nobody can tell what it says; then there are no paths. */
  readonly written?: Extract<Copied, { readonly from: null }>;
}

const REAL = 'config/database.yml';

/** Names of files that people copy to config/database.yml. */
const SAMPLE = /^config\/(?:[\w-]+[._-])?database(?:[._-][\w-]+(?:\.[\w-]+)*)?\.ya?ml(?:[._-][\w-]+(?:\.[\w-]+)*)?$/;
const USUAL = /(?:^|[._/-])(?:example|sample|template|dist|default|docker|production)(?:[._-]|$)/;

/** `COPY docker/database.yml config/database.yml`, `RUN cp config/database.yml.sample ./config/database.yml`. */
const COPIED =
  /(?:^|[\s"'[,;&])(?:COPY|ADD|cp)\s+(?:-\S{1,200}\s+){0,8}["']?(?<from>[\w./-]{0,200}database[\w.-]{0,200})["']?,?\s+["']?\S{0,200}config\/database\.yml\b/m;

/**
 * Where the app's database.yml is: what the image of the process has in its place, else the file itself, else the one
 * its Dockerfile copies there, else the sample that is committed in its place.
 */
export function databaseFiles(files: AppFiles, image: readonly Copied[] = []): DatabaseFiles | null {
  const there = lyingThere(REAL, image, (path) => files.exists(path));
  if (there?.from === null) return { paths: [], assumes: [], written: there };
  if (there) return { paths: [there.from], assumes: there.assumes ?? [] };
  if (files.tree.kind(REAL) !== 'missing') return { paths: [REAL], assumes: [] };
  const copied = files.exists('Dockerfile')
    ? COPIED.exec(files.source('Dockerfile')?.text ?? '')?.groups?.['from']
    : undefined;
  const inTree = copied?.replace(/^(?:\.\/|\/[\w-]+\/)/, '');
  if (inTree !== undefined && files.exists(inTree)) {
    return { paths: [inTree], assumes: [copyOf(files.shown(inTree), 'as the Dockerfile copies it')] };
  }
  const samples = files.tree.list().filter((path) => SAMPLE.test(path));
  const usual = samples.filter((path) => USUAL.test(path));
  const paths = usual.length > 0 ? usual : samples;
  if (paths.length === 0) return null;
  const shown = paths.map((path) => files.shown(path)).join(' or ');
  return { paths, assumes: [copyOf(shown, 'which is not committed itself')] };
}

/** What an image gets at a path of the app after everything else; null where it gets nothing there. */
export function lyingThere(path: string, image: readonly Copied[], exists: (path: string) => boolean): Copied | null {
  const slash = path.lastIndexOf('/');
  const [folder, name] = [path.slice(0, slash), path.slice(slash + 1)];
  for (const copied of image.toReversed()) {
    const { from, to } = copied;
    if (to.endsWith(`/${path}`) && (from === null || exists(from))) return copied;
    if (from === '.' && exists(path)) return { from: path, to };
    const inFolder = `${from}/${name}`;
    if (slash > 0 && to.endsWith(`/${folder}`) && from !== null && exists(inFolder)) return { from: inFolder, to };
  }
  return null;
}

/** A file of which nothing is known but that it has the environment that is asked for. */
export function openDocument({ reason, at }: NonNullable<DatabaseFiles['written']>, railsEnv: string): PsychNode {
  const section = {
    kind: 'mapping',
    at,
    entries: [],
    open: `${reason}: nobody can tell what it says`,
    absent: [],
  } as const;
  return { ...section, entries: [{ key: railsEnv, keyAt: at, value: section, overridden: [], merges: [] }] };
}

function copyOf(path: string, how: string): Assumption {
  return { kind: 'reachable', text: `config/database.yml is a copy of ${path}, ${how}` };
}
