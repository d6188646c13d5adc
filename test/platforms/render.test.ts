import { describe, expect, it } from 'vitest';
import { render } from '../../src/platforms/render.ts';
import { known } from '../../src/value/traced.ts';
import { app, described } from './harness.ts';

function read(text: string, files: Record<string, string> = {}) {
  const given = app({ ...files, 'render.yaml': text });
  const [deployment, ...more] = render.read(given);
  expect(more).toEqual([]);
  return {
    launches: deployment?.launches ?? [],
    lines: deployment ? described(deployment) : [],
    notes: given.notes,
    problems: given.files.problems.map(({ message }) => message),
  };
}

describe('a blueprint of Render', () => {
  it('is one launch for every service that runs Ruby all the time', () => {
    const { lines, launches, notes } = read(`
services:
  - type: web
    name: shop
    runtime: ruby
    startCommand: bundle exec puma -C config/puma.rb
    numInstances: 2
    envVars:
      - key: RAILS_MAX_THREADS
        value: 7
      - key: DATABASE_URL
        fromDatabase: { name: db, property: connectionString }
      - fromGroup: shared
  - type: worker
    name: jobs
    runtime: ruby
    startCommand: bundle exec sidekiq -c 25
    scaling: { minInstances: 2, maxInstances: 5 }
  - { type: web, name: docs, runtime: static }
  - { type: worker, name: bot, runtime: node, startCommand: npm start }
  - { type: cron, name: nightly, runtime: ruby, startCommand: bundle exec rake nightly }
  - { type: pserv, name: clock, runtime: ruby, startCommand: bin/clock }
envVarGroups:
  - name: shared
    envVars: [{ key: SHARED, value: 1 }]
`);
    expect(lines).toEqual(['render', 'shop puma puma -C config/puma.rb', 'jobs sidekiq sidekiq -c 25']);
    expect(notes).toEqual([
      'process clock: `bin/clock` is no program this version knows; it is not counted (render.yaml:22)',
    ]);
    const [web, jobs] = launches;
    expect(web?.hosts).toMatchObject({ value: 2, origin: { kind: 'platform' } });
    expect(jobs).toMatchObject({ hosts: { value: 2 }, autoscaled: { value: 5 } });
    expect(web?.environment.get('RAILS_MAX_THREADS')).toMatchObject({ value: '7' });
    expect(web?.environment.get('DATABASE_URL')).toMatchObject({ known: false });
    expect(web?.environment.get('SHARED')).toMatchObject({ value: '1' });
    expect(web?.environment.get('WEB_CONCURRENCY')).toMatchObject({ known: false });
  });

  it('knows nothing of what a group outside of it may set', () => {
    const [web] = read(
      'services: [{ type: web, name: a, runtime: ruby, startCommand: puma, envVars: [{ fromGroup: x }, { key: A, value: 1 }] }]',
    ).launches;
    expect(web?.environment.get('RAILS_MAX_THREADS')).toMatchObject({ known: false });
    expect(web?.environment.get('A')).toMatchObject({ value: '1' });
    expect(web?.environment.get('RAILS_ENV')).toMatchObject({ value: 'production' });
  });

  it('starts the new instances beside the old ones, unless there is a disk', () => {
    const two = known(2, { kind: 'flag', text: 'n' } as const);
    const service = 'type: web, name: a, runtime: ruby, startCommand: puma';
    expect(read(`services: [{ ${service} }]`).launches[0]?.overlap?.(two)).toMatchObject({ value: 4 });
    const disk = read(`services: [{ ${service}, disk: { name: d, mountPath: /d } }]`).launches[0];
    expect(disk?.overlap?.(two)).toMatchObject({ value: 2 });
  });

  it('runs what the Dockerfile says, where Render builds that', () => {
    const dockerfile = 'FROM ruby\nENV RAILS_MAX_THREADS=4\nCMD ["bundle", "exec", "puma"]\n';
    const { lines, launches } = read('services: [{ type: web, name: a, runtime: docker }]', { Dockerfile: dockerfile });
    expect(lines).toEqual(['render', 'a puma puma']);
    expect(launches[0]?.environment.get('RAILS_MAX_THREADS')).toMatchObject({ value: '4' });
    expect(launches[0]?.environment.get('WEB_CONCURRENCY')).toMatchObject({ known: true, value: null });
    expect(read('services: [{ type: web, name: a, runtime: docker }]').notes).toHaveLength(1);
  });

  it('that is no YAML is a problem, and one without a process is no deployment', () => {
    expect(read('services: [').problems).toEqual([expect.stringMatching(/^Render cannot read it: /)]);
    expect(read('databases: [{ name: db }]')).toMatchObject({ lines: [], notes: [], problems: [] });
  });
});
