import { describe, expect, it } from 'vitest';
import { compose } from '../../src/platforms/compose.ts';
import { app } from './harness.ts';

const SERVICE = 'services:\n  app:\n    build: .\n    environment: { RAILS_ENV: production, JOBS: 7 }\n';

/** What the container runs, a line for each process, and what is not counted. */
function run(command: string, files: Record<string, string>, variables: readonly string[] = []) {
  const given = app({
    'compose.yaml': SERVICE,
    Dockerfile: ['FROM ruby:3.4', 'WORKDIR /shop', 'COPY . .', command, ''].join('\n'),
    ...files,
  });
  const launches = compose.read(given).flatMap((deployment) => deployment.launches);
  const lines = launches.map(({ name, system, command: line, environment }) => {
    const words = line!.words.map(({ value }) => (value.known ? value.value : '?')).join(' ');
    const set = variables.map((variable) => {
      const state = environment.get(variable);
      return ` ${variable}=${state.known ? state.value : '?'}`;
    });
    return `${name} ${system}: ${words}${set.join('')}`;
  });
  return [...lines, ...given.notes.map((note) => note.replace(/ \([^()]*\)$/, ''))];
}

const PROCFILE =
  'web: bundle exec puma -C config/puma.rb\nworker: JOBS=3 bundle exec sidekiq -c $JOBS\nclock: bin/clock\n';
const clock = 'process app: `bin/clock` is no program this version knows; it is not counted';

describe('a container that starts a Procfile', () => {
  it.each([
    'CMD ["foreman", "start"]',
    'CMD bundle exec foreman start -p 3000',
    'CMD overmind s -N',
    'CMD exec hivemind',
    'CMD honcho start',
  ])('runs every process of it: %s', (command) => {
    expect(run(command, { Procfile: PROCFILE })).toEqual([
      'app puma: puma -C config/puma.rb',
      'app sidekiq: sidekiq -c 7',
      clock,
    ]);
  });

  it.each([
    ['foreman start -f deploy/Procfile.production -m "web=1,worker=2"', 1, 2],
    ['foreman start -f deploy/Procfile.production -m all=2,web=3', 3, 2],
    ['foreman start -f deploy/Procfile.production worker', 0, 1],
    ['foreman start --procfile=deploy/Procfile.production --formation worker=4', 0, 4],
    ['overmind start -f deploy/Procfile.production -m worker=2', 1, 2],
    ['overmind start -f deploy/Procfile.production -l worker', 0, 1],
    ['OVERMIND_PROCFILE=deploy/Procfile.production overmind start -x web', 0, 1],
    ['hivemind --processes web deploy/Procfile.production', 1, 0],
    ['honcho -f deploy/Procfile.production start -c worker=3 web worker', 1, 3],
  ])('as often as it is told: %s', (command, web, workers) => {
    const lines = run(`CMD ${command}`, {
      'deploy/Procfile.production': 'web: bundle exec puma\nworker: bundle exec sidekiq\n',
    });
    expect([command, lines.filter((line) => line === 'app puma: puma').length]).toEqual([command, web]);
    expect([command, lines.filter((line) => line === 'app sidekiq: sidekiq').length]).toEqual([command, workers]);
    expect(lines).toHaveLength(web + workers);
  });

  it('hands each a port, and what its own file of variables says above all else', () => {
    const files = {
      Procfile: 'web: bundle exec puma\nworker: bundle exec sidekiq -c $JOBS\n',
      '.env': 'JOBS="9"\nexport JOBS=11\n',
    };
    const lines = ['app puma: puma PORT=5000', 'app puma: puma PORT=5001', 'app sidekiq: sidekiq -c 9 PORT=5100'];
    expect(run('CMD ["foreman", "start", "-m", "web=2,worker=1"]', files, ['PORT'])).toEqual(lines);
    expect(run('CMD foreman start', { ...files, '.dockerignore': '/.env*\n' })).toContain('app sidekiq: sidekiq -c 7');
    expect(run('ENV PORT=8080\nCMD ["foreman", "start", "web"]', files, ['PORT'])).toEqual([
      'app puma: puma PORT=8080',
    ]);
  });

  it('is not told where there is no such file, where a variable names it, or where the Procfile names itself', () => {
    const lost = (reason: string) => [`process app: ${reason}; it is not counted`];
    expect(run('CMD foreman start -f Procfile.production', { Procfile: PROCFILE })).toEqual(
      lost('foreman starts what Procfile.production says, which is not in the repository'),
    );
    expect(run('ARG WHICH\nCMD ["foreman", "start", "web=1"]', { Procfile: 'web: foreman start\n' })).toEqual(
      lost('foreman starts nothing of Procfile'),
    );
    expect(run('CMD ["foreman", "start"]', { Procfile: 'all: foreman start\n' })).toEqual(
      lost('all: it is started by one of its kind'),
    );
  });
});

const PROGRAMS = `[supervisord]
nodaemon=true ; stay
[program:puma]
command=bash -c 'bundle exec rake db:migrate && bundle exec puma -C config/puma.rb'
[program:sidekiq]
command = bundle exec sidekiq
  -c %(ENV_JOBS)s -q "low priority"
numprocs=2
process_name=%(program_name)s_%(process_num)02d
environment=RAILS_MAX_THREADS="%(ENV_JOBS)s",NAME='%(program_name)s-%(process_num)d'
[program:off]
command=bundle exec good_job start
autostart=false
[eventlistener:listener]
command=supervisor_stdout
`;

describe('a container that starts supervisord', () => {
  const lines = [
    'app puma: puma -C config/puma.rb RAILS_MAX_THREADS=null NAME=null',
    'app sidekiq: sidekiq -c 7 -q low priority RAILS_MAX_THREADS=7 NAME=sidekiq-0',
    'app sidekiq: sidekiq -c 7 -q low priority RAILS_MAX_THREADS=7 NAME=sidekiq-1',
  ];

  it.each([
    ['/etc/supervisord.conf', '["supervisord", "-n", "-c", "/etc/supervisord.conf"]'],
    ['/etc/supervisor/conf.d/', '["/usr/bin/supervisord"]'],
    ['/etc/supervisor/supervisord.conf', 'exec supervisord -n'],
  ])('runs the programs of the file that the Dockerfile copies to %s', (place, command) => {
    expect(
      run(`COPY docker/supervisord.conf ${place}\nCMD ${command}`, { 'docker/supervisord.conf': PROGRAMS }, [
        'RAILS_MAX_THREADS',
        'NAME',
      ]),
    ).toEqual(lines);
  });

  it('runs those of the files that are included', () => {
    const files = {
      'docker/supervisord.conf': '[supervisord]\nnodaemon=true\n[include]\nfiles = conf.d/*.conf\n',
      'docker/programs/web.conf': '[program:web]\ncommand=bundle exec puma\n',
      'docker/programs/jobs.conf': '[program:jobs]\ncommand=bundle exec sidekiq -c $JOBS\n',
    };
    const command = 'CMD ["supervisord", "-c", "/etc/app/supervisord.conf"]';
    const copies = 'COPY docker/supervisord.conf /etc/app/\nCOPY docker/programs /etc/app/conf.d\n';
    expect(run(`${copies}${command}`, files)).toEqual(['app sidekiq: sidekiq -c $JOBS', 'app puma: puma']);
    expect(run(`COPY docker/supervisord.conf /etc/app/\n${command}`, files)).toEqual([
      'process app: supervisord includes /etc/app/conf.d/*.conf, and nothing in the repository lies there; it is not counted',
    ]);
  });

  it('is not told where the file is not in the repository, or a program needs a variable that nothing sets', () => {
    expect(run('CMD ["supervisord", "-c", "/etc/other.conf"]', {})).toEqual([
      'process app: supervisord starts what /etc/other.conf says, which is not in the repository; it is not counted',
    ]);
    const perhaps = '[program:jobs]\ncommand=bundle exec sidekiq\nautostart=%(ENV_RUN_JOBS)s\n';
    const script =
      '#!/bin/sh\nif grep -q jobs /etc/roles; then RUN_JOBS=true; else RUN_JOBS=false; fi\nexport RUN_JOBS\nexec "$@"\n';
    const start = 'ENTRYPOINT ["bin/entry.sh"]\nCMD ["supervisord", "-c", "./s.conf"]';
    const lost = 'process app: jobs: a condition of the shell decides it; it is not counted';
    expect(run(start, { 's.conf': perhaps, 'bin/entry.sh': script })).toEqual([lost]);
    const web = '[program:web]\ncommand=bundle exec puma\n';
    expect(run(start, { 's.conf': `${perhaps}${web}`, 'bin/entry.sh': script })).toEqual(['app puma: puma', lost]);
    const command = '[program:jobs]\ncommand=bundle exec sidekiq -c %(ENV_NOWHERE)s\n';
    expect(run('CMD ["supervisord", "-c", "./s.conf"]', { 's.conf': command })).toEqual(['app sidekiq: sidekiq -c ?']);
  });
});

it('a container whose script sets another environment in a branch that nobody can decide keeps the one asked for', () => {
  const script = '#!/bin/sh\nif echo "$1" | grep -q "test$"; then\n  export RAILS_ENV=test JOBS=1\nfi\nexec "$@"\n';
  const command = 'COPY bin/entry /usr/bin/\nENTRYPOINT ["/usr/bin/entry"]\nCMD ["bundle", "exec", "puma"]';
  expect(
    run(command, { 'bin/entry': script, 'compose.yaml': 'services: { app: { build: . } }\n' }, ['RAILS_ENV', 'JOBS']),
  ).toEqual(['app puma: puma RAILS_ENV=production JOBS=?']);
});

describe('a container that starts s6', () => {
  it('is told by the scripts that are not followed, and runs its command', () => {
    const files = {
      'docker/services.d/jobs/run': '#!/usr/bin/execlineb -P\nbundle exec sidekiq\n',
      'docker/services.d/web/run': '#!/usr/bin/execlineb -P\nbundle exec puma\n',
    };
    const copy = 'COPY docker/services.d /etc/services.d\nENTRYPOINT ["/init"]\n';
    const reason =
      'process app: it runs docker/services.d/jobs/run, docker/services.d/web/run, which are not followed; it is not counted';
    expect(run(copy, files)).toEqual([reason]);
    expect(run(`${copy}CMD ["bundle", "exec", "puma"]`, files)).toEqual(['app puma: puma', reason]);
  });
});
