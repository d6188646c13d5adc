import { describe, expect, it } from 'vitest';
import { goodJob } from '../../src/systems/good_job.ts';
import { GOOD_JOB_RULES } from '../../src/systems/good_job/rules.ts';
import { goodJobInside } from '../../src/systems/inside/good_job.ts';
import { puma } from '../../src/systems/puma.ts';
import { bootCase, shown, shownTraced, type Case } from './harness.ts';

const LATEST = { good_job: '4.19.2', rails: '8.0.2', puma: '6.6.0' };

function booted(given: Case) {
  return bootCase(goodJob, { gems: LATEST, ...given });
}

/** The threads GoodJob runs inside a web server; null where it runs none. */
function inside(given: Case): unknown {
  const { boot } = bootCase(puma, { gems: LATEST, ...given });
  const found = goodJobInside(boot, boot.application(), true).inside?.[0];
  return found ? shownTraced(found.threads) : null;
}

function application(...lines: readonly string[]): Record<string, string> {
  const body = lines.map((line) => `    ${line}\n`).join('');
  return {
    'config/application.rb': `module Shop\n  class Application < Rails::Application\n${body}  end\nend\n`,
  };
}

describe('version rows', () => {
  it.each(GOOD_JOB_RULES.rows)('since $since: $source', ({ source }) =>
    expect(source).toMatch(/^lib\/good_job\/\S+@v\d/),
  );

  it.each([
    ['1.4.1', '5'],
    ['1.5.0', '9'],
  ])('GoodJob %s runs %s threads where config.good_job says 9', (version, threads) => {
    const files = application('config.good_job.max_threads = 9');
    const { settings } = booted({ gems: { good_job: version }, files });
    expect(String(shown(settings['threads']))).toBe(threads);
  });

  it.each([
    ['1.9.0', 'async', 5],
    ['1.9.0', 'async_server', 5],
    ['1.4.1', 'async_server', null],
    ['2.17.1', 'async_all', 5],
    ['4.19.2', 'async', 5],
    ['4.19.2', 'external', null],
    ['4.19.2', 'inline', null],
  ])('GoodJob %s in the mode %s runs %s threads in a web server', (version, mode, threads) => {
    expect(inside({ gems: { ...LATEST, good_job: version }, env: { GOOD_JOB_EXECUTION_MODE: mode } })).toBe(threads);
  });

  it.each([
    ['1.9.0', 0],
    ['1.12.0', 1],
    ['2.8.0', 2],
    ['4.19.2', 2],
  ])('GoodJob %s has %i threads of its own on the pool', (version, count) => {
    const { processes } = booted({ gems: { good_job: version } });
    const own = processes[0]!.claims.filter(({ part }) => part === 'utility');
    expect(own.map(({ threads, counts }) => [shownTraced(threads), counts])).toEqual(count > 0 ? [[count, false]] : []);
  });
});

describe('a process of its own', () => {
  it('sums the pools of its queues, and listens beside the pool', () => {
    const { processes, settings } = booted({
      env: { GOOD_JOB_QUEUES: 'a:2;b:1;*' },
      command: 'bundle exec good_job start',
    });
    expect(shown(settings['pools'])).toEqual([
      { queues: 'a', threads: 2 },
      { queues: 'b', threads: 1 },
      { queues: '*', threads: 5 },
    ]);
    expect(shownTraced(processes[0]!.threads)).toBe(8);
    expect(processes[0]!.outside?.map(({ connections }) => shownTraced(connections))).toEqual([1]);
  });

  it('takes its options over the configuration over variables', () => {
    const files = application('config.good_job = { max_threads: 6, queues: "mail" }');
    expect(shown(booted({ files, env: { GOOD_JOB_MAX_THREADS: '7' } }).settings['threads'])).toBe(6);
    const command = 'bundle exec good_job start --max-threads 3';
    expect(shown(booted({ files, command }).settings['threads'])).toBe(3);
  });

  it('does not start with a number that is none', () => {
    const { problems } = booted({ command: 'good_job --max-threads=many' });
    expect(problems).toEqual([
      `GoodJob raises Thor::MalformattedArgumentError: Expected numeric value for '--max-threads'; got "many"`,
    ]);
  });

  it('is unknown where the configuration is', () => {
    const files = application('config.good_job.max_threads = Hostdata.config.threads');
    expect(shown(booted({ files }).settings['threads'])).toBe('?');
    const queues = application('config.good_job.queues = Hostdata.config.queues');
    expect(shown(booted({ files: queues }).settings['threads'])).toBe('?');
  });

  it('is not its other commands', () => {
    expect(goodJob.recognises(['good_job', 'cleanup_preserved_jobs'])).toBe(false);
    expect(goodJob.recognises(['good_job', '--queues=mail'])).toBe(true);
  });

  it('keeps its records where their class connects to', () => {
    const files = {
      'config/initializers/good_job.rb': "GoodJob.active_record_parent_class = 'WorkerRecord'\n",
      'app/models/worker_record.rb':
        'class WorkerRecord < ActiveRecord::Base\n  connects_to database: { writing: :worker_jobs }\nend\n',
    };
    const { processes } = booted({ files });
    expect(processes[0]!.outside?.map(({ on }) => on)).toEqual([{ entry: 'worker_jobs' }]);
  });

  it('hears a string whatever else the file leaves undecided', () => {
    const queues = "config.good_job.queues = 'mail:2;*:3'";
    const undecided = 'config.middleware.use(Tracing) if Hostdata.config.tracing?';
    expect(shown(booted({ files: application(undecided, queues) }).settings['queues'])).toBe('mail:2;*:3');
    expect(shown(booted({ files: application(queues, undecided) }).settings['threads'])).toBe(5);
    const either = `config.good_job.queues = Hostdata.config.large? ? 'mail:2' : 'mail:4'`;
    expect(shown(booted({ files: application(either) }).settings['threads'])).toMatch(/^\?/);
  });

  it('hears a hash whatever else the file leaves undecided, and not one that holds itself', () => {
    const undecided = 'config.middleware.use(Tracing) if Hostdata.config.tracing?';
    const hash = application(undecided, "config.good_job = { queues: 'mail:2;*:3', cron: { a: [1, :b, nil] } }");
    expect(shown(booted({ files: hash }).settings['threads'])).toBe(5);
    const endless = application(undecided, 'a = []', 'a << a', 'config.good_job = { max_threads: 3, a: a }');
    expect(shown(booted({ files: endless }).settings['threads'])).toMatch(/^\?/);
  });
});

describe('the lock of a job', () => {
  it.each([
    ['4.14.2', 'advisory'],
    ['4.15.0', 'skiplocked'],
    ['4.23.1', 'skiplocked'],
  ])('is in GoodJob %s %s where config.good_job says skiplocked', (good_job, expected) => {
    const files = application('config.good_job.lock_strategy = :skiplocked');
    const { settings } = booted({ gems: { ...LATEST, good_job }, files });
    expect(shown(settings['lock_strategy'])).toBe(expected);
  });

  it('is what a variable says, and advisory where nothing does', () => {
    const env = { GOOD_JOB_LOCK_STRATEGY: 'hybrid' };
    expect(shown(booted({ env }).settings['lock_strategy'])).toBe('hybrid');
    expect(shown(booted({}).settings['lock_strategy'])).toBe('advisory');
  });
});

describe('threads by their new name', () => {
  const files = application('config.good_job.max_threads = 6');
  const threads = (version: string, given: Case) =>
    shown(booted({ gems: { good_job: version }, ...given }).settings['threads']);

  it('win over all that says max_threads, from 4.22.0 on', () => {
    const env = { GOOD_JOB_THREADS: '3' };
    expect(threads('4.22.0', { files, env })).toBe(3);
    expect(threads('4.21.1', { files, env })).toBe(6);
    expect(threads('4.22.0', { files, command: 'good_job start --threads=4' })).toBe(4);
    expect(threads('4.22.0', { files: application('config.good_job.threads = 7'), env })).toBe(7);
    expect(threads('4.22.0', { env: { GOOD_JOB_MAX_THREADS: '8' } })).toBe(8);
  });
});

describe('subprocesses', () => {
  const rows = (version: string, given: Case) =>
    booted({ gems: { good_job: version }, ...given }).processes.map(
      ({ role, processesPerHost, threads }) =>
        `${String(shownTraced(processesPerHost))} ${role} with ${String(shownTraced(threads))}`,
    );

  it.each([
    ['good_job start --subprocesses 3', {}],
    ['good_job start', { GOOD_JOB_SUBPROCESSES: '3' }],
  ])('%s %j forks them from 4.20.0 on', (command, env) => {
    expect(rows('4.20.0', { command, env })).toEqual(['3 worker with 5', '1 supervisor with 0']);
    expect(rows('4.19.4', { command, env })).toEqual(['1 worker with 5']);
  });

  it('are one for each pool of queues between bars, whatever the number says', () => {
    const env = { GOOD_JOB_QUEUES: 'mail:2;low:1 | *', GOOD_JOB_SUBPROCESSES: '7' };
    const { settings } = booted({ gems: { good_job: '4.23.1' }, env });
    expect(rows('4.23.1', { env })).toEqual(['1 worker with 3', '1 worker with 5', '1 supervisor with 0']);
    expect(shown(settings['subprocesses'])).toBe(2);
  });

  it('are none inside a web server, which serves all of their queues', () => {
    const env = { GOOD_JOB_EXECUTION_MODE: 'async', GOOD_JOB_QUEUES: 'mail:2|low:1' };
    expect(inside({ gems: { ...LATEST, good_job: '4.23.1' }, env })).toBe(3);
  });

  it('cannot be told where their number is decided by code', () => {
    const files = application('config.good_job.subprocesses = Hostdata.config.processes');
    expect(rows('4.23.1', { files })).toEqual(['? worker with 5']);
  });
});

describe('inside a web server', () => {
  const async = application('config.active_job.queue_adapter = :good_job', 'config.good_job.execution_mode = :async');

  it('runs the same number of threads', () => {
    expect(inside({ files: async, env: { GOOD_JOB_QUEUES: 'a:2;b:3' } })).toBe(5);
  });

  it('runs nothing where jobs go elsewhere, or where nobody asks for it', () => {
    const elsewhere = application(
      'config.active_job.queue_adapter = :sidekiq',
      'config.good_job.execution_mode = :async',
    );
    expect(inside({ files: elsewhere })).toBe(null);
    expect(inside({})).toBe(null);
  });

  it('runs in development where nothing says a mode', () => {
    const files = application('config.active_job.queue_adapter = :good_job');
    expect(inside({ files, env: { RAILS_ENV: 'development' } })).toBe(5);
  });
});
