import { beforeAll, describe, expect, test } from 'vitest';
import { KNOWN, OPEN } from './expressions.ts';
import { bootOracle, type OracleAnswer, type RubyOracle } from './ruby-oracle.ts';
import { answer } from './answer.ts';

/** What the variables are: every program runs with each. */
const ENVIRONMENTS: readonly Readonly<Record<string, string>>[] = [
  {},
  { X: '5' },
  { X: '' },
  { X: '08', Y: '12' },
  { X: 'abc', Y: '' },
];

let oracle: RubyOracle;
beforeAll(async () => {
  oracle = await bootOracle();
});

interface Difference {
  readonly code: string;
  readonly env: unknown;
  readonly ruby: string;
  readonly we: string;
}

function compare(
  programs: readonly string[],
  environments: typeof ENVIRONMENTS,
): { different: Difference[]; open: Difference[] } {
  const cases = programs.flatMap((code) => environments.map((env) => ({ code, env })));
  const answers = oracle.run(cases);
  const different: Difference[] = [];
  const open: Difference[] = [];
  cases.forEach(({ code, env }, i) => {
    const said: OracleAnswer = answers[i]!;
    const we = answer(code, env);
    if (we === said.value) return;
    const difference = { code, env, ruby: `${said.value} ${said.message}`, we };
    (we === '?' ? open : different).push(difference);
  });
  return { different, open };
}

describe('every program evaluates as Ruby evaluates it', () => {
  for (const [topic, programs] of Object.entries(KNOWN)) {
    test(topic, () => {
      const environments = topic === 'reading variables' ? ENVIRONMENTS : ENVIRONMENTS.slice(0, 1);
      const { different, open } = compare(programs, environments);
      expect(different).toEqual([]);
      expect(open).toEqual([]);
    });
  }

  test('what it need not know, it knows right or not at all', () => {
    expect(compare(OPEN, ENVIRONMENTS.slice(0, 2)).different).toEqual([]);
  });
});
