import { describe, expect, it } from 'vitest';
import { readCommand } from '../../src/launch/command.ts';
import { SYSTEMS } from '../../src/systems/index.ts';
import { SourceFile, span } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { bootCase, shownTraced, type Case } from './harness.ts';

/** "processes × threads", and what is beside the pool; the system is the one that the command starts, or `id`. */
function runs(command: string | null, given: Omit<Case, 'command'> = {}, id = startedBy(command ?? '')) {
  const system = SYSTEMS.find((one) => one.id === id)!;
  const { processes, problems } = bootCase(system, command === null ? given : { ...given, command });
  const [process] = processes;
  const beside = (process!.outside ?? []).map(
    ({ on, connections }) => ` + ${shownTraced(connections)} on ${String(on)}`,
  );
  const counts = `${shownTraced(process!.processesPerHost)} × ${shownTraced(process!.threads)}${beside.join('')}`;
  return problems.length > 0 ? [counts, ...problems] : counts;
}

/** The system that a line starts, or null. */
function startedBy(text: string): string | null {
  const file = new SourceFile('Procfile', text);
  const { candidates } = readCommand(text, span(file, 0, text.length), Environment.EMPTY, SYSTEMS);
  return candidates[0]?.system?.id ?? null;
}

describe('what a command line starts', () => {
  it.each([
    ['bundle exec unicorn -c config/unicorn.rb -E production', 'unicorn'],
    ['unicorn_rails', 'unicorn'],
    ['bundle exec pitchfork', 'pitchfork'],
    ['passenger start -p $PORT --max-pool-size 3', 'passenger'],
    ['passenger stop', null],
    ['bundle exec falcon serve --bind http://0.0.0.0', 'falcon'],
    ['falcon host', 'falcon'],
    ['bundle exec bin/delayed_job run', 'delayed_job'],
    ['script/delayed_job start -n 2', 'delayed_job'],
    ['bin/delayed_job stop', null],
    ['bundle exec rake jobs:work', 'delayed_job'],
    ['bin/rails jobs:work', 'delayed_job'],
    ['rake jobs:clear', null],
    ['QUEUE=* bundle exec rake environment resque:work', 'resque'],
    ['bundle exec resque-pool --environment production', 'resque'],
    ['bundle exec rake resque:scheduler', null],
    ['bundle exec que ./config/environment.rb', 'que'],
    ['bundle exec shoryuken -R -C config/shoryuken.yml', 'shoryuken'],
    ['bundle exec shoryuken sqs ls', null],
    ['bundle exec karafka server', 'karafka'],
    ['bundle exec karafka info', null],
    ['WORKERS=OrderWorker bundle exec rake sneakers:run', 'sneakers'],
    ['bundle exec anycable', 'anycable'],
    ['bundle exec puma -p 28080 cable/config.ru', 'action_cable'],
    ['bundle exec puma -p 3000 config.ru', 'puma'],
  ])('%s: %s', (command, system) => {
    expect(startedBy(command)).toBe(system);
  });
});

describe('Unicorn and Pitchfork', () => {
  const file = (text: string) => ({ files: { 'config/unicorn.rb': `${text}\n`, 'config/pitchfork.rb': `${text}\n` } });

  it('run one worker of one thread, or as many as their file says', () => {
    expect(runs('unicorn')).toBe('1 × 1');
    expect(runs('unicorn -c config/unicorn.rb', file('worker_processes 3\npreload_app true'))).toBe('3 × 1');
    expect(runs('unicorn -c config/unicorn.rb', file('worker_processes Integer(ENV["WEB_CONCURRENCY"] || 2)'))).toBe(
      '2 × 1',
    );
    const set = { ...file('worker_processes ENV.fetch("WEB_CONCURRENCY", 2).to_i'), env: { WEB_CONCURRENCY: '5' } };
    expect(runs('unicorn -c config/unicorn.rb', set)).toBe('5 × 1');
    expect(runs('pitchfork', file('worker_processes 4'))).toBe('4 × 1');
  });

  it('read no file that nobody names, unless nothing starts them', () => {
    expect(runs('unicorn', file('worker_processes 3'))).toBe('1 × 1');
    expect(runs(null, file('worker_processes 3'), 'unicorn')).toBe('3 × 1');
    expect(runs('unicorn -c /etc/unicorn.rb')).toBe('? × 1');
  });

  it('are unknown where the file hands them to other code last', () => {
    expect(runs('unicorn -c config/unicorn.rb', file('GovukUnicorn.configure(self)'))).toBe('? × 1');
    expect(runs('unicorn -c config/unicorn.rb', file('GovukUnicorn.configure(self)\nworker_processes 3'))).toBe(
      '3 × 1',
    );
    expect(runs('unicorn -c config/unicorn.rb', file('worker_processes 3\nGovukUnicorn.configure self'))).toBe('? × 1');
  });

  it('do not start with a number that is a text, nor without a worker', () => {
    expect(runs('unicorn -c config/unicorn.rb', file('worker_processes ENV.fetch("N", "3")'))).toEqual([
      '? × ?',
      'Unicorn raises ArgumentError: not an integer: worker_processes="3"',
    ]);
    expect(runs('unicorn -c config/unicorn.rb', file('worker_processes 0'))).toEqual([
      '? × ?',
      'Unicorn raises ArgumentError: too low (< 1): worker_processes=0',
    ]);
  });
});

describe('Passenger', () => {
  it('runs at most six processes, or what its options and Passengerfile.json say', () => {
    expect(runs('passenger start')).toBe('6 × 1');
    expect(runs('passenger start --max-pool-size 3')).toBe('3 × 1');
    const files = { 'Passengerfile.json': '{ "max_pool_size": 4, "concurrency_model": "thread", "thread_count": 8 }' };
    expect(runs('passenger start', { files })).toBe('4 × 8');
    expect(runs('passenger start --max-pool-size=2', { files })).toBe('2 × 8');
  });

  it('reads the comments of Passengerfile.json as Passenger does', () => {
    const text =
      '// At home: 2\n{\n\t"max_pool_size": 4, // not 6\n  /* "thread_count": 9, */ "address": "http://shop.example"\n}\n';
    expect(runs('passenger start', { files: { 'Passengerfile.json': text } })).toBe('4 × 1');
  });
});

describe('Falcon', () => {
  it('has no bound on what it serves, in a process for every processor', () => {
    expect(runs('falcon serve')).toBe('? × ?');
    expect(runs('falcon serve', { cpus: 4 })).toBe('4 × ?');
    expect(runs('falcon serve -n 2', { cpus: 4 })).toBe('2 × ?');
    expect(runs('falcon serve --threaded', { cpus: 4 })).toBe('1 × ?');
    const files = { 'falcon.rb': 'service "shop" do\n  include Falcon::Environment::Rack\n  count 3\nend\n' };
    expect(runs('falcon host', { files })).toBe('3 × ?');
  });
});

describe('Delayed Job', () => {
  it('runs a job at a time in every worker', () => {
    expect(runs('rake jobs:work')).toBe('1 × 1');
    expect(runs('bin/delayed_job start -n 3')).toBe('3 × 1');
    expect(runs('bin/delayed_job start --number_of_workers=4')).toBe('4 × 1');
    expect(runs('bin/delayed_job start --number-of-workers 2')).toBe('2 × 1');
    expect(runs('bin/delayed_job start -n 9 --pool=mail:2 --pool=reports,imports --pool=*:3')).toBe('6 × 1');
  });
});

describe('Delayed Job in the foreground', () => {
  it('is one worker, whatever number it is told: it never comes to start another', () => {
    expect(runs('bin/delayed_job run')).toBe('1 × 1');
    expect(runs('bin/delayed_job run -n 3')).toBe('1 × 1');
    expect(runs('bin/delayed_job -n 3 run')).toBe('1 × 1');
    expect(runs('bin/delayed_job run --pool=mail:2 --pool=reports')).toBe('1 × 1');
    expect(runs('bin/delayed_job start -n 2 --queue run')).toBe('2 × 1');
  });
});

describe('Resque', () => {
  it('runs a job at a time, in as many workers as COUNT or resque-pool.yml says', () => {
    expect(runs('QUEUE=* rake resque:work')).toBe('1 × 1');
    expect(runs('QUEUE=* COUNT=5 rake resque:work')).toBe('1 × 1');
    expect(runs('COUNT=5 rake resque:workers')).toBe('5 × 1');
    expect(runs('rake resque:workers QUEUE=* COUNT=4')).toBe('4 × 1');
    const files = { 'config/resque-pool.yml': 'mail: 1\nimport: 2\nproduction:\n  import: 4\ntest:\n  import: 9\n' };
    expect(runs('resque-pool', { files })).toBe('5 × 1');
    expect(runs('resque-pool')).toBe('? × 1');
  });
});

describe('Que', () => {
  it('runs six workers from 1.0 on, four before, and has a connection beside the pool', () => {
    expect(runs('que', { gems: { que: '2.4.1' } })).toBe('1 × 6 + 1 on first');
    expect(runs('que', { gems: { que: '0.14.3' } })).toBe('1 × 4 + 1 on first');
    expect(runs('que -w 9', { gems: { que: '2.4.1' } })).toBe('1 × 9 + 1 on first');
    expect(runs('que -p 10,50,any', { gems: { que: '2.4.1' } })).toBe('1 × 3 + 1 on first');
    expect(runs('que -p 10,50,any -w 2', { gems: { que: '2.4.1' } })).toBe('1 × 2 + 1 on first');
  });
});

describe('Shoryuken', () => {
  const yml = (text: string) => ({ files: { 'config/shoryuken.yml': text } });
  const line = 'shoryuken -R -C config/shoryuken.yml';

  it('runs 25 threads, or what the line or the file says', () => {
    expect(runs('shoryuken -R -q default')).toBe('1 × 25');
    expect(runs('shoryuken -R', yml('concurrency: 5\n'))).toBe('1 × 25');
    expect(runs(line, yml('concurrency: 5\nqueues:\n  - [mail, 1]\n'))).toBe('1 × 5');
    expect(runs(`${line} -c 7`, yml('concurrency: 5\n'))).toBe('1 × 7');
    expect(runs(line, yml(':concurrency: <%= ENV.fetch("THREADS", 8) %>\n'))).toBe('1 × 8');
  });

  it('adds up its groups, each with its own number or the general one', () => {
    const groups = 'groups:\n  fast:\n    concurrency: 15\n    queues: [mail]\n  slow:\n    queues: [reports]\n';
    expect(runs(line, yml(`concurrency: 4\n${groups}`))).toBe('1 × 19');
    expect(runs(line, yml(`concurrency: 4\nqueues: [default]\n${groups}`))).toBe('1 × 23');
  });

  it.each([
    // [config/initializers/shoryuken.rb, config/shoryuken.yml, threads]
    ['Shoryuken.add_group("fast", 12)\nShoryuken.add_group :slow\nMAIL', '', '37'],
    ['Shoryuken.add_group "fast", 12\nMAIL', 'concurrency: 4\nqueues: [mail]\n', '16'],
    ['# Shoryuken.add_group "fast", 12\nMAIL', 'groups: {late: {concurrency: 15}}', '15'],
    [
      'Shoryuken.configure_server { |config| config.add_group("fast", 12); config.add_queue("mail", 1, "fast") }',
      '',
      '12',
    ],
    ['Shoryuken.configure_client { |config| config.add_group("fast", 12) }', 'concurrency: 4', '4'],
    ['count = 6\nShoryuken.add_group "fast", count * 2\nMAIL', '', '12'],
    ['Shoryuken.add_group "fast", ENV.fetch("FAST", 7).to_i\nMAIL', '', '7'],
    ['%w[fast slow].each { |name| Shoryuken.add_group(name, 3) }\nMAIL', '', '6'],
    ['Shoryuken.add_group "fast", 1\nShoryuken.add_group "fast", 9\nMAIL', '', '1'],
    ['Shoryuken.options[:concurrency] = 6\nShoryuken.add_group "fast"\nMAIL', 'queues: [mail]', '12'],
    ['Shoryuken.options[:concurrency] = 6', 'concurrency: 8\nqueues: [mail]', '8'],
    // Names of the file are symbols, that of its queues outside of groups is a string.
    ['Shoryuken.add_group :fast, 12', 'groups: {fast: {concurrency: 15}}', '12'],
    ['Shoryuken.add_group "fast", 12\nMAIL', 'groups: {fast: {concurrency: 15}}', '27'],
    ['Shoryuken.add_group "default", 12', 'concurrency: 4\nqueues: [mail]', '12'],
    // A group without a queue polls nothing.
    ['Shoryuken.add_group "fast", 12', 'concurrency: 4\nqueues: [mail]\n', '4'],
    ['Shoryuken.add_group "fast", Limits.fast\nMAIL', '', '?'],
    ['Shoryuken.add_group Limits.name, 12', '', '?'],
    ['Shoryuken.add_group "fast", 12 if Limits.fast?\nMAIL', '', '?'],
    ['Limits.each { |name| Shoryuken.add_group(name, 12) }', '', '?'],
    ['Shoryuken.add_group "fast", 12\nMAIL\nraise "later"\nShoryuken.add_group "slow", 3', '', '?'],
    ['Shoryuken.add_group "fast", 12\nMAIL\nraise "later"\n', '', '12'],
  ])('counts the groups that an initializer adds, before any option is read: %j, %j', (rb, text, threads) => {
    const mail = '["fast", :slow, "slow"].each { |name| Shoryuken.add_queue("mail", 1, name) }\n';
    const files = { 'config/initializers/shoryuken.rb': rb.replace('MAIL', mail), 'config/shoryuken.yml': text };
    expect(runs(line, { files })).toBe(`1 × ${threads}`);
  });
});

describe('Karafka', () => {
  const rb = (text: string) => ({
    gems: { karafka: '2.6.0' },
    files: { 'karafka.rb': `class KarafkaApp < Karafka::App\n  setup do |config|\n    ${text}\n  end\nend\n` },
  });

  it('runs five threads, or what karafka.rb says, in one process or a swarm', () => {
    expect(runs('karafka server', { gems: { karafka: '2.6.0' } })).toBe('1 × 5');
    expect(runs('karafka server', { gems: { karafka: '1.4.14' } })).toBe('1 × 1');
    expect(runs('karafka server', rb('config.concurrency = 12'))).toBe('1 × 12');
    expect(runs('karafka server', rb('config.client_id = "shop"'))).toBe('1 × 5');
    expect(runs('karafka swarm', rb('config.concurrency = 2'))).toBe('3 × 2');
    expect(runs('karafka swarm', rb('config.swarm.nodes = 4'))).toBe('4 × 5');
  });
});

describe('Sneakers', () => {
  const worker = (more = '') => `class OrderWorker\n  include Sneakers::Worker\n  from_queue "orders"${more}\nend\n`;

  it('runs four processes, each with ten threads for every class', () => {
    expect(runs('rake sneakers:run', { files: { 'app/workers/a.rb': worker() } })).toBe('4 × 10');
    const two = { 'app/workers/a.rb': worker(), 'app/workers/b.rb': worker(', threads: 3') };
    expect(runs('rake sneakers:run', { files: two })).toBe('4 × 13');
    const configured = { 'config/initializers/sneakers.rb': 'Sneakers.configure workers: 2, threads: 5\n' };
    expect(runs('rake sneakers:run', { files: { ...two, ...configured } })).toBe('2 × 8');
    expect(runs('WORKER_COUNT=1 rake sneakers:run', { files: { ...two, ...configured } })).toBe('1 × 8');
    const named = { 'app/workers/a.rb': worker(), 'app/workers/b.rb': worker().replace('OrderWorker', 'MailWorker') };
    expect(runs('WORKERS=Shop::MailWorker rake sneakers:run', { files: named })).toBe('4 × 10');
    expect(runs('sneakers work OrderWorker,MailWorker', { files: named })).toBe('4 × 20');
    expect(runs('rake sneakers:run')).toBe('4 × ?');
  });
});

describe('AnyCable and a server of Action Cable', () => {
  it('answer with thirty threads, and with those of Puma', () => {
    expect(runs('anycable')).toBe('1 × 30');
    expect(runs('ANYCABLE_RPC_POOL_SIZE=12 anycable')).toBe('1 × 12');
    const yml = 'production:\n  rpc_pool_size: 8\ntest:\n  rpc_pool_size: 5\n';
    expect(runs('anycable', { files: { 'config/anycable.yml': yml } })).toBe('1 × 8');
    expect(runs('anycable --rpc-pool-size 9', { files: { 'config/anycable.yml': yml } })).toBe('1 × 9');
    expect(runs('ANYCABLE_RPC_POOL_SIZE=12 anycable', { files: { 'config/anycable.yml': yml } })).toBe('1 × 12');
    expect(runs('puma -t 7:7 cable/config.ru', { gems: { puma: '6.6.0' } })).toBe('1 × 7');
  });

  it.each([
    ['AnyCable.configure { |config| config.rpc_pool_size = 40 }', 'anycable', '40'],
    ['AnyCable.config.rpc_pool_size = 40', 'anycable', '40'],
    ['AnyCable.configure { |c| c.rpc_pool_size = ENV.fetch("RPC", 6).to_i }', 'anycable', '6'],
    ['AnyCable.configure { |config| config.rpc_pool_size = 40 }', 'ANYCABLE_RPC_POOL_SIZE=12 anycable', '40'],
    ['AnyCable.configure { |config| config.rpc_pool_size = 40 }', 'anycable --rpc-pool-size 9', '9'],
    ['AnyCable.configure { |config| config.log_level = :debug }', 'anycable', '8'],
    ['AnyCable.configure { |config| config.rpc_pool_size = Limits.rpc }', 'anycable', '?'],
    ['AnyCable.configure { |config| config.rpc_pool_size = 40 if Limits.rpc? }', 'anycable', '?'],
  ])('answers as %s says, in %s', (rb, command, threads) => {
    const files = {
      'config/anycable.yml': 'production:\n  rpc_pool_size: 8\n',
      'config/initializers/anycable.rb': rb,
    };
    expect(runs(command, { files })).toBe(`1 × ${threads}`);
  });
});
