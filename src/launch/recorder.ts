import { heard, type HostCall, type HostObject } from '../ruby/host.ts';
import type { Value } from '../ruby/values.ts';
import type { Span } from '../text/source.ts';
import type { Assumption, Origin } from '../value/origin.ts';

/**
 * A call that configuration made on the world outside it. `config.solid_queue.connects_to = x` is a tree: the call
 * `solid_queue` with the call `connects_to=` below it; what a block does with the object it is given hangs below the
 * call that took the block.
 */
export interface RecordedCall {
  readonly method: string;
  readonly args: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly at: Span;
  /** What the conditions around the call assume. */
  readonly assumes: readonly Assumption[];
  readonly hasBlock: boolean;
  readonly below: readonly RecordedCall[];
}

/** How a recorder treats one call. */
export interface Treatment {
  /** Run the block, with the recorder for what lies below as its argument (and as `self` for instance_eval). */
  readonly block?: 'yield' | 'instance_eval' | 'skip';
  /** What the call returns instead of a recorder of what is done with its result. */
  readonly answer?: Value;
}

/**
 * Listens to configuration written in Ruby. Every call is recorded; its result is another recorder, so that
 * `config.a.b = 1` is heard whole. `treat` says which blocks run now: a hook that runs later must not run here.
 */
export class Recorder implements HostObject {
  readonly hostName: string;
  readonly calls: RecordedCall[] = [];
  readonly #treat: (path: string, call: HostCall) => Treatment;

  /** @param hostName what the object is called in messages and in `path`: `Sidekiq`, `Sidekiq.configure_server` */
  constructor(hostName: string, treat: (path: string, call: HostCall) => Treatment = () => ({})) {
    this.hostName = hostName;
    this.#treat = treat;
  }

  call(call: HostCall): Value {
    const path = this.hostName === '' ? call.method : `${this.hostName}.${call.method}`;
    const treatment = this.#treat(path, call);
    const below = new Recorder(path, this.#treat);
    this.calls.push({
      method: call.method,
      args: call.args,
      named: call.named,
      at: call.at,
      assumes: call.assumes,
      hasBlock: call.block !== null,
      below: below.calls,
    });
    // What it answers is the application's business, but `config.a.b = 1` has to be heard whole.
    const result = heard(`${path} is decided by code this tool does not run`, codeAt(call.at), below);
    if (call.block && treatment.block === 'yield') call.run(call.block, [result]);
    if (call.block && treatment.block === 'instance_eval') call.run(call.block, [result], below);
    return treatment.answer ?? result;
  }
}

function codeAt(at: Span): Origin {
  return { kind: 'code', at, from: [] };
}
