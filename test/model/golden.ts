import type { EngineOptions } from '../../src/lint/engine.ts';
import { lockfile } from '../support/lint.ts';
import { GEMS, trifecta, hosts, limit, FOUR_BY_FIVE, SMALL, MIDDLE, LARGE } from './golden_apps.ts';
import { GOLDEN_OF_HANAMI } from './golden_of_hanami.ts';
import { GOLDEN_OF_ONE_DATABASE } from './golden_of_one_database.ts';

/** Numbers that an article states, and the same application as this program reads it. */
export interface GoldenCase {
  readonly title: string;
  /** What the article says. */
  readonly said: string;
  readonly files: Readonly<Record<string, string>> | { readonly fixture: string };
  readonly options?: Partial<EngineOptions>;
  /** Demand by database, where there is a server. */
  readonly demand: Readonly<Record<string, number>>;
  readonly ceiling: number;
  /** During a deploy, where the platform's overlap is stated. */
  readonly peak?: number;
  /** Rules that speak, sorted. */
  readonly findings: readonly string[];
  /** Why the two numbers differ, or that they do not. */
  readonly why: string;
}

function pod(name: string, command: string): string {
  return [
    'apiVersion: apps/v1',
    'kind: Deployment',
    `metadata: { name: ${name} }`,
    'spec:',
    '  replicas: 1',
    '  strategy: { rollingUpdate: { maxSurge: 100% } }',
    '  template:',
    '    spec:',
    '      containers:',
    `        - { name: ${name}, image: shop, command: [${command}], env: [{ name: RAILS_ENV, value: production }] }`,
    '',
  ].join('\n');
}

export const GOLDEN: readonly GoldenCase[] = [
  ...GOLDEN_OF_ONE_DATABASE,
  {
    title: 'The Solid trifecta: 2 Puma workers × 5 threads, Solid Queue 2 × 5, four pools of 5',
    said: '27 for each database, 108 together, "before the first request"',
    files: trifecta({ ...SMALL, solidQueue: '1.1.3' }),
    options: limit(100),
    demand: { primary: 20, cache: 20, queue: 26, cable: 10 },
    ceiling: 80,
    findings: ['budget-near-limit', 'pool-smaller-than-solid-queue'],
    why:
      'Nothing is open before the first request: pools are lazy. Jobs do not use the cable database, and the console is counted once, not four times. ' +
      'What the article does not see: this Solid Queue does not start at all, its workers need a queue pool of 7.',
  },
  {
    title: 'The same with a pool of 7 for the jobs',
    said: 'nothing: the article leaves the pool at 5',
    files: trifecta({
      ...SMALL,
      pool: '<%= ENV.fetch("DB_POOL", 5) %>',
      procfile: 'web: bundle exec puma\njobs: DB_POOL=7 bin/jobs\n',
    }),
    options: limit(100),
    demand: { primary: 20, cache: 22, queue: 30, cable: 10 },
    ceiling: 96,
    findings: ['budget-near-limit'],
    why: 'The queue database also serves poller and heartbeat of every worker, the dispatcher and the supervisor.',
  },
  {
    title: '2 servers × 4 Puma workers × 5 threads, one server with Solid Queue 3 × 10, pools of 5',
    said: '83, 75, 75 and 51: 284',
    files: trifecta(MIDDLE),
    options: { ...hosts({ web: 2 }), ...limit(300) },
    demand: { primary: 55, cache: 55, queue: 61, cable: 40 },
    ceiling: 215,
    findings: ['pool-smaller-than-solid-queue', 'pool-smaller-than-solid-queue'],
    why: 'A process with a pool of 5 opens 5, however many job threads it has: the jobs wait, the server does not notice.',
  },
  {
    title: 'The same with a pool of 12 for the jobs',
    said: '284 (of a limit of 300, 95 %)',
    files: trifecta({
      ...MIDDLE,
      pool: '<%= ENV.fetch("DB_POOL", 5) %>',
      procfile: 'web: bundle exec puma\njobs: DB_POOL=12 bin/jobs\n',
    }),
    options: { ...hosts({ web: 2 }), ...limit(300) },
    demand: { primary: 70, cache: 73, queue: 82, cable: 40 },
    ceiling: 292,
    findings: ['budget-near-limit'],
    why: 'The sums are close and made of other terms: the cable counts in each Puma process, jobs do not use it, and the queue needs helpers.',
  },
  {
    title: 'Solo: 2 Puma workers × 3 threads, Solid Queue 1 × 3',
    said: '16 for each database, 64',
    files: trifecta({ puma: 'workers 2\nthreads 3, 3\n', jobs: '{ threads: 3, processes: 1 }' }),
    options: limit(100),
    demand: { primary: 9, cache: 12, queue: 17, cable: 8 },
    ceiling: 65,
    findings: [],
    why: 'The article multiplies its largest database by four.',
  },
  {
    title: 'Solo with RAILS_MAX_THREADS=3 for every process, on Solid Queue 1.1',
    said: '16 for each database, 64',
    files: trifecta({
      puma: 'workers 2\nthreads 3, 3\n',
      jobs: '{ threads: 3, processes: 1 }',
      pool: '<%= ENV.fetch("RAILS_MAX_THREADS", 5) %>',
      solidQueue: '1.1.3',
    }),
    options: { ...limit(100), set: [{ process: null, key: 'RAILS_MAX_THREADS', value: '3' }] },
    demand: { primary: 9, cache: 9, queue: 15, cable: 6 },
    ceiling: 39,
    findings: ['pool-smaller-than-solid-queue'],
    why: 'The variable that is right for Puma makes every pool 3, and this Solid Queue does not start with less than 5.',
  },
  {
    title: 'Small: 2 Puma workers × 5 threads, Solid Queue 2 × 5, five connections for the console and others',
    said: '29 for each database, 116',
    files: trifecta({ ...SMALL, more: { '.rails-pool-lint.yml': 'overhead: 5\n' } }),
    options: limit(100),
    demand: { primary: 20, cache: 20, queue: 26, cable: 10 },
    ceiling: 80,
    findings: ['budget-near-limit', 'pool-smaller-than-solid-queue'],
    why: 'The article counts the five for each database, and its largest database four times.',
  },
  {
    title: 'Solid Queue alone, 2 processes × 5 threads, pools of 7',
    said: '14 for the queue, 12 for the cache, 10 for the application',
    files: trifecta({ ...SMALL, pool: '7', procfile: 'jobs: bin/jobs\n' }),
    options: limit(100),
    demand: { primary: 10, cache: 12, queue: 20 },
    ceiling: 56,
    findings: [],
    why: 'Two processes are four: the dispatcher and the supervisor have three threads each on the queue too.',
  },
  {
    title: 'Solid Queue alone, 2 processes × 5 threads, pools of 5',
    said: '14 for the queue, 12 for the cache, 10 for the application',
    files: trifecta({ ...SMALL, procfile: 'jobs: bin/jobs\n' }),
    options: limit(100),
    demand: { primary: 10, cache: 10, queue: 16 },
    ceiling: 40,
    findings: ['pool-smaller-than-solid-queue'],
    why: 'A pool of 5 opens 5, and a worker wants 7: poller and heartbeat wait for jobs to end. Solid Queue 1.5 warns of it, 1.1 to 1.4 do not start.',
  },
  {
    title: 'Larger: 4 × 4 Puma workers × 5 threads, 2 servers with Solid Queue 4 × 10, pools of 5',
    said: '186 for each database, 744',
    files: trifecta(LARGE),
    options: { ...hosts({ web: 4, jobs: 2 }), ...limit(700) },
    demand: { primary: 120, cache: 120, queue: 132, cable: 80 },
    ceiling: 460,
    findings: ['pool-smaller-than-solid-queue', 'pool-smaller-than-solid-queue'],
    why: 'Ten job threads on a pool of 5 open 5 connections: half of the jobs wait for the other half.',
  },
  {
    title: 'Larger: 4 × 4 Puma workers × 5 threads, 2 servers with Solid Queue 4 × 10, a pool of 12 for the jobs',
    said: '186 for each database, 744',
    files: trifecta({
      ...LARGE,
      pool: '<%= ENV.fetch("DB_POOL", 5) %>',
      procfile: 'web: bundle exec puma\njobs: DB_POOL=12 bin/jobs\n',
    }),
    options: { ...hosts({ web: 4, jobs: 2 }), ...limit(500) },
    demand: { primary: 160, cache: 168, queue: 188, cable: 80 },
    ceiling: 656,
    findings: ['budget-exceeds-max-connections'],
    why: 'The article takes four times its largest database, and the overhead four times with it, although its own footnote says otherwise.',
  },
  {
    title: 'A deploy of the trifecta on Kubernetes, with full overlap',
    said: 'about 190',
    files: trifecta({
      ...SMALL,
      procfile: '',
      more: { 'k8s/web.yaml': pod('web', 'bundle, exec, puma'), 'k8s/jobs.yaml': pod('jobs', 'bin/jobs') },
    }),
    options: limit(200),
    demand: { primary: 20, cache: 20, queue: 26, cable: 10 },
    ceiling: 80,
    peak: 152,
    findings: ['pool-smaller-than-solid-queue'],
    why: 'Twice the steady demand is 152, and the console stands beside it once. What overlaps depends on the platform, and the article names none.',
  },
  {
    title: 'The same deploy with Kamal, both roles on one host',
    said: 'about 190',
    files: trifecta({
      ...SMALL,
      procfile: '',
      more: {
        'config/deploy.yml':
          'service: shop\nimage: shop\nservers:\n  web: { hosts: [192.0.2.1], cmd: bundle exec puma }\n  jobs: { hosts: [192.0.2.1], cmd: bin/jobs }\n',
      },
    }),
    options: limit(200),
    demand: { primary: 20, cache: 20, queue: 26, cable: 10 },
    ceiling: 80,
    peak: 116,
    findings: ['pool-smaller-than-solid-queue'],
    why: 'Roles on one host are replaced one after the other: only the larger of them, the web, exists twice.',
  },
  {
    title: '2 servers × 4 Puma workers × 5 threads, four databases',
    said: '80 for each database, 320',
    files: trifecta({ puma: FOUR_BY_FIVE, jobs: '{ threads: 3 }', procfile: 'web: bundle exec puma\n' }),
    options: hosts({ web: 2 }),
    demand: { primary: 40, cache: 40, queue: 40, cable: 40 },
    ceiling: 160,
    findings: [],
    why: '2 × 4 × 5 is 40, and the same article says 160 elsewhere.',
  },
  {
    title: '"Right-sized" pools of 10, 3, 5 and 3 for 5 threads, on Rails 7.1',
    said: 'fewer connections than four pools of 5',
    files: {
      ...trifecta({
        puma: 'threads 5, 5\n',
        jobs: '{ threads: 3 }',
        pool: { primary: '10', cache: '3', queue: '5', cable: '3' },
        procfile: 'web: bundle exec puma\n',
      }),
      'Gemfile.lock': lockfile({ ...GEMS, solid_queue: '1.5.0', solid_cache: '1.0.7', solid_cable: '3.0.8' }),
    },
    demand: { primary: 5, cache: 3, queue: 5, cable: 3 },
    ceiling: 21,
    findings: ['secondary-pool-smaller-than-threads', 'secondary-pool-smaller-than-threads'],
    why: 'The pools allow 21 instead of 20. Fewer are opened only because two of five threads wait for the cache.',
  },
  {
    title: 'A fresh Rails 8.1 application on PostgreSQL, as Kamal deploys it',
    said: '108 "by default"',
    files: { fixture: 'pristine-rails-8.1-postgresql' },
    options: limit(100),
    demand: { primary: 6, cache: 8, queue: 16, cable: 4 },
    ceiling: 50,
    findings: [],
    why: 'The default is one Puma process with 3 threads, and one Solid Queue worker with 3.',
  },
  {
    title: 'A fresh Rails 8.1 application on SQLite',
    said: 'nothing of it: 108 "by default", whatever the database',
    files: { fixture: 'pristine-rails-8.1-sqlite' },
    demand: {},
    ceiling: 0,
    findings: [],
    why: 'SQLite is a file: its pools open files, and there is no server that could refuse a connection.',
  },
  {
    title: 'Solid Queue 1.1 with 2 threads on a pool of 3',
    said: 'a crash: it needs 4',
    files: {
      'Gemfile.lock': lockfile({ ...GEMS, rails: '8.0.2', solid_queue: '1.1.3' }),
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 3\n',
      'config/queue.yml': 'production:\n  workers:\n    - { threads: 2 }\n',
      Procfile: 'jobs: bin/jobs\n',
    },
    demand: { primary: 6 },
    ceiling: 6,
    findings: ['pool-smaller-than-solid-queue'],
    why: 'The article is right: 2 threads, a poller and a heartbeat. From 1.5 on it warns and starts.',
  },
  {
    title: '8 dynos × 8 Puma workers × 5 threads, queue and cache on one server that allows 400',
    said: '640, and an outage',
    files: {
      'Gemfile.lock': lockfile({ ...GEMS, rails: '8.0.2', solid_queue: '1.5.0', solid_cache: '1.0.7' }),
      'config/puma.rb': 'workers 8\nthreads 5, 5\n',
      'config/database.yml': ['primary', 'cache', 'queue']
        .map((name) => {
          const host = name === 'primary' ? 'db' : 'solid';
          return `  ${name}:\n    adapter: postgresql\n    host: ${host}.shop.example\n    database: ${name}\n    pool: 5\n`;
        })
        .reduce((all, entry) => all + entry, 'production:\n'),
      'config/environments/production.rb':
        'Rails.application.configure do\n  config.cache_store = :solid_cache_store\n  config.solid_queue.connects_to = { database: { writing: :queue } }\nend\n',
      'config/cache.yml': 'production:\n  database: cache\n',
      Procfile: 'web: bundle exec puma\n',
    },
    options: {
      ...hosts({ web: 8 }),
      maxConnections: [{ server: 'solid.shop.example:5432', value: 400 }],
    },
    demand: { primary: 320, cache: 320, queue: 320 },
    ceiling: 960,
    findings: ['budget-exceeds-max-connections'],
    why: 'The article is right about its server: 320 threads, each with a connection for the queue and one for the cache, make 640.',
  },
  ...GOLDEN_OF_HANAMI,
  {
    title: 'GitLab: 8 Puma workers × 4 threads, Sidekiq with 20, ten connections of headroom, two sets of databases',
    said: '8 × (4 + 10) = 112 for Puma, 20 + 1 + 10 = 31 for Sidekiq, both times two',
    files: {
      'Gemfile.lock': lockfile({ ...GEMS, sidekiq: '7.2.4' }),
      'config/puma.rb': 'workers 8\nthreads 4, 4\n',
      'config/database.yml':
        'production:\n  main: &main\n    adapter: postgresql\n    host: db.shop.example\n    pool: <%= ENV.fetch("DB_POOL", 14) %>\n  ci:\n    <<: *main\n',
      'app/models/ci_record.rb':
        'class CiRecord < ActiveRecord::Base\n  self.abstract_class = true\n  connects_to database: { writing: :ci }\nend\n',
      Procfile: 'web: bundle exec puma\nworker: DB_POOL=31 bundle exec sidekiq -c 20\n',
    },
    demand: { main: 52, ci: 52 },
    ceiling: 286,
    findings: [],
    why: 'The sum of the pools is the same, 2 × (112 + 31). Headroom is what pools allow, for threads that nobody has counted: the 32 + 20 that are known open 52 for each set.',
  },
];
