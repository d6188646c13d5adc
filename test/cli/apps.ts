import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { parts } from '../../src/cli/parts.ts';
import { analyse } from '../../src/lint/engine.ts';
import { rules } from '../../rules/index.ts';
import { grammar, lockfile } from '../support/lint.ts';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Calls the program in-process with its own rules: what a user gets, without a build. */
export async function lint(cwd: string, argv: readonly string[], stdin = ''): Promise<Answer> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    stdout: (text: string) => void out.push(text),
    stderr: (text: string) => void err.push(text),
    stdin: () => Promise.resolve(new TextEncoder().encode(stdin)),
    env: {},
    cwd,
    isTTY: false,
    columns: undefined,
  };
  const code = await main(argv, terminal, {
    ...parts,
    analyse: (apps, options) => {
      const chosen = rules.filter(({ id }) => options.only.includes(id));
      return analyse(apps, options, chosen, grammar, rules);
    },
  });
  return { code, out: out.join(''), err: err.join('') };
}

export const RULE = 'pool-smaller-than-puma-threads';

/** Puma runs 8 threads on a pool of 5. */
export const SHOP: Readonly<Record<string, string>> = {
  'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.4.3', rails: '7.1.5' }),
  'config/puma.rb': 'threads 8, 8\n',
  'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n  pool: 5\n',
};

export function read(cwd: string, path: string): string {
  return readFileSync(join(cwd, path), 'utf8');
}
