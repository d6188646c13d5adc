import type { Table } from '../call.ts';
import { RubyHash } from '../values.ts';

export const NIL: Table = {
  to_s: () => '',
  to_a: (c) => c.newArray([]),
  to_h: () => new RubyHash(),
  to_i: () => 0n,
  to_f: () => 0,
  inspect: () => 'nil',
  '&': () => false,
  '|': (c) => c.arg(0) !== null && c.arg(0) !== false,
};
