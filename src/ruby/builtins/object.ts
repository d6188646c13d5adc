import type { Call, Table } from '../call.ts';
import { className } from '../classes.ts';
import { compare, equal } from '../equality.ts';
import { respondsTo, send } from '../dispatch.ts';
import { invokeMethod } from '../eval/methods.ts';
import { nativeProc } from '../eval/procs.ts';
import { defineSingletonByBlock } from './define_method.ts';
import { inspect } from '../inspect.ts';
import { raise } from '../signals.ts';
import {
  isHostObject,
  RubyArray,
  RubyClass,
  RubyHash,
  RubyObject,
  RubyString,
  RubySymbol,
  type RubyValue,
} from '../values.ts';
import { SUPPORT_OBJECT } from './support.ts';

function isA(c: Call): boolean {
  const type = c.arg(0);
  if (!(type instanceof RubyClass)) return raise('TypeError', 'class or module required');
  return c.m.classes.isA(c.self.value, type) ?? c.unknown('the class of an object this tool does not know');
}

function copy(c: Call): RubyValue {
  const { value } = c.self;
  if (value instanceof RubyString) {
    const string = new RubyString(value.content);
    string.mutated = value.mutated;
    string.printed = value.printed;
    return string;
  }
  if (value instanceof RubyArray) {
    const array = c.newArray([...value.items]);
    array.assumes = value.assumes;
    array.blur = value.blur;
    return array;
  }
  if (value instanceof RubyHash) {
    const hash = new RubyHash();
    for (const [id, entry] of value.entries) hash.entries.set(id, { ...entry });
    hash.assumes = value.assumes;
    hash.blur = value.blur;
    hash.default = value.default;
    hash.defaultProc = value.defaultProc;
    return hash;
  }
  if (value instanceof RubyObject) {
    const object = new RubyObject(value.class);
    for (const [name, one] of value.variables) object.variables.set(name, one);
    return object;
  }
  return value;
}

function isFrozen(value: RubyValue): boolean {
  return value instanceof RubyString || value instanceof RubyArray || value instanceof RubyHash ? value.frozen : true;
}

function sendTo(c: Call) {
  const name = c.name(0);
  return send(c.m, c.self, name, { args: c.args.slice(1), named: c.named, block: c.block }, c.at);
}

/** What every object answers. */
export const OBJECT: Table = {
  '==': (c) => {
    c.expect(1);
    const { value } = c.self;
    const other = c.arg(0);
    if (isHostObject(value) || isHostObject(other)) return c.unknown('an object this tool does not compare');
    return equal(c, value, other);
  },
  '===': (c) => equal(c, c.self.value, c.arg(0)),
  'equal?': (c) => {
    const { value } = c.self;
    const other = c.arg(0);
    if (value instanceof RubySymbol && other instanceof RubySymbol) return value.name === other.name;
    return value === other;
  },
  'eql?': (c) => typeof c.self.value === typeof c.arg(0) && equal(c, c.self.value, c.arg(0)),
  '<=>': (c) => {
    const order = compare(c, c.self.value, c.arg(0));
    return order === null ? null : BigInt(order);
  },
  'nil?': (c) => c.self.value === null,
  '!': (c) => c.self.value === null || c.self.value === false,
  class: (c) => c.m.classes.of(c.self.value) ?? c.unknown('the class of an object this tool does not know'),
  'is_a?': isA,
  'kind_of?': isA,
  'instance_of?': (c) => {
    const type = c.arg(0);
    return type instanceof RubyClass && className(c.self.value) === type.name;
  },
  to_s: (c) => {
    const { value } = c.self;
    if (typeof value === 'boolean') return String(value);
    if (value instanceof RubyClass) return value.name;
    return c.unknown('the text of an object this tool does not know');
  },
  inspect: (c) => inspect(c, c.self.value),
  freeze: (c) => {
    const { value } = c.self;
    if (value instanceof RubyString || value instanceof RubyArray || value instanceof RubyHash) value.frozen = true;
    return c.self;
  },
  'frozen?': (c) => isFrozen(c.self.value),
  dup: copy,
  clone: (c) => {
    const made = copy(c);
    const keeps = c.keyword('freeze') !== false;
    if (keeps && (made instanceof RubyString || made instanceof RubyArray || made instanceof RubyHash)) {
      made.frozen = isFrozen(c.self.value);
    }
    return made;
  },
  itself: (c) => c.self,
  tap: (c) => {
    c.yield(c.self);
    return c.self;
  },
  then: (c) => c.yield(c.self),
  yield_self: (c) => c.yield(c.self),
  send: sendTo,
  public_send: sendTo,
  __send__: sendTo,
  'respond_to?': (c) =>
    respondsTo(c.m, c.self.value, c.name(0)) ?? c.unknown('the methods of an object this tool does not know'),
  method: (c) => {
    const name = c.name(0);
    const { m, self, at } = c;
    const user = m.top.methods.get(name);
    if (user) {
      return nativeProc(at, -1, (args) => invokeMethod(m, user as never, self, { args, named: null, block: null }, at));
    }
    return nativeProc(at, -1, (args) => send(m, self, name, { args, named: null, block: null }, at));
  },
  object_id: (c) => c.unknown('an identity that every run decides anew'),
  hash: (c) => c.unknown('an identity that every run decides anew'),
  instance_variable_get: (c) => {
    const { value } = c.self;
    const name = c.name(0);
    if (value instanceof RubyObject || value instanceof RubyClass) {
      return value.variables.get(name) ?? c.make(null);
    }
    return c.m.selfVariables.get(name) ?? c.unknown(`\`${name}\` is set by code this tool does not run`);
  },
  instance_variable_set: (c) => {
    const { value } = c.self;
    const name = c.name(0);
    const variables = value instanceof RubyObject || value instanceof RubyClass ? value.variables : c.m.selfVariables;
    variables.set(name, c.raw(1));
    return c.raw(1);
  },
  instance_eval: (c) => (c.block ? c.block.callWith([c.self], c.self.value, null, null) : c.unknown('evaluated text')),
  instance_exec: (c) => (c.block ? c.block.callWith(c.args, c.self.value, null, null) : null),
  display: () => null,
  extend: (c) => c.self,
  enum_for: (c) => c.unknown('an enumerator'),
  to_enum: (c) => c.unknown('an enumerator'),
  instance_variables: (c) => c.unknown('the variables of an object'),
  methods: (c) => c.unknown('the methods of an object'),
  singleton_class: (c) => c.unknown('a singleton class'),
  define_singleton_method: defineSingletonByBlock,
  ...SUPPORT_OBJECT,
};
