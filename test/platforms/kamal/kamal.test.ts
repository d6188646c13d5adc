import { describe, expect, it } from 'vitest';
import type { Deployment, Launch } from '../../../src/launch/launch.ts';
import { PLATFORMS } from '../../../src/platforms/index.ts';
import { kamal } from '../../../src/platforms/kamal.ts';
import { MemoryTree } from '../../../src/repo/memory.ts';
import { app, described, type TestApp } from '../harness.ts';

const DOCKERFILE = [
  'FROM ruby AS base',
  'ENV RAILS_ENV=production WEB_CONCURRENCY=2',
  'FROM base',
  'ENTRYPOINT ["/rails/bin/docker-entrypoint"]',
  'CMD ["./bin/thrust", "./bin/rails", "server"]',
].join('\n');

function deployed(files: Record<string, string>): TestApp & { readonly deployments: readonly Deployment[] } {
  const given = app({ Dockerfile: DOCKERFILE, ...files });
  return { ...given, deployments: kamal.read(given) };
}

function launches(body: string, files: Record<string, string> = {}): readonly Launch[] {
  return deployed({ 'config/deploy.yml': `service: shop\nimage: me/shop\n${body}`, ...files }).deployments.flatMap(
    (one) => one.launches,
  );
}

/** `name command ×hosts`, with "~" before a number of hosts that nothing states. */
function roles(body: string, files: Record<string, string> = {}): string[] {
  return launches(body, files).map(({ name, command, hosts }) => {
    const words = command!.words.map(({ value }) => (value.known ? value.value : '?')).join(' ');
    return `${name}: ${words} ×${hosts.known ? hosts.value : '?'}`;
  });
}

function variable(body: string, name: string): unknown {
  const state = launches(body)[0]!.environment.stateOf(name);
  return state === undefined ? 'unset' : state.known ? state.value : `? ${state.reason}`;
}

describe('servers', () => {
  it.each([
    ['servers: [192.0.2.1]', ['web: ./bin/rails server ×1']],
    ['servers:\n  - 192.0.2.1\n  - 192.0.2.2\n  - 192.0.2.1', ['web: ./bin/rails server ×2']],
    ['servers:\n  - 192.0.2.1: eu\n  - 192.0.2.2: [eu, big]', ['web: ./bin/rails server ×2']],
    [
      'servers:\n  web: [a.example, b.example]\n  job: {hosts: [c.example], cmd: bin/jobs}',
      ['web: ./bin/rails server ×2', 'job: bin/jobs ×1'],
    ],
    ['servers:\n  web:\n    hosts: [a.example]\n    cmd: bundle exec puma -t 5', ['web: puma -t 5 ×1']],
    [
      'servers:\n  web: [a.example]\n  mail:\n    hosts: [a.example]\n    cmd: bundle exec sidekiq -q mail -c 3',
      ['web: ./bin/rails server ×1', 'mail: sidekiq -q mail -c 3 ×1'],
    ],
    ['servers:\n  web: [a.example]\n  job:\n    hosts: []\n    cmd: bin/jobs', ['web: ./bin/rails server ×1']],
    [
      'servers:\n  web:\n<% %w[a b c].each do |name| -%>\n    - <%= name %>.example\n<% end -%>',
      ['web: ./bin/rails server ×3'],
    ],
    ['servers:\n  web:\n    - <%= ENV["WEB_HOST"] %>', ['web: ./bin/rails server ×1']],
    ['servers:\n  web:\n    - <%= ENV["WEB_1"] %>\n    - <%= ENV["WEB_2"] %>', ['web: ./bin/rails server ×2']],
    ['servers:\n  web: <%= ServerList.of(:web) %>', ['web: ./bin/rails server ×?']],
    ['servers:\n  web: <%= ENV.fetch("HOSTS", "a,b").split(",") %>', ['web: ./bin/rails server ×2']],
    ['servers: [<%= ENV["WEB_HOSTS"] %>]', ['web: ./bin/rails server ×?']],
    ['servers:\n  web:\n    hosts: [a.example]\n    cmd: bash -c "puma -w $WORKERS"', ['web: puma -w  ×1']],
  ])('%j', (body, expected) => expect(roles(body)).toEqual(expected));
});

describe('env', () => {
  it.each([
    ['env: {DB_POOL: 7}', '7'],
    ['env: {clear: {DB_POOL: 7}}', '7'],
    ['env: {clear: {DB_POOL: "7"}}', '7'],
    ['env: {clear: {DB_POOL: 1.0}}', '1.0'],
    ['env: {clear: {DB_POOL: true}}', 'true'],
    ['env: {clear: {DB_POOL: false}}', 'false'],
    ['env: {clear: {DB_POOL: ""}}', 'unset'],
    ['env: {clear: {DB_POOL: }}', 'unset'],
    ['env: {secret: [DB_POOL]}', '? DB_POOL is a secret of Kamal'],
    ['env: {secret: ["DB_POOL:OTHER"]}', '? DB_POOL is a secret of Kamal'],
    ['env: {clear: {DB_POOL: 7}, secret: [DB_POOL]}', '7'],
    ['env: {clear: {DB_POOL: <%= ENV.fetch("POOL", 9) %>}}', '9'],
    ['env: {clear: {DB_POOL: <%= ENV["USER"] %>}}', '? USER is another one on every machine'],
    ['x-shared: &shared\n  DB_POOL: 7\nenv:\n  clear:\n    <<: *shared', '7'],
  ])('%j', (body, expected) => expect(variable(`servers: [a]\n${body}`, 'DB_POOL')).toBe(expected));

  it('of a role goes over the one of all, and of a tag over both', () => {
    const body = [
      'servers:',
      '  web:',
      '    hosts: [{a.example: big}]',
      '    env: {clear: {DB_POOL: 8, QUEUE: web}, secret: [TOKEN]}',
      'env:',
      '  clear: {DB_POOL: 5, QUEUE: all, LEVEL: info}',
      '  tags: {big: {DB_POOL: 9}, other: {DB_POOL: 1}}',
    ].join('\n');
    expect(['DB_POOL', 'QUEUE', 'LEVEL', 'TOKEN'].map((name) => variable(body, name))).toEqual([
      '9',
      'web',
      'info',
      '? TOKEN is a secret of Kamal',
    ]);
  });

  it('that differs from host to host is not known, but what it can be is', () => {
    const body =
      'servers:\n  - a.example: big\n  - b.example\nenv:\n  clear: {DB_POOL: 5}\n  tags: {big: {DB_POOL: 9}}';
    const state = launches(body)[0]!.environment.get('DB_POOL');
    expect(state).toMatchObject({ known: false, reason: 'DB_POOL differs from host to host' });
    expect(state.known ? null : state.candidates!.map(({ value }) => value)).toEqual(['9', '5']);
  });

  it('goes over the ENV of the image', () => {
    expect(variable('servers: [a]', 'WEB_CONCURRENCY')).toBe('2');
    expect(variable('servers: [a]\nenv: {WEB_CONCURRENCY: 4}', 'WEB_CONCURRENCY')).toBe('4');
  });

  it('of a Kamal before 2.3 has no false', () => {
    const files = { 'config/deploy.yml': 'service: shop\nservers: [a]\nenv: {clear: {SOLID_QUEUE_IN_PUMA: false}}' };
    const given = app({ Dockerfile: DOCKERFILE, ...files }, ['kamal']);
    expect(kamal.read(given)[0]!.launches[0]!.environment.declares('SOLID_QUEUE_IN_PUMA')).toBe(false);
  });
});

// What `Kamal::Configuration#roles` and `env_args` of Kamal 2.12.0 itself say of these files.
it('is what Kamal makes of it', () => {
  const base = [
    'service: shop',
    'image: me/shop',
    'servers:',
    '  web: {hosts: [{a.example: big}, b.example, b.example], env: {clear: {QUEUE: web}}}',
    '  job: {hosts: [c.example], cmd: bin/jobs}',
    'env:',
    '  clear: {DB_POOL: 5, F: false, E: "", N: 1.0, T: true, O: 010, Y: yes}',
    '  secret: [TOKEN]',
    'boot: {limit: 50%}',
    'accessories: {db: {image: postgres, host: f, cmd: "postgres -c max_connections=200"}}',
  ].join('\n');
  const over = 'env: {clear: {DB_POOL: 6}}\nservers: {job: {hosts: [c.example, d.example]}}';
  const [deployment] = deployed({ 'config/deploy.yml': base, 'config/deploy.production.yml': over }).deployments;
  const said = deployment!.launches.map(({ name, hosts, environment }) => ({
    name,
    hosts: hosts.known ? hosts.value : null,
    env: ['DB_POOL', 'F', 'E', 'N', 'T', 'O', 'Y', 'QUEUE'].map((key) => {
      const state = environment.get(key);
      return state.known ? state.value : '?';
    }),
  }));
  expect(said).toEqual([
    { name: 'web', hosts: 2, env: ['6', 'false', null, '1.0', 'true', '8', 'true', 'web'] },
    { name: 'job', hosts: 2, env: ['6', 'false', null, '1.0', 'true', '8', 'true', null] },
  ]);
});

describe('options of docker run', () => {
  const web = (options: string) =>
    `env:\n  clear: {A: 1}\nservers:\n  web:\n    hosts: [a.example]\n    options:\n${options}`;
  it.each([
    ['      env: B=2', 'B', '2'],
    ['      env: [B=2, C=3]', 'C', '3'],
    ['      env: A=9', 'A', '9'],
    ['      env: [B=2, B=3=4]', 'B', '3=4'],
    ['      env: B=', 'B', ''],
    ['      env: B=$C', 'B', '$C'],
    ['      env: B', 'B', '? B is set on the host where Kamal runs docker'],
    ['      env: "B=${HOST_POOL}"', 'B', '? the shell of the host decides B'],
    ['      memory: 1g', 'B', 'unset'],
    ['      env-file: /etc/shop.env', 'A', '1'],
  ])('%j', (options, name, expected) => expect(variable(web(options), name)).toBe(expected));

  it('may set anything by a file of the host, beneath what deploy.yml says', () => {
    const [launch] = launches(web('      env-file: [/etc/shop.env]'));
    expect(launch!.environment.get('DB_POOL')).toMatchObject({
      known: false,
      reason: 'it may be set in /etc/shop.env, a file of the host',
    });
    expect(launch!.environment.get('RAILS_ENV')).toMatchObject({ value: 'production' });
  });
});

describe('destinations', () => {
  const base = 'service: shop\nservers: [a]\nenv: {clear: {DB_POOL: 5, QUEUE: mail}}\n';
  const of = (files: Record<string, string>) =>
    deployed({ 'config/deploy.yml': base, ...files }).deployments.map(({ name, launches: [first] }) => {
      const { hosts, environment } = first!;
      const pool = environment.get('DB_POOL');
      return `${name} ×${hosts.known ? hosts.value : '?'} ${pool.known ? pool.value : '?'}`;
    });

  it.each([
    [{}, ['kamal ×1 5']],
    [{ 'config/deploy.production.yml': 'servers: [a, b]' }, ['kamal ×2 5']],
    [{ 'config/deploy.production.yml': 'env: {clear: {DB_POOL: 9}}' }, ['kamal ×1 9']],
    [{ 'config/deploy.staging.yml': 'servers: [a, b]' }, ['kamal ×1 5']],
    [
      { 'config/deploy.eu.yml': 'servers: [a, b]', 'config/deploy.us.yml': 'servers: [c]' },
      ['kamal eu ×2 5', 'kamal us ×1 5'],
    ],
    [{ 'config/deploy.eu.yml': 'servers: [a, b]', 'config/deploy.beta.yml': 'servers: [c]' }, ['kamal ×2 5']],
    [{ 'config/deploy.lab.yml': 'env: {clear: {RAILS_ENV: lab}}' }, ['kamal ×1 5']],
    [{ 'config/deploy.lab.yml': '', 'config/environments/lab.rb': '' }, ['kamal ×1 5']],
    [{ 'config/deploy.production.yml': 'servers: [<%= ENV["KAMAL_DESTINATION"] %>.example]' }, ['kamal ×1 5']],
  ])('%j', (files, expected) => expect(of(files as Record<string, string>)).toEqual(expected));

  it('keeps what a destination does not say, key by key', () => {
    const [launch] = deployed({
      'config/deploy.yml': base,
      'config/deploy.production.yml': 'env: {clear: {DB_POOL: 9}}',
    }).deployments[0]!.launches;
    expect(launch!.environment.get('QUEUE')).toMatchObject({ value: 'mail' });
    expect(launch!.environment.get('KAMAL_DESTINATION')).toMatchObject({ value: 'production' });
  });
});

describe('the image', () => {
  it.each([
    ['builder: {dockerfile: docker/web.Dockerfile}', 'web: sidekiq ×1'],
    ['builder: {dockerfile: docker/web.Dockerfile, target: web}', 'web: puma -w 3 ×1'],
    ['builder: {dockerfile: ./docker/web.Dockerfile, target: web, args: {WORKERS: 5}}', 'web: puma -w 5 ×1'],
  ])('is what the builder says: %j', (body, expected) => {
    const file = 'FROM ruby AS web\nARG WORKERS=3\nENV WORKERS=$WORKERS\nCMD puma -w $WORKERS\nFROM ruby\nCMD sidekiq';
    expect(roles(`servers: [a]\n${body}`, { 'docker/web.Dockerfile': file })).toEqual([expected]);
  });

  it('that nothing describes leaves a role without a command untold', () => {
    const given = app({ 'config/deploy.yml': 'service: shop\nservers: {web: [a], job: {hosts: [b], cmd: bin/jobs}}' });
    expect(kamal.read(given).map(described)).toEqual([['kamal', 'job solid_queue bin/jobs']]);
    expect(given.notes).toEqual([
      'process web: it has no cmd, and no Dockerfile in the repository says what its image starts; it is not counted (config/deploy.yml:2)',
    ]);
  });

  it('follows its entrypoint, which is a script of the repository', () => {
    const entry =
      '#!/bin/bash -e\nif [ "${1}" == "./bin/thrust" ]; then\n  ./bin/rails db:prepare\nfi\nexport DB_POOL=6\nexec "${@}"\n';
    const [launch] = launches('servers: [a]', { 'bin/docker-entrypoint': entry });
    expect(launch!.command!.words.map(({ value }) => (value.known ? value.value : '?'))).toEqual([
      './bin/rails',
      'server',
    ]);
    expect(launch!.environment.get('DB_POOL')).toMatchObject({ value: '6' });
  });
});

describe('accessories', () => {
  it('that are database servers are services of the deployment', () => {
    const body = [
      'servers: [a.example]',
      'accessories:',
      '  db:',
      '    image: postgres:17',
      '    host: 192.0.2.9',
      '    port: 5432',
      '    cmd: postgres -c max_connections=200',
      '    env: {clear: {POSTGRES_DB: shop}, secret: [POSTGRES_PASSWORD]}',
      '    files: [config/postgresql.conf:/etc/postgresql/postgresql.conf]',
      '    directories: [data:/var/lib/postgresql/data]',
      '  mysql: {service: shared-mysql, image: mysql:8, roles: [web]}',
      '  redis: {image: redis:7, host: 192.0.2.9}',
      '  dump: {image: postgres:17, host: 192.0.2.9, cmd: pg_dump shop}',
    ].join('\n');
    const { deployments } = deployed({ 'config/deploy.yml': `service: shop\n${body}` });
    expect(
      deployments[0]!.services!.map(({ kind, names, mounts, command }) => ({
        kind,
        names,
        mounts,
        command: command?.map(({ value }) => (value.known ? value.value : '?')) ?? null,
      })),
    ).toEqual([
      {
        kind: 'postgresql',
        names: ['shop-db', '192.0.2.9'],
        mounts: [{ from: 'config/postgresql.conf', to: '/etc/postgresql/postgresql.conf' }],
        command: ['postgres', '-c', 'max_connections=200'],
      },
      { kind: 'mysql', names: ['shared-mysql', 'a.example'], mounts: [], command: null },
    ]);
    const [db] = deployments[0]!.services!;
    expect(db!.environment.get('POSTGRES_DB')).toMatchObject({ value: 'shop' });
    expect(db!.environment.get('POSTGRES_PASSWORD').known).toBe(false);
  });
});

describe('what is no deployment', () => {
  it.each([
    'service: shop',
    'service: shop\nservers: []',
    'service: shop\nservers: {web: {options: {cpus: 2}}}',
    'servers: [a]',
    '',
    '- a',
    'stages: [build]',
  ])('%j', (text) => expect(deployed({ 'config/deploy.yml': text }).deployments).toEqual([]));

  it('is what YAML refuses, and said', () => {
    const { deployments, files } = deployed({ 'config/deploy.yml': 'service: shop\n\tservers: [a]' });
    expect(deployments).toEqual([]);
    expect(files.problems.map(({ kind, at }) => `${kind} ${at.file.position(at.start).line}`)).toEqual([
      'parse-error 2',
    ]);
  });

  it('is not refused for what whoever deploys may have set', () => {
    const { deployments, files, notes } = deployed({
      'config/deploy.yml': 'service: shop\nservers: [a]\naliases:\n  console: app exec -e WHO:<%= ENV["WHO"] %> "x"',
    });
    expect([deployments, files.problems]).toEqual([[], []]);
    expect(notes).toEqual([expect.stringMatching(/^deployment config\/deploy.yml: .*\(config\/deploy.yml:4\)$/)]);
  });

  it('is a template that Ruby cannot read', () => {
    const { deployments, files, notes } = deployed({
      'config/deploy.yml': 'service: shop\nservers: [<% if true %>a]\n',
    });
    expect([deployments, notes]).toEqual([[], []]);
    expect(files.problems).toMatchObject([{ kind: 'parse-error', message: expect.stringContaining('syntax error') }]);
  });

  it('is what raises before it says anything', () => {
    const { deployments, notes } = deployed({
      'config/deploy.yml': '<% raise "say WHERE" unless ENV["WHERE"] %>\nservers: [a]',
    });
    expect(deployments).toEqual([]);
    expect(notes).toEqual(['deployment config/deploy.yml: Ruby raises RuntimeError: say WHERE (config/deploy.yml:1)']);
  });

  it('is where there is no config/deploy.yml', async () => {
    const applies = (files: Record<string, string>) =>
      PLATFORMS.filter((entry) => entry.applies(new MemoryTree(files), 'production'));
    expect(applies({ 'config/deploy.production.yml': '', 'deploy.yml': '' })).toEqual([]);
    expect((await applies({ 'config/deploy.yml': '' })[0]!.load()).kind).toBe('kamal');
  });
});
