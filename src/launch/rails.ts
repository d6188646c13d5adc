import type { HostCall, HostObject } from '../ruby/host.ts';
import { inquirer } from '../ruby/inquirer.ts';
import { RubyString, type RubyValue, type Value } from '../ruby/values.ts';
import { known, unknown } from '../value/traced.ts';
import type { Origin } from '../value/origin.ts';
import { ActiveRecordBase, databaseConfiguration, type ConnectionsWorld } from './connections_host.ts';
import { Recorder, type Treatment } from './recorder.ts';
import { pathString } from './root_path.ts';

/** What a launch's world answers about Rails and the machine. */
export interface RailsWorld extends ConnectionsWorld {
  /** Processors, when the user said. */
  readonly cpus: number | null;
  /** The path under which Ruby sees the root of the app. */
  readonly root: string;
}

/**
 * Hooks of the boot, whose blocks are heard as if they ran where they stand. What is hung on the reloader is prepared
 * once, before the application is loaded. Source: railties/lib/rails/application/finisher.rb@v8.1.3.1
 */
const HOOK =
  /^(?:(?:Rails\.(?:application\.(?:configure\.)?)?)?config(?:uration)?\.(?:before_configuration|before_initialize|before_eager_load|after_initialize|to_prepare)|(?:Rails\.application\.reloader|ActiveSupport::Reloader)\.to_prepare|initializer)$/;

/** Whether a block runs while the application boots; every other one is a hook for later. */
function atBoot(path: string): Treatment {
  if (path === 'Rails.application.configure' || path === 'ActiveSupport.on_load') return { block: 'instance_eval' };
  return HOOK.test(path) ? { block: 'yield' } : {};
}

const PROCESSOR_COUNTS: Readonly<Record<string, ReadonlySet<string>>> = {
  Etc: new Set(['nprocessors']),
  Concurrent: new Set(['processor_count', 'physical_processor_count', 'available_processor_count']),
};

/** The constants of a booting Rails process, freshly made for one world. What is recorded hangs under `calls`. */
export function railsConstants(world: RailsWorld): ReadonlyMap<string, HostObject> {
  const treat = (path: string, call: HostCall): Treatment => {
    if (FILE_AS_LOADED.has(path)) return { answer: databaseConfiguration(world, call) };
    return atBoot(path);
  };
  const constants = new Map<string, HostObject>([
    ['Rails', new RailsModule(world, treat)],
    ['Puma', new PumaModule()],
    ['ActiveRecord::Base', new ActiveRecordBase(world, treat)],
  ]);
  for (const name of RECORDED) constants.set(name, new Recorder(name, treat));
  for (const [name, methods] of Object.entries(PROCESSOR_COUNTS))
    constants.set(name, new Machine(name, methods, world));
  return constants;
}

const FILE_AS_LOADED: ReadonlySet<string> = new Set([
  'Rails.application.config.database_configuration',
  'Rails.configuration.database_configuration',
]);

/** Constants whose configuration is heard. */
const RECORDED = [
  'ActiveSupport',
  'ActiveSupport::Reloader',
  'ActiveRecord',
  'ActiveJob::Base',
  'SolidQueue',
  'SolidCache',
  'GoodJob',
];

/** What every process has besides: production most likely runs CRuby on Linux. */
export function rubyConstants(): readonly (readonly [string, Value])[] {
  const assumed = (what: string): Origin => ({ kind: 'assumed', text: what });
  return [
    ['RUBY_ENGINE', text('ruby', assumed('CRuby'))],
    ['RUBY_PLATFORM', text('x86_64-linux', assumed('Linux'))],
  ];
}

/** The receiver of application.rb, environments and initializers: inside `class Application`, `config` is the app's. */
export function applicationSelf(): Recorder {
  return new Recorder('', atBoot);
}

class RailsModule extends Recorder {
  readonly #world: RailsWorld;

  constructor(world: RailsWorld, treat: (path: string, call: HostCall) => Treatment) {
    super('Rails', treat);
    this.#world = world;
  }

  override call(call: HostCall): Value {
    const origin: Origin = { kind: 'code', at: call.at, from: [] };
    switch (call.method) {
      case 'env':
        return environment(this.#world.railsEnv, { kind: 'env', variable: 'RAILS_ENV', at: call.at, setBy: FLAG });
      case 'root':
        return pathString(known(this.#world.root, origin), origin);
      case 'version':
        if (this.#world.version === null) return unknown('the version of Rails is not known', origin);
        return text(this.#world.version, origin);
      default:
        return super.call(call);
    }
  }
}

const FLAG: Origin = { kind: 'flag', text: '--env' };

/** `Etc` and `Concurrent`: they count the processors of a machine that is not this one. */
class Machine implements HostObject {
  readonly hostName: string;
  readonly #counts: ReadonlySet<string>;
  readonly #world: RailsWorld;

  constructor(hostName: string, counts: ReadonlySet<string>, world: RailsWorld) {
    this.hostName = hostName;
    this.#counts = counts;
    this.#world = world;
  }

  call(call: HostCall): Value | undefined {
    if (!this.#counts.has(call.method)) return undefined;
    if (this.#world.cpus !== null) return known<RubyValue>(BigInt(this.#world.cpus), { kind: 'flag', text: '--cpus' });
    const reason = 'the processors of the machine it runs on are not known: say --cpus';
    return unknown(reason, { kind: 'code', at: call.at, from: [] });
  }
}

/** From Rails 7.1 `local?` means development or test; before, an environment of that name, which nobody has. */
const GROUPS = new Map([['local?', ['development', 'test']]]);

function environment(name: string, origin: Origin): Value {
  return known<RubyValue>(inquirer(known(name, origin), GROUPS), origin);
}

/** `Puma.jruby?` and its like: the interpreter and the system that production most likely is. */
class PumaModule implements HostObject {
  readonly hostName = 'Puma';

  call({ method, at }: HostCall): Value | undefined {
    const answer = PLATFORM[method];
    return answer === undefined ? undefined : known<RubyValue>(answer, { kind: 'code', at, from: [] });
  }
}

/** Source: lib/puma/detect.rb@v8.0.2, on Linux with CRuby. */
const PLATFORM: Readonly<Record<string, boolean>> = {
  'jruby?': false,
  'windows?': false,
  'osx?': false,
  'mri?': true,
  'forkable?': true,
};

function text(value: string, origin: Origin): Value {
  return known<RubyValue>(new RubyString(known(value, origin)), origin);
}
