import type { Call, Table } from '../call.ts';
import type { RubyObject } from '../values.ts';

function message(c: Call) {
  const own = (c.self.value as RubyObject).variables.get('@message');
  return own ?? (c.self.value as RubyObject).class.name;
}

export const EXCEPTION: Table = {
  message,
  to_s: message,
  detailed_message: (c) => c.unknown('a detailed message'),
  full_message: (c) => c.unknown('a detailed message'),
  inspect: (c) => {
    const object = c.self.value as RubyObject;
    const text = object.variables.get('@message');
    const shown = text ? (c.textOf(c.see(text)) ?? '') : object.class.name;
    return shown === '' ? object.class.name : `#<${object.class.name}: ${shown}>`;
  },
  backtrace: (c) => c.unknown('a backtrace'),
  cause: (c) => c.unknown('the cause of an error'),
  exception: (c) => c.self,
  key: (c) => c.unknown('the key of an error'),
};
