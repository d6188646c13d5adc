import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { environments, expressions } from './generated.ts';
import { bootOracle, type RubyOracle } from './ruby-oracle.ts';
import { answer } from './answer.ts';

/** RUBY_RUNS=100 tries that many fresh batches; usually the same few, so that a change is what breaks this. */
const USUAL_RUNS = 12;
const RUNS = Number(process.env['RUBY_RUNS'] ?? USUAL_RUNS);
const BATCH = 100;

let oracle: RubyOracle;
beforeAll(async () => {
  oracle = await bootOracle();
});

test('no generated expression has another value, or raises otherwise, than in Ruby', () => {
  const seed = RUNS === USUAL_RUNS ? { seed: 20 } : {};
  let known = 0;
  let all = 0;
  const batches = fc.sample(fc.array(fc.tuple(expressions, environments), { minLength: BATCH, maxLength: BATCH }), {
    numRuns: RUNS,
    ...seed,
  });
  const different = batches.flatMap((batch) => {
    const cases = batch.map(([code, env]) => ({ code, env }));
    const answers = oracle.run(cases);
    return cases.flatMap(({ code, env }, i) => {
      const ruby = answers[i]!;
      const we = answer(code, env);
      all++;
      if (we !== '?') known++;
      return we === '?' || we === ruby.value ? [] : [{ code, env, ruby: `${ruby.value} ${ruby.message}`, we }];
    });
  });
  expect(different.toSorted((a, b) => a.code.length - b.code.length).slice(0, 20)).toEqual([]);
  expect(known / all).toBeGreaterThan(0.9);
}, 300_000);
