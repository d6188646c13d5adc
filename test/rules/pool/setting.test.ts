import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

// Where one variable has to be set for one process, the way to do it is that of the platform at hand.

const SHOP = {
  'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.4.3', rails: '7.1.5', sidekiq: '7.2.4' }),
  'config/puma.rb': 'threads 5, 5\n',
  'config/database.yml':
    'production:\n  adapter: postgresql\n  database: shop\n  pool: <%= ENV.fetch("RAILS_MAX_THREADS", 5) %>\n',
};

async function wayOut(files: Record<string, string>) {
  const { findings } = await lintFiles({ ...SHOP, ...files });
  return findings
    .filter(({ rule }) => rule === 'pool-smaller-than-sidekiq-concurrency')
    .map(({ advice, snippet }) => ({ advice, snippet }));
}

interface Case {
  readonly path: string;
  readonly before: string;
  readonly advice: string;
  readonly snippet: string;
  readonly after: string;
}

const FOR_THIS = 'set RAILS_MAX_THREADS for this process only';

const CASES: Record<string, Case> = {
  'Procfile: an assignment before the command': {
    path: 'Procfile',
    before: 'web: bundle exec puma\nworker: bundle exec sidekiq -c 25\n',
    advice: 'let one variable size both, for this process only:',
    snippet: 'worker: RAILS_MAX_THREADS=25 bundle exec sidekiq',
    after: 'web: bundle exec puma\nworker: RAILS_MAX_THREADS=25 bundle exec sidekiq\n',
  },
  'Procfile: an export before several commands': {
    path: 'Procfile',
    before: 'web: bundle exec puma\nworker: bin/migrate && bundle exec sidekiq -c 25\n',
    advice: 'let one variable size both, for this process only:',
    snippet: 'worker: export RAILS_MAX_THREADS=25 && bin/migrate && bundle exec sidekiq',
    after: 'web: bundle exec puma\nworker: export RAILS_MAX_THREADS=25 && bin/migrate && bundle exec sidekiq\n',
  },
  'Kamal: the variables of the role': {
    path: 'config/deploy.yml',
    before:
      'service: shop\nimage: shop\nservers:\n  web:\n    - 192.0.2.1\n  job:\n    hosts: [192.0.2.2]\n    cmd: bundle exec sidekiq -c 25\n',
    advice: `${FOR_THIS}, in config/deploy.yml:`,
    snippet: 'servers:\n  job:\n    env:\n      clear:\n        RAILS_MAX_THREADS: 25',
    after:
      'service: shop\nimage: shop\nservers:\n  web:\n    - 192.0.2.1\n  job:\n    hosts: [192.0.2.2]\n    cmd: bundle exec sidekiq -c 25\n    env:\n      clear:\n        RAILS_MAX_THREADS: 25\n',
  },
  'Kamal: beside variables without `clear`': {
    path: 'config/deploy.yml',
    before:
      'service: shop\nimage: shop\nservers:\n  web: [192.0.2.1]\n  job:\n    hosts: [192.0.2.2]\n    cmd: bundle exec sidekiq -c 25\n    env:\n      MALLOC_ARENA_MAX: 2\n',
    advice: `${FOR_THIS}, in config/deploy.yml:`,
    snippet: 'servers:\n  job:\n    env:\n      RAILS_MAX_THREADS: 25',
    after:
      'service: shop\nimage: shop\nservers:\n  web: [192.0.2.1]\n  job:\n    hosts: [192.0.2.2]\n    cmd: bundle exec sidekiq -c 25\n    env:\n      MALLOC_ARENA_MAX: 2\n      RAILS_MAX_THREADS: 25\n',
  },
  'Kamal: the variables of all, where there is one role': {
    path: 'config/deploy.yml',
    before:
      'service: shop\nimage: shop\nservers:\n  job:\n    hosts: [192.0.2.2]\n    cmd: bundle exec sidekiq -c 25\n',
    advice: `${FOR_THIS}, in config/deploy.yml:`,
    snippet: 'env:\n  clear:\n    RAILS_MAX_THREADS: 25',
    after:
      'service: shop\nimage: shop\nservers:\n  job:\n    hosts: [192.0.2.2]\n    cmd: bundle exec sidekiq -c 25\nenv:\n  clear:\n    RAILS_MAX_THREADS: 25\n',
  },
  'compose: the environment of the service': {
    path: 'compose.yml',
    before: 'services:\n  worker:\n    build: .\n    command: bundle exec sidekiq -c 25\n',
    advice: `${FOR_THIS}, in compose.yml:`,
    snippet: 'services:\n  worker:\n    environment:\n      RAILS_MAX_THREADS: 25',
    after:
      'services:\n  worker:\n    build: .\n    command: bundle exec sidekiq -c 25\n    environment:\n      RAILS_MAX_THREADS: 25\n',
  },
  'compose: an environment that is a list': {
    path: 'compose.yml',
    before:
      'services:\n  worker:\n    build: .\n    command: bundle exec sidekiq -c 25\n    environment:\n      - RAILS_ENV=production\n',
    advice: `${FOR_THIS}, in compose.yml:`,
    snippet: 'services:\n  worker:\n    environment:\n      - RAILS_MAX_THREADS=25',
    after:
      'services:\n  worker:\n    build: .\n    command: bundle exec sidekiq -c 25\n    environment:\n      - RAILS_ENV=production\n      - RAILS_MAX_THREADS=25\n',
  },
  'compose: an environment that services share': {
    path: 'compose.yml',
    before:
      'x-app: &app\n  build: .\n  environment:\n    RAILS_ENV: production\nservices:\n  worker:\n    <<: *app\n    command: bundle exec sidekiq -c 25\n',
    advice: `${FOR_THIS}, in compose.yml:`,
    snippet:
      'services:\n  worker:\n    environment: # and the variables it shares with other services now\n      RAILS_MAX_THREADS: 25',
    after:
      'x-app: &app\n  build: .\n  environment:\n    RAILS_ENV: production\nservices:\n  worker:\n    <<: *app\n    command: bundle exec sidekiq -c 25\n    environment: # and the variables it shares with other services now\n      RAILS_MAX_THREADS: 25\n      RAILS_ENV: production\n',
  },
  'Kubernetes: the variables of the container': {
    path: 'k8s/worker.yml',
    before:
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: worker\nspec:\n  template:\n    spec:\n      containers:\n        - name: sidekiq\n          image: shop\n          command: [bundle, exec, sidekiq, -c, "25"]\n',
    advice: `${FOR_THIS}, in k8s/worker.yml:`,
    snippet:
      'containers: # of Deployment worker\n  - name: sidekiq\n    env:\n      - name: RAILS_MAX_THREADS\n        value: "25"',
    after:
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: worker\nspec:\n  template:\n    spec:\n      containers:\n        - name: sidekiq\n          image: shop\n          command: [bundle, exec, sidekiq, -c, "25"]\n          env:\n            - name: RAILS_MAX_THREADS\n              value: "25"\n',
  },
  'fly: `env` before the command of the group, which no shell runs': {
    path: 'fly.toml',
    before: '[processes]\n  web = "bundle exec puma"\n  worker = "bundle exec sidekiq -c 25"\n',
    advice: 'let one variable size both, for this process only:',
    snippet: '[processes]\n  worker = "env RAILS_MAX_THREADS=25 bundle exec sidekiq"',
    after: '[processes]\n  web = "bundle exec puma"\n  worker = "env RAILS_MAX_THREADS=25 bundle exec sidekiq"\n',
  },
  'Render: the variables of the service': {
    path: 'render.yaml',
    before:
      'services:\n  - type: worker\n    name: shop-jobs\n    runtime: ruby\n    startCommand: bundle exec sidekiq -c 25\n',
    advice: `${FOR_THIS}, in render.yaml:`,
    snippet: 'services:\n  - name: shop-jobs\n    envVars:\n      - key: RAILS_MAX_THREADS\n        value: 25',
    after:
      'services:\n  - type: worker\n    name: shop-jobs\n    runtime: ruby\n    startCommand: bundle exec sidekiq -c 25\n    envVars:\n      - key: RAILS_MAX_THREADS\n        value: 25\n',
  },
  'PM2: the variables of the app': {
    path: 'ecosystem.config.js',
    before:
      'module.exports = { apps: [{ name: "jobs", script: "bundle", args: "exec sidekiq -c 25", interpreter: "none" }] };\n',
    advice: `${FOR_THIS}, in ecosystem.config.js:`,
    snippet: '{\n  name: "jobs",\n  env: { RAILS_MAX_THREADS: 25 },\n}',
    after:
      'module.exports = { apps: [{ name: "jobs", script: "bundle", args: "exec sidekiq -c 25", interpreter: "none", env: { RAILS_MAX_THREADS: 25 } }] };\n',
  },
};

describe.each(Object.entries(CASES))('%s', (_what, { path, before, advice, snippet, after }) => {
  it('is what the advice says, and silences', async () => {
    expect(await wayOut({ [path]: before })).toEqual([{ advice, snippet }]);
    expect(await wayOut({ [path]: after })).toEqual([]);
  });
});

it('names no file where none says how the process is started', async () => {
  const files = { 'config/sidekiq.yml': ':concurrency: 25\n' };
  expect(await wayOut(files)).toEqual([
    {
      advice: 'set RAILS_MAX_THREADS where this process is started, for this process only:',
      snippet: 'RAILS_MAX_THREADS=25',
    },
  ]);
});

it('is what the deployment with the worst of it needs, where several share a finding', async () => {
  const found = await wayOut({
    Procfile: CASES['Procfile: an assignment before the command']!.before,
    'compose.yml': CASES['compose: the environment of the service']!.before.replace('-c 25', '-c 50'),
  });
  expect(found.map(({ advice }) => advice)).toEqual([`${FOR_THIS}, in compose.yml:`]);
});
