import { describe, expect, it } from 'vitest';
import { lintFiles } from '../support/lint.ts';

const APP = {
  'config/application.rb': '',
  'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 5\n',
};

async function processes(gemfile: string): Promise<string[]> {
  const { projects } = await lintFiles({ ...APP, Gemfile: gemfile });
  return projects.flatMap((project) =>
    project.processes.map(({ name, system, role, threads }) => {
      const candidates = threads.known ? [threads] : (threads.candidates ?? []);
      return `${name} ${system} ${role} ${candidates.map(({ value }) => value).join(' or ')}`;
    }),
  );
}

describe('a Gemfile without a lockfile', () => {
  it.each([
    ['gem "sidekiq"', ['sidekiq sidekiq worker 25 or 10 or 5']],
    ['gem "sidekiq", "~> 7.1"', ['sidekiq sidekiq worker 5']],
    ['gem "sidekiq", ">= 5.2", "< 7"', ['sidekiq sidekiq worker 10']],
    ['gem "puma"', ['web puma web 16 or 5']],
    ['gem "puma", "~> 4.3"', ['web puma web 16']],
    ['gem "puma", ">= 5"', ['web puma web 5']],
    ['source "https://gems.example/"\nruby "3.4.1"\ngem "rails", "~> 8.0"\ngem "puma", "6.4.0"', ['web puma web 5']],
    ['group :production do\n  gem "sidekiq", "~> 7.1", require: false\nend', ['sidekiq sidekiq worker 5']],
    ['%w[puma].each { |name| gem name, "~> 6.0" }', ['web puma web 5']],
    ['gem "sidekiq", "~> 7.1" if File.exist?("/x")', ['sidekiq sidekiq worker 5']],
    ['gem "sidekiq", "~> 7.1", git: "https://git.example/sidekiq"', ['sidekiq sidekiq worker 5']],
    ['# gem "sidekiq"', []],
    ['gem "sidekiq-cron"', []],
  ])('%j', async (gemfile, expected) => expect(await processes(gemfile)).toEqual(expected));

  it('lists what nothing of a deployment runs', async () => {
    const { projects } = await lintFiles({ ...APP, Gemfile: 'gem "sidekiq"', Procfile: 'web: bundle exec puma' });
    expect(projects.map(({ processes: all }) => all.map(({ name, declared }) => [name, declared]))).toEqual([
      [
        ['web', true],
        ['sidekiq', false],
      ],
    ]);
  });
});
