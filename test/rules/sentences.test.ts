import { expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { lintFiles } from '../support/lint.ts';
import { readPage } from '../support/page.ts';

it.each(rules.map((rule) => [rule.id, rule] as const))('%s speaks in whole sentences', async (_id, rule) => {
  const { findings } = await lintFiles(readPage(rule).example);
  for (const { rule: id, message, consequence, advice, snippet } of findings) {
    expect(message, id).toMatch(/[^.:]$/);
    expect(consequence, id).toMatch(/\.$/);
    // What to do ends where it is said, and leads over to what is to be written.
    expect(advice, id).toMatch(snippet === null ? /\.$/ : /(?::| to)$/);
  }
});
