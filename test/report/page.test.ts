import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cells } from '../../src/report/cells.ts';
import { page } from '../../src/report/page.ts';

const folder = join(import.meta.dirname, '../../rules');
const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[a-z]+\/[a-z-]+\.md$/.test(path))
  .map((path): [string, string] => [path, readFileSync(join(folder, path), 'utf8')]);

const plain = (text: string): string => text.replaceAll(/\x1b\[\d+m/g, ''); // eslint-disable-line no-control-regex
const shown = (markdown: string, width = 40): string => page(markdown, { color: false, width });

describe('a page on a terminal', () => {
  it('has its headings, its lines wrapped to the width, and its code as it is', () => {
    const markdown = [
      '# too-small',
      '',
      'A pool is smaller than the threads that',
      'use `ENV.fetch("RAILS_MAX_THREADS", 5)`.',
      '',
      '## Example',
      '',
      '```yaml config/database.yml',
      'production:',
      '  pool: 5 # a long line of code is not wrapped',
      '```',
      '',
      '- one that takes more than one line of it',
      '- two',
    ].join('\n');
    expect(`\n${shown(markdown)}`).toBe(`
too-small
━━━━━━━━━

   A pool is smaller than the threads
   that use
   \`ENV.fetch("RAILS_MAX_THREADS", 5)\`.

Example
   config/database.yml
     production:
       pool: 5 # a long line of code is not wrapped

   - one that takes more than one line
     of it
   - two
`);
  });

  it('draws a table in columns, narrowed where there is no room', () => {
    const markdown =
      '| client | needs a hook |\n| --- | --- |\n| `PG.connect` | yes, where it is made before the fork |\n';
    expect(`\n${shown(markdown, 80)}`).toBe(`
   client        needs a hook
   ────────────  ─────────────────────────────────────
   \`PG.connect\`  yes, where it is made before the fork
`);
    expect(`\n${shown(markdown)}`).toBe(`
   client        needs a hook
   ────────────  ───────────────────────
   \`PG.connect\`  yes, where it is made
                 before the fork
`);
  });

  it('tells a table row by row where its words are too long for columns', () => {
    const markdown = '| client | needs a hook |\n| --- | --- |\n| `Mysql2::Client.new` | `before_worker_boot { }` |\n';
    expect(`\n${shown(markdown)}`).toBe(`
   client: \`Mysql2::Client.new\`
     needs a hook:
     \`before_worker_boot { }\`
`);
  });

  it.each(pages)('loses no word, and is as wide as it may be: %s', (_path, markdown) => {
    const words = (text: string): readonly string[] => text.match(/[\p{L}\p{N}_.-]*[\p{L}\p{N}]/gu) ?? [];
    // The language of a piece of code is for renderers.
    const told = markdown.replaceAll(/^```(\S+)(?: output)?/gm, '');
    const onTerminal = shown(markdown, 80);
    const seen = new Set(words(onTerminal));
    expect(words(told).filter((word) => !seen.has(word))).toEqual([]);
    expect(words(onTerminal).length).toBeGreaterThanOrEqual(words(told).length);
    // A word that is longer than a line has one to itself.
    const prose = onTerminal
      .split('\n')
      .filter((line) => !line.startsWith('     ') && /\S.* /.test(line.replace('- ', '')));
    expect(prose.filter((line) => cells(line) > 80)).toEqual([]);
    expect(plain(page(markdown, { color: true, width: 80 }))).toBe(onTerminal);
  });

  it('has colours only where they are asked for', () => {
    expect(page('# a\n\nuse `b`\n', { color: true, width: 80 })).toContain('\x1b[36m`b`\x1b[39m');
  });
});
