import { describe, expect, it } from 'vitest';
import { procfileEntries } from '../../src/launch/procfile.ts';
import { heroku } from '../../src/platforms/heroku.ts';
import { PLATFORMS } from '../../src/platforms/index.ts';
import { placeOf, SourceFile } from '../../src/text/source.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { app, described } from './harness.ts';

function entries(text: string): string[] {
  return procfileEntries(new SourceFile('Procfile', text)).map(({ name, command, at }) => {
    const { line, column, endColumn } = placeOf(at);
    return `${name}=${command}@${line}:${column}-${endColumn}`;
  });
}

describe('lines of a Procfile', () => {
  it.each([
    ['web: puma', ['web=puma@1:6-10']],
    ['web: puma\n', ['web=puma@1:6-10']],
    ['web: puma\r\nworker: sidekiq\r\n', ['web=puma@1:6-10', 'worker=sidekiq@2:9-16']],
    ['web:puma', ['web=puma@1:5-9']],
    ['web:\tpuma  \t', ['web=puma@1:6-10']],
    ['web:    puma -t 5', ['web=puma -t 5@1:9-18']],
    ['\uFEFFweb: puma', ['web=puma@1:7-11']],
    ['# web: puma\nworker: sidekiq', ['worker=sidekiq@2:9-16']],
    ['  web: puma', []],
    ['web puma', []],
    ['web:', []],
    ['web:   ', []],
    ['', []],
    ['\n\n', []],
    ['my web: puma', []],
    ['high-priority_1: sidekiq', ['high-priority_1=sidekiq@1:18-25']],
    ['web: a\nweb: puma', ['web=puma@2:6-10']],
    ['web: env A=b:c puma', ['web=env A=b:c puma@1:6-20']],
  ])('%j', (text, expected) => expect(entries(text)).toEqual(expected));
});

describe('a Procfile', () => {
  it('is one launch for every process that holds connections', () => {
    const procfile = [
      'release: bundle exec rails db:migrate',
      'web: bundle exec puma -C config/puma.rb',
      'worker: RAILS_MAX_THREADS=10 bundle exec sidekiq -c 25',
      'jobs: bin/jobs',
      'clock: bundle exec clockwork clock.rb',
    ].join('\n');
    const [deployment, ...more] = heroku.read(app({ Procfile: procfile }));
    expect(more).toEqual([]);
    expect(described(deployment!)).toEqual([
      'heroku',
      'web puma puma -C config/puma.rb',
      'worker sidekiq sidekiq -c 25',
      'jobs solid_queue bin/jobs',
    ]);
    const [web, worker] = deployment!.launches;
    expect(worker!.environment.get('RAILS_MAX_THREADS')).toMatchObject({ value: '10' });
    expect(web!.environment.declares('RAILS_MAX_THREADS')).toBe(false);
    expect(web!.environment.get('RAILS_ENV')).toMatchObject({ value: 'production' });
    expect(web!.hosts).toMatchObject({ known: true, value: 1, origin: { kind: 'assumed' } });
  });

  it('of the environment is an alternative', () => {
    const files = { Procfile: 'web: puma', 'Procfile.production': 'web: puma -w 2', 'Procfile.dev': 'web: puma -w 9' };
    expect(heroku.read(app(files)).map(described)).toEqual([
      ['heroku', 'web puma puma'],
      ['heroku Procfile.production', 'web puma puma -w 2'],
    ]);
  });

  it('is a deployment even if nothing of it is understood', () => {
    expect(heroku.read(app({ Procfile: 'web: bin/start\nrelease: puma' })).map(described)).toEqual([['heroku']]);
    expect(heroku.read(app({ Procfile: 'web: puma "' })).map(described)).toEqual([['heroku']]);
  });

  it('without a process is no deployment', () => {
    expect(heroku.read(app({ Procfile: '# nothing\nrelease: puma' }))).toEqual([]);
    expect(heroku.read(app({ Procfile: '' }))).toEqual([]);
    expect(heroku.read(app({}))).toEqual([]);
  });

  it.each([
    ['bundle exec thin -p $PORT -C config/thin.yml', '`bundle exec thin …` is no program this version knows'],
    ['bundle exec rails runner bin/threaded.rb', '`bundle exec rails runner …` is no program this version knows'],
    ['bundle exec rake crawler:run', '`bundle exec rake crawler:run` is no program this version knows'],
    ['env TOKEN=abc bin/start', '`bin/start` is no program this version knows'],
    ['curl https://user:secret@example.com', '`curl …` is no program this version knows'],
    ['$SIDEKIQ_CMD', 'nothing in the repository sets SIDEKIQ_CMD, which says what runs'],
    ['exec $SIDEKIQ_CMD', 'nothing in the repository sets SIDEKIQ_CMD, which says what runs'],
    ['$RUN $ARGS', 'nothing in the repository sets RUN, which says what runs'],
    ['A=1', 'nothing in the repository says what it starts'],
    ['bundle exec sidekiq & bundle exec thin', '`bundle exec thin` is no program this version knows'],
  ])('does not lose %s', (command, reason) => {
    const given = app({ Procfile: `web: puma\nother: ${command}` });
    heroku.read(given);
    expect(given.notes).toEqual([`process other: ${reason}; it is not counted (Procfile:2)`]);
  });

  it.each(['sidekiq & puma & wait', 'trap "kill 0" EXIT; sidekiq & puma & wait', 'bin/setup && puma'])(
    'understands %s',
    (command) => {
      const given = app({ Procfile: `web: ${command}` });
      heroku.read(given);
      expect(given.notes).toEqual([]);
    },
  );

  it('says which line it cannot tell', () => {
    const given = app({ Procfile: 'web: puma\nworker: sidekiq "' });
    expect(heroku.read(given).map(described)).toEqual([['heroku', 'web puma puma']]);
    expect(given.notes).toEqual([expect.stringMatching(/^process worker: a shell cannot read it.*\(Procfile:2\)$/)]);
  });

  it('may start two programs under one name', () => {
    const [deployment] = heroku.read(app({ Procfile: 'web: bundle exec sidekiq & bundle exec puma' }));
    expect(described(deployment!)).toEqual(['heroku', 'web sidekiq sidekiq', 'web puma puma']);
  });
});

describe('app.json', () => {
  const manifest = JSON.stringify({
    env: {
      WEB_CONCURRENCY: '2',
      RAILS_ENV: { value: 'review' },
      SECRET_KEY_BASE: { generator: 'secret' },
      DB_POOL: { required: true },
    },
    formation: { web: { quantity: 3 }, worker: { quantity: 0 } },
    environments: { production: { env: { ONLY_HERE: { value: 'yes' } } }, test: { env: { WEB_CONCURRENCY: '9' } } },
  });
  const [deployment] = heroku.read(app({ Procfile: 'web: puma\nworker: sidekiq', 'app.json': manifest }));
  const [web, worker] = deployment!.launches;

  it('says how many dynos run, as long as production is as it was created', () => {
    expect(web?.hosts).toMatchObject({ value: 3, assumes: [{ kind: 'reachable' }] });
    // None: that is a review app. Nobody runs production without its worker.
    expect(worker?.hosts).toMatchObject({ value: 1, origin: { kind: 'assumed' } });
  });

  it('sets variables, and says of others that somebody will', () => {
    const { environment } = web!;
    expect(environment.get('WEB_CONCURRENCY')).toMatchObject({ value: '2', assumes: [{ kind: 'reachable' }] });
    expect(environment.get('ONLY_HERE')).toMatchObject({ value: 'yes' });
    expect(environment.get('DB_POOL')).toMatchObject({ known: false });
    expect(environment.get('RAILS_ENV')).toMatchObject({ value: 'production' });
  });

  it('that is no JSON says nothing', () => {
    const [other] = heroku.read(app({ Procfile: 'web: puma', 'app.json': '{ "env": ' }));
    expect(other?.launches[0]?.hosts).toMatchObject({ origin: { kind: 'assumed' } });
  });

  it.each([
    ['{"formation": {"web": {"quantity": 3}}', 'close brace expected', 38],
    ['{', 'close brace expected', 1],
    ['{"formation": {"web": {"quantity": 3}}} }', 'end of file expected', 40],
    ['{"formation": {"web": {"quantity": 3,}}}', 'property name expected', 37],
    ['// the shop\n{"formation": {"web": {"quantity": 3}}}', 'invalid comment token', 0],
  ])('that is %j is not read at all, and said to be no JSON', (text, words, start) => {
    const given = app({ Procfile: 'web: puma', 'app.json': text });
    const [other] = heroku.read(given);
    expect(other?.launches[0]?.hosts).toMatchObject({ origin: { kind: 'assumed' } });
    expect(given.files.problems).toMatchObject([
      { kind: 'parse-error', message: `this is no JSON: ${words}`, at: { start } },
    ]);
  });
});

describe('heroku.yml', () => {
  it('says what the app is created with', () => {
    const yml = [
      'setup:',
      '  addons: [{plan: "heroku-postgresql:essential-0"}, {plan: heroku-postgresql, as: reports}, heroku-redis]',
      '  config: {DB_POOL: 12, RAILS_ENV: staging}',
      'build: {docker: {web: Dockerfile}, config: {RAILS_MAX_THREADS: 9}}',
      'run: {web: puma, worker: {command: [sidekiq], image: web}}',
    ].join('\n');
    const [deployment] = heroku.read(app({ 'heroku.yml': yml, Dockerfile: 'FROM ruby\nENV DB_POOL=3' }));
    for (const { environment } of deployment!.launches) {
      expect(environment.get('DB_POOL')).toMatchObject({ value: '12', assumes: [{ kind: 'reachable' }] });
      expect(environment.get('RAILS_ENV')).toMatchObject({ value: 'production' });
      // What is built with is not what runs.
      expect(environment.stateOf('RAILS_MAX_THREADS')).toBeUndefined();
      for (const name of ['DATABASE_URL', 'REPORTS_URL']) expect(environment.get(name)).toMatchObject({ known: false });
    }
    expect(deployment!.launches).toHaveLength(2);
  });

  const yml = `build:
  docker:
    web: Dockerfile
    image_only: Dockerfile
run:
  web: bin/rails server -p $PORT
  worker:
    command:
      - RAILS_MAX_THREADS=10 bundle exec sidekiq
    image: web
`;
  const dockerfile = 'FROM ruby\nENV DB_POOL=4\nCMD ["bundle", "exec", "puma"]\n';

  it('runs its commands in the images it builds', () => {
    const [deployment] = heroku.read(app({ 'heroku.yml': yml, Dockerfile: dockerfile }));
    expect(described(deployment!)).toEqual([
      'heroku',
      'web puma bin/rails server -p ',
      'worker sidekiq sidekiq',
      'image_only puma puma',
    ]);
    const [, worker] = deployment!.launches;
    expect(worker?.environment.get('RAILS_MAX_THREADS')).toMatchObject({ value: '10' });
    expect(worker?.environment.get('DB_POOL')).toMatchObject({ value: '4' });
  });

  it('is not asked where a Procfile says what runs, and builds alone are no deployment', () => {
    const [deployment] = heroku.read(app({ Procfile: 'web: puma', 'heroku.yml': yml }));
    expect(described(deployment!)).toEqual(['heroku', 'web puma puma']);
    expect(heroku.read(app({ 'heroku.yml': 'build:\n  buildpacks: [heroku/ruby]\n' }))).toEqual([]);
  });
});

describe('the list of platforms', () => {
  it('loads Heroku only where there is a Procfile', async () => {
    const applies = (files: Record<string, string>) =>
      PLATFORMS.filter((entry) => entry.applies(new MemoryTree(files), 'production'));
    expect(applies({ 'Procfile.dev': '' })).toEqual([]);
    expect((await applies({ 'Procfile.production': '' })[0]!.load()).kind).toBe('heroku');
  });
});
