import { mentions } from '../index/mention.ts';
import type { Boot } from '../launch/boot.ts';
import { lyingThere } from '../launch/database_file.ts';
import { glob } from '../text/glob.ts';
import { literally } from '../text/pattern.ts';
import { lineThat, span } from '../text/source.ts';
import { NOTHING_ASSUMED, type Assumption, type Origin } from '../value/origin.ts';

/** What is at a path of the app where its processes run: a file of the checkout, or one of which nobody knows. */
export type AppFile =
  | { readonly kind: 'file'; readonly path: string; readonly assumes: readonly Assumption[] }
  | { readonly kind: 'open'; readonly reason: string; readonly origin: Origin };

/** How a program comes to a file: somebody named it, or it looks there by itself. */
export type Asked = 'by name' | 'by itself';

/**
 * The file that a process finds at a path of the app: what its image has there, else the file itself, else the sample
 * that is committed in its place. A file that is kept out of the repository, or written where the app is deployed, is
 * there and unknown. Null where there is none.
 */
export function fileOfApp(path: string, asked: Asked, boot: Boot): AppFile | null {
  const exists = (one: string) => boot.files.kind(one) === 'file';
  const there = lyingThere(path, boot.launch.copied ?? [], exists);
  if (there?.from === null) {
    const { reason, at } = there;
    return { kind: 'open', reason: `${reason}: nobody can tell what it says`, origin: placedAt(at) };
  }
  if (there) return { kind: 'file', path: there.from, assumes: there.assumes ?? NOTHING_ASSUMED };
  if (boot.files.kind(path) !== 'missing') return { kind: 'file', path, assumes: NOTHING_ASSUMED };
  const kept = ignored(path, asked, boot) ?? writtenBy(path, boot);
  if (!kept && asked === 'by itself') return null;
  const samples = boot.files.list().filter((one) => isSampleOf(path, one));
  const [sample, ...others] = samples;
  if (sample === undefined || others.length > 0) return kept;
  const text = `${path} is a copy of ${sample}, which is not committed itself`;
  return { kind: 'file', path: sample, assumes: [{ kind: 'reachable', text }] };
}

function placedAt(at: ReturnType<typeof span>): Origin {
  return { kind: 'platform', at, from: [] };
}

const SAMPLE = '(?:example|sample|template|tmpl|dist|default)';

/** `sidekiq.yml.example`, `sidekiq.yml-example`, `sidekiq.example.yml`, `example.sidekiq.yml`, beside the file. */
function isSampleOf(path: string, other: string): boolean {
  const [folder, name] = parted(path);
  const [otherFolder, otherName] = parted(other);
  if (folder !== otherFolder) return false;
  const dot = name.lastIndexOf('.');
  const [stem, ending] = [name.slice(0, dot), name.slice(dot)];
  const [before, after] = [new RegExp(`^${SAMPLE}[._-]$`), new RegExp(`^[._-]${SAMPLE}$`)];
  if (otherName.startsWith(name)) return after.test(otherName.slice(name.length));
  if (otherName.endsWith(name)) return before.test(otherName.slice(0, -name.length));
  const isBetween = otherName.startsWith(stem) && otherName.endsWith(ending);
  return isBetween && after.test(otherName.slice(stem.length, -ending.length));
}

function parted(path: string): readonly [folder: string, name: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, slash + 1), path.slice(slash + 1)];
}

/** The line of .gitignore that keeps a path out of the repository. Source: https://git-scm.com/docs/gitignore */
function ignored(path: string, asked: Asked, boot: Boot): AppFile | null {
  const source = boot.files.kind('.gitignore') === 'file' ? boot.source('.gitignore') : null;
  if (!source) return null;
  let last: { readonly start: number; readonly end: number; readonly keeps: boolean } | null = null;
  let start = 0;
  for (const written of source.text.split('\n')) {
    const line = written.trim();
    const keeps = line.startsWith('!');
    const pattern = keeps ? line.slice(1) : line;
    // What is kept out by a pattern for many files need not be there: only a program that asks for it says that it is.
    const speaksOfIt = asked === 'by name' || !/[*?]/.test(pattern);
    if (pattern !== '' && !pattern.startsWith('#') && speaksOfIt && isMatched(path, pattern))
      last = { start, end: start + written.trimEnd().length, keeps };
    start += written.length + 1;
  }
  if (!last || last.keeps) return null;
  const reason = `${path} is not in the repository: .gitignore keeps it out`;
  return { kind: 'open', reason, origin: placedAt(span(source, last.start, last.end)) };
}

/** Whether a pattern matches a path or a folder it lies in. One with a slash is for the path from the top. */
function isMatched(path: string, pattern: string): boolean {
  const isFolder = pattern.endsWith('/');
  const bare = isFolder ? pattern.slice(0, -1) : pattern;
  const anchored = bare.includes('/');
  const isMeant = glob(bare.replace(/^\//, ''));
  const parts = path.split('/');
  return parts.some((part, index) => {
    if (isFolder && index === parts.length - 1) return false;
    return isMeant(anchored ? parts.slice(0, index + 1).join('/') : part);
  });
}

/** Scripts and build files that may write a file of the app where it is deployed. */
const SCRIPTS =
  /(?:^|\/)(?:[^/]*Dockerfile[^/]*|[^/]+\.sh)$|^(?:bin|scripts?|docker|\.docker|deploy)\/[^/]+(?:\/[^/]+)?$/;
/** Capistrano links files that stay on the server. */
const CAPISTRANO = /^config\/deploy(?:\/[^/]+)?\.rb$/;
const COMPOSE = /(?:^|\/)[^/]*compose[^/]*\.ya?ml$/;

/** Who writes, copies, links or mounts a file to a path of the app. */
function writtenBy(path: string, boot: Boot): AppFile | null {
  const name = literally(path);
  const end = '(?![\\w.-])';
  const writes = new RegExp(
    `(?:>|\\b(?:COPY|ADD|cp|mv|ln|install|tee|curl|wget|envsubst|dockerize)\\s)[^#\\n]{0,1000}[\\s"'/=:>]${name}${end}`,
  );
  const [found, what] =
    [
      [SCRIPTS, writes] as const,
      [CAPISTRANO, new RegExp(`[\\s"'/{(\\[]${name}${end}`)] as const,
      [COMPOSE, new RegExp(`(?::|\\btarget:\\s*)/[^\\s:]*/${name}${end}`)] as const,
    ]
      .map(([where, say]) => [mentions(boot.files, where, say)[0], say] as const)
      .find(([mention]) => mention !== undefined) ?? [];
  const source = found && boot.source(found.path);
  if (!source || !what) return null;
  const reason = `${path} is not in the repository: ${source.path} puts it in place`;
  const at = lineThat((line) => what.test(line), source) ?? span(source, 0, 0);
  return { kind: 'open', reason, origin: placedAt(at) };
}
