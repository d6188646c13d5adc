import { describe, expect, it } from 'vitest';
import type { DatabaseEntry } from '../../src/database/entry.ts';
import type { Project } from '../../src/lint/result.ts';
import { SourceFile } from '../../src/text/source.ts';
import type { Origin } from '../../src/value/origin.ts';
import { budget } from '../../src/report/budget.ts';
import { budgetJson } from '../../src/report/budget_json.ts';
import { budgetMarkdown } from '../../src/report/budget_markdown.ts';
import { history } from '../../src/report/history.ts';
import { show } from '../../src/report/show.ts';
import { showJson } from '../../src/report/show_json.ts';
import { showMarkdown } from '../../src/report/show_markdown.ts';
import { tracedJson } from '../../src/report/traced.ts';
import { known, unknown } from '../../src/value/traced.ts';
import {
  databaseYml,
  entry,
  fallback,
  literal,
  merged,
  number,
  place,
  process,
  procfile,
  project,
  server,
} from './results.ts';

const options = { color: false, width: 110, files: [] };

describe('a traced value', () => {
  it('is its value, how sure that is, and its trail', () => {
    expect(tracedJson(known(5n, fallback, [{ kind: 'unset', variable: 'X' }]))).toMatchObject({
      value: 5,
      known: true,
      confidence: 'medium',
      trail: [{ kind: 'fallback' }, { kind: 'unset' }],
    });
    expect(tracedJson(known('unlimited', fallback))).toMatchObject({ value: 'unlimited' });
  });

  it('is a reason and candidates where it is not known', () => {
    const traced = unknown('X is computed', fallback, [number(5), number(10)]);
    expect(tracedJson(traced)).toMatchObject({
      value: null,
      known: false,
      reason: 'X is computed',
      candidates: [5, 10],
    });
    expect(tracedJson(unknown('?', fallback))).toMatchObject({ candidates: null });
  });

  it('shows nothing of a secret, whatever it comes from', () => {
    const secret = JSON.stringify(tracedJson(known('hunter2', literal('hunter2')), { secret: true }));
    expect(secret).toContain('"value":"***"');
    expect(secret).not.toContain('hunter2');
    const flag = known('x', { kind: 'flag', text: '--set DB_PASSWORD=hunter2' });
    expect(JSON.stringify(tracedJson(flag))).not.toContain('hunter2');
  });
});

describe('a history', () => {
  it('fits one line', () => {
    expect(history(fallback, 'config/database.yml')).toBe('ENV.fetch("RAILS_MAX_THREADS", 5), line 4, unset, fallback');
    expect(history(merged, null)).toBe(
      'ENV.fetch("RAILS_MAX_THREADS", 5), config/database.yml:4, unset, fallback, through <<: *default, line 8',
    );
    expect(history({ kind: 'unset', variable: 'WEB_CONCURRENCY', at: null }, null)).toBe('WEB_CONCURRENCY is not set');
  });
});

describe('the budget', () => {
  const worker = { hosts: 1, each: 3, threads: 10 };
  const jobs = project({
    processes: [
      process('web', { hosts: 2, each: 4, threads: 5 }),
      process('jobs', worker, { role: 'worker', system: 'solid_queue' }),
      process('jobs', { hosts: 1, each: 1, threads: 3 }, { role: 'dispatcher', system: 'solid_queue' }),
      process('good_job', worker, { role: 'worker', declared: false }),
    ],
    servers: [server(116, 100)],
  });

  it('is a table, what it comes to, and the arithmetic', () => {
    expect(budget([jobs], options)).toMatchInlineSnapshot(`
      "production: one server, db.internal:5432 (PostgreSQL; max_connections 100 from --max-connections, 97 usable)

                              copies                 threads   primary   queue
      web                     2 hosts × 4 workers          5        40      40
      jobs       worker       1 host × 3 processes        10        15      15
                 dispatcher   1 host                       3         3       3
      good_job                1 host × 3 processes        10        15      15   (not in the sums)
      ────────────────────────────────────────────────────────────────────────────────────────────
      demand                                                        58      58                 116
      ceiling                                                       60      60                 116

      steady       116  ████████████████████████ 120 % of 97   22 too many with 3 for console and migrations
      deploying      ?  the overlap is not known

      web              2 × 4 × min(pool 5, 5 threads) = 40 on primary, queue
      jobs worker      1 × 3 × min(pool 5, 10 threads) = 15 on primary, queue
      jobs dispatcher  1 × min(pool 5, 3 threads) = 3 on primary, queue
      good_job         1 × 3 × min(pool 5, 10 threads) = 15 on primary, queue

      Fits up to 1 web host, everything else as it is.
      No host of jobs fits beside the others.
      On its 2 hosts, web fits with 2 instead of 4 workers on each host.
      What moves it most: web (80 of 116); one host less is 40 fewer, one worker on each host less is 20 fewer.
      "
    `);
  });

  it('says what to say where no limit is known', () => {
    const open = budget([project({ servers: [server(80, null)] })], options);
    expect(open).toContain('max_connections is not known');
    expect(open).toMatch(/^steady +80$/m);
    expect(open).toMatch(/^Nothing states max_connections: say --max-connections\.$/m);
    expect(open).toMatch(
      /^Fits a max_connections of 86 or more \(80 \+ 3 for console and migrations \+ 3 that it reserves\)\.$/m,
    );
  });

  it('says once, for all servers alike, why no limit is known', () => {
    const [own] = project({ servers: [server(80, null)] }).servers;
    const servers = ['cache.internal:5432', 'queue.internal:5432'].map((name) => ({ ...own!, name }));
    for (const printed of [budget([project({ servers })], options), budgetMarkdown([project({ servers })])]) {
      expect(printed.match(/othing states max/g)).toHaveLength(1);
      expect(printed).toContain('(of cache.internal:5432 and queue.internal:5432).');
    }
  });

  it('stands one process below the other where the table is too wide', () => {
    const narrow = budget([jobs], { color: false, width: 60 });
    expect(narrow).toContain(
      [
        'web: 2 hosts × 4 workers, threads 5',
        '  primary 40, queue 40',
        'jobs worker: 1 host × 3 processes, threads 10',
        '  primary 15, queue 15',
        'jobs dispatcher: 1 host, threads 3',
        '  primary 3, queue 3',
        'good_job: 1 host × 3 processes, threads 10, (not in the',
        'sums)',
        '  primary 15, queue 15',
        '─'.repeat(60),
        'demand 116',
        '  primary 58, queue 58',
      ].join('\n'),
    );
    for (const width of [100, 80, 60, 44])
      for (const line of budget([jobs], { color: false, width }).split('\n'))
        expect(line.length).toBeLessThanOrEqual(width);
  });

  it('names the project where there are several', () => {
    const two = budget([jobs, project({ root: 'apps/\x1b', servers: [] })], options);
    expect(two).toContain('heroku, production: one server');
    expect(two).toContain(String.raw`apps/\x1b, heroku, production: no database server`);
  });

  it('is JSON', () => {
    const { projects } = JSON.parse(budgetJson([jobs]));
    expect(Object.keys(projects[0])).toEqual(['root', 'deployment', 'environment', 'versions', 'processes', 'servers']);
    expect(projects[0].processes[0]).toMatchObject({
      name: 'web',
      role: 'web',
      declared: true,
      hosts: { value: 2 },
      threads: { value: 5 },
    });
    expect(projects[0].processes[0].pools[0]).toMatchObject({
      database: 'primary',
      adapter: 'postgresql',
      server: 'db.internal:5432',
      size: { value: 5, confidence: 'medium' },
      outside: 0,
      demand: { value: 40 },
      verdict: 'holds',
    });
    expect(projects[0].servers[0]).toMatchObject({
      name: 'db.internal:5432',
      peak: { value: null },
      usable: { value: 97 },
      verdict: 'violates',
    });
  });

  it('is Markdown', () => {
    expect(budgetMarkdown([jobs])).toMatchInlineSnapshot(`
      "## heroku, production

      **db.internal:5432** (PostgreSQL; max\\_connections 100 from --max-connections, 97 usable)

      | process | copies | threads | primary | queue | together |
      | --- | --- | ---: | ---: | ---: | ---: |
      | web | 2 hosts × 4 workers | 5 | 40 | 40 |  |
      | jobs worker | 1 host × 3 processes | 10 | 15 | 15 |  |
      | jobs dispatcher | 1 host | 3 | 3 | 3 |  |
      | good\\_job (not in the sums) | 1 host × 3 processes | 10 | 15 | 15 |  |
      | demand |  |  | 58 | 58 | 116 |
      | ceiling |  |  | 60 | 60 | 116 |

      - steady: **116**, 120 % of 97, 22 too many with 3 for console and migrations
      - deploying: **?**, the overlap is not known
      - Fits up to 1 web host, everything else as it is.
      - No host of jobs fits beside the others.
      - On its 2 hosts, web fits with 2 instead of 4 workers on each host.
      - What moves it most: web (80 of 116); one host less is 40 fewer, one worker on each host less is 20 fewer.
      "
    `);
  });
});

describe('show', () => {
  it('is every value with where it comes from', () => {
    expect(show([project()], options)).toMatchInlineSnapshot(`
      "web (Puma 6.6.0, production): bundle exec puma
        config/database.yml, production.primary
          adapter            postgresql   line 2
          password           ***          line 3
          url                postgres://***@db.internal/app
                                          line 5
          pool               5            ENV.fetch("RAILS_MAX_THREADS", 5), line 4, unset, fallback, through <<:
                                          *default, line 8
          checkout_timeout   5 s          Active Record's default
        config/database.yml, Puma 6.6.0
          threads_max   5                    ENV.fetch("RAILS_MAX_THREADS", 5), line 4, unset, fallback
          hooks         before_worker_boot
          workers 1
            queues      *                    1, because nothing states it
            threads     3                    1, because nothing states it
        variables it reads
          RAILS_MAX_THREADS   not set
          DATABASE_URL        postgres://***@db.internal/app
                                        1, because nothing states it
      "
    `);
  });

  it('is JSON, without secrets', () => {
    const printed = showJson([project()], { files: [] });
    expect(printed).not.toContain('hunter2');
    const [web] = JSON.parse(printed).projects[0].processes;
    expect(Object.keys(web)).toEqual(['name', 'system', 'declared', 'command', 'env', 'databases', 'settings']);
    expect(web.command).toMatchObject({ value: 'bundle exec puma', trail: [{ kind: 'literal', file: 'Procfile' }] });
    expect(web.env.RAILS_MAX_THREADS).toMatchObject({ value: null, unset: true });
    expect(web.env.DATABASE_URL).toMatchObject({ value: 'postgres://***@db.internal/app' });
    expect(web.databases.primary).toMatchObject({
      pool: { value: 5 },
      password: { value: '***' },
      checkout_timeout: { value: 5 },
    });
    expect(web.settings).toMatchObject({
      threads_max: { value: 5 },
      hooks: ['before_worker_boot'],
      workers: [{ queues: { value: ['*'] } }],
    });
  });

  it('shows no user that a URL carries', () => {
    const booted = project().launches[0]!;
    const at = place(databaseYml, 'postgres://bob:hunter2@db.internal/app');
    const settings = new Map([['username', known('bob', { kind: 'url', at, from: [] })]]);
    const databases = [{ ...booted.databases[0]!, settings }];
    const change = project({ launches: [{ ...booted, databases }] });
    expect(show([change], options)).not.toContain('bob');
    expect(showJson([change], options)).not.toContain('bob');
  });

  it('is limited to what a file sets', () => {
    const [web] = JSON.parse(showJson([project()], { files: ['config/database.yml'] })).projects[0].processes;
    expect(Object.keys(web.databases.primary)).toEqual(['adapter', 'password', 'url', 'pool']);
    expect(Object.keys(web.settings)).toEqual(['threads_max']);
    expect(web.env).toEqual({});
    expect(JSON.parse(showJson([project()], { files: ['config/puma.rb'] })).projects[0].processes).toEqual([]);
    expect(show([project()], { ...options, files: ['config/puma.rb'] })).toBe(
      'No process takes anything from this file.\n',
    );
  });

  it('says why a value is not known', () => {
    const booted = project().launches[0]!;
    const settings = {
      threads_max: unknown('ENV["A"] is computed', { kind: 'code', at: place(procfile, 'web'), from: [] }),
    };
    expect(show([project({ launches: [{ ...booted, settings }] })], options)).toContain(
      'threads_max   unknown   ENV["A"] is computed',
    );
  });

  it('is Markdown in which names mean nothing', () => {
    const printed = showMarkdown([project()], { files: [] });
    expect(printed).toContain('| url | postgres://\\*\\*\\*@&#8203;db.internal/app |');
    expect(printed).not.toContain('hunter2');
  });
});

describe('a project without a server', () => {
  const said = (change: Partial<Project>): string =>
    budget([project({ processes: [], servers: [], ...change })], { color: false, width: 200 });
  const launchOf = (databases: readonly DatabaseEntry[]) => [{ ...project().launches[0]!, databases }];

  it('needs none only where every adapter is known to be that of SQLite', () => {
    const sqlite = { ...entry('primary'), adapter: known('sqlite3', literal('postgresql')), server: null };
    expect(said({ launches: launchOf([sqlite]) })).toBe('production: no database server (SQLite needs none)\n');
    expect(said({ launches: launchOf([entry('primary')]) })).toBe('production: no database server is known\n');
    expect(said({ launches: launchOf([]) })).toBe('production: no database configuration was found\n');
    expect(said({ launches: [] })).toBe('production: no process is known\n');
  });

  it('says what could not be read', () => {
    const at = place(databaseYml, 'pool');
    const problems = [{ kind: 'parse-error', message: 'it is broken', at, assumes: [], process: null }] as const;
    const change = { launches: launchOf([]), problems };
    expect(said(change)).toBe(
      'production: no database configuration could be read (config/database.yml:4:3: it is broken)\n',
    );
    expect(show([project(change)], { color: false, width: 90, files: [] })).toContain('it is broken');
  });
});

it('tells deployments of one kind apart by their names', () => {
  const two = [project({ name: 'heroku Procfile' }), project({ name: 'heroku Procfile.production' })];
  expect(budget(two, { color: false, width: 90 })).toContain('heroku Procfile.production, production: one server');
  expect(show(two, { color: false, width: 90, files: [] })).toContain('heroku Procfile.production: web');
});

it('tells of a template only what decides in it', () => {
  const text = 'HOST: <%= ENV.fetch("A", ENV.fetch("B", "db.example")) %>';
  const deploy = new SourceFile('config/deploy.yml', `${text}\n`);
  const inner = place(deploy, 'ENV.fetch("B", "db.example")');
  const outer = place(deploy, 'ENV.fetch("A", ENV.fetch("B", "db.example"))');
  const setBy: Origin = {
    kind: 'platform',
    at: place(deploy, text),
    from: [
      { kind: 'fallback', variable: 'A', at: outer, from: [{ kind: 'fallback', variable: 'B', at: inner, from: [] }] },
    ],
  };
  expect(history({ kind: 'env', variable: 'HOST', at: null, setBy }, null)).toBe(
    'ENV.fetch("A", ENV.fetch("B", "db.example")), config/deploy.yml:1, unset, fallback',
  );
});

it('writes what a bar says below it where there is no room beside it', () => {
  const crowded = budget([project({ servers: [server(400, 100)] })], { color: false, width: 80 });
  expect(crowded).toMatch(
    /^steady +400 {2}█{45}\n {18}412 % of 97 {3}306 too many with 3 for console and migrations$/m,
  );
  expect(Math.max(...crowded.split('\n').map((one) => one.length))).toBeLessThanOrEqual(110);
});

it('says every hop of a history once', () => {
  const flag: Origin = { kind: 'flag', text: '--set X=1' };
  const twice: Origin = { kind: 'sum', from: [flag, { kind: 'flag', text: '--set X=1' }, fallback, { ...fallback }] };
  expect(history(twice, null).match(/--set X=1/g)).toHaveLength(1);
  const lines: Origin = { kind: 'sum', from: [literal('adapter'), literal('postgresql')] };
  expect(history(lines, 'config/database.yml')).toBe('line 2');
});

describe('the title of a process', () => {
  const title = (change: Partial<Project>, launch: Partial<Project['launches'][number]['launch']>): string => {
    const [first] = project().launches;
    const launches = [{ ...first!, launch: { ...first!.launch, ...launch } }];
    return show([project({ launches, ...change })], { color: false, width: 200, files: [] }).split('\n')[0]!;
  };

  it('says where nothing starts it', () => {
    expect(title({ deployment: 'inferred' }, { command: null })).toBe(
      'web (Puma 6.6.0, production, inferred: no file starts it)',
    );
    expect(title({ deployment: 'inferred' }, {})).toBe('web (Puma 6.6.0, production): bundle exec puma');
    expect(title({}, { command: null })).toBe('web (Puma 6.6.0, production)');
  });

  it('shows of a whole script the program alone', () => {
    const { command } = project().launches[0]!.launch;
    const words = [{ value: known('puma', literal('postgresql')), at: place(databaseYml, 'pool') }];
    const text = 'bundle exec rails db:migrate\nbundle exec puma\n';
    expect(title({}, { command: { ...command!, text, words } })).toBe(
      'web (Puma 6.6.0, production): … bundle exec puma',
    );
  });
});
