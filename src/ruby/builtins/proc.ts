import type { Call, Table } from '../call.ts';
import { nativeProc } from '../eval/procs.ts';
import { handed, send } from '../dispatch.ts';
import type { RubyProc } from '../values.ts';

function call(c: Call) {
  return (c.self.value as RubyProc).callWith(c.args, null, c.named, c.block);
}

export const PROC: Table = {
  call,
  '()': call,
  yield: call,
  '===': call,
  '[]': call,
  to_proc: (c) => c.self,
  'lambda?': (c) => (c.self.value as RubyProc).lambda,
  arity: (c) => BigInt((c.self.value as RubyProc).arity),
  curry: (c) => c.unknown('a curried function'),
  '>>': (c) => {
    const { m, at } = c;
    const first = c.self.value as RubyProc;
    const second = c.raw(0);
    return nativeProc(at, first.arity, (args) => send(m, second, 'call', handed(first.call(args)), at));
  },
  '<<': (c) => {
    const { m, at } = c;
    const second = c.self.value as RubyProc;
    const first = c.raw(0);
    return nativeProc(at, -1, (args) => second.call([send(m, first, 'call', handed(...args), at)]));
  },
};
