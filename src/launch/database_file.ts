import type { Assumption } from '../value/origin.ts';
import type { AppFiles } from './files.ts';

/** The file that Rails reads, or those that people copy there: more than one where each is for another database. */
export interface DatabaseFiles {
  readonly paths: readonly string[];
  readonly assumes: readonly Assumption[];
}

const REAL = 'config/database.yml';

/** Names of files that people copy to config/database.yml. */
const SAMPLE = /^config\/(?:[\w-]+[._-])?database(?:[._-][\w-]+)*\.ya?ml(?:[._-][\w-]+)*$/;
const USUAL = /(?:^|[._/-])(?:example|sample|template|dist|default|docker|production)(?:[._-]|$)/;

/** `COPY docker/database.yml config/database.yml`, `RUN cp config/database.yml.sample ./config/database.yml`. */
const COPIED =
  /(?:^|[\s"'[,;&])(?:COPY|ADD|cp)\s+(?:-\S+\s+)*["']?(?<from>[\w./-]*database[\w.-]*)["']?,?\s+["']?\S*config\/database\.yml\b/m;

/** What an image has of the repository, in the order in which it gets it. */
type Copied = readonly { readonly from: string; readonly to: string }[];

/**
 * Where the app's database.yml is: what the image of the process has in its place, else the file itself, else the one its Dockerfile copies there, else the sample that is
 * committed in its place.
 */
export function databaseFiles(files: AppFiles, image: Copied = []): DatabaseFiles | null {
  const instead = replacing(image);
  if (instead !== null && files.exists(instead)) return { paths: [instead], assumes: [] };
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

/** The file that an image gets as config/database.yml after everything else; null where it is the repository's own. */
function replacing(copied: Copied): string | null {
  const last = copied.findLast(({ from, to }) => from === '.' || from === 'config' || to.endsWith(`/${REAL}`));
  return last && last.to.endsWith(`/${REAL}`) && last.from !== REAL ? last.from : null;
}

function copyOf(path: string, how: string): Assumption {
  return { kind: 'reachable', text: `config/database.yml is a copy of ${path}, ${how}` };
}
