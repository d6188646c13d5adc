import type { Call, Table } from '../call.ts';
import { symbolProc } from '../eval/procs.ts';
import { RubySymbol } from '../values.ts';
import { capitalize, swapCase } from './letters.ts';

function name(c: Call): string {
  return (c.self.value as RubySymbol).name;
}

export const SYMBOL: Table = {
  to_s: name,
  name,
  id2name: name,
  to_sym: (c) => c.self,
  to_proc: (c) => symbolProc(c.m, name(c), c.at),
  length: (c) => BigInt([...name(c)].length),
  size: (c) => BigInt([...name(c)].length),
  'empty?': (c) => name(c) === '',
  upcase: (c) => RubySymbol.of(name(c).toUpperCase()),
  downcase: (c) => RubySymbol.of(name(c).toLowerCase()),
  capitalize: (c) => RubySymbol.of(capitalize(name(c))),
  swapcase: (c) => RubySymbol.of(swapCase(name(c))),
  'start_with?': (c) => c.args.some((_, i) => name(c).startsWith(c.str(i))),
  'end_with?': (c) => c.args.some((_, i) => name(c).endsWith(c.str(i))),
};
