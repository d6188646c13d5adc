import { describe, expect, it } from 'vitest';
import { puma } from '../../src/systems/puma.ts';
import { sidekiq } from '../../src/systems/sidekiq.ts';
import { solidQueue } from '../../src/systems/solid_queue.ts';
import { lintFiles, lockfile } from '../support/lint.ts';
import { bootCase } from './harness.ts';

const GEMS = { puma: '6.6.0', sidekiq: '7.3.9', solid_queue: '1.4.0' };
const NAMED = 'sidekiq -C config/sidekiq.yml';
const SAMPLE = 'production:\n  :concurrency: 2\n';

/** What Sidekiq makes of these files: its concurrency, or why nobody knows. */
function concurrency(files: Record<string, string>, command = 'sidekiq'): unknown {
  const booted = bootCase(sidekiq, { files, command, gems: GEMS, env: { RAILS_ENV: 'production' } });
  const { threads } = booted.processes[0]!;
  return threads.known
    ? [threads.value, ...threads.assumes.map((one) => ('text' in one ? one.text : one.kind))]
    : threads.reason;
}

const KEPT_OUT = 'config/sidekiq.yml is not in the repository: .gitignore keeps it out';

describe('a file that is not committed', () => {
  it.each([
    'config/sidekiq.yml',
    '/config/sidekiq.yml',
    'sidekiq.yml',
    '**/sidekiq.yml',
    'config/**/sidekiq.yml',
    'config/*.yml',
    'config/',
    '# local\r\n/config/sidekiq.yml \r\n',
    'config/sidekiq.yml\n!config/puma.rb',
  ])('is there where .gitignore keeps it out: %j', (pattern) => {
    expect(concurrency({ '.gitignore': pattern }, NAMED)).toBe(KEPT_OUT);
  });

  it.each([
    '',
    'sidekiq.yml/',
    '/sidekiq.yml',
    'config/sidekiq.yml\n!config/sidekiq.yml',
    '*.key',
    'config/*/sidekiq.yml',
  ])('is missing where .gitignore says nothing of it: %j', (pattern) => {
    expect(concurrency({ '.gitignore': pattern }, NAMED)).toBe(
      'Sidekiq does not start: No such file config/sidekiq.yml',
    );
  });

  it('is no file that a program looks for by itself, unless .gitignore names it alone', () => {
    expect(concurrency({ '.gitignore': 'config/*.yml' })).toEqual([5, 'unset']);
    expect(concurrency({ '.gitignore': '/config/sidekiq.yml' })).toBe(KEPT_OUT);
  });

  it.each([
    ['Dockerfile', 'RUN cp docker/sidekiq.yml config/sidekiq.yml'],
    ['Dockerfile.web', 'COPY --from=config /sidekiq.yml /app/config/sidekiq.yml'],
    ['docker/entrypoint.sh', 'envsubst < sidekiq.tmpl > config/sidekiq.yml'],
    ['bin/boot', 'ln -sf /mnt/sidekiq.yml $APP/config/sidekiq.yml'],
    ['config/deploy.rb', 'set :linked_files, %w[config/master.key config/sidekiq.yml]'],
    ['docker-compose.yml', 'volumes:\n  - ./mine.yml:/app/config/sidekiq.yml:ro'],
  ])('is there where %s puts it in place', (path, text) => {
    const reason = `config/sidekiq.yml is not in the repository: ${path} puts it in place`;
    expect(concurrency({ [path]: `${text}\n` }, NAMED)).toBe(reason);
  });

  it('is not put in place by who only names it', () => {
    const text = 'exec bundle exec sidekiq -C config/sidekiq.yml\n# cp a config/sidekiq.yml\n';
    expect(concurrency({ 'docker/start.sh': text }, NAMED)).toContain('does not start');
  });

  it.each([
    'config/sidekiq.yml.example',
    'config/sidekiq.yml-example',
    'config/sidekiq.sample.yml',
    'config/sidekiq_template.yml',
    'config/example.sidekiq.yml',
  ])('is a copy of %s', (path) => {
    const assumed = `config/sidekiq.yml is a copy of ${path}, which is not committed itself`;
    expect(concurrency({ [path]: SAMPLE, '.gitignore': '/config/sidekiq.yml' })).toEqual([2, assumed]);
    expect(concurrency({ [path]: SAMPLE }, NAMED)).toEqual([2, assumed]);
  });

  it('is no copy of a sample that nobody asks for, of another file, or of one of several', () => {
    expect(concurrency({ 'config/sidekiq.yml.example': SAMPLE })).toEqual([5, 'unset']);
    const others = { 'config/sidekiq_cron.yml.example': SAMPLE, 'doc/sidekiq.yml.example': SAMPLE };
    expect(concurrency({ ...others, '.gitignore': '/config/sidekiq.yml' })).toBe(KEPT_OUT);
    const several = { 'config/sidekiq.yml.example': SAMPLE, 'config/sidekiq.yml.dist': SAMPLE };
    expect(concurrency({ ...several, '.gitignore': '/config/sidekiq.yml' })).toBe(KEPT_OUT);
  });

  it('leaves a number of the command line as it is', () => {
    const files = { 'config/sidekiq.yml.example': SAMPLE };
    expect(concurrency(files, `${NAMED} -c 9`)).toEqual([9]);
  });

  it('says how Puma runs only as its sample does', () => {
    const files = { '.gitignore': 'config/puma/production.rb\n' };
    const command = 'puma -C config/puma/production.rb';
    const [unknown] = bootCase(puma, { files, command, gems: GEMS }).processes;
    expect(unknown!.threads).toMatchObject({
      known: false,
      reason: expect.stringContaining('.gitignore keeps it out'),
    });
    const sample = { ...files, 'config/puma/production.rb.example': 'threads 3, 7\nworkers 2\n' };
    const [assumed] = bootCase(puma, { files: sample, command, gems: GEMS }).processes;
    expect(assumed).toMatchObject({ threads: { value: 7 }, processesPerHost: { value: 2 } });
    expect(assumed!.threads.known && assumed!.threads.assumes).toHaveLength(1);
  });

  it('says nothing of the workers of Solid Queue', () => {
    const command = 'bin/jobs -c config/queue.production.yml';
    for (const files of [
      { '.gitignore': 'queue.production.yml' },
      { 'config/queue.production.yml.example': 'workers: []' },
    ]) {
      const { processes, problems } = bootCase(solidQueue, { files, command, gems: GEMS });
      expect(problems).toEqual([]);
      expect(processes.some(({ threads }) => !threads.known)).toBe(true);
    }
  });

  it('is no failure of a boot', async () => {
    const files = {
      'Gemfile.lock': lockfile({ rails: '7.1.5', pg: '1.5.9', ...GEMS }),
      'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
      Procfile: `worker: bundle exec ${NAMED}\nweb: bundle exec puma -C config/puma.production.rb\n`,
    };
    const without = await lintFiles(files);
    expect(without.findings.map(({ rule }) => rule)).toEqual(['boot-failure', 'boot-failure']);
    const kept = await lintFiles({ ...files, '.gitignore': 'config/sidekiq.yml\nconfig/puma.*.rb\n' });
    expect(kept.findings).toEqual([]);
  });
});
