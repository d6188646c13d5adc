import type { Call, Table } from '../call.ts';
import { symbolProc } from '../eval/procs.ts';
import { RubySymbol } from '../values.ts';
import { handed, send } from '../dispatch.ts';
import { capitalize, swapCase } from './letters.ts';
import { clamp, mustCompare } from './numeric.ts';
import { successor } from './string.ts';

function compareWith(c: Call, test: (result: number) => boolean): boolean {
  return test(mustCompare(c, c.self.value, c.arg(0)));
}

function name(c: Call): string {
  return (c.self.value as RubySymbol).name;
}

export const SYMBOL: Table = {
  '<': (c) => compareWith(c, (result) => result < 0),
  '<=': (c) => compareWith(c, (result) => result <= 0),
  '>': (c) => compareWith(c, (result) => result > 0),
  '>=': (c) => compareWith(c, (result) => result >= 0),
  'between?': (c) => mustCompare(c, c.self.value, c.arg(0)) >= 0 && mustCompare(c, c.self.value, c.arg(1)) <= 0,
  clamp,
  '[]': (c) => send(c.m, c.make(name(c)), '[]', handed(...c.args), c.at),
  succ: (c) => RubySymbol.of(successor(name(c)) ?? c.unknown('the successor of a symbol')),
  next: (c) => RubySymbol.of(successor(name(c)) ?? c.unknown('the successor of a symbol')),
  '=~': (c) => send(c.m, c.make(name(c)), '=~', handed(...c.args), c.at),
  'match?': (c) => send(c.m, c.make(name(c)), 'match?', handed(...c.args), c.at),
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
  'start_with?': (c) => send(c.m, c.make(name(c)), 'start_with?', handed(...c.args), c.at),
  'end_with?': (c) => c.args.some((_, i) => name(c).endsWith(c.str(i))),
};
