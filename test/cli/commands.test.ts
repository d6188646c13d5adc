import { describe, expect, it } from 'vitest';
import { withoutCommands } from '../../src/report/commands.ts';
import { lint, SHOP } from './apps.ts';
import { folder } from './terminals.ts';

/** Source: src/Runner.Common/ActionCommand.cs@v2.328.0 of actions/runner: whether a line is a command to it. */
function isCommand(line: string): boolean {
  const trimmed = line.replace(/^[\s\u0085]+/, '');
  const isNew = trimmed.startsWith('::') && trimmed.indexOf('::', 2) > 0;
  const prefix = line.indexOf('##[');
  return isNew || (prefix >= 0 && line.indexOf(']', prefix) > prefix + 3);
}

const commandsIn = (text: string): string[] => text.split('\n').filter(isCommand);

/** Everything that a repository may name is a command. */
const HOSTILE = {
  ...SHOP,
  'config/database.yml':
    'production:\n  adapter: postgresql\n  database: shop\n  pool: <%= ENV.fetch("RAILS_MAX_THREADS", 5) %> # ##[set-output name=findings]0\n',
  'compose.yml':
    'services:\n  "##[error]web":\n    command: bundle exec puma -t 8\n    environment: { RAILS_ENV: production }\n  "::error::worker":\n    command: bundle exec puma -t 9\n    environment: { RAILS_ENV: production }\n',
};

describe('what a repository says is no command to GitHub’s runner', () => {
  const cwd = folder(
    Object.fromEntries(Object.entries(HOSTILE).map(([path, text]) => [`::error::shop/##[x]y/${path}`, text])),
  );

  it.each([
    ...['text', 'concise', 'json', 'sarif', 'gitlab', 'junit', 'markdown', 'html'].map((format) => ['-f', format]),
    ...['text', 'json', 'markdown', 'html'].flatMap((format) => [
      ['budget', '-f', format],
      ['show', '-f', format],
    ]),
    ['--verbose'],
    ['--diff', '--unsafe-fixes'],
    ['explain', 'could not obtain a connection from the pool within 5.000 seconds'],
  ])('in %s %s %s', async (...argv) => {
    const { out, err } = await lint(cwd, argv);
    expect(out.length + err.length).toBeGreaterThan(20);
    expect(commandsIn(out + err)).toEqual([]);
  });

  it('in complaints', async () => {
    const { code, err } = await lint(cwd, ['--hosts', 'wbe=2']);
    expect(code).toBe(2);
    expect(err).toContain('error');
    expect(commandsIn(err)).toEqual([]);
  });

  it('and annotations are nothing else', async () => {
    const { out } = await lint(cwd, ['-f', 'github']);
    expect(commandsIn(out).length).toBeGreaterThan(0);
    for (const line of commandsIn(out)) expect(line).toMatch(/^::(?:error|warning|notice) file=/);
  });
});

describe('a report', () => {
  it.each(['  ::error::x', '\u00a0::x::', 'a ##[error]b', '::::'])('never has %j', (line) => {
    for (const format of ['text', 'junit']) expect(commandsIn(withoutCommands(`a\n${line}\nb`, format))).toEqual([]);
    expect(JSON.parse(withoutCommands(JSON.stringify(line), 'json'))).toBe(line);
  });

  it.each(['Shop::Order at lib/order.rb', '# a [b]', ' 3 │   ::Rails.env', 'a:: b', '## [x]'])(
    'is left as it is: %j',
    (line) => expect(withoutCommands(`${line}\n`, 'text')).toBe(`${line}\n`),
  );
});
