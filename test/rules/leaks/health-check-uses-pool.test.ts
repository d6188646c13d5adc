import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';
import { MODELS, service } from '../../index/code.ts';

const RULE = 'health-check-uses-pool';
const SHOP = {
  ...MODELS,
  'Gemfile.lock': lockfile({ rails: '8.0.2', puma: '6.6.0', pg: '1.5.9' }),
  'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
};

async function found(files: Record<string, string>) {
  const { findings } = await lintFiles({ ...SHOP, ...files });
  return findings.filter(({ rule }) => rule === RULE);
}

async function verdicts(ruby: string, path = 'app/controllers/api/health_controller.rb') {
  return (await found({ [path]: ruby })).map(({ severity }) => severity);
}

describe('controllers called after health checks', () => {
  it.each([
    ['ActiveRecord::Base.connection.execute("SELECT 1")'],
    ['ActiveRecord::Base.connection.active?'],
    ['ActiveRecord::Base.connection_pool.with_connection { |c| c.execute("SELECT 1") }'],
    ['Photo.count'],
  ])('are info: %s', async (body) => {
    expect(await verdicts(service(body))).toEqual(['info']);
  });

  it('are silent where they answer by themselves, and so are other controllers', async () => {
    expect(await verdicts(service('head :ok'))).toEqual([]);
    expect(await verdicts(service('ActiveRecord::Base.connected?'))).toEqual([]);
    expect(await verdicts(service('Photo.count'), 'app/controllers/photos_controller.rb')).toEqual([]);
  });

  it.each([
    'private\n\ndef database?\n  Photo.count\nend\n',
    'private def database?\n  Photo.count\nend\n',
    'def database?\n  Photo.count\nend\nprivate :database?\n',
  ])('are spoken of once, by their actions: %j', async (rest) => {
    const [one, ...more] = await found({
      'app/controllers/health_controller.rb': service('head :ok if database?', rest),
    });
    expect(one?.message).toBe('Work#call needs a connection of the pool: database? → Photo.count');
    expect(more).toEqual([]);
  });

  it.each(['heartbeats', 'health_records', 'healthcare_providers', 'probes'])(
    'not %s: those are records of the application',
    async (name) => {
      expect(await verdicts(service('Photo.count'), `app/controllers/${name}_controller.rb`)).toEqual([]);
    },
  );

  it.each(['health', 'healthz', 'healthcheck', 'health_checks', 'heartbeat', 'liveness'])('%s', async (name) => {
    expect(await verdicts(service('Photo.count'), `app/controllers/${name}_controller.rb`)).toEqual(['info']);
  });
});

const draw = (routes: string): string => `Rails.application.routes.draw do\n  ${routes}\nend\n`;

describe('routes', () => {
  it('that answer by themselves', async () => {
    const route = (body: string): string => draw(`get "/health", to: ->(env) { ${body}; [200, {}, []] }`);
    expect(await verdicts(route('ActiveRecord::Base.connection.execute("SELECT 1")'), 'config/routes.rb')).toEqual([
      'info',
    ]);
    expect(await verdicts(route('1'), 'config/routes.rb')).toEqual([]);
    expect(await verdicts(draw('get "up" => "rails/health#show"'), 'config/routes.rb')).toEqual([]);
  });
});

describe('routes that nothing but a health check is called', () => {
  const pages = 'class PagesController\n  def status\n    Photo.count\n  end\nend\n';
  const leading = (path: string) =>
    found({
      'config/routes.rb': draw(`get "${path}", to: "pages#status"`),
      'app/controllers/pages_controller.rb': pages,
    });

  it.each(['/health', '/healthz', 'health_check', '/api/healthcheck', '/readiness'])('%s', async (path) => {
    expect((await leading(path)).map(({ message }) => message)).toEqual([
      'PagesController#status needs a connection of the pool: Photo.count',
    ]);
  });

  it.each(['/status', '/up', '/live', '/orders/1/health', '/healthy_meals'])('not %s', async (path) => {
    expect(await leading(path)).toEqual([]);
  });
});

describe('what a probe of the deployment asks for', () => {
  const controller = (name: string, action: string): string =>
    `class ${name} < ApplicationController\n  def ${action}\n    Photo.count\n  end\n\n  def photos\n    Photo.count\n  end\nend\n`;

  function shop(routes: string, probe: string, ruby = controller('PagesController', 'status')): Record<string, string> {
    const web = [
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      containers:',
      '        - name: app\n          image: registry.example/shop\n          command: [bundle, exec, puma]',
      `          ${probe}\n`,
    ];
    return {
      'k8s/web.yaml': web.join('\n'),
      'config/routes.rb': draw(routes),
      'app/controllers/pages_controller.rb': ruby,
    };
  }
  const LIVENESS = 'livenessProbe: { httpGet: { path: /status/ }, timeoutSeconds: 2 }';

  it.each([
    'get "/status", to: "pages#status"',
    'get "status" => "pages#status"',
    'get :status, to: "pages#status"',
    'get :status, controller: "pages"',
    'get "status", controller: :pages, action: :status',
    'match "/status" => "pages#status", via: :get',
    'scope "/" do\n    get "status", to: "pages#status"\n  end',
    'constraints(host: "web.example") { get "status", to: "pages#status" }',
  ])('is a check, whatever its controller is called: %s', async (routes) => {
    const [one, ...more] = await found(shop(routes, LIVENESS));
    expect(one).toMatchObject({
      severity: 'info',
      confidence: 'high',
      process: 'web',
      message: 'livenessProbe of web asks PagesController#status, which needs a connection of the pool: Photo.count',
      related: [{ at: { file: { path: 'k8s/web.yaml' } }, message: 'livenessProbe of web asks for it every 10 s' }],
    });
    expect(one?.consequence).toBe(
      'When the pool is busy or the database is slow, the probe waits with the requests and fails after 2 s; 3 failures ' +
        'in a row count. Then healthy processes are restarted one after the other, and each restart makes the others busier.',
    );
    expect(more).toEqual([]);
  });

  it.each([
    'get "/other", to: "pages#status"',
    'get "/:status", to: "pages#status"',
    'post "/status", to: "pages#status"',
    'get "/status", to: "pages#missing"',
    'get "/status", to: redirect("/photos")',
    'namespace :api do\n    get "status", to: "pages#status"\n  end',
    'scope "(:locale)" do\n    get "status", to: "pages#status"\n  end',
    'resources :photos do\n    get "status", to: "pages#status"\n  end',
  ])('is not: %s', async (routes) => {
    expect(await found(shop(routes, LIVENESS))).toEqual([]);
  });

  it('with the namespaces around its route', async () => {
    const files = {
      ...shop(
        'namespace :api do\n    resource :status, only: :show\n  end',
        LIVENESS.replace('/status/', '/api/status'),
      ),
      'app/controllers/api/statuss_controller.rb': '',
      'app/controllers/api/statuses_controller.rb': `module Api\n  ${controller('StatusesController', 'show')}end\n`,
    };
    expect(await found(files)).toEqual([]);
    const named = {
      ...files,
      'config/routes.rb': draw('namespace :api do\n    resource :status, controller: "statuses"\n  end'),
    };
    expect((await found(named)).map(({ message }) => message)).toEqual([
      'livenessProbe of web asks Api::StatusesController#show, which needs a connection of the pool: Photo.count',
    ]);
  });

  it('and says what a failure of a readiness probe does', async () => {
    const probe = 'readinessProbe: { httpGet: { path: /status } }';
    const [one] = await found(shop('get "/status", to: "pages#status"', probe));
    expect(one?.consequence).toContain('The process then gets no requests until it answers again');
  });

  it('and is silent where the action answers without the database', async () => {
    const ruby = 'class PagesController\n  def status\n    head :ok\n  end\nend\n';
    expect(await found(shop('get "/status", to: "pages#status"', LIVENESS, ruby))).toEqual([]);
  });

  it('says of a controller called so who asks it', async () => {
    const files = {
      ...shop('get "/health", to: "health#show"', LIVENESS.replace('/status/', '/health')),
      'app/controllers/health_controller.rb': controller('HealthController', 'show').replace(
        /\n {2}def photos[^]*?end\n/,
        '\n',
      ),
    };
    expect((await found(files)).map(({ message }) => message)).toEqual([
      'livenessProbe of web asks HealthController#show, which needs a connection of the pool: Photo.count',
    ]);
  });
});
