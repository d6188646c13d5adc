import type { Table } from '../call.ts';
import { isTrue } from '../machine.ts';
import { RubyHash } from '../values.ts';

/** `true` and `false`. */
export const BOOLEAN: Table = {
  '&': (c) => c.self.value === true && isTrue(c.arg(0)),
  '|': (c) => c.self.value === true || isTrue(c.arg(0)),
  '^': (c) => isTrue(c.arg(0)) !== c.self.value,
};

export const NIL: Table = {
  to_s: () => '',
  to_a: (c) => c.newArray([]),
  to_h: () => new RubyHash(),
  to_i: () => 0n,
  to_f: () => 0,
  inspect: () => 'nil',
  '=~': () => null,
  '&': () => false,
  '|': (c) => c.arg(0) !== null && c.arg(0) !== false,
};
