import { describe, expect, it } from 'vitest';
import { unless } from '../../src/report/words.ts';
import { show } from '../../src/report/show.ts';
import { lintFiles, lockfile } from '../support/lint.ts';

const APP = {
  'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
  'config/puma.rb': 'threads 8, 8\n',
  'config/database.yml': 'production:\n  adapter: postgresql\n  pool: <%= ENV.fetch("RAILS_MAX_THREADS", 5) %>\n',
};
const DEPLOYMENT = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n';

async function unread(files: Record<string, string>) {
  const { projects, findings, unresolved } = await lintFiles({ ...APP, ...files });
  const one = findings.find(({ rule }) => rule === 'pool-smaller-than-puma-threads');
  return {
    unread: (projects[0]!.unread ?? []).map(({ path, what }) => `${path}: ${what}`),
    unresolved: unresolved.map(({ at }) => at?.file.path),
    severity: one?.severity,
    unless: one ? unless(one.assumes) : null,
    show: show(projects, { color: false, width: 100, files: [] })
      .split('\n')
      .filter((line) => line.startsWith('Not read')),
  };
}

describe('a deployment that is not read', () => {
  it('is a Helm chart with a workload, beside whatever else is read', async () => {
    const chart = { 'helm/shop/Chart.yaml': 'name: shop\n', 'helm/shop/templates/web.yaml': DEPLOYMENT };
    for (const files of [chart, { ...chart, Procfile: 'web: bundle exec puma\n' }]) {
      const said = await unread(files);
      expect(said.unread).toEqual(['helm/shop/Chart.yaml: a Helm chart']);
      expect(said.unresolved).toContain('helm/shop/Chart.yaml');
      expect(said.unresolved.filter((path) => path === 'helm/shop/Chart.yaml')).toHaveLength(1);
      expect(said.unless).toBe(
        'RAILS_MAX_THREADS is set elsewhere (not read: helm/shop/Chart.yaml, a Helm chart): say so under env: in .rails-pool-lint.yml',
      );
      expect(said.show).toEqual([
        'Not read: helm/shop/Chart.yaml, a Helm chart, which may start and set something else.',
      ]);
    }
  });

  it('makes no warning of what it may set, and leaves what it cannot change', async () => {
    const terraform = { 'terraform/main.tf': 'resource "aws_ecs_service" "web" {\n}\n' };
    expect((await unread({})).severity).toBe('warning');
    expect((await unread(terraform)).severity).toBe('info');
    expect((await unread({ ...terraform, Procfile: 'web: bundle exec puma\n' })).severity).toBe('info');
    const said = { 'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n' };
    expect((await unread({ ...terraform, ...said })).severity).toBe('warning');
    const compose =
      'services:\n  web:\n    build: .\n    command: bundle exec puma\n    environment:\n      RAILS_ENV: production\n';
    expect((await unread({ ...terraform, 'docker-compose.yml': compose })).severity).toBe('warning');
  });

  it('is a ClowdApp', async () => {
    const template = (kind: string) => ({
      'deploy/clowdapp.yaml': `kind: Template\nobjects:\n- apiVersion: cloud.redhat.com/v1alpha1\n  kind: ${kind}\n`,
    });
    const said = await unread(template('ClowdApp'));
    expect(said.unread).toEqual(['deploy/clowdapp.yaml: a ClowdApp']);
    expect(said.severity).toBe('info');
    expect((await unread(template('Secret'))).unread).toEqual([]);
  });

  it('is a chart that leaves its workloads to another one and says the image in its values', async () => {
    const chart = {
      'helm/shop/Chart.yaml': 'name: shop\ndependencies:\n  - name: generic-service\n',
      'helm/shop/values-production.yaml': 'generic-service:\n  image:\n    repository: shop\n',
    };
    expect((await unread(chart)).unread).toEqual(['helm/shop/Chart.yaml: a Helm chart']);
  });

  it('is Terraform that runs containers or programs', async () => {
    const task = { 'terraform/main.tf': 'resource "aws_ecs_task_definition" "web" {\n}\n' };
    const module = { 'terraform/app.tf': 'module "worker" {\n  command = ["bundle", "exec", "sidekiq"]\n}\n' };
    expect((await unread(task)).unread).toEqual(['terraform/main.tf: a Terraform file']);
    const image = {
      'terraform/web.tf': 'module "web" {\n  docker_image = var.image\n  command = each.value.command\n}\n',
    };
    expect((await unread(image)).unread).toEqual(['terraform/web.tf: a Terraform file']);
    expect((await unread({ 'terraform/db.tf': 'module "db" {\n  docker_image = var.image\n}\n' })).unread).toEqual([]);
    expect((await unread({ ...task, ...module })).unread).toEqual(['terraform/app.tf: a Terraform file']);
  });

  it('is Capistrano where it leaves the app to Passenger', async () => {
    const said = await unread({ Capfile: 'require "capistrano/passenger"\n', Procfile: 'web: bundle exec puma\n' });
    expect(said).toMatchObject({ unread: ['Capfile: Capistrano with Passenger'], severity: 'info' });
    expect((await unread({ Capfile: 'require "capistrano/puma"\n' })).unread).toEqual([]);
  });

  it('is none where nothing of the app is run, or only elsewhere', async () => {
    const none: Record<string, string>[] = [
      {},
      { 'helm/cache/Chart.yaml': 'name: cache\n', 'helm/cache/templates/secret.yaml': 'kind: Secret\n' },
      { 'spec/fixtures/Chart.yaml': 'name: shop\n', 'spec/fixtures/templates/web.yaml': DEPLOYMENT },
      { 'helm/staging/Chart.yaml': 'name: shop\n', 'helm/staging/templates/web.yaml': DEPLOYMENT },
      { 'terraform/bucket.tf': 'resource "aws_s3_bucket" "uploads" {\n}\n' },
      { 'terraform/main.tf': '# resource "aws_ecs_service" "web" {\n' },
    ];
    for (const files of none)
      expect({ files, ...(await unread(files)) }).toMatchObject({ unread: [], show: [], files });
  });
});
