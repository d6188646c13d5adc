import { describe, expect, it } from 'vitest';
import type { Launch } from '../../src/launch/launch.ts';
import { compose } from '../../src/platforms/compose.ts';
import { heroku } from '../../src/platforms/heroku.ts';
import { INFERRED } from '../../src/platforms/index.ts';
import { inferred, undeclared } from '../../src/platforms/inferred.ts';
import { SourceFile } from '../../src/text/source.ts';
import { readLockfile } from '../../src/versions/lockfile.ts';
import { Versions } from '../../src/versions/versions.ts';
import { lockfile } from '../support/lint.ts';
import { app, described } from './harness.ts';

describe('an app that nothing deploys', () => {
  it('runs the server and the job systems it has', async () => {
    const [deployment] = inferred.read(app({}, ['puma', 'sidekiq', 'solid_queue']));
    expect(described(deployment!)).toEqual([
      'inferred',
      'web puma -',
      'sidekiq sidekiq -',
      'solid_queue solid_queue -',
    ]);
    expect((await INFERRED.load()).kind).toBe('inferred');
  });

  it('runs no Puma that Capistrano leaves to Passenger, unless the image starts it', () => {
    const said: string[] = [];
    const read = (files: Record<string, string>) => {
      const given = app(files, ['puma', 'sidekiq']);
      return inferred.read({ ...given, uncounted: (name, reason) => said.push(`${name}: ${reason}`) }).map(described);
    };
    const Capfile = 'require "capistrano/setup"\nrequire "capistrano/passenger"\n';
    expect(read({ Capfile })).toEqual([['inferred', 'sidekiq sidekiq -']]);
    expect(said).toEqual(['web: Capfile runs it in Passenger']);
    expect(read({ Capfile: 'require "capistrano/setup"\n# require "capistrano/passenger"\n' })).toEqual([
      ['inferred', 'web puma -', 'sidekiq sidekiq -'],
    ]);
    const Dockerfile = 'FROM ruby:3.4\nCOPY . .\nCMD ["bundle", "exec", "puma"]\n';
    expect(read({ Capfile, Dockerfile })[0]?.[1]).toMatch(/^web puma/);
  });

  it('has a server of which only the file of the environment is there', () => {
    const given = app({ Procfile: 'worker: sidekiq', 'config/puma/production.rb': '' }, ['puma', 'sidekiq']);
    const [deployment] = heroku.read(given);
    expect(described({ ...deployment!, launches: undeclared(deployment!, given) })).toEqual([
      'heroku',
      'puma puma undeclared -',
    ]);
  });

  it('knows a program under the name it is published under now', () => {
    expect(inferred.read(app({}, ['puma', 'kicks'])).map(described)).toEqual([
      ['inferred', 'web puma -', 'sneakers sneakers -'],
    ]);
  });

  it('runs Puma where it is configured', () => {
    expect(inferred.read(app({ 'config/puma.rb': '' })).map(described)).toEqual([['inferred', 'web puma -']]);
  });

  it.each([
    ['CMD ["./bin/thrust", "./bin/rails", "server"]', ['web puma ./bin/rails server', 'sidekiq sidekiq -']],
    ['ENTRYPOINT ["/app/bin/entry"]\nCMD ["puma", "-t", "7"]', ['web puma puma -t 7', 'sidekiq sidekiq -']],
    ['CMD bundle exec sidekiq -c 9', ['web puma -', 'sidekiq sidekiq sidekiq -c 9']],
    ['CMD ["rails", "server", "-e", "development"]', ['web puma -', 'sidekiq sidekiq -']],
    ['ENV RAILS_ENV=development\nCMD ["puma", "-t", "7"]', ['web puma -', 'sidekiq sidekiq -']],
    ['CMD ["foreman", "start"]', ['web puma -', 'sidekiq sidekiq -']],
  ])('starts what its image starts as the image does: %j', (text, expected) => {
    const files = { Dockerfile: `FROM ruby\n${text}`, 'bin/entry': '#!/bin/sh\nexport DB_POOL=7\nexec "$@"' };
    const [deployment] = inferred.read(app(files, ['puma', 'sidekiq']));
    expect(described(deployment!)).toEqual(['inferred', ...expected]);
    const pool = deployment!.launches[0]!.environment.get('DB_POOL');
    expect(pool).toMatchObject({ value: text.includes('bin/entry') ? '7' : null });
  });

  it('starts its job systems as its scripts do: several of them are several processes', () => {
    const script = (line: string) => `#!/bin/bash\n\nexec bundle exec ${line}\n`;
    const files = {
      'scripts/start.worker.sh': script('sidekiq -C config/sidekiq/default.yml'),
      'scripts/start.mail.worker.sh': script('sidekiq -C config/sidekiq/mail.yml'),
      'scripts/start.again.sh': script('sidekiq -C config/sidekiq/mail.yml'),
      'scripts/dev.worker.sh': script('sidekiq -c 1'),
      'scripts/start.api.sh': script('rails server'),
      'bin/jobs': '#!/usr/bin/env ruby\nrequire_relative "../config/environment"\n',
      'bin/queue': script('rake solid_queue:start'),
    };
    expect(inferred.read(app(files, ['puma', 'sidekiq', 'solid_queue'])).map(described)).toEqual([
      [
        'inferred',
        'web puma -',
        'start.again sidekiq sidekiq -C config/sidekiq/mail.yml',
        'start.worker sidekiq sidekiq -C config/sidekiq/default.yml',
        'solid_queue solid_queue rake solid_queue:start',
      ],
    ]);
  });

  it('runs no Puma that Gemfile.lock does not list, however it is configured', () => {
    const lock = readLockfile(new SourceFile('Gemfile.lock', lockfile({ rails: '7.1.5' })));
    const versions = new Versions({ lockfile: lock, constraints: new Map(), assumed: new Map() });
    const read = (files: Record<string, string>) => {
      const given = { ...app(files), versions };
      expect([...inferred.read(given), ...undeclared({ kind: 'heroku', name: 'heroku', launches: [] }, given)]).toEqual(
        [],
      );
      return given.notes;
    };
    expect(read({ 'config/puma.rb': 'threads 8, 8' })).toEqual([
      'process web: config/puma.rb is there, but Gemfile.lock lists no puma: nothing says what serves it; it is not counted (config/puma.rb:1)',
    ]);
    const nginx = 'server {\n  passenger_enabled on;\n}\n';
    expect(read({ 'config/puma.rb': '', 'docker/nginx.conf': nginx })).toEqual([
      'process web: docker/nginx.conf runs it in Passenger; it is not counted (docker/nginx.conf:1)',
    ]);
    expect(read({})).toEqual([]);
  });

  it.each([
    [':good_job', '', ['good_job'], []],
    ['"good_job"', '', ['good_job'], []],
    [':good_job', 'class Push\n  include Sidekiq::Job\nend\n', ['good_job', 'sidekiq'], []],
    [':async', '', ['good_job', 'sidekiq'], []],
    ['ENV.fetch("QUEUE", "sidekiq").to_sym', '', [], ['sidekiq or good_job']],
    ['ENV["QUEUE"]', 'class Push\n  include Sidekiq::Worker\nend\n', ['good_job', 'sidekiq'], []],
  ])(
    'runs of several job systems the one that %s names, and those that code talks to: %j',
    (adapter, code, ids, open) => {
      const given = app(
        {
          'config/application.rb': `config.active_job.queue_adapter = ${adapter} # jobs\n`,
          'app/workers/push.rb': code,
        },
        ['sidekiq', 'good_job'],
      );
      const launches = inferred.read(given).flatMap((one) => one.launches);
      expect(launches.map(({ system }) => system).toSorted()).toEqual(ids);
      const reason = 'what is computed here decides which of them runs; it is not counted (config/application.rb:1)';
      expect(given.notes).toEqual(open.map((one) => `process ${one}: ${reason}`));
    },
  );

  it('listens to the environment before the application, and not to another environment', () => {
    const set = (name: string) => `Rails.application.configure do\n  config.active_job.queue_adapter = ${name}\nend\n`;
    const files = {
      'config/application.rb': set(':sidekiq'),
      'config/environments/production.rb': set(':good_job'),
      'config/environments/test.rb': set(':test'),
    };
    const [deployment] = inferred.read(app(files, ['sidekiq', 'good_job']));
    expect(described(deployment!)).toEqual(['inferred', 'good_job good_job -']);
  });

  it.each([
    ['config/processes/app.eye', '  start_command "bundle exec sidekiq -c 5"'],
    ['config/processes/methods.rb', 'command = %W(bin/sidekiq\n  -c #{count})'],
    ['deploy/sidekiq.service', '[Service]\nExecStart=/usr/bin/bundle exec sidekiq -C config/mail.yml'],
    ['invoker.ini', '[jobs]\ncommand = bundle exec sidekiq -q default -c 1'],
    ['lib/tasks/sidekiq.rake', 'system "bundle exec sidekiq -c 1 &"'],
  ])('leaves out what %s starts, and says so', (path, text) => {
    const given = app({ [path]: `${text}\n` }, ['puma', 'sidekiq']);
    const [deployment] = inferred.read(given);
    expect(described(deployment!)).toEqual(['inferred', 'web puma -']);
    const line = text.split('\n').findIndex((one) => one.includes('sidekiq')) + 1;
    expect(given.notes).toEqual([
      `process sidekiq: ${path} starts it, which is not read; it is not counted (${path}:${line})`,
    ]);
    expect(undeclared(deployment!, given)).toEqual([]);
  });

  it.each([
    ['deploy/sidekiq.service', 'ExecStart=/usr/bin/bundle exec sidekiq -e production'],
    ['lib/tasks/sidekiq.rake', "require 'sidekiq/api'\nnamespace :sidekiq do\n  # bundle exec sidekiq -c 3"],
    ['app/processes/sidekiq.rb', 'bundle exec sidekiq -c 3'],
  ])('runs what %s does not size', (path, text) => {
    const given = app({ [path]: `${text}\n` }, ['sidekiq']);
    expect(inferred.read(given).map(described)).toEqual([['inferred', 'sidekiq sidekiq -']]);
  });

  it('runs one server: of several the one that is configured, else Puma first', () => {
    const servers = ['puma', 'unicorn', 'passenger'];
    expect(inferred.read(app({}, servers)).map(described)).toEqual([['inferred', 'web puma -']]);
    expect(inferred.read(app({ 'config/unicorn.rb': '' }, servers)).map(described)).toEqual([
      ['inferred', 'web unicorn -'],
    ]);
    expect(inferred.read(app({}, ['unicorn'])).map(described)).toEqual([['inferred', 'web unicorn -']]);
  });

  it('runs the one that its image starts', () => {
    const files = { 'config/puma.rb': '', Dockerfile: 'FROM ruby:3.4\nCMD ["bundle", "exec", "falcon", "serve"]\n' };
    const [deployment] = inferred.read(app(files, ['puma', 'falcon']));
    expect(deployment!.launches.map(({ system }) => system)).toEqual(['falcon']);
  });

  it('runs nothing it does not have', () => {
    expect(inferred.read(app({ 'config/queue.yml': '', 'config/sidekiq.yml': '' }))).toEqual([]);
  });
});

describe('a deployment that does not run an installed job system', () => {
  it('has no second server, and no server for sockets', () => {
    const given = app({ Procfile: 'web: unicorn', 'config/puma.rb': '' }, [
      'puma',
      'unicorn',
      'anycable',
      'actioncable',
    ]);
    const [deployment] = heroku.read(given);
    expect(undeclared(deployment!, given)).toEqual([]);
  });

  it('connects it to the databases of those that run', () => {
    const services =
      'services:\n  web:\n    command: puma\n    environment:\n      RAILS_ENV: production\n      THREADS: 3\n';
    const urls = '      DATABASE_URL: postgres://db/shop\n      CACHE_DATABASE_URL: postgres://db/cache\n';
    const given = app({ 'compose.yml': services + urls }, ['puma', 'sidekiq']);
    const [deployment] = compose.read(given);
    const [{ environment }] = undeclared(deployment!, given) as [Launch];
    const read = ['DATABASE_URL', 'CACHE_DATABASE_URL', 'THREADS'].map((name) => environment.get(name));
    expect(read).toMatchObject([{ value: 'postgres://db/shop' }, { value: 'postgres://db/cache' }, { value: null }]);
    const unseen = app({ 'compose.yml': `${services}    env_file: .env\n` }, ['puma', 'sidekiq']);
    const [opened] = compose.read(unseen);
    const [sidekiq] = undeclared(opened!, unseen);
    expect(sidekiq!.environment.get('DATABASE_URL')).toMatchObject({ known: false });
    expect(sidekiq!.environment.get('RAILS_MAX_THREADS')).toMatchObject({ value: null });
  });

  it('has it as undeclared', () => {
    const given = app({ Procfile: 'web: puma\nworker: sidekiq' }, ['puma', 'sidekiq', 'solid_queue']);
    const [deployment] = heroku.read(given);
    const added = undeclared(deployment!, given);
    expect(described({ ...deployment!, launches: added })).toEqual(['heroku', 'solid_queue solid_queue undeclared -']);
  });
});
