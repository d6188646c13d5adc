import { madeTheSame } from '../ruby/sameness.ts';
import type { RubyValue } from '../ruby/values.ts';
import { allAssumptions, type Assumption } from '../value/origin.ts';
import { assuming, agree, unknown, type Traced, UNDECIDED } from '../value/traced.ts';
import type { Application } from './boot.ts';
import type { RecordedCall } from './recorder.ts';

/** A call with the whole path it was made on: `config.solid_queue.connects_to=`. */
export interface Said {
  readonly path: string;
  readonly call: RecordedCall;
}

/** What is assumed where one of these methods was not called because of a condition. */
export function assumedBySkipping(application: Application, methods: ReadonlySet<string>): readonly Assumption[] {
  const skipped = application.files.flatMap((file) => file.skipped);
  return allAssumptions(...skipped.filter(({ method }) => methods.has(method)).map(({ assumes }) => assumes));
}

/** Every call of a list and of what hangs below it, in the order in which they were made. */
export function everythingSaid(calls: readonly RecordedCall[], under = ''): readonly Said[] {
  return calls.flatMap((call) => {
    const path = normalised(under === '' ? call.method : `${under}.${call.method}`);
    return [{ path, call }, ...everythingSaid(call.below, path)];
  });
}

/** The same of one world of a file that was read to its end, put together once. */
export function saidInWorld(calls: readonly RecordedCall[]): readonly Said[] {
  const before = IN_WORLD.get(calls);
  if (before) return before;
  const said = everythingSaid(calls);
  IN_WORLD.set(calls, said);
  return said;
}

const IN_WORLD = new WeakMap<readonly RecordedCall[], readonly Said[]>();

/**
 * `Rails.application.config`, `Rails.configuration`, `config` inside `Rails.application.configure do`, and what a hook
 * of the boot hands its block (`config.after_initialize do |app|`) are one thing.
 */
function normalised(path: string): string {
  return path
    .replace(/^Rails\.application\.(?:configure\.)?(?=config\b)/, '')
    .replace(/^Rails\.configuration\b/, 'config')
    .replace(/^(?:config\.(?:before|after)_(?:initialize|configuration|eager_load)|initializer)\.(?=config\b)/, '');
}

/**
 * What the application's Ruby assigned last, over all its files in boot order; null where no file assigns it.
 * @param path as in `everythingSaid`, without the `=`
 */
export function lastAssigned(application: Application, path: string): Traced<RubyValue> | null {
  let state: Traced<RubyValue> | null = null;
  for (const file of application.files) {
    const before: Traced<RubyValue> | null = state;
    const method = `${path.split('.').at(-1)}=`;
    const skipped = allAssumptions(...file.skipped.filter((one) => one.method === method).map((one) => one.assumes));
    const worlds: (Traced<RubyValue> | null)[] = file.worlds.map((calls) => {
      const said = assignedIn(calls, path) ?? before;
      return said && assuming(said, skipped);
    });
    const said = worlds.filter((one) => one !== null);
    if (said.length === 0) continue;
    const joined: Traced<RubyValue> = agree(UNDECIDED, said, madeTheSame);
    state = said.length === worlds.length ? joined : unknown(UNDECIDED, joined.origin);
  }
  return state;
}

/** What was assigned last under each path, in the calls of one world of a file that was read to its end. */
const ASSIGNED = new WeakMap<readonly RecordedCall[], ReadonlyMap<string, Said>>();

function assignments(calls: readonly RecordedCall[]): ReadonlyMap<string, Said> {
  const before = ASSIGNED.get(calls);
  if (before) return before;
  const found = new Map(saidInWorld(calls).map((said) => [said.path, said]));
  ASSIGNED.set(calls, found);
  return found;
}

function assignedIn(calls: readonly RecordedCall[], path: string): Traced<RubyValue> | null {
  const last = assignments(calls).get(`${path}=`);
  const value = last?.call.args[0];
  return last && value ? assuming(value, last.call.assumes) : null;
}
