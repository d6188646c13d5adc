import { describe, expect, it } from 'vitest';
import { heroku } from '../../src/platforms/heroku.ts';
import { INFERRED } from '../../src/platforms/index.ts';
import { inferred, undeclared } from '../../src/platforms/inferred.ts';
import { app, described } from './harness.ts';

describe('an app that nothing deploys', () => {
  it('runs the server and the job systems it has', async () => {
    const [deployment] = inferred.read(app({}, ['puma', 'sidekiq', 'solid_queue']));
    expect(described(deployment!)).toEqual([
      'inferred',
      'web puma -',
      'sidekiq sidekiq -',
      'solid_queue solid_queue -',
    ]);
    expect((await INFERRED.load()).kind).toBe('inferred');
  });

  it('runs Puma where it is configured', () => {
    expect(inferred.read(app({ 'config/puma.rb': '' })).map(described)).toEqual([['inferred', 'web puma -']]);
  });

  it('runs nothing it does not have', () => {
    expect(inferred.read(app({ 'config/queue.yml': '', 'config/sidekiq.yml': '' }))).toEqual([]);
  });
});

describe('a deployment that does not run an installed job system', () => {
  it('has it as undeclared', () => {
    const given = app({ Procfile: 'web: puma\nworker: sidekiq' }, ['puma', 'sidekiq', 'solid_queue']);
    const [deployment] = heroku.read(given);
    const added = undeclared(deployment!, given);
    expect(described({ ...deployment!, launches: added })).toEqual(['heroku', 'solid_queue solid_queue undeclared -']);
  });
});
