import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

// What the README shows is what happens. Its commands that install are not run here (they are what runs this); what
// they end with is.

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: Block[] = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
  language,
  text,
}));

function lint(...args: string[]): string {
  return spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  }).stdout;
}

describe('the README', () => {
  const first = blocks.findIndex(({ text }) => text.includes('npx rails-pool-lint'));

  it('shows first how to lint an example, and what comes out', () => {
    const [, args = ''] = /npx rails-pool-lint (.+)\n$/.exec(blocks[first]?.text ?? '') ?? [];
    expect(args).toMatch(/^(--exit-zero )?fixtures\//);
    expect(blocks[first + 1]?.text).toBe(lint(...args.split(' ')));
  });

  it('gives the test command that CI runs', () => {
    expect(blocks.map(({ text }) => text)).toContain('npm ci && npm test\n');
    expect(readFileSync(join(root, '.ci/run'), 'utf8')).toContain("'set -e; npm ci && npm test'");
  });

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names nothing to explain that is not there', () => {
    const rules: { rules: { id: string }[] } = JSON.parse(
      execFileSync(process.execPath, [join(root, 'dist/cli.js'), 'rules', '--format', 'json'], { encoding: 'utf8' }),
    );
    const named = [...readme.matchAll(/explain ([a-z-]+)/g)].map(([, id = '']) => id);
    const known = new Set([...rules.rules.map(({ id }) => id), 'plans']);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  it('shows YAML and inputs of the Action that exist', () => {
    const inputs = [...readFileSync(join(root, 'action.yml'), 'utf8').matchAll(/^ {2}([\w-]+):$/gm)].map(
      ([, name]) => name,
    );
    const used = [...readme.matchAll(/uses: <this repository>[\s\S]*?```/g)].flatMap(([block]) =>
      [...block.matchAll(/^ {6}([\w-]+):/gm)].map(([, name]) => name),
    );
    expect(inputs).toEqual(expect.arrayContaining(used));
  });
});
