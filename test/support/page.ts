import { readFileSync } from 'node:fs';
import type { Rule } from '../../src/lint/rule.ts';

/** The page of a rule with its examples as files. */
export interface Page {
  readonly title: string;
  readonly headings: readonly string[];
  /** What it says of its group, its severity and when that is another one. */
  readonly standing: string;
  readonly text: string;
  /** The files under "Example", by path. */
  readonly example: Readonly<Record<string, string>>;
  /** The output the page promises for them, line by line. */
  readonly output: readonly string[];
  /** The files under "How to fix it": they replace those of the example. */
  readonly fixed: Readonly<Record<string, string>>;
}

export function readPage(rule: Rule): Page {
  const text = readFileSync(new URL(`../../rules/${rule.group}/${rule.id}.md`, import.meta.url), 'utf8');
  const sections = new Map<string, string>();
  for (const part of text.split(/^## /m).slice(1)) {
    const [heading = '', ...body] = part.split('\n');
    sections.set(heading.trim(), body.join('\n'));
  }
  const example = blocksOf(sections.get('Example') ?? '');
  const output = example['output'];
  if (output === undefined) throw new Error(`the page of ${rule.id} promises no output`);
  delete example['output'];
  return {
    title: /^# (.+)$/m.exec(text)?.[1] ?? '',
    headings: [...sections.keys()],
    standing: /^Group `[\s\S]*?(?=\n\n)/m.exec(text)?.[0].replaceAll('\n', ' ') ?? '',
    text,
    example,
    output: output.trimEnd().split('\n'),
    fixed: blocksOf(sections.get('How to fix it') ?? ''),
  };
}

/** Code blocks that name a file: "```yaml config/database.yml". */
function blocksOf(section: string): Record<string, string> {
  const blocks: Record<string, string> = {};
  for (const [, path = '', text = ''] of section.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)) blocks[path] = text;
  return blocks;
}
