import { describe, expect, it } from 'vitest';
import type { EngineOptions } from '../../src/lint/engine.ts';
import { rules } from '../../rules/index.ts';
import { analyse } from '../../src/lint/engine.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { DEFAULTS, grammar, lintFiles, lockfile } from '../support/lint.ts';

// A rule that leaves a fault to another one, which says more, says it itself where the other one does not run.

type Files = Readonly<Record<string, string>>;

const GEMS = { pg: '1.5.9', puma: '6.6.0', rails: '7.1.5' };

async function all(files: Files): Promise<readonly string[]> {
  const { findings } = await lintFiles({ 'Gemfile.lock': lockfile(GEMS), ...files });
  return findings.map(({ rule, database }) => (database === null ? rule : `${rule} ${database}`));
}

/** What is found where only the rules that `keep` names run, as `--only` and `--disable` have it. */
async function some(files: Files, keep: (id: string) => boolean): Promise<readonly string[]> {
  const tree = new MemoryTree({ 'Gemfile.lock': lockfile(GEMS), ...files });
  const options: EngineOptions = DEFAULTS;
  const running = rules.filter(({ id }) => keep(id));
  const { findings } = await analyse([{ root: '.', tree, configuration: null }], options, running, grammar, rules);
  return findings.map(({ rule, database }) => (database === null ? rule : `${rule} ${database}`));
}

const without = (files: Files, ...ids: string[]) => some(files, (id) => !ids.includes(id));

const entry = (name: string): string => `  ${name}:\n    <<: *default\n    database: library_${name}\n`;

const ANCHOR: Files = {
  Procfile: 'web: bundle exec puma\n',
  'config/puma.rb': 'threads 8, 8\n',
  'config/database.yml': `default: &default\n  adapter: postgresql\n  pool: 5\nproduction:\n${['primary', 'loans', 'titles'].map(entry).join('')}`,
  'app/models/loan.rb': 'class Loan < ApplicationRecord\n  connects_to database: { writing: :loans }\nend\n',
  'app/models/title.rb': 'class Title < ApplicationRecord\n  connects_to database: { writing: :titles }\nend\n',
};

const yml = (line: string): string => `production:\n  adapter: postgresql\n  ${line}\n`;

describe('a size that an anchor shares', () => {
  it('is one finding of the anchor, and one for each entry where that rule does not run', async () => {
    const first = 'pool-smaller-than-puma-threads primary';
    const each = ['secondary-pool-smaller-than-threads loans', 'secondary-pool-smaller-than-threads titles'];
    expect(await all(ANCHOR)).toEqual([first, 'shared-anchor-pool-size']);
    expect(await without(ANCHOR, 'shared-anchor-pool-size')).toEqual([first, ...each]);
    expect(await some(ANCHOR, (id) => id === 'secondary-pool-smaller-than-threads')).toEqual(each);
  });

  it('is so too where the configuration switches the rule off, and not where it ignores what it finds', async () => {
    const off = { ...ANCHOR, '.rails-pool-lint.yml': 'rules:\n  shared-anchor-pool-size: off\n' };
    expect(await all(off)).toContain('secondary-pool-smaller-than-threads loans');
    const ignored = {
      ...ANCHOR,
      'config/database.yml': ANCHOR['config/database.yml']!.replace(
        'pool: 5',
        'pool: 5 # rails-pool-lint: ignore[shared-anchor-pool-size] -- only reports read them',
      ),
    };
    expect(await all(ignored)).not.toContain('secondary-pool-smaller-than-threads loans');
  });
});

describe('what stops a process', () => {
  it.each([
    [
      'erb-syntax-smart-quotes',
      'parse-error',
      { 'config/puma.rb': 'threads 3\n', 'config/database.yml': yml("pool: <%= ENV.fetch('X\u2019, 5) %>") },
    ],
    [
      'erb-string-arithmetic',
      'boot-failure',
      {
        Procfile: 'web: X=3 bundle exec puma\n',
        'config/puma.rb': 'threads 3\n',
        'config/database.yml': yml('pool: <%= ENV.fetch("X", 5) + 2 %>'),
      },
    ],
    [
      'web-concurrency-auto-unsupported',
      'boot-failure',
      {
        Procfile: 'web: WEB_CONCURRENCY=auto bundle exec puma\n',
        'config/puma.rb': 'threads 3\nworkers Integer(ENV.fetch("WEB_CONCURRENCY", 2))\n',
        'config/database.yml': yml('pool: 5'),
      },
    ],
  ])('is said by %s, and by %s where that rule does not run', async (special, general, files: Files) => {
    expect(await all(files)).toEqual([special]);
    expect(await without(files, special)).toEqual([general]);
    expect(await some(files, (id) => id === general)).toEqual([general]);
  });
});
