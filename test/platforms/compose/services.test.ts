import { describe, expect, it } from 'vitest';
import { known } from '../../../src/value/traced.ts';
import { described } from '../harness.ts';
import { deployed, launches } from './harness.ts';

function started(text: string, others: Record<string, string> = {}): string[] {
  const { deployments, notes } = deployed({ 'compose.production.yml': text, ...others });
  return [...deployments.flatMap((one) => described(one).slice(1)), ...notes];
}

function service(body: string): string {
  return ['services:', '  web:', '    image: shop', ...body.split('\n').map((line) => `    ${line}`)].join('\n');
}

describe('what a service starts', () => {
  it.each([
    ['command: bundle exec puma -t 5', 'web puma puma -t 5'],
    ['command: [bundle, exec, puma, -t, "5"]', 'web puma puma -t 5'],
    ['command: ["sh", "-c", "rails db:migrate && puma -w 2"]', 'web puma puma -w 2'],
    ["command: bash -c 'rm -f tmp/pids/server.pid; exec bundle exec puma'", 'web puma puma'],
    ['command: >\n  bundle exec\n  sidekiq -c 7', 'web sidekiq sidekiq -c 7'],
    ['command: sidekiq -c ${THREADS:-4}', 'web sidekiq sidekiq -c 4'],
    ['command: sidekiq -c ${THREADS}', 'web sidekiq sidekiq -c ?'],
    ['command: ${COMMAND:-bundle exec puma -t 5}', 'web puma puma -t 5'],
    ['command: bundle exec puma ${FLAGS:--t "1:5"} -w 2', 'web puma puma -t 1:5 -w 2'],
    ['command: bundle exec puma "${TAG:-a shop}"', 'web puma puma a shop'],
    ['command: ["sh", "-c", "sidekiq -c $$THREADS"]\nenvironment: {THREADS: 6}', 'web sidekiq sidekiq -c 6'],
    ['entrypoint: bundle exec\ncommand: puma', 'web puma puma'],
    ['entrypoint: ["bin/docker-entrypoint"]\ncommand: ["bin/rails", "server"]', 'web puma bin/rails server'],
    ['command: sidekiq "-c" \'3\'', 'web sidekiq sidekiq -c 3'],
    // No shell reads a string: compose drops everything from && on.
    ['command: puma -t 5 && echo done', 'web puma puma -t 5'],
  ])('%j', (body, expected) => expect(started(service(body))).toEqual([expected]));

  it('is a known program even behind a fallback, which is then assumed', () => {
    const [launch] = launches(service('command: ["sh", "-c", "sidekiq -c ${THREADS:-4}"]'));
    const words = launch!.command!.words;
    expect(words.at(-1)!.value).toMatchObject({ value: '4', assumes: [{ kind: 'unset', variable: 'THREADS' }] });
  });

  it.each([
    ['command: bundle exec puma -t 5', 'bundle exec puma -t 5'],
    ['command: "bundle exec puma"', 'bundle exec puma'],
    ['command: [bundle, exec, puma, -t, "5"]', 'bundle exec puma -t 5'],
    ['command: ["sh", "-c", "rails db:migrate && puma"]', 'sh -c "rails db:migrate && puma"'],
    ['command: sidekiq -c ${THREADS:-4}', 'sidekiq -c 4'],
  ])('%j is shown as people type it', (body, expected) => {
    expect(launches(service(body))[0]!.command!.text).toBe(expected);
  });

  it.each([
    ['FROM ruby\nCMD ["bundle", "exec", "puma"]', '', 'web puma puma'],
    ['FROM ruby\nCMD bundle exec puma -w 2', '', 'web puma puma -w 2'],
    ['FROM ruby\nENTRYPOINT ["bundle", "exec"]\nCMD ["puma"]', '', 'web puma puma'],
    ['FROM ruby\nENTRYPOINT ["bundle", "exec"]\nCMD ["puma"]', 'command: sidekiq', 'web sidekiq sidekiq'],
    ['FROM ruby\nCMD ["puma"]', 'entrypoint: []', 'web puma puma'],
    ['FROM ruby AS web\nCMD ["puma"]\nFROM ruby AS jobs\nCMD ["sidekiq"]', '', 'web sidekiq sidekiq'],
    ['FROM ruby AS base\nCMD ["puma"]\nFROM base\nENTRYPOINT ["bundle", "exec"]', 'command: puma', 'web puma puma'],
    ['FROM ruby\nCMD ["puma"]\nENTRYPOINT ["bundle", "exec"]', '', 'web puma puma'],
  ])('in an image: %j with %j', (Dockerfile, body, expected) => {
    const text = ['services:', '  web:', '    build: .', ...(body ? [`    ${body}`] : [])].join('\n');
    expect(started(text, { Dockerfile })).toEqual([expected]);
  });

  it('takes the target and the Dockerfile it is built from', () => {
    const text =
      'services:\n  web:\n    build:\n      context: .\n      dockerfile: docker/app.Dockerfile\n      target: web';
    const file = 'FROM ruby AS web\nCMD ["puma"]\nFROM ruby AS jobs\nCMD ["sidekiq"]';
    expect(started(text, { 'docker/app.Dockerfile': file })).toEqual(['web puma puma']);
  });

  it('does not keep the command of an image behind an entrypoint of its own', () => {
    const text = 'services:\n  web:\n    build: .\n    entrypoint: bin/start';
    expect(started(text, { Dockerfile: 'FROM ruby\nCMD ["puma"]' })).toEqual([
      'process web: `bin/start` is no program this version knows; it is not counted (compose.production.yml:4)',
    ]);
  });

  it('runs in the image another service builds', () => {
    const text = [
      'services:',
      '  web: {image: "registry.example/shop", build: .}',
      '  jobs: {image: "registry.example/shop", command: sidekiq}',
    ].join('\n');
    const Dockerfile = 'FROM ruby\nENV DB_POOL=5\nENTRYPOINT ["bin/entry"]\nCMD ["puma"]';
    const entry = '#!/bin/sh\nexport QUEUE=mail\nexec "$@"\n';
    const { deployments } = deployed({ 'compose.production.yml': text, Dockerfile, 'bin/entry': entry });
    expect(deployments.map(described)).toEqual([
      ['compose compose.production.yml', 'web puma puma', 'jobs sidekiq sidekiq'],
    ]);
    const [, jobs] = deployments[0]!.launches;
    expect(jobs!.environment.get('DB_POOL')).toMatchObject({ value: '5' });
    expect(jobs!.environment.get('QUEUE')).toMatchObject({ value: 'mail' });
  });

  it('leaves alone what is not the app, and says what it cannot follow of the app', () => {
    const text = [
      'services:',
      '  web: {build: ., command: puma}',
      '  clock: {build: ., command: ["bundle", "exec", "clockwork", "clock.rb"]}',
      '  setup: {build: ., command: bin/rails db:prepare}',
      '  proxy: {build: ./nginx}',
      '  redis: {image: "redis:7", command: redis-server --save 60 1}',
      '  mail: {image: mailpit}',
    ].join('\n');
    const files = { Dockerfile: 'FROM ruby', 'nginx/Dockerfile': 'FROM nginx\nCMD ["nginx"]' };
    expect(started(text, files)).toEqual([
      'web puma puma',
      'process clock: `bundle exec clockwork …` is no program this version knows; it is not counted (compose.production.yml:3)',
    ]);
  });

  it('says which image says nothing', () => {
    expect(started('services:\n  web: {build: .}', { Dockerfile: 'FROM ruby' })).toEqual([
      'process web: nothing in the repository says what Dockerfile starts; it is not counted (compose.production.yml:2)',
    ]);
  });
});

describe('which services there are', () => {
  it('those without profiles, and those whose profile .env asks for', () => {
    const text = [
      'services:',
      '  web: {image: shop, command: puma}',
      '  jobs: {image: shop, command: sidekiq, profiles: [jobs]}',
    ].join('\n');
    expect(started(text)).toEqual(['web puma puma']);
    expect(started(text, { '.env': 'COMPOSE_PROFILES=mail,jobs' })).toEqual(['web puma puma', 'jobs sidekiq sidekiq']);
  });

  it('what they extend, in the same file and in another', () => {
    const text = [
      'services:',
      '  base: {image: shop, environment: {DB_POOL: 5, QUEUE: mail}, profiles: [never]}',
      '  web:',
      '    extends: base',
      '    profiles: !reset []',
      '    command: puma',
      '    environment: [DB_POOL=9]',
      '  jobs: {extends: {file: deploy/jobs.yml, service: jobs}, command: sidekiq -c 2}',
    ].join('\n');
    const other = 'services:\n  jobs:\n    image: shop\n    command: sidekiq -c 9\n    env_file: jobs.env';
    const [web, jobs] = launches(text, { 'deploy/jobs.yml': other, 'deploy/jobs.env': 'QUEUE=slow' });
    expect(web!.environment.get('DB_POOL')).toMatchObject({ value: '9' });
    expect(web!.environment.get('QUEUE')).toMatchObject({ value: 'mail' });
    expect(jobs!.environment.get('QUEUE')).toMatchObject({ value: 'slow' });
    expect(jobs!.command!.words.at(-1)!.value).toMatchObject({ value: '2' });
  });

  it('what is included, with the .env of its own folder', () => {
    const text = 'include: [deploy/jobs.yml]\nservices:\n  web: {image: shop, command: puma}';
    const jobs = 'services:\n  jobs: {image: shop, command: "sidekiq -c $THREADS"}';
    expect(started(text, { 'deploy/jobs.yml': jobs, 'deploy/.env': 'THREADS=3' })).toEqual([
      'web puma puma',
      'jobs sidekiq sidekiq -c 3',
    ]);
  });

  it.each([
    [
      'a service that extends itself',
      'web: {extends: web}',
      'service web: it goes round in a circle, which compose refuses',
    ],
    [
      'services that extend each other',
      'web: {extends: {service: base}}\n  base: {extends: web, profiles: [never]}',
      'service web: it goes round in a circle, which compose refuses',
    ],
    [
      'a service that is not there',
      'web: {extends: base}',
      'service web: it extends base, which is no service of compose.production.yml',
    ],
    [
      'a file that is not there',
      'web: {extends: {file: other.yml, service: base}}',
      'service web: it extends a service of other.yml, which cannot be read',
    ],
    ['what only compose knows', 'web: {extends: {service: "${BASE}"}}', 'service web: what it extends cannot be told'],
  ])('leave out, and say so, what extends %s', (_, extending, note) => {
    const given = deployed({
      'compose.production.yml': `services:\n  jobs: {image: shop, command: sidekiq}\n  ${extending}`,
    });
    expect(given.deployments[0]!.launches.map(({ name }) => name)).toEqual(['jobs']);
    expect(given.notes[0]).toContain(`${note}; it is not counted`);
  });

  it('follow a chain of what extends each other, up to a length that nobody writes', () => {
    const chain = (length: number) =>
      Array.from({ length }, (_, index) =>
        index === 0
          ? '  s0: {image: shop, command: puma, environment: {DB_POOL: 5}}'
          : `  s${index}: {extends: s${index - 1}, environment: {STEP: "${index}"}}`,
      ).join('\n');
    const found = launches(`services:\n${chain(100)}`);
    expect(found).toHaveLength(100);
    expect(['DB_POOL', 'STEP'].map((name) => found[99]!.environment.get(name))).toMatchObject([
      { value: '5' },
      { value: '99' },
    ]);
    const long = deployed({ 'compose.production.yml': `services:\n${chain(102)}` });
    expect(long.deployments[0]!.launches).toHaveLength(100);
    expect(long.notes).toEqual([
      'service s100: it extends more services than can be followed; it is not counted (compose.production.yml:102)',
      'service s101: it extends more services than can be followed; it is not counted (compose.production.yml:103)',
    ]);
  });

  it.each([
    [
      '[gone.yml]',
      'include gone.yml: it is not in the repository, or cannot be read; it is not counted (compose.production.yml:1)',
    ],
    [
      '[b.yml]',
      'include compose.production.yml: it goes round in a circle, which compose refuses; it is not counted (b.yml:1)',
    ],
    [
      '[{path: "${WHERE}"}]',
      'include "${WHERE}": it is not in the repository, or cannot be read; it is not counted (compose.production.yml:1)',
    ],
  ])('leave out, and say so, what cannot be included: %s', (include, note) => {
    const given = deployed({
      'compose.production.yml': `include: ${include}\nservices: {web: {image: shop, command: puma}}`,
      'b.yml': 'include: [compose.production.yml]',
    });
    expect(given.deployments[0]!.launches.map(({ name }) => name)).toEqual(['web']);
    expect(given.notes).toEqual([note]);
  });
});

describe('copies', () => {
  it.each([
    ['', 'assumed', 1, 1],
    ['scale: 3', 'platform', 3, 3],
    ['deploy: {replicas: 4}', 'platform', 4, 4],
    ['deploy: {replicas: "${WEB:-2}"}', 'platform', 2, 2],
    ['deploy: {replicas: 0}', 'platform', 0, 0],
    ['deploy: {replicas: 4, update_config: {order: stop-first}}', 'platform', 4, 4],
    ['deploy: {replicas: 4, update_config: {order: start-first}}', 'platform', 4, 5],
    ['deploy: {replicas: 4, update_config: {order: start-first, parallelism: 2}}', 'platform', 4, 6],
    ['deploy: {replicas: 4, update_config: {order: start-first, parallelism: 0}}', 'platform', 4, 8],
    ['deploy: {replicas: 4, update_config: {order: start-first, parallelism: 9}}', 'platform', 4, 8],
  ])('%j', (body, kind, hosts, peak) => {
    const [launch] = launches(service(`command: puma\n${body}`));
    expect(launch!.hosts).toMatchObject({ value: hosts, origin: { kind } });
    expect(launch!.overlap!(launch!.hosts)).toMatchObject({ value: peak });
  });

  it.each(['deploy: {mode: global}', 'scale: many', 'deploy: {replicas: "${WEB}"}'])('%j is not known', (body) => {
    const [launch] = launches(service(`command: puma\n${body}`));
    expect(launch!.hosts.known).toBe(false);
  });

  it('are those of the user where the user says so', () => {
    const [launch] = launches(service('command: puma\ndeploy: {update_config: {order: start-first}}'));
    const said = known(6, { kind: 'flag', text: '--hosts web=6' });
    expect(launch!.overlap!(said)).toMatchObject({ value: 7 });
  });
});

describe('database servers', () => {
  it('are known by their image, with their names, words, variables and files', () => {
    const text = [
      'services:',
      '  web: {image: shop, command: puma, links: ["db:postgres"]}',
      '  db:',
      '    image: registry.example/library/postgres:17@sha256:abc',
      '    container_name: shop-db',
      '    hostname: pg',
      '    command: postgres -c max_connections=200',
      '    environment: {POSTGRES_DB: shop}',
      '    networks: {default: {aliases: [database]}}',
      '    volumes:',
      '      - ./config/postgresql.conf:/etc/postgresql/postgresql.conf:ro',
      '      - {type: bind, source: ./init.sql, target: /docker-entrypoint-initdb.d/init.sql}',
      '      - data:/var/lib/postgresql/data',
    ].join('\n');
    const [deployment] = deployed({ 'compose.production.yml': text }).deployments;
    const [db] = deployment!.services!;
    expect(db).toMatchObject({
      kind: 'postgresql',
      names: ['db', 'shop-db', 'pg', 'database', 'postgres'],
      mounts: [
        { from: 'config/postgresql.conf', to: '/etc/postgresql/postgresql.conf' },
        { from: 'init.sql', to: '/docker-entrypoint-initdb.d/init.sql' },
      ],
    });
    expect(db!.command!.map(({ value }) => (value.known ? value.value : '?'))).toEqual([
      'postgres',
      '-c',
      'max_connections=200',
    ]);
    expect(db!.environment.get('POSTGRES_DB')).toMatchObject({ value: 'shop' });
  });

  it('are started by their entrypoint and their command together', () => {
    const text = [
      'services:',
      '  web: {image: shop, command: puma}',
      '  db: {image: postgres, entrypoint: docker-entrypoint.sh postgres, command: [-c, max_connections=60]}',
    ].join('\n');
    const [db] = deployed({ 'compose.production.yml': text }).deployments[0]!.services!;
    expect(db!.command!.map(({ value }) => (value.known ? value.value : '?')).join(' ')).toBe(
      'docker-entrypoint.sh postgres -c max_connections=60',
    );
  });

  it.each([
    ['image: postgis/postgis:17-3.5-alpine', 'postgresql'],
    ['image: bitnami/postgresql:16', 'postgresql'],
    ['image: pgvector/pgvector:pg17', 'postgresql'],
    ['image: timescale/timescaledb:latest-pg16', 'postgresql'],
    ['image: registry.example:5000/postgres', 'postgresql'],
    ['image: "postgres:${PG_VERSION:-17}"', 'postgresql'],
    ['image: "postgres:${PG_VERSION}"', 'postgresql'],
    ['build: docker/postgres', 'postgresql'],
    ['image: mysql:8', 'mysql'],
    ['image: mariadb:11', 'mysql'],
    ['image: edoburu/pgbouncer', 'pgbouncer'],
    ['image: postgres\n    command: -c max_connections=9', 'postgresql'],
    [
      'image: postgres\n    entrypoint: [docker-entrypoint.sh, postgres]\n    command: -c max_connections=9',
      'postgresql',
    ],
    ['image: postgres\n    entrypoint: [/scripts/backup.sh]', null],
    ['image: postgres\n    command: pg_dump shop', null],
    ['image: mysql:8\n    command: /bin/true', null],
    ['image: prometheuscommunity/postgres-exporter', null],
    ['image: dpage/pgadmin4', null],
    ['image: redis', null],
  ])('%j is %s', (body, kind) => {
    const text = `services:\n  web: {image: shop, command: puma}\n  db:\n    ${body}`;
    const files = { 'compose.production.yml': text, 'docker/postgres/Dockerfile': 'FROM postgres:17\nRUN true' };
    const [deployment] = deployed(files).deployments;
    expect(deployment!.services!.map((one) => one.kind)).toEqual(kind === null ? [] : [kind]);
    expect(described(deployment!)).toHaveLength(2);
  });
});

describe('a service of which only the image is said', () => {
  const dockerfile = { Dockerfile: 'FROM ruby:3.4\nWORKDIR /shop\nCOPY . .\nCMD ["bundle", "exec", "puma"]\n' };
  const shop = 'services:\n  web: {image: "example/shop:2", environment: {SECRET_KEY_BASE: a}}\n';

  it('is the app where it is the only one that is given what an app is given', () => {
    expect(started(shop, dockerfile)).toEqual(['web puma puma']);
    expect(started(`${shop}  search: {image: solr}\n`, dockerfile)).toEqual(['web puma puma']);
  });

  it('is nothing anybody knows of where several images may be the app, or another one is', () => {
    const other = '  loans: {image: "example/loans:1", environment: {SECRET_KEY_BASE: b}}\n';
    expect(started(shop + other, dockerfile)).toEqual([]);
    const own = '  jobs: {image: library, command: sidekiq}\n';
    expect(started(shop + own, dockerfile)).toEqual(['jobs sidekiq sidekiq']);
  });
});
