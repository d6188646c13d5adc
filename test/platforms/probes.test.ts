import { describe, expect, it } from 'vitest';
import type { HealthProbe } from '../../src/launch/probe.ts';
import { compose } from '../../src/platforms/compose.ts';
import { fly } from '../../src/platforms/fly.ts';
import { kamal } from '../../src/platforms/kamal.ts';
import { kubernetes } from '../../src/platforms/kubernetes.ts';
import type { Platform } from '../../src/platforms/platform.ts';
import { render } from '../../src/platforms/render.ts';
import { placeOf } from '../../src/text/source.ts';
import type { Traced } from '../../src/value/traced.ts';
import { app } from './harness.ts';

/** By process: `livenessProbe restart /up :3000 every 10 within 1, 3 times (k8s/web.yaml:14)`. */
function probes(platform: Platform, files: Record<string, string>): Record<string, readonly string[]> {
  const launches = platform.read(app(files)).flatMap((deployment) => deployment.launches);
  return Object.fromEntries(launches.map(({ name, probes: all = [] }) => [name, all.map(described)]));
}

function described({ name, decides, path, port, period, timeout, failures, at }: HealthProbe): string {
  const where = port === null ? '' : ` :${port}`;
  const times = failures ? `, ${said(failures)} times` : '';
  const { file, line } = placeOf(at);
  return `${name} ${decides} ${said(path)}${where} every ${said(period)} within ${said(timeout)}${times} (${file}:${line})`;
}

function said(value: Traced<unknown>): string {
  return value.known ? String(value.value) : '?';
}

describe('health probes', () => {
  it('of Kubernetes are those that make a request, with its defaults and what patches say', () => {
    const manifest = (container: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  template:\n    spec:\n      containers:\n${container}`;
    const files = {
      'k8s/base/web.yaml': manifest(`        - name: app
          image: registry.example/shop
          command: [bundle, exec, puma]
          livenessProbe:
            httpGet: { path: health?full=1, port: http }
            timeoutSeconds: 5
          readinessProbe:
            exec: { command: [sh, -c, "curl -f http://localhost:3000/ready"] }
            periodSeconds: 2
          startupProbe:
            tcpSocket: { port: 3000 }
`),
    };
    expect(probes(kubernetes, files)).toEqual({
      web: [
        'livenessProbe restart /health :http every 10 within 5, 3 times (k8s/base/web.yaml:12)',
        'readinessProbe requests /ready :3000 every 2 within 1, 3 times (k8s/base/web.yaml:15)',
      ],
    });
    const patch = (probe: string) => ({
      ...files,
      'k8s/overlays/production/web.yaml': manifest(`        - name: app\n          livenessProbe: ${probe}\n`),
    });
    expect(probes(kubernetes, patch('{ periodSeconds: 30, httpGet: { path: /live } }'))['web']?.[0]).toBe(
      'livenessProbe restart /live every 30 within 5, 3 times (k8s/overlays/production/web.yaml:9)',
    );
    expect(probes(kubernetes, patch('null'))['web']).toHaveLength(1);
  });

  it("of Kamal's proxy are made while it deploys, of the primary role and of those that ask for it", () => {
    const deploy = (rest: string) => ({
      Dockerfile: 'FROM ruby\nCMD ["bin/rails", "server"]',
      'config/deploy.yml': `service: shop\nimage: me/shop\nservers:\n  web: [192.0.2.1]\n  jobs:\n    hosts: [192.0.2.1]\n    cmd: bin/jobs\n${rest}`,
    });
    expect(probes(kamal, deploy(''))).toEqual({
      web: ['proxy.healthcheck deploy /up :80 every 1 within 5 (config/deploy.yml:4)'],
      jobs: [],
    });
    expect(
      probes(kamal, deploy('    proxy: true\nproxy:\n  app_port: 3000\n  healthcheck: { path: /ready, interval: 3 }')),
    ).toEqual({
      web: ['proxy.healthcheck deploy /ready :3000 every 3 within 5 (config/deploy.yml:11)'],
      jobs: ['proxy.healthcheck deploy /ready :3000 every 3 within 5 (config/deploy.yml:11)'],
    });
    expect(probes(kamal, deploy('healthcheck:\n  path: /health\n  interval: 10s'))['web']).toEqual([
      'healthcheck requests /health :3000 every 10 within 30, 3 times (config/deploy.yml:9)',
    ]);
  });

  it('of compose are those whose test makes a request', () => {
    const file = (test: string) => ({
      'docker-compose.yml': `services:\n  web:\n    build: .\n    command: bundle exec puma\n    environment: { RAILS_ENV: production }\n    healthcheck:\n      ${test}\n      interval: 1m30s\n      retries: 5\n`,
      Dockerfile: 'FROM ruby',
    });
    const written = 'healthcheck mark /up :3000 every 90 within 30, 5 times (docker-compose.yml:7)';
    expect(probes(compose, file('test: ["CMD", "curl", "-f", "http://localhost:3000/up"]'))['web']).toEqual([written]);
    expect(probes(compose, file('test: wget -q -O- 127.0.0.1:3000/up || exit 1'))['web']).toEqual([written]);
    expect(probes(compose, file('test: ["CMD", "pg_isready"]'))['web']).toEqual([]);
    expect(probes(compose, file('test: ["NONE"]'))['web']).toEqual([]);
  });

  it("of an image are Docker's: of compose, where the service says nothing else, and of Kamal", () => {
    const check = 'HEALTHCHECK --interval=1m --retries=5 CMD curl -f http://localhost:3000/up || exit 1';
    const service = (
      more: string,
      dockerfile = `FROM ruby AS base\n${check}\nFROM base\nCMD ["bundle", "exec", "puma"]`,
    ) => ({
      'docker-compose.yml': `services:\n  web:\n    build: .\n    environment: { RAILS_ENV: production }\n${more}`,
      Dockerfile: dockerfile,
    });
    const written = 'HEALTHCHECK mark /up :3000 every 60 within 30, 5 times (Dockerfile:2)';
    expect(probes(compose, service(''))['web']).toEqual([written]);
    expect(probes(compose, service('    healthcheck: { timeout: 3s }\n'))['web']).toEqual([
      'HEALTHCHECK mark /up :3000 every 60 within 3, 5 times (Dockerfile:2)',
    ]);
    expect(probes(compose, service('    healthcheck: { disable: true }\n'))['web']).toEqual([]);
    expect(probes(compose, service('    healthcheck: { test: pg_isready }\n'))['web']).toEqual([]);
    for (const last of ['HEALTHCHECK NONE', 'HEALTHCHECK CMD pgrep puma'])
      expect(probes(compose, service('', `FROM ruby\n${check}\n${last}\nCMD bundle exec puma`))['web']).toEqual([]);
    const deploy = {
      'config/deploy.yml': 'service: shop\nimage: shop\nservers: { web: { hosts: [a], proxy: false } }\n',
    };
    expect(probes(kamal, { ...service(''), ...deploy })['web']).toEqual([written]);
  });

  it('of fly decide about requests where they are those of a service, and belong to its process group', () => {
    const files = {
      Dockerfile: 'FROM ruby',
      'fly.toml': `[processes]
web = "bundle exec puma"
worker = "bundle exec sidekiq"
[http_service]
internal_port = 3000
processes = ["web"]
[[http_service.checks]]
path = "/up"
interval = "15s"
timeout = "2s"
[checks.alive]
type = "http"
port = 7433
path = "/alive"
processes = ["worker"]
`,
    };
    expect(probes(fly, files)).toEqual({
      web: ['http_service.checks requests /up :3000 every 15 within 2 (fly.toml:8)'],
      worker: ['checks deploy /alive :7433 every ? within ? (fly.toml:14)'],
    });
  });

  it('of Render restart a web service', () => {
    const files = {
      'render.yaml': `services:
  - type: web
    name: shop
    runtime: ruby
    startCommand: bundle exec puma
    healthCheckPath: /health
  - type: worker
    name: jobs
    runtime: ruby
    startCommand: bundle exec sidekiq
`,
    };
    expect(probes(render, files)).toEqual({
      shop: ['healthCheckPath restart /health every ? within 5 (render.yaml:6)'],
      jobs: [],
    });
  });
});
