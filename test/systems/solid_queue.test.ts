import { describe, expect, it } from 'vitest';
import { bootSolidQueueInPuma, solidQueue } from '../../src/systems/solid_queue.ts';
import { SOLID_QUEUE_RULES } from '../../src/systems/solid_queue/rules.ts';
import type { BootedProcess } from '../../src/systems/system.ts';
import { known } from '../../src/value/traced.ts';
import { bootCase, shown, shownTraced, type Case } from './harness.ts';

const SOLID_QUEUE_1 = { solid_queue: '1.5.0' };

const QUEUE_YML = `default: &default
  dispatchers:
    - polling_interval: 1
  workers:
    - queues: "*"
      threads: 3
      processes: <%= ENV.fetch("JOB_CONCURRENCY", 1) %>
    - queues: [mail, low]
      threads: 5
      processes: 2

production:
  <<: *default
`;
const RECURRING_YML =
  'production:\n  clear:\n    command: "SolidQueue::Job.clear_finished_in_batches"\n    schedule: every hour\n';
const FILES = { 'config/queue.yml': QUEUE_YML, 'config/recurring.yml': RECURRING_YML };

function booted(given: Case) {
  return bootCase(solidQueue, { gems: SOLID_QUEUE_1, ...given });
}

/** A process as one line: role, how many, job threads, and what it wants of which databases. */
function lines(processes: readonly BootedProcess[]): string[] {
  return processes.map(({ role, processesPerHost, threads, claims }) => {
    const wants = claims.map((claim) => `${claim.on} ${shownTraced(claim.threads)}`).join(', ');
    return `${shownTraced(processesPerHost)} ${role} with ${shownTraced(threads)}: ${wants}`;
  });
}

describe('version rows', () => {
  it.each(SOLID_QUEUE_RULES.rows)('since $since: $source', ({ source }) =>
    expect(source).toMatch(/^lib\/solid_queue\/\S+@v\d/),
  );

  it.each([
    ['0.2.2', 'config/solid_queue.yml'],
    ['0.8.2', 'config/solid_queue.yml'],
    ['0.9.0', 'config/queue.yml'],
    ['1.5.0', 'config/queue.yml'],
  ])('Solid Queue %s reads %s', (version, path) => {
    const files = {
      'config/queue.yml': 'workers:\n  - threads: 1',
      'config/solid_queue.yml': 'workers:\n  - threads: 1',
      [path]: 'workers:\n  - threads: 8',
    };
    const { settings } = booted({ gems: { solid_queue: version }, files, command: 'rake solid_queue:start' });
    expect(shown(settings['workers'])).toMatchObject([{ threads: 8 }]);
  });
});

describe('processes', () => {
  it('are forked, the one that runs jobs first', () => {
    expect(lines(booted({ files: FILES }).processes)).toEqual([
      '1 worker with 3: jobs 3, queue 2',
      '2 worker with 5: jobs 5, queue 2',
      '1 dispatcher with 0: queue 3',
      '1 scheduler with 0: queue 2',
      '1 supervisor with 0: queue 3',
    ]);
  });

  it('are one in async mode', () => {
    const { processes, settings } = booted({ files: FILES, command: 'bin/jobs --mode async' });
    expect(shown(settings['mode'])).toBe('async');
    expect(lines(processes)).toEqual(['1 worker with 8: jobs 3, queue 2, jobs 5, queue 2, queue 3, queue 2, queue 3']);
  });

  it('tell the job threads of an entry from the loops beside them', () => {
    const held = (command: string) =>
      booted({ files: FILES, command }).processes.flatMap(({ claims }) =>
        claims.map((claim) => `${claim.on} ${claim.held}`),
      );
    const entry = ['jobs job', 'queue loop'];
    const others = ['queue loop', 'queue loop', 'queue loop'];
    expect(held('bin/jobs')).toEqual([...entry, ...entry, ...others]);
    expect(held('bin/jobs --mode async')).toEqual([...entry, ...entry, ...others]);
  });

  it('are the defaults without a file', () => {
    expect(lines(booted({}).processes)).toEqual([
      '1 worker with 3: jobs 3, queue 2',
      '1 dispatcher with 0: queue 3',
      '1 supervisor with 0: queue 3',
    ]);
  });

  it('has no worker in a file with only dispatchers', () => {
    const files = { 'config/queue.yml': 'production:\n  dispatchers:\n    - polling_interval: 1\n' };
    expect(lines(booted({ files }).processes)).toEqual([
      '1 dispatcher with 0: queue 3',
      '1 supervisor with 0: queue 3',
    ]);
  });

  it('are only the workers, or only the dispatchers, before 0.4', () => {
    const gems = { solid_queue: '0.3.3' };
    const work = booted({ gems, command: 'rake solid_queue:work' });
    expect(lines(work.processes).map((line) => line.split(' ')[1])).toEqual(['worker', 'supervisor']);
    const dispatch = booted({ gems, command: 'rake solid_queue:dispatch' });
    expect(lines(dispatch.processes).map((line) => line.split(' ')[1])).toEqual(['dispatcher', 'supervisor']);
  });
});

describe('a worker of no size', () => {
  it.each([0, -1])('starts with threads: %d and takes no job', (threads) => {
    const files = { 'config/queue.yml': `production:\n  workers:\n    - threads: ${threads}\n` };
    const { processes, problems } = booted({ files });
    expect(problems).toEqual([]);
    expect(lines(processes)[0]).toBe('1 worker with 0: jobs 0, queue 2');
  });

  it('starts with fibers: 0, and never the thread for them', () => {
    const gems = { solid_queue: '1.7.2' };
    const files = {
      'config/application.rb': 'config.active_support.isolation_level = :fiber\n',
      'config/queue.yml': 'production:\n  workers:\n    - fibers: 0\n',
    };
    const { processes, problems } = booted({ gems, files });
    expect(problems).toEqual([]);
    expect(lines(processes)[0]).toBe('1 worker with 0: queue 2');
  });
});

describe('fibers', () => {
  const yml = 'production:\n  workers:\n    - queues: "api*"\n      fibers: 50\n      processes: 2\n';
  const application = 'class Application < Rails::Application\n  config.active_support.isolation_level = :fiber\nend\n';
  const files = { 'config/queue.yml': yml, 'config/application.rb': application };
  const gems = { solid_queue: '1.6.0', rails: '8.0.2', async: '2.24.0' };
  const claims = (given: Case) =>
    booted({ files, ...given }).processes[0]!.claims.map(
      ({ on, threads, threadsOf, counts }) => `${on} ${shownTraced(threads)} ${threadsOf}${counts ? '!' : ''}`,
    );

  it('take turns on one thread, and need one connection where a query gives it back', () => {
    const { processes, settings } = booted({ files, gems });
    expect(lines(processes)[0]).toBe('2 worker with 50: jobs 1, jobs 49, queue 2');
    expect(shown(settings['workers'])).toEqual([{ queues: 'api*', threads: 1, fibers: 50, processes: 2 }]);
    expect(claims({ gems })).toEqual([
      'jobs 1 thread for all job fibers!',
      'jobs 49 other job fibers',
      'queue 2 poller and heartbeat!',
    ]);
  });

  it('keep a connection each up to Rails 7.1', () => {
    expect(claims({ gems: { ...gems, rails: '7.1.5' } })).toEqual([
      'jobs 50 job fibers!',
      'queue 2 poller and heartbeat!',
    ]);
  });

  it('are no key before 1.6.0, which says so', () => {
    const { processes, remarks } = booted({ files, gems: { ...gems, solid_queue: '1.5.1' } });
    expect(lines(processes)[0]).toBe('2 worker with 3: jobs 3, queue 2');
    expect(remarks).toMatchObject([{ what: 'fibers' }]);
    expect(booted({ files, gems }).remarks).toBeUndefined();
  });

  it.each([
    ['beside threads', { 'config/queue.yml': yml.replace('processes', 'threads') }, {}, 'not both'],
    ['without the gem async', {}, { async: null }, 'the `async` gem'],
    ['while threads own connections', { 'config/application.rb': 'Rails.application\n' }, {}, 'isolation_level'],
    ['that are no number', { 'config/queue.yml': yml.replace('50', '"50"') }, {}, 'TypeError'],
  ])('%s do not start', (_, other, without, message) => {
    const lock = Object.entries({ ...gems, ...without }).flatMap(([gem, version]) =>
      version === null ? [] : [`    ${gem} (${version})`],
    );
    const lockfile = `GEM\n  remote: https://gems.example/\n  specs:\n${lock.toSorted().join('\n')}\n\nPLATFORMS\n  ruby\n`;
    const { problems } = booted({ files: { ...files, ...other, 'Gemfile.lock': lockfile }, lockfile, gems: {} });
    expect(problems).toEqual([expect.stringContaining(message)]);
  });

  it("start where Falcon's railtie isolates fibers", () => {
    const without = { ...files, 'config/application.rb': 'Rails.application\n' };
    expect(booted({ files: without, gems: { ...gems, falcon: '0.55.6' } }).problems).toEqual([]);
  });
});

describe('only recurring tasks', () => {
  it.each([
    ['bin/jobs --only-recurring', {}],
    ['bin/jobs --only_recurring=true', {}],
    ['bin/jobs', { SOLID_QUEUE_ONLY_RECURRING: '1' }],
    ['rake solid_queue:start', { SOLID_QUEUE_ONLY_RECURRING: 'true' }],
  ])('%s runs the scheduler alone from 1.5.1 on', (command, env) => {
    const at = (version: string) =>
      lines(booted({ files: FILES, command, env, gems: { solid_queue: version } }).processes);
    expect(at('1.5.1')).toEqual(['1 scheduler with 0: queue 2', '1 supervisor with 0: queue 3']);
    expect(at('1.5.0')).toHaveLength(5);
  });

  it('is nothing to run without any', () => {
    const { problems } = booted({ gems: { solid_queue: '1.5.1' }, command: 'bin/jobs --only-recurring' });
    expect(problems).toEqual([expect.stringContaining('No processes configured')]);
  });
});

describe('what is assumed', () => {
  it('is that JOB_CONCURRENCY is unset', () => {
    const workers = booted({ files: FILES }).settings['workers'] as readonly { processes: unknown }[];
    expect(workers[0]!.processes).toMatchObject({
      value: 1,
      assumes: [{ kind: 'unset', variable: 'JOB_CONCURRENCY' }],
    });
  });

  it('cannot tell a worker behind an output that nobody knows', () => {
    const files = { 'config/queue.yml': 'production:\n  workers:\n    - threads: <%= Secret.threads %>\n' };
    expect(shown(booted({ files }).settings['workers'])).toMatchObject([{ threads: '?', processes: 1 }]);
    const open = { 'config/queue.yml': '<%= Secret.yaml %>\n' };
    expect(lines(booted({ files: open }).processes)[0]).toBe('? worker with ?: jobs ?, queue 2');
  });

  it('has candidates where a condition cannot be decided', () => {
    const files = {
      'config/queue.yml': 'workers:\n  - threads: <%= File.exist?("/big") ? 9 : 3 %>\n',
    };
    expect(shown(booted({ files }).settings['workers'])).toMatchObject([{ threads: '? [9 3]' }]);
  });
});

describe('a version that is not known', () => {
  it('is not assumed where all of them agree', () => {
    const text = 'workers:\n  - threads: 8\n    processes: 2\n    queues: mail\n';
    const files = { 'config/queue.yml': text, 'config/solid_queue.yml': text };
    const { settings } = bootCase(solidQueue, { files, command: 'rake solid_queue:start' });
    const says = (value: unknown) => ({ known: true, value, assumes: [] });
    expect(settings['workers']).toMatchObject([{ threads: says(8), processes: says(2), queues: says('mail') }]);
    expect(settings['mode']).toMatchObject({ value: 'fork' });
  });
});

describe('a supervisor that does not start', () => {
  it.each([
    ['workers:\n  - threads: "3"', 'TypeError'],
    ['workers:\n  - processes: ""', 'NoMethodError'],
    ['workers:', 'NoMethodError'],
    ['workers: []\ndispatchers: []', 'No processes configured'],
  ])('%j', (text, message) => {
    const { problems, settings } = booted({ files: { 'config/queue.yml': text } });
    expect(problems).toEqual([expect.stringContaining(message)]);
    expect(shown(settings['mode'])).toBe('?');
  });
});

describe("Puma's plugin", () => {
  const inPuma = (version: string, mode: string | null) => {
    const { boot } = bootCase(solidQueue, {
      gems: { solid_queue: version },
      files: FILES,
      env: { SOLID_QUEUE_SUPERVISOR_MODE: 'async' },
    });
    const said = mode === null ? null : known(mode, { kind: 'assumed', text: 'puma.rb' } as const);
    return shown(bootSolidQueueInPuma(boot, said).settings['mode']);
  };

  it.each([
    ['1.5.0', null, 'fork'],
    ['1.5.0', 'async', 'async'],
    ['1.3.0', 'async', 'async'],
    ['1.2.4', 'async', 'fork'],
    ['0.6.0', 'async', 'async'],
    ['0.7.1', 'async', 'fork'],
  ])('of %s with the mode %s: %s', (version, mode, expected) => expect(inPuma(version, mode)).toBe(expected));
});

describe('commands', () => {
  it.each([
    [['jobs'], true],
    [['jobs', 'start'], true],
    [['jobs', '-c', 'x'], true],
    [['jobs', 'check'], false],
    [['rake', 'solid_queue:start'], true],
    [['rails', 'solid_queue:start'], true],
    [['rake', 'environment', 'solid_queue:start'], true],
    [['rake', 'solid_queue:install'], false],
    [['rails', 'server'], false],
  ])('%j', (words, starts) => expect(solidQueue.recognises(words)).toBe(starts));
});
