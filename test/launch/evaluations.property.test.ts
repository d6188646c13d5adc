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

const variable = fc.constantFrom(...VARIABLES);

/** What asks for single variables: an evaluation of it can be used again. */
const comparable = fc.oneof(
  variable.map((name) => `ENV.fetch("${name}", 5)`),
  variable.map((name) => `ENV["${name}"]`),
  variable.map((name) => `(ENV["${name}"].to_i > 4 ? 4 : 9)`),
  fc.constantFrom('7', 'SIZE', 'ENV.key?("WIDE") ? 8 : 2'),
);

/** What asks for all variables, or for what another file can have changed. */
const other = fc.constantFrom(
  'ENV.to_h["WIDE"]',
  'ENV.keys.size',
  'ENV.to_h.length',
  'Shop.threads',
  'Shop::LIMITS.fetch(:pool, 6)',
);

const expression = fc.oneof({ weight: 4, arbitrary: comparable }, { weight: 1, arbitrary: other });

const setting = fc.oneof(
  fc.tuple(variable, comparable).map(([name, one]) => `ENV["${name}"] ||= (${one}).to_s`),
  fc.tuple(variable, comparable).map(([name, one]) => `ENV["${name}"] = "2" if (${one}) == 7`),
  fc.tuple(variable, comparable).map(([name, one]) => `ENV["${name}"] = (${one}).to_s`),
  comparable.map((one) => `SIZE = ${one}`),
);

/** What a file of the application may do: read, set, define, change what another file defined. */
const statement = fc.oneof(
  { weight: 6, arbitrary: setting },
  expression.map((one) => `config.x.pool = ${one}`),
  expression.map((one) => `module Shop\n  def self.threads = (@threads ||= ${one})\nend`),
  fc.constantFrom(
    'module Shop\n  LIMITS = {}\nend',
    'Shop::LIMITS[:pool] = ENV.fetch("DB_POOL", 4).to_i',
    'Shop.threads',
    'ENV["WIDE"] = Rails.configuration.database_configuration["production"]["pool"].to_s',
    'Rails.application.config.active_record.async_query_executor = :global_thread_pool if ENV["WIDE"]',
  ),
);

const lines = fc.oneof(
  { weight: 2, arbitrary: fc.array(setting, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(statement, { maxLength: 4 }) },
);
const ruby = lines.map((all) => `# ENV solid_queue\n${all.join('\n')}\n`);

const database = expression.map(
  (one) => `production:\n  adapter: postgresql\n  database: shop\n  pool: <%= ${one} %>\n`,
);

const anyApp = fc.record({
  'config/application.rb': ruby,
  'config/environments/production.rb': ruby,
  'config/initializers/shop.rb': ruby,
  'config/database.yml': database,
});

/** One file defines what the next ones change and read: an object, a number; or a file asks for the databases. */
const handingOn = fc.record({
  'config/application.rb': fc
    .tuple(comparable, comparable)
    .map(([one, size]) => `# ENV\nmodule Shop\n  def self.threads = (@threads ||= ${one})\nend\nSIZE = ${size}\n`),
  'config/environments/production.rb': fc.constantFrom('# ENV\nShop.threads\n', '# ENV\n'),
  'config/initializers/shop.rb': fc.constantFrom(
    '# ENV\nENV["DB_POOL"] = Shop.threads.to_s\n',
    '# ENV\nENV["DB_POOL"] = SIZE.to_s\n',
    '# ENV\nENV["WIDE"] = Rails.configuration.database_configuration["production"]["pool"].to_s\n',
  ),
  'config/database.yml': database,
});

const app = fc.oneof(anyApp, handingOn);

/** What a process has: which of the states each variable is in, none for one that is not set, and whether it may have more. */
interface Given {
  readonly states: readonly (VariableState | null)[];
  readonly isOpen: boolean;
}

const state = fc.option(fc.constantFrom(...STATES), { freq: 2 });

/**
 * Processes of one deployment: each differs from the first one in a single variable or in none, for only where most of
 * the answers are the same is anything used again.
 */
const environments = fc
  .record({
    first: fc.tuple(...VARIABLES.map(() => state)),
    others: fc.array(fc.record({ changed: fc.nat({ max: VARIABLES.length }), to: state, isOpen: fc.boolean() }), {
      minLength: 2,
      maxLength: 3,
    }),
  })
  .map(({ first, others }): readonly Given[] => [
    { states: first, isOpen: false },
    ...others.map(({ changed, to, isOpen }) => ({
      states: first.map((one, index) => (index === changed ? to : one)),
      isOpen,
    })),
  ]);

/** An env file that is not in the repository, as one object. */
const OPEN = Environment.EMPTY.opened('it may be set elsewhere', FLAG, () => false);

function launchIn({ states, isOpen }: Given): Launch {
  let environment = isOpen ? OPEN : Environment.EMPTY;
  for (const [index, one] of states.entries()) {
    if (one) environment = environment.with(VARIABLES[index]!, one);
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
      for (const [index, given] of worlds.entries()) {
        // What is only tried takes from what others have evaluated, and leaves nothing.
        const tries = trial && index % 2 === 1;
        const together = said(files, launchIn(given), shared, tries);
        expect(together).toEqual(said(files, launchIn(given), new Evaluations(parser), tries));
      }
    }),
    // Faults put into the evaluations, a question forgotten or a change, showed within the first 20 of these apps.
    { seed: 20261121, numRuns: 40 },
  );
});
