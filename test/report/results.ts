import { Versions } from '../../src/versions/versions.ts';
import { NO_CODE } from '../../src/index/facts.ts';
import type { DatabaseEntry, Setting } from '../../src/database/entry.ts';
import type { Launch } from '../../src/launch/launch.ts';
import type { LintResult, Project, ReportedFinding } from '../../src/lint/result.ts';
import type { Pool, Process, Server } from '../../src/model/process.ts';
import { SourceFile, span, type Span } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { known, unknown, type Known, type Traced } from '../../src/value/traced.ts';
import type { Origin } from '../../src/value/origin.ts';

/** The place of a text in a file. */
export function place(file: SourceFile, text: string): Span {
  const start = file.text.indexOf(text);
  if (start === -1) throw new RangeError(`${file.path} has no ${text}`);
  return span(file, start, start + text.length);
}

export const databaseYml = new SourceFile(
  'config/database.yml',
  [
    'default: &default',
    '  adapter: postgresql',
    '  password: hunter2',
    '  pool: <%= ENV.fetch("RAILS_MAX_THREADS", 5) %>',
    '  url: postgres://bob:hunter2@db.internal/app',
    '',
    'production:',
    '  <<: *default',
    '',
  ].join('\n'),
);

export const procfile = new SourceFile('Procfile', 'web: bundle exec puma\nworker: bundle exec sidekiq -c 25\n');

export function finding(change: Partial<ReportedFinding> = {}): ReportedFinding {
  return {
    rule: 'pool-smaller-than-sidekiq-concurrency',
    severity: 'warning',
    confidence: 'medium',
    assumes: [{ kind: 'unset', variable: 'RAILS_MAX_THREADS' }],
    process: 'worker',
    processes: ['worker'],
    database: 'primary',
    at: place(databaseYml, '<%= ENV.fetch("RAILS_MAX_THREADS", 5) %>'),
    label: '5, the fallback: nothing sets RAILS_MAX_THREADS for worker',
    related: [
      { at: place(procfile, '-c 25'), message: '25 threads in each worker process' },
      { at: place(databaseYml, '<<: *default'), message: 'reaches production.primary here' },
    ],
    message: 'worker runs 25 threads on a pool of 5',
    consequence: '20 of 25 threads wait for a connection.',
    arithmetic: 'pool 5 < 25 threads',
    advice: 'let one variable size both, for this process only:',
    snippet: 'worker: RAILS_MAX_THREADS=25 bundle exec sidekiq',
    fineWhen: 'most jobs never touch the database',
    fix: null,
    project: '.',
    deployments: ['heroku'],
    docs: 'rules/pool/pool-smaller-than-sidekiq-concurrency.md',
    suppressed: null,
    ...change,
  };
}

export function result(findings: readonly ReportedFinding[], change: Partial<LintResult> = {}): LintResult {
  return {
    projects: [project()],
    findings,
    unresolved: [],
    verdicts: { holds: 2, violated: 0, unknown: 0 },
    ...change,
  };
}

const assumed: Origin = { kind: 'assumed', text: '1, because nothing states it' };

export function literal(text: string, file = databaseYml): Origin {
  return { kind: 'literal', at: place(file, text) };
}

export function number(value: number, origin: Origin = assumed): Known<number> {
  return known(value, origin);
}

export const fallback: Origin = {
  kind: 'fallback',
  variable: 'RAILS_MAX_THREADS',
  at: place(databaseYml, 'ENV.fetch("RAILS_MAX_THREADS", 5)'),
  from: [literal('5')],
};

export const merged: Origin = { kind: 'merge', at: place(databaseYml, '<<: *default'), from: [fallback] };

export function entry(name: string): DatabaseEntry {
  return {
    name,
    at: place(databaseYml, 'production'),
    settings: new Map<string, Traced<Setting>>([
      ['adapter', known('postgresql', literal('postgresql'))],
      ['password', known('hunter2', literal('hunter2'))],
      ['url', known('postgres://bob:hunter2@db.internal/app', literal('postgres://bob:hunter2@db.internal/app'))],
      ['pool', known(5n, merged, [{ kind: 'unset', variable: 'RAILS_MAX_THREADS' }])],
    ]),
    keys: [],
    adapter: known('postgresql', literal('postgresql')),
    pool: known(5, merged, [{ kind: 'unset', variable: 'RAILS_MAX_THREADS' }]),
    sizeKey: 'pool',
    sizeAt: place(databaseYml, '<%= ENV.fetch("RAILS_MAX_THREADS", 5) %>'),
    checkoutTimeout: known(5, {
      kind: 'default',
      text: "Active Record's default",
      row: { gem: 'activerecord', versions: 'every Rails', source: 'hash_config.rb@v8.0.2' },
    }),
    replica: false,
    server: { key: 'db.internal:5432', name: 'db.internal:5432', open: false },
  };
}

export function launch(name: string, change: Partial<Launch> = {}): Launch {
  return {
    name,
    command: {
      text: 'bundle exec puma',
      at: place(procfile, 'bundle exec puma'),
      words: [],
      wrappers: ['bundle exec'],
    },
    system: 'puma',
    environment: Environment.EMPTY,
    declared: true,
    hosts: number(1),
    ...change,
  };
}

function pool(database: string, copies: number, threads: number): Pool {
  const size = entry(database).pool;
  return {
    database: entry(database),
    purpose: 'application',
    size,
    claims: [],
    threads: number(threads),
    needed: number(threads),
    outside: 0,
    owner: null,
    role: 'writing',
    shard: 'default',
    idle: 0,
    demand: number(copies * Math.min(5, threads), { kind: 'sum', from: [merged, assumed] }),
    ceiling: known(copies * 5, { kind: 'sum', from: [merged] }),
    verdict: { kind: 'holds' },
  };
}

export function process(
  name: string,
  size: { readonly hosts: number; readonly each: number; readonly threads: number },
  change: Partial<Process> = {},
): Process {
  const copies = size.hosts * size.each;
  return {
    launch: launch(name),
    name,
    system: 'puma',
    role: 'web',
    declared: true,
    hosts: number(size.hosts, { kind: 'flag', text: `--hosts ${name}=${size.hosts}` }),
    processesPerHost: number(size.each),
    copies: number(copies),
    threads: number(size.threads),
    inside: [],
    pools: [pool('primary', copies, size.threads), pool('queue', copies, size.threads)],
    ...change,
  };
}

export function server(demand: number, limit: number | null): Server {
  const flag: Origin = { kind: 'flag', text: '--max-connections' };
  const missing = unknown<number>('nothing states max_connections: say --max-connections', assumed);
  return {
    key: 'db.internal:5432',
    name: 'db.internal:5432',
    databases: ['primary', 'queue'],
    demand: number(demand),
    ceiling: number(demand),
    autoscaled: number(demand),
    peak: unknown('the overlap is not known', assumed),
    limit: limit === null ? missing : number(limit, flag),
    reserved: number(3),
    usable: limit === null ? missing : number(limit - 3, flag),
    overhead: number(3),
    verdict: limit === null ? 'unknown' : demand + 3 > limit - 3 ? 'violates' : 'holds',
    autoscaledVerdict: 'unknown',
    peakVerdict: 'unknown',
  };
}

export function project(change: Partial<Project> = {}): Project {
  const web = process('web', { hosts: 2, each: 4, threads: 5 });
  const environment = Environment.EMPTY.with('DATABASE_URL', known('postgres://bob:hunter2@db.internal/app', assumed));
  return {
    root: '.',
    deployment: 'heroku',
    name: 'heroku',
    environment: 'production',
    versions: { rails: '8.0.2', puma: '6.6.0', sidekiq: null },
    gems: Versions.UNKNOWN,
    code: NO_CODE,
    services: [],
    launches: [
      {
        launch: launch('web'),
        read: ['RAILS_MAX_THREADS', 'DATABASE_URL'],
        environment,
        databases: [entry('primary')],
        settings: {
          threads_max: number(5, fallback),
          hooks: ['before_worker_boot'],
          workers: [{ queues: known(['*'], assumed), threads: number(3) }],
        },
        server: null,
        noticed: [],
        missing: [],
      },
    ],
    processes: [web],
    servers: [server(80, 100)],
    problems: [],
    ...change,
  };
}
