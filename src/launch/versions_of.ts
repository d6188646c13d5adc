import type { RubyParser } from '../ruby/parse.ts';
import { evaluate } from '../ruby/evaluate.ts';
import { scalarOf } from '../ruby/values.ts';
import { Environment } from '../value/environment.ts';
import { version } from '../versions/compare.ts';
import { constraintsOf, type GemCall } from '../versions/gemfile.ts';
import { readLockfile } from '../versions/lockfile.ts';
import { Versions } from '../versions/versions.ts';
import type { AppFiles } from './files.ts';
import { everythingSaid } from './said.ts';
import { Recorder, type RecordedCall } from './recorder.ts';
import { WorldHost } from './world_host.ts';

/** Blocks of a Gemfile's own language: all of them run when Bundler reads it. */
const BUNDLER_BLOCKS = new Set([
  'group',
  'source',
  'platforms',
  'platform',
  'install_if',
  'env',
  'git',
  'path',
  'github',
]);

/**
 * The gems of an app: Gemfile.lock, and where none is committed what the Gemfile asks for.
 * @param assumed what the user says with `--assume`
 */
export function versionsOf(files: AppFiles, parser: RubyParser, assumed: ReadonlyMap<string, string>): Versions {
  const locked = files.source('Gemfile.lock') ?? files.source('gems.locked');
  const lockfile = locked ? readLockfile(locked) : null;
  if (lockfile?.problem) {
    files.problems.push({
      kind: 'parse-error',
      message: lockfile.problem.message,
      at: lockfile.problem.at,
      assumes: [],
    });
  }
  const constraints = lockfile && !lockfile.problem ? new Map() : constraintsOf(gemCalls(files, parser));
  const said = [...assumed].map(([gem, text]) => {
    const origin = { kind: 'flag', text: `--assume ${gem}=${text}` } as const;
    return [gem, { version: version(text), origin }] as const;
  });
  return new Versions({ lockfile, constraints, assumed: new Map(said) });
}

function gemCalls(files: AppFiles, parser: RubyParser): readonly GemCall[] {
  const gemfile = files.source('Gemfile') ?? files.source('gems.rb');
  if (!gemfile) return [];
  const worlds = evaluate(parser.parse(gemfile), {
    environment: Environment.EMPTY,
    files: files.tree,
    host: () =>
      new WorldHost(
        new Recorder('', (path) => (BUNDLER_BLOCKS.has(path.split('.').at(-1)!) ? { block: 'instance_eval' } : {})),
        new Map(),
      ),
  });
  // Only what every possible world asks for is certain, but a gem that is asked for at all is one the app may have.
  const calls = new Map(
    worlds.flatMap((world) =>
      world.host
        .recorded()
        .flatMap(gemsIn)
        .map((call) => [keyOf(call), call]),
    ),
  );
  return [...calls.values()];
}

function keyOf(call: GemCall): string {
  return `${call.at.start}`;
}

function gemsIn(call: RecordedCall): readonly GemCall[] {
  return everythingSaid([call]).flatMap(({ path, call: one }) => {
    if (path.split('.').at(-1) !== 'gem') return [];
    const [name, ...requirements] = one.args.map(scalarOf);
    if (!name?.known || typeof name.value !== 'string') return [];
    const texts = requirements.map((text) => (text.known && typeof text.value === 'string' ? text.value : null));
    return [{ name: name.value, requirements: texts.every((text) => text !== null) ? texts : null, at: one.at }];
  });
}
