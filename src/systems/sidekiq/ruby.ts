import type { HostCall } from '../../ruby/host.ts';
import { RubyString, RubySymbol, type RubyValue, type Value } from '../../ruby/values.ts';
import { Recorder, type Treatment } from '../../launch/recorder.ts';
import { combine, known, type Traced } from '../../value/traced.ts';
import type { GemVersion } from '../../versions/compare.ts';

/** What a process that has the gem answers about Sidekiq. */
export interface SidekiqWorld {
  readonly server: boolean;
  /** Whether it embeds a Sidekiq, which runs the blocks of `configure_server` too. */
  readonly embeds?: boolean;
  /** Known where the version is. */
  readonly version: Traced<GemVersion | null>;
  /** Resolved from the command line, sidekiq.yml and variables; null in processes that are not Sidekiq. */
  readonly concurrency: Traced<number> | null;
}

/** The `Sidekiq` of one world: listens to what is configured, answers what configuration asks. */
export class SidekiqModule extends Recorder {
  readonly #world: SidekiqWorld;

  constructor(world: SidekiqWorld) {
    super('Sidekiq', (_path, call) => treatment(call, world));
    this.#world = world;
  }

  override call(call: HostCall): Value {
    // `defined?(Sidekiq::CLI)`: nil or "constant".
    if (call.method === 'server?') {
      const origin = { kind: 'code', at: call.at, from: [] } as const;
      return known<RubyValue>(this.#world.server ? new RubyString(known('constant', origin)) : null, origin);
    }
    return super.call(call);
  }
}

/** `Sidekiq` in a process that is not Sidekiq: a client. */
export function sidekiqClient(version: Traced<GemVersion | null>): SidekiqModule {
  return new SidekiqModule({ server: false, version, concurrency: null });
}

function treatment(call: HostCall, world: SidekiqWorld): Treatment {
  switch (call.method) {
    case 'configure_server':
      return { block: world.server || world.embeds ? 'yield' : 'skip' };
    case 'configure_client':
      return { block: world.server ? 'skip' : 'yield' };
    case 'configure_embed':
    case 'capsule':
    case 'default_capsule':
      return { block: 'yield' };
    case 'concurrency':
    case 'total_concurrency':
      return answer(world.concurrency);
    case '[]':
    case 'fetch':
      return asks(call.args[0], 'concurrency') ? answer(world.concurrency) : {};
    case 'VERSION':
      return answerText(world.version);
    default:
      return {};
  }
}

function asks(key: Value | undefined, name: string): boolean {
  return key?.known === true && key.value instanceof RubySymbol && key.value.name === name;
}

function answer(concurrency: Traced<number> | null): Treatment {
  return concurrency ? { answer: combine(null, [concurrency], (number): RubyValue => BigInt(number)) } : {};
}

function answerText(version: Traced<GemVersion | null>): Treatment {
  return {
    answer: combine(null, [version], (gem): RubyValue => {
      const content = known(gem?.text ?? '', version.origin);
      return new RubyString(content);
    }),
  };
}
