import type { Copied } from '../../launch/launch.ts';
import { passage } from '../../launch/passage.ts';
import { runShell } from '../../launch/shell.ts';
import { wordNames } from '../../launch/words.ts';
import { spanText, type Span } from '../../text/source.ts';
import { Environment } from '../../value/environment.ts';
import { broughtFrom, lyingAt, within } from './contents.ts';

/** The file whose content decides pools: whoever writes it anew in an image leaves nothing to be read. */
const DATABASE = /(?:^|\/)config\/database\.yml$/;
const TESTED = /\s-[ef]\s+["']?\S*config\/database\.yml\b/;
/** Commands that touch no file's text, whatever file they are given. */
const HARMLESS =
  /^(?:cat|chmod|chown|chgrp|touch|ls|test|\[|echo|printf|mkdir|grep|bundle|bundler|rails|rake|ruby|yarn|npm|git|rm)$/;

/**
 * What the commands of RUN bring to other places in the image: `cp`, `mv`, `ln` and `install`, of what lies there
 * already. A database.yml that something else writes is known no more.
 */
export function copiesOfRun(
  text: string,
  at: Span,
  folder: string | null,
  copies: readonly Copied[],
): readonly Copied[] {
  if (!/\b(?:cp|mv|ln|install)\b|database\.yml/.test(text)) return copies;
  let result = copies;
  let current = folder;
  const lost = (path: string) => {
    const reason = 'a command of the Dockerfile writes it';
    result = [...result, { from: null, to: within(current, path), reason, at }];
  };
  runShell(passage(text, at), Environment.EMPTY, ({ words }) => {
    const [name = '', ...names] = wordNames(words);
    if (name === 'cd' && names[0]) current = within(current, names[0]);
    // `install -m 644 from to`: the value of an option is no path.
    const isValue = (index: number) => name === 'install' && /^-[mog]$/.test(names[index - 1] ?? '');
    const paths = names.filter((word, index) => !word.startsWith('-') && !isValue(index));
    if (/^(?:cp|mv|ln|install)$/.test(name)) {
      const target = paths.pop();
      // A symbolic link is read from where it lies.
      const from = name === 'ln' && target ? folderOf(within(current, target)) : current;
      const isMore = paths.length > 1;
      const all = target ? paths.flatMap((path) => brought(within(from, path), target, isMore)) : [];
      // `cp -n`, `[ -f config/database.yml ] || cp …`: what is there already stays.
      const onlyMissing = names.some((word) => /^(?:-(?=\w*$)\w*n|--no-clobber$)/.test(word)) || TESTED.test(text);
      result = onlyMissing && name === 'cp' ? [...all, ...result] : [...result, ...all];
    } else if (!HARMLESS.test(name)) {
      const written = paths.find((path) => DATABASE.test(path));
      if (written !== undefined) lost(written);
    }
    return true;
  });
  for (const [, path] of text.matchAll(/>>?\s*["']?([\w./$-]*config\/database\.yml)\b/g)) lost(path!);
  return result;

  function brought(source: string, target: string, isFolder: boolean): readonly Copied[] {
    const to = within(current, target);
    const name = source.slice(source.lastIndexOf('/') + 1);
    const inFolder = broughtFrom(source, result, `${to}/${name}`);
    if (isFolder || /\/\.?$/.test(target)) return inFolder;
    const plain = broughtFrom(source, result, to);
    if (plain.length === 0 && DATABASE.test(to)) {
      const reason = `${source} is copied there, which is not in the repository`;
      return [{ from: null, to, reason, at }];
    }
    return [...inFolder, ...plain];
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** What `COPY --from=stage source target` brings of another stage. */
export function copiesOfStage(
  sources: readonly string[],
  target: string,
  stage: readonly Copied[],
  folder: string | null,
  at: Span,
): readonly Copied[] {
  return sources.flatMap((source) => {
    const path = within('/', source);
    const to = within(folder, target);
    const isFolder = stage.some((one) => one.to !== path && one.to.startsWith(`${path}/`));
    const name = path.slice(path.lastIndexOf('/') + 1);
    const place = !isFolder && /\/\.?$/.test(target) && lyingAt(path, stage).length > 0 ? `${to}/${name}` : to;
    const found = broughtFrom(path, stage, place);
    const file = DATABASE.test(to) ? to : DATABASE.test(`${to}/${name}`) ? `${to}/${name}` : null;
    if (found.length > 0 || file === null) return found;
    const reason = `${spanText(at).split(/\s+/, 1)[0]} brings it from where nobody can follow it`;
    return [{ from: null, to: file, reason, at }];
  });
}
