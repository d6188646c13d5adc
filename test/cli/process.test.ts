import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/cli/flags.ts';

// The process around the program. Needs a built dist/, which `npm test` makes first.

const cli = join(import.meta.dirname, '../../dist/cli.js');

describe('the process', () => {
  it('ends in silence when nobody reads on', async () => {
    const child = spawn(process.execPath, [cli, 'rules', '-f', 'json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('has an exit code and keeps its reports and its complaints apart', async () => {
    const child = spawn(process.execPath, [cli, '--nonsense'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('unknown flag');
  });

  // What is loaded late is loaded by Node itself here, which is stricter about packages than the tests' own loader.
  it.each(['lint', 'budget', 'show'] as const)('prints every format of %s', (command) => {
    const folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-formats-'));
    const app = join(import.meta.dirname, '../../fixtures/healthy-three-tier');
    const outputs = FORMATS[command].flatMap((format) => ['-f', format, '-o', join(folder, format)]);
    const { status, stderr } = spawnSync(process.execPath, [cli, command, ...outputs, app], { encoding: 'utf8' });
    const written = readdirSync(folder).toSorted();
    rmSync(folder, { recursive: true });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(written).toEqual([...FORMATS[command]].toSorted());
  });

  it('reads the files of every platform', () => {
    const files = {
      'Gemfile.lock':
        'GEM\n  remote: https://gems.example/\n  specs:\n    puma (6.6.0)\n    rails (8.0.2)\n\nDEPENDENCIES\n  puma\n  rails\n',
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
      'config/puma.rb': 'threads 3, 3\n',
      Procfile: 'web: bundle exec puma\n',
      'app.json': '{ "env": { "A": "1" } }',
      'config/deploy.yml': 'service: shop\nimage: shop\nservers: [192.0.2.1]\n',
      Dockerfile: 'FROM ruby\nCMD ["bundle", "exec", "puma"]\n',
      'docker-compose.yml': 'services:\n  web:\n    build: .\n    environment: { RAILS_ENV: production }\n',
      'k8s/web.yml':
        'kind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: a, command: [puma] }] } } }\n',
      'fly.toml': 'app = "shop"\n[processes]\nweb = "bundle exec puma"\n',
      'render.yaml': 'services:\n  - { type: web, name: web, runtime: ruby, startCommand: bundle exec puma }\n',
      'ecosystem.config.js': 'module.exports = { apps: [{ name: "web", script: "bundle exec puma" }] };\n',
    };
    const folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-platforms-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { stdout, stderr } = spawnSync(process.execPath, [cli, '-f', 'json', folder], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(stderr).toBe('');
    const { projects }: { projects: { deployment: string }[] } = JSON.parse(stdout);
    expect(projects.map(({ deployment }) => deployment)).toEqual([
      'heroku',
      'kamal',
      'compose',
      'kubernetes',
      'fly',
      'render',
      'pm2',
    ]);
  });
});
