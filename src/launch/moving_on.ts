import type { Evaluation, Host } from '../ruby/host.ts';
import { RubyArray, RubyHash, RubyString, type Value } from '../ruby/values.ts';
import type { Environment } from '../value/environment.ts';
import { agree } from '../value/traced.ts';

/**
 * What a file set, the next one sees; where worlds differ, nobody knows what it sees.
 * @param constants what the process has defined so far: takes up what this file defined
 * @returns the variables after the file
 */
export function movedOn(
  worlds: readonly Evaluation<Host>[],
  environment: Environment,
  constants: Map<string, Value>,
): Environment {
  const first = worlds[0];
  if (!first) return environment;
  if (worlds.length === 1) {
    for (const [name, value] of first.constants) if (isShareable(value)) constants.set(name, value);
    return first.environment;
  }
  // What a world defines anew, another may define differently.
  for (const world of worlds) for (const name of world.constants.keys()) constants.delete(name);
  const names = new Set(worlds.flatMap((world) => world.environment.names));
  let joined = environment;
  for (const name of names) {
    const states = worlds.map((world) => world.environment.get(name));
    joined = joined.with(name, agree('a condition that nothing in this repository decides sets it', states));
  }
  return joined;
}

/** A constant that a later file can change in place would carry the changes of one possible world into the others. */
function isShareable(value: Value): boolean {
  if (!value.known || typeof value.value !== 'object' || value.value === null) return true;
  const changeable = value.value instanceof RubyArray || value.value instanceof RubyHash;
  return !changeable && !(value.value instanceof RubyString && !value.value.frozen);
}
