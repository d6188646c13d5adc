import type { FileTree } from '../repo/tree.ts';
import type { HostCall, HostObject } from '../ruby/host.ts';
import { RubyString, RubySymbol, type RubyValue } from '../ruby/values.ts';
import { isInstalled } from '../systems/rules.ts';
import { known } from '../value/traced.ts';
import type { Versions } from '../versions/versions.ts';
import { Recorder, type Treatment } from './recorder.ts';

/** A line that connects Sequel or ROM to a database. */
export const CONNECTS =
  /(?<![^\n])[^#\n]*\b(?:Sequel\.(?:connect|postgres|mysql2?|trilogy|sqlite|tinytds)\b|ROM\.container\b|ROM::Configuration\.new\b)/;

/** Code that production never runs while it serves, and other people's code. */
const NEVER =
  /(?:^|\/)(?:specs?|tests?|features|vendor|node_modules|db|migrations?|bin|tasks|scripts?|examples?|docs?|bench(?:marks?)?|tmp|\.[^/]+)\//;

const HANAMI_FILES = /^(?:config\/app\.rb|(?:slices\/[^/]+\/)?config\/providers\/[^/]+\.rb)$/;

/**
 * The files in which an application that has Sequel may connect, beside those that Rails boots: its Ruby with such a
 * line, and what Hanami loads. Configuration first, as it is required first.
 */
export function sequelFiles(
  versions: Versions,
  files: FileTree,
  textOf: (path: string) => string,
  read: ReadonlySet<string>,
): readonly string[] {
  if (!isInstalled(versions, 'sequel')) return [];
  const hanami = isInstalled(versions, 'hanami');
  const found = files
    .list()
    .filter((path) => /\.(?:rb|ru)$/.test(path) && !read.has(path) && !NEVER.test(path))
    .filter((path) => (hanami && HANAMI_FILES.test(path)) || CONNECTS.test(textOf(path)) || sizes(path, textOf(path)));
  return found.toSorted((a, b) => Number(b.startsWith('config/')) - Number(a.startsWith('config/')));
}

/** `config.sequel.max_connections = 5` of sequel-rails, in an initializer. */
function sizes(path: string, text: string): boolean {
  return path.startsWith('config/initializers/') && /\bconfig\.sequel\b/.test(text);
}

/** The slices of a Hanami application, by their folders. */
export function slicesOf(files: FileTree): readonly string[] {
  const names = files.list().flatMap((path) => /^slices\/([^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(names)];
}

const RUN_AT_BOOT: Readonly<Record<string, Treatment>> = {
  configure_provider: { block: 'instance_eval' },
  register_provider: { block: 'instance_eval' },
  'register_provider.prepare': { block: 'instance_eval' },
  'register_provider.start': { block: 'instance_eval' },
  'configure_provider.config.gateway': { block: 'yield' },
};

/** The constants that say what an application connects to with Sequel, ROM and Hanami; none where it has no Sequel. */
export function sequelConstants(
  versions: Versions,
  files: FileTree,
  environment: () => string,
): ReadonlyMap<string, () => HostObject> {
  const constants = new Map<string, () => HostObject>();
  if (!isInstalled(versions, 'sequel')) return constants;
  for (const name of ['Sequel', 'ROM', 'ROM::Configuration']) constants.set(name, () => new Recorder(name));
  if (!isInstalled(versions, 'hanami')) return constants;
  constants.set('Hanami', () => new HanamiModule(environment()));
  for (const slice of slicesOf(files)) {
    const name = `${camelized(slice)}::Slice`;
    constants.set(name, () => new Recorder(name, (path) => RUN_AT_BOOT[path.slice(name.length + 1)] ?? {}));
  }
  return constants;
}

/** `book_orders` names the module `BookOrders`, as long as no inflection of the application says otherwise. */
export function camelized(name: string): string {
  return name.replaceAll(/(?:^|_)([a-z\d])/g, (_, letter: string) => letter.toUpperCase());
}

class HanamiModule extends Recorder {
  readonly #environment: string;

  constructor(environment: string) {
    super('Hanami', (path) => RUN_AT_BOOT[path.replace(/^Hanami\.(?:app\.)?/, '')] ?? {});
    this.#environment = environment;
  }

  override call(call: HostCall): ReturnType<Recorder['call']> {
    const origin = { kind: 'code', at: call.at, from: [] } as const;
    if (call.method === 'env') return known<RubyValue>(RubySymbol.of(this.#environment), origin);
    if (call.method !== 'env?') return super.call(call);
    const asked = call.args.map((name) => {
      if (!name.known) return null;
      if (name.value instanceof RubySymbol) return name.value.name;
      return name.value instanceof RubyString && name.value.content.known ? name.value.content.value : null;
    });
    return known<RubyValue>(asked.includes(this.#environment), origin);
  }
}
