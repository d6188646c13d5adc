import { describe, expect, test } from 'vitest';
import { value } from './support.ts';

const PATHS = [
  'a/1.rb',
  'a/b/2.rb',
  'a/b/c/3.rb',
  'a.rb',
  'a.d/4.rb',
  'a-b.rb',
  'lib/x/5.rb',
  '.hid/6.rb',
  '.dot.rb',
  'b/.keep',
  'b/B.rb',
  'config/settings/p.yml',
  'config/x.yml',
  'a/.h.rb',
];
const files = Object.fromEntries(PATHS.map((path) => [path, '']));
const at = (code: string): string => value(code, { files }).replaceAll('\uE0F0', 'root');

/** What Ruby 3.1.2 and 3.3.8 answer in a folder with these files. */
const MEASURED: readonly (readonly [string, readonly string[]])[] = [
  ['*', ['a', 'a-b.rb', 'a.d', 'a.rb', 'b', 'config', 'lib']],
  [
    '**/*',
    [
      'a',
      'a/1.rb',
      'a/b',
      'a/b/2.rb',
      'a/b/c',
      'a/b/c/3.rb',
      'a-b.rb',
      'a.d',
      'a.d/4.rb',
      'a.rb',
      'b',
      'b/B.rb',
      'config',
      'config/settings',
      'config/settings/p.yml',
      'config/x.yml',
      'lib',
      'lib/x',
      'lib/x/5.rb',
    ],
  ],
  ['**/*.rb', ['a/1.rb', 'a/b/2.rb', 'a/b/c/3.rb', 'a-b.rb', 'a.d/4.rb', 'a.rb', 'b/B.rb', 'lib/x/5.rb']],
  ['*/', ['a/', 'a.d/', 'b/', 'config/', 'lib/']],
  ['**/', ['a/', 'a/b/', 'a/b/c/', 'a.d/', 'b/', 'config/', 'config/settings/', 'lib/', 'lib/x/']],
  ['**/b/', ['a/b/', 'b/']],
  ['a/**/*.rb', ['a/1.rb', 'a/b/2.rb', 'a/b/c/3.rb']],
  ['**', ['a', 'a-b.rb', 'a.d', 'a.rb', 'b', 'config', 'lib']],
  ['**.rb', ['a-b.rb', 'a.rb']],
  ['a/**', ['a/1.rb', 'a/b']],
  ['./*.rb', ['./a-b.rb', './a.rb']],
  [
    './**/*.rb',
    ['./a/1.rb', './a/b/2.rb', './a/b/c/3.rb', './a-b.rb', './a.d/4.rb', './a.rb', './b/B.rb', './lib/x/5.rb'],
  ],
  ['config//*.yml', ['config//x.yml']],
  ['config/../*.rb', ['config/../a-b.rb', 'config/../a.rb']],
  ['a/**/', ['a/', 'a/b/', 'a/b/c/']],
  ['{a,b}/*', ['a/1.rb', 'a/b', 'b/B.rb']],
  ['{a.rb,a.rb}', ['a.rb', 'a.rb']],
  ['a', ['a']],
  ['a/', ['a/']],
  ['config/x.yml', ['config/x.yml']],
  ['config/x.yml/', []],
  ['nope', []],
  ['**/**/*.rb', ['a/1.rb', 'a/b/2.rb', 'a/b/c/3.rb', 'a-b.rb', 'a.d/4.rb', 'a.rb', 'b/B.rb', 'lib/x/5.rb']],
  ['**/.*', ['.dot.rb', '.hid', 'a/.h.rb', 'b/.keep']],
  ['a/.h.rb', ['a/.h.rb']],
  ['?.rb', ['a.rb']],
  ['a/b/../1.rb', ['a/b/../1.rb']],
  ['*/*', ['a/1.rb', 'a/b', 'a.d/4.rb', 'b/B.rb', 'config/settings', 'config/x.yml', 'lib/x']],
  ['**/{1,2}.rb', ['a/1.rb', 'a/b/2.rb']],
  ['**a/*.rb', ['a/1.rb']],
  ['a**/*.rb', ['a/1.rb', 'a.d/4.rb']],
  ['{,a/}*.rb', ['a-b.rb', 'a.rb', 'a/1.rb']],
  ['a/{b/,}*.rb', ['a/b/2.rb', 'a/1.rb']],
  ['*.{rb,yml}', ['a-b.rb', 'a.rb']],
  ['**/*/', ['a/', 'a/b/', 'a/b/c/', 'a.d/', 'b/', 'config/', 'config/settings/', 'lib/', 'lib/x/']],
  ['', []],
  ['{', []],
  ['a{', []],
  ['{a', []],
  ['a/./*.rb', ['a/./1.rb']],
  ['.', ['.']],
  ['./', ['./']],
  ['**/b/**/*.rb', ['a/b/2.rb', 'a/b/c/3.rb', 'b/B.rb']],
  ['config/*/', ['config/settings/']],
  ['**/x/*', ['lib/x/5.rb']],
  ['*/**/*.rb', ['a/1.rb', 'a/b/2.rb', 'a/b/c/3.rb', 'a.d/4.rb', 'b/B.rb', 'lib/x/5.rb']],
  ['a/**/b/*', ['a/b/2.rb', 'a/b/c']],
  ['**//*.rb', ['a/1.rb', 'a/b/2.rb', 'a/b/c/3.rb', 'a-b.rb', 'a.d/4.rb', 'a.rb', 'b/B.rb', 'lib/x/5.rb']],
];

describe('Dir.glob', () => {
  test.each(MEASURED)('%j', (pattern, paths) => {
    expect(at(`Dir.glob(${JSON.stringify(pattern)}).join(" ")`)).toBe(JSON.stringify(paths.join(' ')));
  });

  test.each([
    '**/../*.rb',
    '.*',
    '.*/',
    '..',
    '[',
    '[!a]/*',
    '[^a]*',
    '[a-b].rb',
    '[ab]/*',
    'a/**/./*.rb',
    'a/*/../*.rb',
    'a[.]rb',
    'a\\.rb',
    'a]rb',
  ])('does not follow %j', (pattern) => {
    expect(at(`Dir.glob(${JSON.stringify(pattern)})`)).toContain('a list of files');
  });

  test.each([
    ['Dir["a/*.rb", "*.rb"]', ['a/1.rb', 'a-b.rb', 'a.rb']],
    ['Dir.glob(["a/*.rb", "*.rb"])', ['a/1.rb', 'a-b.rb', 'a.rb']],
    ['Dir.glob("*", base: "a")', ['1.rb', 'b']],
    ['Dir.glob("./*.rb", base: "a")', ['./1.rb']],
    ['Dir.glob("*", base: "")', ['a', 'a-b.rb', 'a.d', 'a.rb', 'b', 'config', 'lib']],
    ['Dir.glob("*", base: "none")', []],
    ['Dir.glob("*.rb", 0)', ['a-b.rb', 'a.rb']],
    ['Dir["#{Dir.pwd}/*.rb"]', ['/root/a-b.rb', '/root/a.rb']],
    ['Dir["#{Dir.pwd}/a/../config//*.yml"]', ['/root/a/../config//x.yml']],
  ])('%s', (code, paths) => expect(at(`${code}.join(" ")`)).toBe(JSON.stringify(paths.join(' '))));

  test('hands each path to a block, and answers nil', () => {
    expect(at('found = []\nanswer = Dir.glob("*.rb") { |path| found << path }\n[found, answer]')).toBe(
      '[["a-b.rb", "a.rb"], nil]',
    );
  });

  test.each(['Dir.glob("*", sort: false)', 'Dir.glob("*", 4)', 'Dir["/etc/*"]', 'Dir.glob("*.rb", base: "/etc")'])(
    'does not know %s',
    (code) => expect(at(code)).toContain('a list of files'),
  );
});
