import { evaluate } from '../ruby/evaluate.ts';
import type { RubyParser } from '../ruby/parse.ts';
import { RubyArray, RubySymbol, scalarOf, type Value } from '../ruby/values.ts';
import { glob } from '../text/glob.ts';
import { Environment } from '../value/environment.ts';
import type { Versions } from '../versions/versions.ts';
import type { AppFiles } from './files.ts';
import { dotenvNames, withDotenv, type LoadDotenv } from './dotenv.ts';
import { Recorder, type RecordedCall } from './recorder.ts';
import { WorldHost } from './world_host.ts';

/**
 * What the application's own `.env` files add when it loads: those of dotenv-rails, where the Gemfile has it in a group
 * that the environment requires. Null where the app loads none.
 * @param inImage whether it runs in an image, of which `.dockerignore` may keep the files away
 */
export function dotenvOf(files: AppFiles, versions: Versions, parser: RubyParser, inImage: boolean): LoadDotenv | null {
  const gem = versions.of('dotenv-rails');
  if (gem.known && gem.value === null) return null;
  const calls = gemfileCalls(files, parser);
  if (calls === null ? !gem.known : !calls.some(isDotenv)) return null;
  const ignored = inImage ? dockerIgnore(files) : () => false;
  return (environment, railsEnv) => {
    if (calls && !calls.some((call) => isDotenv(call) && isRequired(call, railsEnv))) return environment;
    return dotenvNames(railsEnv)
      .filter((path) => files.exists(path) && !ignored(path))
      .reduce((all, path) => {
        const source = files.source(path);
        return source ? withDotenv(source, all) : all;
      }, environment);
  };
}

interface GemInGroups {
  readonly name: string;
  /** Empty for none, which is the default group. */
  readonly groups: readonly string[];
  /** `require: false`. */
  readonly isLeftOut: boolean;
}

function isDotenv({ name }: GemInGroups): boolean {
  return name === 'dotenv-rails';
}

/** `Bundler.require(*Rails.groups)`: the default group and the one of the environment. */
function isRequired({ groups, isLeftOut }: GemInGroups, railsEnv: string): boolean {
  return !isLeftOut && (groups.length === 0 || groups.includes('default') || groups.includes(railsEnv));
}

/** The gems of the Gemfile with their groups; null where there is none. */
function gemfileCalls(files: AppFiles, parser: RubyParser): readonly GemInGroups[] | null {
  const path = ['Gemfile', 'gems.rb'].find((one) => files.exists(one));
  const gemfile = path === undefined ? null : files.source(path);
  if (!gemfile) return null;
  const host = () => new WorldHost(new Recorder('', () => ({ block: 'instance_eval' })), new Map());
  const worlds = evaluate(parser.parse(gemfile), { environment: Environment.EMPTY, files: files.tree, host });
  return worlds.flatMap((world) => world.host.recorded().flatMap((call) => gemsIn(call, [])));
}

function gemsIn(call: RecordedCall, groups: readonly string[]): readonly GemInGroups[] {
  if (call.method !== 'gem') {
    const own = call.method === 'group' ? [...groups, ...call.args.flatMap(namesIn)] : groups;
    return call.below.flatMap((inner) => gemsIn(inner, own));
  }
  const name = call.args[0] ? namesIn(call.args[0])[0] : undefined;
  const given = ['group', 'groups'].flatMap((key) => {
    const value = call.named.get(key);
    return value ? namesIn(value) : [];
  });
  const required = call.named.get('require');
  const isLeftOut = required?.known === true && required.value === false;
  return name === undefined ? [] : [{ name, groups: [...groups, ...given], isLeftOut }];
}

function namesIn(value: Value): readonly string[] {
  if (!value.known) return [];
  if (value.value instanceof RubySymbol) return [value.value.name];
  if (value.value instanceof RubyArray) return value.value.items.flatMap(namesIn);
  const scalar = scalarOf(value);
  return scalar.known && typeof scalar.value === 'string' ? [scalar.value] : [];
}

/** Which files at the root `.dockerignore` keeps out of an image: the last pattern that matches counts. */
export function dockerIgnore(files: AppFiles): (name: string) => boolean {
  const source = files.exists('.dockerignore') ? files.source('.dockerignore') : null;
  const patterns = (source?.text ?? '').split(/\r?\n/).flatMap((line) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const keeps = trimmed.startsWith('!');
    const pattern = (keeps ? trimmed.slice(1) : trimmed).replace(/^(?:\*\*\/|\.?\/)+/, '');
    return pattern.includes('/') ? [] : [{ keeps, isMeant: glob(pattern) }];
  });
  return (name) => {
    const last = patterns.findLast(({ isMeant }) => isMeant(name));
    return last !== undefined && !last.keeps;
  };
}
