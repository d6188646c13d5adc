import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { concise } from '../../src/report/concise.ts';
import { finding, result } from '../report/results.ts';
import { FORMATS } from '../../src/cli/flags.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, { readonly steps: readonly { uses?: string; with?: Record<string, unknown> }[] }>;
}

const inputs = Object.keys(parse(read('action.yml')).inputs);
const outputs = Object.keys(parse(read('action.yml')).outputs);

describe('the examples for CI', () => {
  it.each(['github.yml', 'github-code-scanning.yml', 'reviewdog.yml'])('%s asks for no more than it needs', (name) => {
    const text = read(`examples/ci/${name}`);
    const workflow: Workflow = parse(text);
    expect(workflow.permissions['contents']).toBe('read');
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    for (const step of steps.filter(({ uses }) => uses?.includes('rails-pool-lint')))
      expect(inputs).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
    for (const [, output] of text.matchAll(/steps\.pools\.outputs\.([\w-]+)/g)) expect(outputs).toContain(output);
  });

  it('name formats that exist', () => {
    for (const name of ['gitlab.yml', 'reviewdog.yml'])
      for (const [, format] of read(`examples/ci/${name}`).matchAll(/ -f (\w+)/g))
        expect(FORMATS.lint).toContain(format);
  });
});

describe('the problem matcher', () => {
  const [{ pattern }] = JSON.parse(read('examples/ci/problem-matcher.json')).problemMatcher;
  const regexp = new RegExp(pattern[0].regexp);

  it.each(['error', 'warning', 'info'] as const)('reads what concise prints of an %s', (severity) => {
    const line = concise(result([finding({ severity })])).trimEnd();
    expect(regexp.exec(line)?.slice(1)).toEqual([
      'config/database.yml',
      '4',
      '9',
      severity === 'info' ? undefined : severity,
      'pool-smaller-than-sidekiq-concurrency',
      'worker runs 25 threads on a pool of 5',
    ]);
  });

  it('reads no other line', () => {
    expect(regexp.test('1 warning.')).toBe(false);
  });
});
