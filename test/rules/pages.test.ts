import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { concise, lintFiles } from '../support/lint.ts';
import { readPage } from '../support/page.ts';

const HEADINGS = [
  'What it reports',
  'What happens in production',
  'How the numbers are derived',
  'Example',
  'How to fix it',
  'When it is fine',
  'Sources',
];

describe.each(rules.map((rule) => [rule.id, rule] as const))('the page of %s', (id, rule) => {
  const page = readPage(rule);

  it('has its name and every heading, in order', () => {
    expect(page.title).toBe(id);
    expect(page.headings).toEqual(HEADINGS);
  });

  it('says its group, its severity and its fix as the rule does', () => {
    expect(page.standing.startsWith(`Group \`${rule.group}\`. `)).toBe(true);
    expect(page.standing.toLowerCase()).toContain(rule.severity);
    const others = (['error', 'warning', 'info'] as const).slice(
      0,
      ['error', 'warning', 'info'].indexOf(rule.severity),
    );
    for (const worse of others) expect(page.standing.toLowerCase()).not.toContain(worse);
    const flags = /--(?:unsafe-fixes|fix)\b/.exec(page.text)?.[0] ?? null;
    expect(flags).toBe({ safe: '--fix', unsafe: '--unsafe-fixes', none: null }[rule.fix ?? 'none']);
  });

  it('shows an example that is reported as the page says', async () => {
    const { findings } = await lintFiles(page.example);
    expect(findings.map(concise)).toEqual(page.output);
  });

  it('shows a way out that silences it', async () => {
    expect(Object.keys(page.fixed)).not.toEqual([]);
    const { findings, verdicts } = await lintFiles({ ...page.example, ...page.fixed });
    expect(findings.map(concise)).toEqual([]);
    // Silent because it fits, not because nobody can tell.
    expect(verdicts.unknown).toBe(0);
  });
});

describe('the registry', () => {
  it('lists every id once, and no alias that is an id', () => {
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    // One name may stand for several rules, each of which has it once.
    for (const { aliases } of rules) {
      expect(new Set(aliases).size).toBe(aliases.length);
      expect(aliases.filter((alias) => ids.includes(alias))).toEqual([]);
    }
  });

  it('says of every rule in one line what it reports', () => {
    for (const rule of rules) expect(rule.summary).toMatch(/^[A-Z].*\.$/);
  });
});
