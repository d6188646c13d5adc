import type { RubyParser } from '../ruby/parse.ts';
import type { Edit } from '../text/edit.ts';
import { linesOf, span, type SourceFile, type Span } from '../text/source.ts';
import { commentsOf, type Comment } from './comments.ts';
import {
  mentionsIgnores,
  unknownName,
  type Ignore,
  type Ignores,
  type MalformedIgnore,
  type RuleNames,
} from './ignore.ts';

/** Prose that only begins with the name of the program is no attempt at an ignore. */
const ATTEMPT = /#\s*rails-pool-lint(?<colon>\s*:)?\s*(?<word>ignore|disable|skip)\b(?<rest>[\s\S]*)$/i;
const RULES = /^\[(?<names>[^\]]*)\](?<rest>[\s\S]*)$/;
const REASON = /^\s*--\s*(?<reason>\S[\s\S]*)$/;
const LISTED = '`rails-pool-lint rules` lists them';
const USAGE = '`# rails-pool-lint: ignore[rule] -- why`';

/** The ignores in the comments of some files, each with the rules it names. */
export function ignoresIn(files: readonly SourceFile[], parser: RubyParser, names: RuleNames): Ignores {
  const ignores: Ignore[] = [];
  const malformed: MalformedIgnore[] = [];
  for (const file of files) {
    if (!mentionsIgnores(file)) continue;
    const attempts = commentsOf(file, parser).flatMap((comment) => {
      const groups = ATTEMPT.exec(comment.text)?.groups;
      return groups ? [{ comment, groups }] : [];
    });
    const ownLines = new Set(attempts.flatMap(({ comment }) => (isAlone(comment) ? linesOf(comment.at) : [])));
    for (const { comment, groups } of attempts) {
      const read = ignoreOf(comment, groups, ownLines, names);
      if ('problem' in read) malformed.push(read);
      else ignores.push(read);
    }
  }
  return { ignores, malformed };
}

function ignoreOf(
  comment: Comment,
  { colon, word, rest }: Record<string, string | undefined>,
  ownLines: ReadonlySet<number>,
  names: RuleNames,
): Ignore | MalformedIgnore {
  const { at } = comment;
  const bad = (problem: string, instead = `write ${USAGE}`, where = at): MalformedIgnore => ({
    at: where,
    problem,
    instead,
  });
  if (word !== 'ignore') return bad(`\`${word}\` is no word of rails-pool-lint`);
  if (colon === undefined) return bad('there is no colon after `rails-pool-lint`');
  const list = RULES.exec(rest ?? '')?.groups;
  if (!list) return bad('it names no rule');
  const listAt = comment.textStart + comment.text.length - (rest ?? '').length + 1;
  const written = namesIn(at.file, list['names']!, listAt);
  if (written.length === 0) return bad('it names no rule');
  const unknown = written.find(({ name }) => !names.ids.has(name));
  if (unknown) {
    const { problem, members } = unknownName(unknown.name, names);
    const instead = members.length > 0 ? `name its rules one by one: ${members.join(', ')}` : LISTED;
    return bad(problem, instead, unknown.at);
  }
  const reason = REASON.exec(list['rest']!)?.groups?.['reason'];
  if (reason === undefined) return bad('it gives no reason', 'say why behind the brackets: `-- why`');
  return {
    at,
    removal: withoutComment(comment),
    rules: written.map((one, index) => ({
      ...one,
      ids: names.ids.get(one.name)!,
      removal: written.length > 1 ? withoutName(written, index) : withoutComment(comment),
    })),
    reason: reason.replace(/\s+/g, ' ').trim(),
    lines: linesMeant(comment, ownLines),
  };
}

interface WrittenName {
  readonly name: string;
  readonly at: Span;
}

function namesIn(file: SourceFile, list: string, start: number): readonly WrittenName[] {
  return [...list.matchAll(/[^\s,][^,]*/g)].map((match) => {
    const name = match[0].trim();
    return { name, at: span(file, start + match.index, start + match.index + name.length) };
  });
}

function linesMeant(comment: Comment, ownLines: ReadonlySet<number>): ReadonlySet<number> {
  const lines = linesOf(comment.at);
  if (!isAlone(comment)) return new Set(lines);
  let next = lines.at(-1)! + 1;
  while (ownLines.has(next)) next++;
  return new Set([...lines, next]);
}

function isAlone({ at }: Comment): boolean {
  const { file } = at;
  const start = file.lineStart(file.position(at.start).line);
  const newline = file.text.indexOf('\n', at.end);
  const around = file.text.slice(start, at.start) + file.text.slice(at.end, newline === -1 ? undefined : newline);
  return /^[\s\uFEFF]*$/.test(around);
}

/** With the line it has to itself, or the blanks before it. */
function withoutComment(comment: Comment): Edit {
  const { at } = comment;
  const { file } = at;
  if (!isAlone(comment)) {
    let start = at.start;
    while (start > 0 && /[^\S\n]/.test(file.text[start - 1]!)) start--;
    return { at: span(file, start, at.end), text: '' };
  }
  const start = file.lineStart(file.position(at.start).line);
  const newline = file.text.indexOf('\n', at.end);
  return { at: span(file, start, newline === -1 ? file.text.length : newline + 1), text: '' };
}

/** With the comma that divides it from the others. */
function withoutName(written: readonly WrittenName[], index: number): Edit {
  const { at } = written[index]!;
  if (index > 0) return { at: span(at.file, written[index - 1]!.at.end, at.end), text: '' };
  return { at: span(at.file, at.start, written[1]!.at.start), text: '' };
}
