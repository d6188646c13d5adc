import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

// A line without an end, in each kind of file that is read: an expression that starts over at each of its places takes
// minutes here, the others no time at all.
const LENGTH = 300_000;
const GEMS = { rails: '7.1.3', activerecord: '7.1.3', pg: '1.5.4', puma: '6.4.2', sidekiq: '7.2.0' };
const SHOP = {
  'Gemfile.lock': lockfile(GEMS),
  'config/application.rb': 'require "rails/all"\nmodule Shop\n  class Application < Rails::Application\n  end\nend\n',
  'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
  'config/puma.rb': 'threads 5, 5\n',
};
const COMPOSE = `services:
  web:
    image: shop
    environment:
      RAILS_ENV: production
    command: bundle exec puma
`;
const DEPLOYMENT = `kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      containers:
        - name: web
          image: shop
          args: ["bundle", "exec", "puma"]
          env:
            - { name: RAILS_ENV, value: production }
`;
const many = (unit: string): string => unit.repeat(Math.ceil(LENGTH / unit.length));

const HOSTILE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'blanks within a command of a Procfile': { Procfile: `web: bundle exec puma${many(' ')}x\n` },
  'carriage returns in .env': {
    'Gemfile.lock': lockfile({ ...GEMS, 'dotenv-rails': '3.1.2' }),
    '.env': `A=1\n${many('\r').slice(0, 190_000)}!\n`,
  },
  'an address with ampersands': {
    'config/database.yml': `production:\n  url: postgres://db.example/shop?a=b${many('&')}c\n`,
  },
  'a reference that no bracket closes': {
    'k8s/web.yml': `${DEPLOYMENT}            - { name: A, value: "${many('$(')}" }\n`,
  },
  'the name of an image of PgBouncer': { 'compose.yml': `${COMPOSE}  pool:\n    image: ${many('pgbouncer')}\n` },
  'blanks in postgresql.conf': {
    'compose.yml': `${COMPOSE}  db:\n    image: postgres:16\n    command: postgres -c config_file=/etc/pg.conf\n    volumes: ["./pg.conf:/etc/pg.conf"]\n`,
    'pg.conf': `a${many('\t')}#\n`,
  },
  'words of a command of compose': {
    'compose.yml': COMPOSE.replace('bundle exec puma', `bundle exec puma ${many('threads ')}`),
  },
  'variables of a command of compose': {
    'compose.yml': COMPOSE.replace(
      'bundle exec puma',
      JSON.stringify(`bundle exec puma\n${many('ENV A=$A\n').slice(0, 100_000)}`),
    ),
  },
  'carriage returns in an initializer': {
    'config/initializers/sidekiq.rb': `Sidekiq.configure_server { |c| c.concurrency = ${many('a\rb')} }\n`,
  },
  'a directive of a Dockerfile': { Dockerfile: `# a=${many('\t')}x\rx\nFROM ruby:3.3\n`, 'compose.yml': COMPOSE },
  'options of `cp` in a Dockerfile': {
    Dockerfile: `FROM ruby:3.3\nRUN ${many('cp -C&')}\nRUN ${many('cp -C \\\n')}\n`,
    'config/database.yml': '',
    'compose.yml': COMPOSE,
  },
  'here-documents that never end': {
    Dockerfile: `FROM ruby:3.3\nRUN cat ${Array.from({ length: 20_000 }, (_, index) => `<<A${index}`).join(' ')}\n${many('RUN a\n')}`,
    'compose.yml': COMPOSE,
  },
  'a Terraform file': { 'infra/main.tf': `${many('command')}\n${many('\n\t')}x\n` },
  'comments of a template of Kubernetes': { 'k8s/web.yml': `${DEPLOYMENT}# {{\n#${many('---\r')}` },
  'blank lines above a class': {
    'Gemfile.lock': lockfile({ ...GEMS, sneakers: '2.11.0' }),
    'app/workers/ship.rb': `${many('\n\t')}x = 1\n`,
    Procfile: 'worker: bundle exec rake sneakers:run\n',
  },
  'a class of Sneakers': {
    'Gemfile.lock': lockfile({ ...GEMS, sneakers: '2.11.0' }),
    'app/workers/ship.rb': `class Ship\n  include Sneakers::Worker\n  # ${many('from_queue ')}\nend\n`.replace(
      '# ',
      '',
    ),
    Procfile: 'worker: bundle exec rake sneakers:run\n',
  },
  'constants in puma.rb': { 'config/puma.rb': `threads 5, 5\nx = "${many('A::')}"\n` },
  'a number in puma.rb': { 'config/puma.rb': `threads Integer("${many(' ').slice(0, 200_000)}x") , 5\n` },
  'a Gemfile.lock with an endless version': {
    'Gemfile.lock': `GEM\n  specs:\n    rails (7.1.3)\n    puma (6${many('.0')}.a)\n`,
  },
  'lists in lists of an app.json': { Procfile: 'web: bundle exec puma\n', 'app.json': many('[1,') },
  'assignments in assignments': { 'config/routes.rb': `${many('queue_adapter = ').repeat(2)}1\n` },
  'a flag of a process in supervisord.conf': {
    'compose.yml': COMPOSE.replace('bundle exec puma', 'supervisord -c supervisord.conf'),
    Dockerfile: 'FROM ruby:3.3\nWORKDIR /shop\nCOPY . .\n',
    'supervisord.conf': `[program:web]\ncommand=bundle exec puma\nenvironment=${many('A').slice(0, 150_000)}\na${many('\t').slice(0, 20_000)}x\n`,
  },
};

describe.each(Object.entries(HOSTILE))('%s', (_, files) => {
  it('does not hold up a lint', async () => {
    const { projects } = await lintFiles({ ...SHOP, ...files });
    expect(projects).not.toEqual([]);
  });
});

describe('a file that only its name makes hostile', () => {
  it('is told from a sample of database.yml', async () => {
    const { 'config/database.yml': _, ...rest } = SHOP;
    const { projects } = await lintFiles({ ...rest, [`config/database${'-a'.repeat(60)}!`]: 'production: {}\n' });
    expect(projects).not.toEqual([]);
  });
});
