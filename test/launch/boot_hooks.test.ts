import { expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

/** The job threads that GoodJob has in a web process, where a file of Ruby says so. */
async function threads(path: string, ruby: string): Promise<unknown> {
  const { projects } = await lintFiles({
    'Gemfile.lock': lockfile({ good_job: '4.13.2', pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/application.rb': 'module Library\n  class Application < Rails::Application\n  end\nend\n',
    'config/database.yml': 'production:\n  adapter: postgresql\n  pool: 20\n',
    'config/puma.rb': 'threads 5, 5\n',
    [path]: ruby,
  });
  const web = projects[0]!.processes.find(({ name }) => name === 'web');
  return web?.inside.map(({ threads: count }) => (count.known ? count.value : count.reason));
}

const config = (of: string) =>
  `${of}.good_job.execution_mode = :async\n${of}.good_job.max_threads = 12\n${of}.active_job.queue_adapter = :good_job`;

it('hears what hooks of the boot set, however they are reached', async () => {
  const blocks = [
    `Rails.application.reloader.to_prepare do\n  Rails.application.configure do\n${config('config')}\n  end\nend`,
    `ActiveSupport::Reloader.to_prepare do\n${config('Rails.application.config')}\nend`,
    `Rails.configuration.to_prepare do\n${config('Rails.configuration')}\nend`,
    `Rails.application.config.before_eager_load do |app|\n${config('app.config')}\nend`,
    `Rails.application.config.after_initialize do |app|\n${config('app.config')}\nend`,
    `Rails.application.configure do\n  config.to_prepare do\n${config('config')}\n  end\nend`,
  ];
  for (const ruby of blocks)
    expect([ruby, await threads('config/initializers/good_job.rb', ruby)]).toEqual([ruby, [12]]);
  const own = `module Library\n  class Application < Rails::Application\n    initializer "jobs", before: :load_config_initializers do |app|\n${config('app.config')}\n    end\n  end\nend\n`;
  expect(await threads('config/application.rb', own)).toEqual([12]);
});

it('hears nothing of a block that runs later, or never', async () => {
  const blocks = [
    `Rails.application.executor.to_run do\n${config('Rails.application.config')}\nend`,
    `JOBS = lambda do\n${config('Rails.application.config')}\nend`,
    `JOBS = -> { ${config('Rails.application.config').replaceAll('\n', '; ')} }`,
    `at_exit do\n${config('Rails.application.config')}\nend`,
  ];
  for (const ruby of blocks) expect([ruby, await threads('config/initializers/good_job.rb', ruby)]).toEqual([ruby, []]);
});
