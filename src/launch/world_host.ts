import type { Host, HostObject } from '../ruby/host.ts';
import type { Value } from '../ruby/values.ts';
import { known } from '../value/traced.ts';
import { Recorder, type RecordedCall } from './recorder.ts';

/** What one world of an evaluation may talk to: `self`, and the constants of the process that reads the file. */
export class WorldHost implements Host {
  readonly self: HostObject;
  readonly #constants: ReadonlyMap<string, HostObject>;
  readonly #defined: ReadonlyMap<string, Value>;
  readonly #asked: ((name: string) => void) | null;
  #recorded: readonly RecordedCall[] | null = null;

  /**
   * @param defined what earlier files of the same process defined
   * @param asked hears of every constant that is asked for, whether there is one or not
   */
  constructor(
    self: HostObject,
    constants: ReadonlyMap<string, HostObject>,
    defined: ReadonlyMap<string, Value> = new Map(),
    asked: ((name: string) => void) | null = null,
  ) {
    this.self = self;
    this.#constants = constants;
    this.#defined = defined;
    this.#asked = asked;
  }

  constant(name: string): Value | undefined {
    this.#asked?.(name);
    const object = this.#constants.get(name);
    return object ? known(object, { kind: 'assumed', text: `${name} is loaded` }) : this.#defined.get(name);
  }

  /** The same, the same list each time: for a file that was read to its end. */
  get allRecorded(): readonly RecordedCall[] {
    this.#recorded ??= this.recorded();
    return this.#recorded;
  }

  /** Everything that was said: to `self` first, then, below a call of its name, to each constant. */
  recorded(): readonly RecordedCall[] {
    const own = this.self instanceof Recorder ? this.self.calls : [];
    const others = [...this.#constants].flatMap(([name, object]) => {
      const first = object instanceof Recorder ? object.calls[0] : undefined;
      if (!(object instanceof Recorder) || !first) return [];
      return [
        { method: name, args: [], named: new Map(), at: first.at, assumes: [], hasBlock: false, below: object.calls },
      ];
    });
    return [...own, ...others];
  }
}
