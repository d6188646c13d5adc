import type { Evaluation, HostCall, HostObject } from '../ruby/host.ts';
import type { RubyProc, Value } from '../ruby/values.ts';
import type { Saying } from './connection_in_ruby.ts';
import type { RecordedCall } from './recorder.ts';
import type { WorldHost } from './world_host.ts';

/**
 * Hooks that run in every worker after it was forked, when the application is there.
 * Source: lib/puma/dsl.rb@v8.0.2, lib/unicorn/configurator.rb@v6.1.0
 */
const IN_WORKERS: ReadonlySet<string> = new Set(['on_worker_boot', 'before_worker_boot', 'after_fork']);

/** A server's file that may have such hooks. */
export const HAS_WORKER_HOOKS = /\b(?:on_worker_boot|before_worker_boot|after_fork)\b/;

/** The receiver of a server's file: keeps the blocks of the hooks, which run when the application has booted. */
export class HookListener implements HostObject {
  readonly hostName: string;
  readonly inner: HostObject;
  readonly blocks: RubyProc[] = [];

  constructor(inner: HostObject) {
    this.inner = inner;
    this.hostName = inner.hostName;
  }

  call(call: HostCall): Value | undefined {
    if (IN_WORKERS.has(call.method) && call.block) this.blocks.push(call.block);
    return this.inner.call(call);
  }
}

/** Runs the hooks of every possible course of a server's file; null where there are none. */
export function runHooks(worlds: readonly Evaluation<WorldHost>[]): Saying | null {
  const sayings = worlds.map(hooksOf);
  if (sayings.every((saying) => saying === null)) return null;
  return {
    worlds: sayings.map((saying) => saying?.calls ?? []),
    skipped: sayings.flatMap((saying) => saying?.skipped ?? []),
    possible: sayings.flatMap((saying) => saying?.possible ?? []),
    cutShort: null,
  };
}

interface Hooks extends Pick<Saying, 'skipped' | 'possible'> {
  readonly calls: readonly RecordedCall[];
}

function hooksOf({ host, skipped, possible }: Evaluation<WorldHost>): Hooks | null {
  const { self } = host;
  if (!(self instanceof HookListener) || self.blocks.length === 0) return null;
  const before = new Set(host.recorded().flatMap(({ below }) => below));
  const [skips, doubts] = [skipped.length, possible.length];
  for (const block of self.blocks) block.call([], self.inner);
  return {
    calls: host.recorded().map((call) => ({ ...call, below: call.below.filter((one) => !before.has(one)) })),
    // The evaluation goes on writing into its lists.
    skipped: skipped.slice(skips),
    possible: possible.slice(doubts),
  };
}
