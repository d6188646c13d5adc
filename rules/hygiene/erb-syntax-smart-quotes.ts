import type { NotedProblem } from '../../src/launch/boot.ts';
import type { Fix } from '../../src/lint/finding.ts';
import { list, oneLine } from '../../src/lint/phrases.ts';
import type { BootedLaunch, Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Edit } from '../../src/text/edit.ts';
import { span, spanText, type SourceFile, type Span } from '../../src/text/source.ts';
import { isTypographic, plainEdits, typographicName } from '../../src/text/typographic.ts';

interface SmartQuotes {
  readonly what: 'name' | 'key' | 'value' | 'file';
  readonly process: string | null;
  /** As it stands in the file, and as it was meant. */
  readonly text: string;
  readonly plain: string;
  readonly names: readonly string[];
  /** What Ruby or Psych says, where it refuses the file. */
  readonly problem: string | null;
}

/** R28: quotes, blanks and dashes of a web page, which Ruby takes for letters and YAML for part of a word. */
export const erbSyntaxSmartQuotes: Rule = defineRule<SmartQuotes>({
  id: 'erb-syntax-smart-quotes',
  aliases: [],
  group: 'hygiene',
  severity: 'error',
  fix: 'safe',
  summary: 'A curly quote, a no-break space or a dash stands where Ruby or YAML needs the plain character.',
  fineWhen: null,
  check: (project) => [
    ...project.problems.flatMap((problem) => ofProblem(project, problem)),
    ...project.launches.flatMap((launch) => [...ofNames(launch), ...ofEntries(launch)]),
  ],
  say,
});

/** What Ruby takes for the name of a method, a local or a constant, and does not find. */
function ofNames({ launch, noticed }: BootedLaunch): readonly Outcome<SmartQuotes>[] {
  return noticed.flatMap((fact) =>
    fact.kind === 'typographic-name' ? [violation(launch, fact.at, plainEdits(fact.at), 'name', null)] : [],
  );
}

function ofEntries({ launch, databases }: BootedLaunch): readonly Outcome<SmartQuotes>[] {
  return databases.flatMap(({ keys, sizeAt, sizeKey, settings }) => {
    const misspelt = keys.flatMap(({ name, keyAt }) =>
      isTypographic(name) ? [violation(launch, keyAt, keyEdits(keyAt), 'key', null)] : [],
    );
    const size = settings.get(sizeKey);
    const quoted = size?.known && typeof size.value === 'string' && isTypographic(size.value);
    const inFile = sizeAt !== null && isTypographic(spanText(sizeAt)) && !spanText(sizeAt).includes('<%');
    return quoted && inFile ? [...misspelt, violation(launch, sizeAt, plainEdits(sizeAt), 'value', null)] : misspelt;
  });
}

/** A blank at either end of a key is one too many: the key stands where its neighbours do. */
function keyEdits(at: Span): readonly Edit[] {
  return plainEdits(at).map((edit) =>
    edit.text === ' ' && (edit.at.start === at.start || edit.at.end === at.end) ? { ...edit, text: '' } : edit,
  );
}

function ofProblem({ launches }: Project, problem: NotedProblem): readonly Outcome<SmartQuotes>[] {
  const line = lineOfProblem(problem);
  const named = launches.some(({ noticed }) =>
    noticed.some(({ kind, at }) => kind === 'typographic-name' && line !== null && isInside(at, line)),
  );
  if (!line || named) return [];
  return [violation({ name: problem.process, declared: true }, line, plainEdits(line), 'file', problem)];
}

function isInside(at: Span, around: Span): boolean {
  return at.file.path === around.file.path && at.start >= around.start && at.end <= around.end;
}

/**
 * The code on the line where a file cannot be read, or on the one before it, that has such a character. A string that a
 * curly quote does not close goes on to the next straight one, so that the parser may stumble anywhere: then it is the
 * code with such a character and an odd quote.
 */
function lineOfProblem({ at, kind }: NotedProblem): Span | null {
  const { line } = at.file.position(at.start);
  const near = [line, line - 1]
    .flatMap((number) => codeOnLine(at.file, number))
    .find((code) => isTypographic(spanText(code)));
  if (near || kind !== 'parse-error' || !isTypographic(at.file.text)) return near ?? null;
  for (let number = 1; number <= at.file.lineCount; number++) {
    const found = codeOnLine(at.file, number).find((code) => isOpenString(spanText(code)));
    if (found) return found;
  }
  return null;
}

function isOpenString(code: string): boolean {
  return isTypographic(code) && ['"', "'"].some((quote) => code.split(quote).length % 2 === 0);
}

function codeOnLine(file: SourceFile, number: number): readonly Span[] {
  if (number < 1) return [];
  const start = file.lineStart(number);
  return [...file.line(number).matchAll(codeOf(file.pathInTree))].map(({ index, 0: code }) =>
    span(file, start + index, start + index + code.length),
  );
}

/** Ruby: all but comments. A template: its tags, and what stands between a key and a value that YAML reads as one. */
function codeOf(path: string): RegExp {
  return path.endsWith('.rb') ? /^(?:[^#]|#\{)*/g : /<%(?:(?!<%|%>).)*%>|^[ ]*[\w"'-]+:\u00A0[^#<]*/g;
}

function violation(
  launch: { readonly name: string | null; readonly declared: boolean },
  at: Span,
  edits: readonly Edit[],
  what: SmartQuotes['what'],
  problem: NotedProblem | null,
): Outcome<SmartQuotes> {
  const characters = edits.map((edit) => spanText(edit.at));
  const fix: Fix = { safety: 'safe', description: 'write the plain characters', edits };
  return {
    kind: 'violates',
    severity: 'error',
    assumes: launch.declared || launch.name === null ? [] : [{ kind: 'undeclared', process: launch.name }],
    process: launch.name,
    weight: 0,
    database: null,
    at: what === 'file' ? edits[0]!.at : at,
    label: typographicName(characters[0]!),
    related: [],
    fix,
    found: {
      what,
      process: launch.name,
      text: oneLine(at),
      plain: plainText(at, edits),
      names: [...new Set(characters.map(typographicName))],
      problem: problem?.message ?? null,
    },
  };
}

function plainText(at: Span, edits: readonly Edit[]): string {
  let text = '';
  let from = at.start;
  for (const edit of edits) {
    text += at.file.text.slice(from, edit.at.start) + edit.text;
    from = edit.at.end;
  }
  return (text + at.file.text.slice(from, at.end)).trim();
}

/** Whether a problem is a typographic character: this rule says so instead of the parser. */
export function isTypographicProblem(problem: NotedProblem): boolean {
  return lineOfProblem(problem) !== null;
}

function say({ what, process, text, plain, names, problem }: SmartQuotes): Sentences {
  const who = process ?? 'the process';
  const consequence = {
    name: `Ruby takes it for a name and raises NameError: ${who} does not start.`,
    key: `To YAML it is part of the key: Rails does not know \`${text}\`, and the setting that was meant keeps its default.`,
    value: `To YAML it is part of the text, of which Rails makes the number 0.`,
    file: `${problem ?? ''}: ${who} does not start.`,
  }[what];
  return {
    message: `${list(names)} in \`${text}\``,
    consequence,
    arithmetic: null,
    advice: 'write the plain characters:',
    snippet: plain,
  };
}
