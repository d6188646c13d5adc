import { describe, expect, it } from 'vitest';
import { AppFiles } from '../../src/launch/files.ts';
import { Evaluations } from '../../src/launch/evaluations.ts';
import { PaperBoot } from '../../src/launch/paper_boot.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import type { SharedWork } from '../../src/ruby/host.ts';
import { loadRuby } from '../../src/ruby/parse.ts';
import { Environment } from '../../src/value/environment.ts';
import { known } from '../../src/value/traced.ts';
import { grammar } from '../support/lint.ts';
import { versionsFor } from '../systems/harness.ts';

const parser = await loadRuby(grammar);

const DATABASE = 'production:\n  adapter: postgresql\n  pool: <%= ENV.fetch("DB_POOL", 5) %>\n';

/** Boots the application of these files twice, with other variables, and says what the second boot took. */
function twice(files: Record<string, string>, first: Record<string, string>, second: Record<string, string>) {
  const app = new AppFiles(new MemoryTree({ 'config/database.yml': DATABASE, ...files }), '.');
  const evaluations = new Evaluations(parser);
  const boots = [first, second].map((variables) => {
    const work: SharedWork = { left: 100_000 };
    const boot = new PaperBoot({ ...given, files: app, evaluations, work, launch: launchIn(variables) });
    const application = boot.application();
    return { boot, application, took: 100_000 - work.left };
  });
  return { first: boots[0]!, second: boots[1]! };
}

const given = {
  railsEnv: 'production',
  versions: versionsFor({ rails: '8.0.2', sidekiq: '7.3.9' }),
  parser,
  cpus: null,
} as const;

const FLAG = { kind: 'flag', text: '--set' } as const;
const states = new Map<string, ReturnType<typeof known<string | null>>>();

/** The same object for the same value, as one deployment hands it to all of its processes. */
function stateOf(value: string) {
  const state = states.get(value) ?? known<string | null>(value, FLAG);
  states.set(value, state);
  return state;
}

function launchIn(variables: Record<string, string>) {
  let environment = Environment.EMPTY;
  for (const [name, value] of Object.entries(variables)) environment = environment.with(name, stateOf(value));
  const hosts = known(1, FLAG);
  return { name: 'web', command: null, system: 'puma', environment, declared: true, hosts } as const;
}

function poolOf({ boot }: { boot: PaperBoot }) {
  const [entry] = boot.databases;
  return entry?.pool.known ? entry.pool.value : null;
}

describe('an evaluation made for one process', () => {
  it('stands for another that agrees on every variable it read, and costs it as much', () => {
    const { first, second } = twice({}, { DB_POOL: '7', OTHER: '1' }, { DB_POOL: '7', OTHER: '2' });
    expect(poolOf(second)).toBe(7);
    expect(second.boot.databases[0]?.pool.origin).toEqual(first.boot.databases[0]?.pool.origin);
    expect(second.took).toBe(first.took);
    expect(second.boot.read).toEqual(['DB_POOL']);
  });

  it('does not stand for one that has another value, or none', () => {
    expect(poolOf(twice({}, { DB_POOL: '7' }, { DB_POOL: '8' }).second)).toBe(8);
    expect(poolOf(twice({}, { DB_POOL: '7' }, {}).second)).toBe(5);
    expect(poolOf(twice({}, {}, { DB_POOL: '7' }).second)).toBe(7);
  });

  it('leaves behind the variables that its file set, and those of the other process as they were', () => {
    const files = { 'config/application.rb': 'ENV["DB_POOL"] ||= "9"\n' };
    const { second } = twice(files, { OTHER: '1' }, { OTHER: '2' });
    expect(poolOf(second)).toBe(9);
    expect(second.boot.environment.get('OTHER')).toMatchObject({ value: '2' });
  });

  it('is made again after another file could have changed the class that it defined', () => {
    const files = {
      'config/application.rb': 'class Shop\n  def self.threads = (@threads ||= ENV.fetch("A", "1"))\nend\n',
      'config/environments/production.rb': 'Shop.threads\nENV["DB_POOL"] = Shop.threads\n',
    };
    const { first, second } = twice(files, { A: '3' }, { A: '4' });
    expect([poolOf(first), poolOf(second)]).toEqual([3, 4]);
  });

  it('hears the same calls', () => {
    const files = {
      'config/application.rb': 'module Shop\n  class Application\n    config.cache_store = :x\n  end\nend\n',
    };
    const { first, second } = twice(files, { OTHER: '1' }, { OTHER: '2' });
    expect(second.application.files.map(({ worlds }) => worlds)).toEqual(
      first.application.files.map(({ worlds }) => worlds),
    );
  });
});
