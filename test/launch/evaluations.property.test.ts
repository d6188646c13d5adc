import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Evaluations } from '../../src/launch/evaluations.ts';
import { AppFiles } from '../../src/launch/files.ts';
import type { Launch } from '../../src/launch/launch.ts';
import { PaperBoot } from '../../src/launch/paper_boot.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { loadRuby } from '../../src/ruby/parse.ts';
import { Environment, type VariableState } from '../../src/value/environment.ts';
import { known, unknown } from '../../src/value/traced.ts';
import { grammar } from '../support/lint.ts';
import { versionsFor } from '../systems/harness.ts';

const parser = await loadRuby(grammar);
const FLAG = { kind: 'flag', text: '--set' } as const;

/** One object for each state, as one deployment hands it to all of its processes. */
const STATES: readonly VariableState[] = [
  known('', FLAG),
  known('3', FLAG),
  known('12', FLAG),
  known('many', FLAG),
  unknown('a secret', FLAG),
];

const VARIABLES = ['DB_POOL', 'THREADS', 'WIDE'];

const expression = fc.oneof(
  fc.constantFrom(...VARIABLES).map((name) => `ENV.fetch("${name}", 5)`),
  fc.constantFrom(...VARIABLES).map((name) => `ENV["${name}"]`),
  fc.constantFrom(...VARIABLES).map((name) => `(ENV["${name}"].to_i > 4 ? 4 : 9)`),
  fc.constantFrom(
    '7',
    'ENV.to_h["WIDE"]',
    'ENV.keys.size',
    'ENV.to_h.length',
    'Shop.threads',
    'Shop::LIMITS.fetch(:pool, 6)',
    'ENV.key?("WIDE") ? 8 : 2',
  ),
);

/** What a file of the application may do: read, set, define, change what another file defined. */
const statement = fc.oneof(
  expression.map((one) => `config.x.pool = ${one}`),
  fc.tuple(fc.constantFrom(...VARIABLES), expression).map(([name, one]) => `ENV["${name}"] ||= (${one}).to_s`),
  fc.tuple(fc.constantFrom(...VARIABLES), expression).map(([name, one]) => `ENV["${name}"] = "2" if (${one}) == 7`),
  expression.map((one) => `module Shop\n  def self.threads = (@threads ||= ${one})\nend`),
  fc.constant('module Shop\n  LIMITS = {}\nend'),
  fc.constant('Shop::LIMITS[:pool] = ENV.fetch("DB_POOL", 4).to_i'),
  fc.constant('Shop.threads'),
  fc.constant('ENV["WIDE"] = Rails.configuration.database_configuration["production"]["pool"].to_s'),
  fc.constant('Rails.application.config.active_record.async_query_executor = :global_thread_pool if ENV["WIDE"]'),
);

const ruby = fc.array(statement, { maxLength: 4 }).map((lines) => `# ENV solid_queue\n${lines.join('\n')}\n`);

const app = fc.record({
  'config/application.rb': ruby,
  'config/environments/production.rb': ruby,
  'config/initializers/shop.rb': ruby,
  'config/database.yml': expression.map(
    (one) => `production:\n  adapter: postgresql\n  database: shop\n  pool: <%= ${one} %>\n`,
  ),
});

const environments = fc.array(fc.tuple(...VARIABLES.map(() => fc.option(fc.constantFrom(...STATES)))), {
  minLength: 2,
  maxLength: 4,
});

function launchIn(states: readonly (VariableState | null)[]): Launch {
  let environment = Environment.EMPTY;
  for (const [index, state] of states.entries()) {
    if (state) environment = environment.with(VARIABLES[index]!, state);
  }
  return { name: 'web', command: null, system: 'puma', environment, declared: true, hosts: known(1, FLAG) };
}

/** Everything that a boot says of its process. */
function said(files: AppFiles, launch: Launch, evaluations: Evaluations, trial: boolean) {
  const work = { left: 1_000_000 };
  const versions = versionsFor({ rails: '8.0.2', puma: '6.6.0' });
  const boot = new PaperBoot({
    launch,
    railsEnv: 'production',
    versions,
    files,
    parser,
    cpus: null,
    work,
    evaluations,
    trial,
  });
  const application = boot.application().files.map(({ path, worlds, cutShort }) => ({
    path,
    cutShort: cutShort?.path ?? null,
    calls: worlds.map((calls) => calls.map(({ method, args }) => ({ method, args: args.map(({ known: is }) => is) }))),
  }));
  const { databases, read, problems, noticed, environment } = boot;
  const variables = VARIABLES.map((name) => environment.get(name));
  return { databases, read, problems, noticed, variables, application };
}

it('an app that is booted for one process after the other says of each what it says of it alone', () => {
  fc.assert(
    fc.property(app, environments, fc.boolean(), (texts, worlds, trial) => {
      const files = new AppFiles(new MemoryTree(texts), '.');
      const shared = new Evaluations(parser);
      for (const [index, states] of worlds.entries()) {
        // What is only tried takes from what others have evaluated, and leaves nothing.
        const tries = trial && index % 2 === 1;
        const together = said(files, launchIn(states), shared, tries);
        expect(together).toEqual(said(files, launchIn(states), new Evaluations(parser), tries));
      }
    }),
    { seed: 20261121, numRuns: 150 },
  );
});
