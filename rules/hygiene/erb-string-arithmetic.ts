import type { Fix } from '../../src/lint/finding.ts';
import { list, oneLine } from '../../src/lint/phrases.ts';
import type { BootedLaunch, Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Edit } from '../../src/text/edit.ts';
import { span, spanText, type Span } from '../../src/text/source.ts';
import { writtenIn } from '../../src/value/history.ts';
import type { ArithmeticEffect, StringArithmetic, VariableText } from '../../src/value/noticed.ts';

interface Arithmetic {
  readonly fact: StringArithmetic;
  readonly process: string;
  readonly effect: ArithmeticEffect;
}

/** R27: a variable is a string as soon as it is set, and this computes with it as if it were a number. */
export const erbStringArithmetic: Rule = defineRule<Arithmetic>({
  id: 'erb-string-arithmetic',
  aliases: [],
  group: 'hygiene',
  severity: 'error',
  fix: 'safe',
  summary: 'Arithmetic or a comparison takes the text of a variable for a number, and works only while it is unset.',
  fineWhen: null,
  check: (project) => project.launches.flatMap((launch) => outcomesOf(launch)),
  say,
});

function outcomesOf({ launch, environment, noticed }: BootedLaunch): readonly Outcome<Arithmetic>[] {
  return noticed.flatMap((fact): readonly Outcome<Arithmetic>[] => {
    if (fact.kind !== 'string-arithmetic') return [];
    const set = fact.texts.filter((text) => text.set);
    const setAt = set.flatMap(({ variable }) => {
      const origin = environment.stateOf(variable)?.origin;
      const at = origin ? writtenIn(origin) : null;
      return at ? [{ at, message: `${variable} is set here` }] : [];
    });
    return [
      {
        kind: 'violates',
        severity: set.length > 0 ? 'error' : 'warning',
        assumes: launch.declared ? [] : [{ kind: 'undeclared', process: launch.name }],
        process: launch.name,
        weight: set.length,
        database: null,
        at: fact.at,
        label: `${list(names(fact.texts))} ${fact.texts.length > 1 ? 'are strings' : 'is a string'} where set`,
        related: setAt,
        fix: fixOf(fact),
        found: { fact, process: launch.name, effect: effectOf(fact, set.length) },
      },
    ];
  });
}

/** Strings among numbers are neither joined nor compared: Ruby raises. */
function effectOf({ effect, texts }: StringArithmetic, set: number): ArithmeticEffect {
  if (set === 0 || set === texts.length) return effect;
  if (effect.kind === 'joins') return { kind: 'raises', error: 'TypeError' };
  return effect.kind === 'compares' ? { kind: 'raises', error: 'ArgumentError' } : effect;
}

function names(texts: readonly VariableText[]): readonly string[] {
  return [...new Set(texts.map(({ variable }) => variable))];
}

/** Whether the deployment already sets any of its variables, so that it goes wrong now. */
export function goesWrong(project: Project, at: Span): boolean {
  return project.launches.some(({ noticed }) =>
    noticed.some(
      (fact) =>
        fact.kind === 'string-arithmetic' &&
        fact.at.file.path === at.file.path &&
        fact.at.start === at.start &&
        fact.texts.some(({ set }) => set),
    ),
  );
}

function fixOf({ at, texts }: StringArithmetic): Fix {
  const inside = texts.every((text) => text.at.file === at.file && text.at.start >= at.start && text.at.end <= at.end);
  return {
    // Read elsewhere, the text may be used for something else too.
    safety: inside ? 'safe' : 'unsafe',
    description: `convert ${list(names(texts))} to a number`,
    edits: texts.flatMap(conversion),
  };
}

/** `ENV.fetch("X", 5)` takes `.to_i` behind it; what has no bracket at its end, or an operator, needs brackets first. */
function conversion({ at }: VariableText): readonly Edit[] {
  const text = spanText(at);
  const after = span(at.file, at.end, at.end);
  if (/^ENV(?:\.fetch\(|\[)[^|]*[)\]}]$/.test(text)) return [{ at: after, text: '.to_i' }];
  return [
    { at: span(at.file, at.start, at.start), text: '(' },
    { at: after, text: ').to_i' },
  ];
}

function converted(at: Span, edits: readonly Edit[]): string {
  let text = '';
  let from = at.start;
  for (const edit of edits.toSorted((a, b) => a.at.start - b.at.start)) {
    if (edit.at.start < at.start || edit.at.end > at.end) continue;
    text += at.file.text.slice(from, edit.at.start) + edit.text;
    from = edit.at.end;
  }
  return text + at.file.text.slice(from, at.end);
}

function say({ fact, process, effect }: Arithmetic): Sentences {
  const variables = list(names(fact.texts));
  const compares = COMPARING.has(fact.method);
  const edits = fact.texts.flatMap(conversion);
  const place = fact.texts.length === 1 ? fact.texts[0]!.at : fact.at;
  const whole = edits.some(({ at }) => at.start >= fact.at.start && at.end <= fact.at.end) ? fact.at : place;
  return {
    message: compares
      ? `\`${oneLine(fact.at)}\` compares with the text of ${variables}, not with a number`
      : `\`${oneLine(fact.at)}\` computes with the text of ${variables}, not with a number`,
    consequence: consequenceOf(fact, variables, process, effect),
    arithmetic: effect.kind === 'raises' ? null : example(fact),
    advice: 'convert the text where it is read:',
    snippet: converted(whole, edits).replace(/\s+/g, ' '),
  };
}

const COMPARING = new Set(['<', '<=', '>', '>=', 'max', 'min', 'minmax', 'sort', 'clamp', 'between?']);

/** A text is repeated as often as the integer part of a factor says. */
function example({ method, at }: StringArithmetic): string | null {
  const factor =
    method === '*' ? /\*\s*(\d{1,3}(?:\.\d{1,6})?)$/.exec(at.file.text.slice(at.start, at.end))?.[1] : undefined;
  if (factor === undefined || Number(factor) >= 6) return EXAMPLES[method] ?? null;
  return `"5" * ${factor} is "${'5'.repeat(Math.trunc(Number(factor)))}"`;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  '*': '"5" * 2 is "55"',
  '+': '"5" + "5" is "55"',
  max: '["5", "10"].max is "5"',
  min: '["5", "10"].min is "10"',
  sort: '["5", "10"].sort is ["10", "5"]',
};

function consequenceOf(
  { texts }: StringArithmetic,
  variables: string,
  process: string,
  effect: ArithmeticEffect,
): string {
  const set = texts.filter((text) => text.set);
  const wrong =
    effect.kind === 'raises'
      ? `Ruby raises ${effect.error}, and ${process} does not start`
      : effect.kind === 'compares'
        ? 'Ruby compares them letter by letter'
        : 'Ruby puts the texts behind each other';
  if (set.length > 0) {
    const is = names(set).length > 1 ? 'are' : 'is';
    return `${list(names(set))} ${is} set for ${process}, to a string like every variable: ${wrong}.`;
  }
  const partly = texts.length > 1 && effect.kind !== 'raises' ? '; where only one of them is set, it raises' : '';
  return `This works only because nothing sets ${variables}: once set, it is a string, and ${wrong}${partly}.`;
}
