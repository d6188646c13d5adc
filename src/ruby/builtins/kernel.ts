import { known } from '../../value/traced.ts';
import type { Answer, Call, Table } from '../call.ts';
import { typeName } from '../classes.ts';
import { format } from '../format.ts';
import { inspect } from '../inspect.ts';
import { exceptionOf } from '../eval/begin.ts';
import { stringOf } from '../eval/to-s.ts';
import { excerpt } from '../eval/literals.ts';
import { handed, send } from '../dispatch.ts';
import { literal } from '../machine.ts';
import { strictFloat, strictInteger } from '../numbers.ts';
import { Jump, RaisedError, raise } from '../signals.ts';
import { RubyArray, RubyClass, RubyEnv, RubyHash, RubyObject, RubyRange, RubyString, RubySymbol } from '../values.ts';
import { defineMethodByBlock } from './define_method.ts';
import { pathnameOf } from './pathname.ts';
import { parseUri } from './uri.ts';

/** `raise` in its forms. Without arguments, the error being rescued. */
function raiseError(c: Call): never {
  const first = c.count > 0 ? c.arg(0) : null;
  const { m, at } = c;
  let error: RaisedError;
  if (c.count === 0) {
    const current = m.currentError?.known && m.currentError.value instanceof RubyObject ? m.currentError.value : null;
    error = new RaisedError(
      current?.class.name ?? 'RuntimeError',
      current ? messageOf(c, current) : 'unhandled exception',
    );
    error.exception = current;
  } else if (first instanceof RubyString) {
    error = new RaisedError('RuntimeError', c.textOf(first)!);
  } else if (first instanceof RubyClass) {
    const made = send(m, c.raw(0), 'new', { args: c.args.slice(1, 2), named: c.named, block: null }, at);
    const object = c.see(made);
    if (!(object instanceof RubyObject)) return c.unknown('an error this tool does not know');
    error = new RaisedError(first.name, messageOf(c, object));
    error.exception = object;
  } else if (first instanceof RubyObject && m.classes.isException(first.class)) {
    error = new RaisedError(first.class.name, messageOf(c, first));
    error.exception = first;
  } else return raise('TypeError', 'exception class/object expected');
  throw error;
}

function messageOf(c: Call, object: RubyObject): string {
  const message = object.variables.get('@message');
  if (!message) return object.class.name;
  const value = c.see(message);
  return c.textOf(value) ?? (value === null ? object.class.name : inspect(c, value));
}

/** `Integer(x)`: with `exception: false` nil instead of an error. */
function integer(c: Call): Answer {
  const quiet = c.keyword('exception') === false;
  try {
    return strict(c);
  } catch (signal) {
    if (quiet && signal instanceof RaisedError) return null;
    throw signal;
  }
}

function strict(c: Call): bigint {
  c.expect(1, 2);
  const value = c.arg(0);
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return c.asInteger(value);
  const text = c.textOf(value);
  if (text !== null) {
    const base = c.count > 1 ? c.small(1) : 0;
    return strictInteger(text, base) ?? raise('ArgumentError', `invalid value for Integer(): ${inspect(c, value)}`);
  }
  if (value === null) return raise('TypeError', "can't convert nil into Integer");
  if (value instanceof RubyObject || (typeof value === 'object' && 'hostName' in value)) {
    return c.unknown('a conversion of an object this tool does not know');
  }
  return raise('TypeError', `can't convert ${typeName(value)} into Integer`);
}

function float(c: Call): Answer {
  const quiet = c.keyword('exception') === false;
  const value = c.arg(0);
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  const text = c.textOf(value);
  if (text !== null) {
    const number = strictFloat(text);
    if (number !== null) return number;
    return quiet ? null : raise('ArgumentError', `invalid value for Float(): ${inspect(c, value)}`);
  }
  if (quiet) return null;
  return raise('TypeError', `can't convert ${typeName(value)} into Float`);
}

function array(c: Call): Answer {
  const value = c.arg(0);
  if (value === null) return c.newArray([]);
  if (value instanceof RubyArray) return c.raw(0);
  if (value instanceof RubyHash || value instanceof RubyRange) return send(c.m, c.raw(0), 'to_a', handed(), c.at);
  if (typeof value === 'object' && 'hostName' in value) return c.unknown('a list of an object this tool does not know');
  return c.newArray([c.raw(0)]);
}

function asText(c: Call): Answer {
  c.arg(0);
  const value = c.raw(0);
  return value.known ? stringOf(c.m, value, c.at) : value;
}

function catchThrow(c: Call): Answer {
  const tag = c.count > 0 ? c.raw(0) : c.make('tag');
  const key = tag.known && tag.value instanceof RubySymbol ? `:${tag.value.name}` : tag.known ? tag.value : tag;
  try {
    return c.yield(tag);
  } catch (signal) {
    if (signal instanceof Jump && signal.kind === 'throw' && signal.target === key) {
      return signal.value.known
        ? known(signal.value.value, signal.value.origin, [...signal.value.assumes, ...signal.assumes])
        : signal.value;
    }
    throw signal;
  }
}

function throwTag(c: Call): never {
  const tag = c.raw(0);
  const key = tag.known && tag.value instanceof RubySymbol ? `:${tag.value.name}` : tag.known ? tag.value : tag;
  throw new Jump('throw', key, c.args[1] ?? c.make(null), c.m.path);
}

function silent(c: Call): Answer {
  // What is printed is not computed, and yet what Ruby would compute for it may fail.
  return c.count === 1 && c.method === 'p' ? c.raw(0) : null;
}

function runsProgram(c: Call): never {
  return c.unknown(`\`${excerpt(c.at)}\` runs a program`);
}

function chance(c: Call): never {
  return c.unknown(`\`${c.method}\` is decided by chance`);
}

/** The functions of Kernel: receiver-less calls that mean the same everywhere. */
export const KERNEL: Table = {
  Integer: integer,
  Float: float,
  String: asText,
  Array: array,
  Hash: (c) => {
    const value = c.arg(0);
    if (value === null || (value instanceof RubyArray && c.itemsOf(value).length === 0)) return new RubyHash();
    return value instanceof RubyHash || value instanceof RubyEnv
      ? c.raw(0)
      : raise('TypeError', `can't convert ${typeName(value)} into Hash`);
  },
  Rational: (c) => c.unknown('a rational number'),
  Complex: (c) => c.unknown('a complex number'),
  Pathname: (c) => pathnameOf(c, c.str(0)),
  URI: parseUri,
  format: (c) => {
    const template = c.str(0);
    return format(c, template, c.args.slice(1));
  },
  sprintf: (c) => {
    const template = c.str(0);
    return format(c, template, c.args.slice(1));
  },
  raise: raiseError,
  fail: raiseError,
  exit: (c) => {
    const error = new RaisedError('SystemExit', 'exit');
    error.at = c.at;
    error.assumes = c.m.path;
    error.exception = exceptionOf(c.m, error).known ? error.exception : null;
    throw error;
  },
  'exit!': () => raise('SystemExit', 'exit'),
  abort: (c) => raise('SystemExit', c.count > 0 ? c.str(0) : 'exit'),
  puts: silent,
  print: silent,
  p: silent,
  pp: silent,
  warn: silent,
  printf: silent,
  putc: silent,
  sleep: silent,
  srand: silent,
  at_exit: () => null,
  trap: () => null,
  autoload: () => null,
  gem: () => true,
  catch: catchThrow,
  throw: throwTag,
  lambda: (c) => (c.count > 0 ? c.raw(0) : c.unknown('a lambda of a block')),
  proc: (c) => (c.block ? known(c.block, literal(c.at)) : c.unknown('a proc of a block')),
  rand: chance,
  gets: (c) => c.unknown('what somebody types'),
  system: runsProgram,
  spawn: runsProgram,
  exec: runsProgram,
  fork: runsProgram,
  '`': runsProgram,
  open: (c) => c.unknown('a file or a program'),
  eval: (c) => c.unknown('evaluated text'),
  instance_eval: (c) => (c.block ? c.block.call([c.self]) : c.unknown('evaluated text')),
  class_eval: (c) => c.unknown('evaluated text'),
  caller: (c) => c.unknown('a backtrace'),
  caller_locations: (c) => c.unknown('a backtrace'),
  set_trace_func: (c) => c.unknown('a trace'),
  define_method: defineMethodByBlock,
  using: () => null,
  private: () => null,
  public: () => null,
  freeze: (c) => c.self,
  tap: (c) => {
    c.yield(c.self);
    return c.self;
  },
  then: (c) => c.yield(c.self),
  'is_a?': (c) => c.unknown('what the object of a configuration file is'),
  'respond_to?': (c) => c.unknown('the methods of the object of a configuration file'),
  'instance_variable_defined?': (c) => {
    const name = c.name(0);
    return c.m.selfVariables.has(name) ? true : c.unknown(`\`${name}\` is set by code this tool does not run`);
  },
  instance_variable_get: (c) => {
    const name = c.name(0);
    return c.m.selfVariables.get(name) ?? c.unknown(`\`${name}\` is set by code this tool does not run`);
  },
  instance_variable_set: (c) => {
    c.m.selfVariables.set(c.name(0), c.raw(1));
    return c.raw(1);
  },
  method: (c) => c.unknown('a method of the object of a configuration file'),
};
