import { describe, expect, it } from 'vitest';
import { pm2 } from '../../src/platforms/pm2.ts';
import { app, described } from './harness.ts';

function read(text: string, name = 'ecosystem.config.js') {
  const given = app({ [name]: text });
  const [deployment, ...more] = pm2.read(given);
  expect(more).toEqual([]);
  return {
    launches: deployment?.launches ?? [],
    lines: deployment ? described(deployment) : [],
    notes: given.notes,
    problems: given.files.problems,
  };
}

function environmentOf(text: string) {
  const [launch] = read(text).launches;
  if (!launch) throw new Error('nothing is launched');
  return launch.environment;
}

const rails = `{ name: 'web', script: 'bundle', args: 'exec puma -C config/puma.rb', interpreter: 'none'`;

describe('an ecosystem file of PM2', () => {
  it('is one launch for every app that holds connections', () => {
    const { lines, launches } = read(`
      const threads = 12;
      const shared = { RAILS_ENV: 'production', RAILS_MAX_THREADS: String(threads) };
      module.exports = {
        apps: [
          ${rails}, env: shared },
          { name: 'jobs', script: 'bundle exec sidekiq -c 25', instances: 2, env: { ...shared, RAILS_MAX_THREADS: 25 } },
          { script: './bin/jobs', interpreter: 'ruby', args: ['start'], instances: '3' },
          { name: 'frontend', script: 'server.js' },
        ],
      };`);
    expect(lines).toEqual([
      'pm2',
      'web puma puma -C config/puma.rb',
      'jobs sidekiq sidekiq -c 25',
      'jobs solid_queue ./bin/jobs start',
    ]);
    expect(launches.map(({ hosts }) => hosts)).toMatchObject([
      { value: 1, origin: { kind: 'assumed' } },
      { value: 2, origin: { kind: 'platform' } },
      { value: 3 },
    ]);
    expect(launches.map(({ environment }) => environment.get('RAILS_MAX_THREADS'))).toMatchObject([
      { value: '12' },
      { value: '25' },
      { known: true, value: null },
    ]);
  });

  it('is read as a module, in TypeScript and without apps too', () => {
    expect(read(`export default { apps: [${rails} }] } satisfies object;`, 'ecosystem.config.ts').lines).toHaveLength(
      2,
    );
    expect(read(`export default [${rails} }];`, 'ecosystem.config.mjs').lines).toHaveLength(2);
    expect(read(`module.exports = ${rails} };`, 'ecosystem.config.cjs').lines).toHaveLength(2);
  });

  it('takes the variables of the environment that is asked for, as long as PM2 is told', () => {
    const environment = environmentOf(
      `module.exports = { apps: [${rails}, env: { A: 1, B: 1 }, env_production: { B: 2 }, env_staging: { B: 3 } }] };`,
    );
    expect(environment.get('A')).toMatchObject({ value: '1', assumes: [] });
    expect(environment.get('B')).toMatchObject({
      value: '2',
      assumes: [{ kind: 'reachable', text: 'PM2 is started with --env production' }],
    });
  });

  it.each([
    ["process.env.THREADS || '8'", { known: true, value: '8', assumes: [{ kind: 'unset', variable: 'THREADS' }] }],
    ['process.env.THREADS ?? 8', { known: true, value: '8' }],
    ["process.env['RAILS_ENV'] === 'production' ? 5 : 1", { known: true, value: '5' }],
    ['`${4 + 4}`', { known: true, value: '8' }],
    ['parseInt("12", 10)', { known: true, value: '12' }],
    ['parseInt("c", 16)', { known: false }],
    ["require('os').cpus().length", { known: false, reason: 'it is only known when it runs' }],
    ['threads', { known: false, reason: 'nothing here says what threads is' }],
  ])('reads the variable %s', (expression, expected) => {
    const text = `module.exports = { apps: [${rails}, env: { THREADS_OF_PUMA: ${expression} } }] };`;
    expect(environmentOf(text).get('THREADS_OF_PUMA')).toMatchObject(expected);
  });

  it('does not take a variable that may be assigned anew for a constant', () => {
    const text = `let threads = 5; threads = 9; module.exports = { apps: [${rails}, env: { T: threads } }] };`;
    expect(environmentOf(text).get('T').known).toBe(false);
  });

  it('does not know what an unknown spread hides', () => {
    const text = `module.exports = { apps: [${rails}, env: { T: '5', ...require('./shared') } }] };`;
    expect(environmentOf(text).declares('T')).toBe(false);
  });

  it.each(['"max"', '0', '-1'])('does not know how many processors instances: %s means', (instances) => {
    const [launch] = read(`module.exports = { apps: [${rails}, instances: ${instances} }] };`).launches;
    expect(launch?.hosts).toMatchObject({ known: false, reason: expect.stringContaining('--hosts') });
  });

  it('says what it cannot tell', () => {
    expect(read('module.exports = build();').notes).toEqual([
      'the apps of PM2: it is only known when it runs (ecosystem.config.js:1)',
    ]);
  });

  it('says that a file is no JavaScript', () => {
    expect(read('module.exports = {')).toMatchObject({
      launches: [],
      notes: [],
      problems: [
        { kind: 'parse-error', message: expect.stringMatching(/^the file is no JavaScript: /), at: { start: 18 } },
      ],
    });
    expect(
      read(`module.exports = { apps: [{ name: 'clock', script: 'bin/clock', interpreter: 'ruby' }] }`).notes,
    ).toEqual([
      'process clock: `bin/clock` starts no program this version knows; it is not counted (ecosystem.config.js:1)',
    ]);
  });

  it('of Node apps alone says nothing about this app', () => {
    expect(read(`module.exports = { apps: [{ name: 'a', script: 'npm', args: 'start' }] }`)).toMatchObject({
      lines: [],
      notes: [],
    });
  });

  it('ends with a file that would never end', () => {
    const deep = `module.exports = ${'['.repeat(500)}1${']'.repeat(500)};`;
    expect(read(deep).lines).toEqual([]);
    expect(read('const a = b; const b = a; module.exports = { apps: a };').lines).toEqual([]);
  });
});
