import {
  RubyArray,
  RubyClass,
  RubyEnv,
  RubyHash,
  RubyObject,
  RubyProc,
  RubyRange,
  RubyRegexp,
  RubyString,
  RubySymbol,
} from './values.ts';
import { isHostObject, type RubyValue } from './values.ts';

/** Ruby's own classes: name → superclass; modules have none. */
const PARENTS: Record<string, string | null> = {
  BasicObject: null,
  Object: 'BasicObject',
  Module: 'Object',
  Class: 'Module',
  NilClass: 'Object',
  TrueClass: 'Object',
  FalseClass: 'Object',
  Numeric: 'Object',
  Integer: 'Numeric',
  Float: 'Numeric',
  Rational: 'Numeric',
  Complex: 'Numeric',
  String: 'Object',
  Symbol: 'Object',
  Array: 'Object',
  Hash: 'Object',
  Range: 'Object',
  Proc: 'Object',
  Regexp: 'Object',
  MatchData: 'Object',
  IO: 'Object',
  File: 'IO',
  Dir: 'Object',
  ERB: 'Object',
  Set: 'Object',
  Struct: 'Object',
  Time: 'Object',
  Pathname: 'Object',
  Thread: 'Object',
  'URI::Generic': 'Object',
  Exception: 'Object',
  StandardError: 'Exception',
  ScriptError: 'Exception',
  LoadError: 'ScriptError',
  NotImplementedError: 'ScriptError',
  SyntaxError: 'ScriptError',
  SystemExit: 'Exception',
  Interrupt: 'Exception',
  NoMemoryError: 'Exception',
  SystemStackError: 'Exception',
  ArgumentError: 'StandardError',
  UncaughtThrowError: 'ArgumentError',
  TypeError: 'StandardError',
  NameError: 'StandardError',
  NoMethodError: 'NameError',
  ZeroDivisionError: 'StandardError',
  RangeError: 'StandardError',
  FloatDomainError: 'RangeError',
  IndexError: 'StandardError',
  KeyError: 'IndexError',
  StopIteration: 'IndexError',
  RuntimeError: 'StandardError',
  FrozenError: 'RuntimeError',
  IOError: 'StandardError',
  EncodingError: 'StandardError',
  RegexpError: 'StandardError',
  LocalJumpError: 'StandardError',
  NoMatchingPatternError: 'StandardError',
  NoMatchingPatternKeyError: 'NoMatchingPatternError',
  SystemCallError: 'StandardError',
  'Errno::ENOENT': 'SystemCallError',
  'URI::Error': 'StandardError',
  'URI::InvalidURIError': 'URI::Error',
  'Psych::Exception': 'RuntimeError',
  'Psych::SyntaxError': 'Psych::Exception',
};

const MODULES = new Set([
  'Kernel',
  'Comparable',
  'Enumerable',
  'Math',
  'Process',
  'GC',
  'ObjectSpace',
  'Signal',
  'FileUtils',
  'YAML',
  'Psych',
  'JSON',
  'URI',
  'Errno',
  'Shellwords',
  'SecureRandom',
  'Random',
  'Benchmark',
]);

/** Which of Ruby's modules a class includes, for `is_a?`. */
const INCLUDED: Record<string, readonly string[]> = {
  Object: ['Kernel'],
  Numeric: ['Comparable'],
  String: ['Comparable'],
  Array: ['Enumerable'],
  Hash: ['Enumerable'],
  Range: ['Enumerable'],
  Symbol: ['Comparable'],
};

/** The classes of one evaluation: Ruby's own, made as they are named, so that a file may reopen them. */
export class Classes {
  readonly #byName = new Map<string, RubyClass>();

  /** One of Ruby's own classes or modules, or undefined. */
  get(name: string): RubyClass | undefined {
    const existing = this.#byName.get(name);
    if (existing) return existing;
    const parent = Object.hasOwn(PARENTS, name) ? PARENTS[name] : undefined;
    if (parent === undefined && !MODULES.has(name)) return undefined;
    const superclass = parent ? (this.get(parent) ?? null) : null;
    const made = new RubyClass(name, MODULES.has(name) ? 'module' : 'class', superclass, true);
    this.#byName.set(name, made);
    return made;
  }

  /** The class of a value; a host object has none. */
  of(value: RubyValue): RubyClass | null {
    if (value instanceof RubyObject) return value.class;
    const name = className(value);
    return name ? (this.get(name) ?? null) : null;
  }

  /** `value.is_a?(type)`; null where a host object is asked. */
  isA(value: RubyValue, type: RubyClass): boolean | null {
    const own = this.of(value);
    if (!own) return null;
    return this.inherits(own, type);
  }

  inherits(own: RubyClass, type: RubyClass): boolean {
    for (let at: RubyClass | null = own; at; at = at.superclass) {
      if (at === type || (INCLUDED[at.name]?.includes(type.name) && type.builtin)) return true;
    }
    return false;
  }

  isException(type: RubyClass): boolean {
    return this.inherits(type, this.get('Exception')!);
  }
}

/** The name of the class of a value of Ruby's own; null for a host object. */
export function className(value: RubyValue): string | null {
  if (value === null) return 'NilClass';
  if (value === true) return 'TrueClass';
  if (value === false) return 'FalseClass';
  if (typeof value === 'bigint') return 'Integer';
  if (typeof value === 'number') return 'Float';
  if (value instanceof RubyString) return 'String';
  if (value instanceof RubySymbol) return 'Symbol';
  if (value instanceof RubyArray) return 'Array';
  if (value instanceof RubyHash) return 'Hash';
  if (value instanceof RubyRange) return 'Range';
  if (value instanceof RubyProc) return 'Proc';
  if (value instanceof RubyRegexp) return 'Regexp';
  if (value instanceof RubyClass) return value.kind === 'class' ? 'Class' : 'Module';
  if (value instanceof RubyObject) return value.class.name;
  if (value instanceof RubyEnv) return value.snapshot ? 'Hash' : 'Object';
  if (isHostObject(value)) return null;
  return null;
}

/** How Ruby's messages call a value: "nil", "true", or "an instance of Integer". */
export function describe(value: RubyValue): string {
  if (value === null) return 'nil';
  if (typeof value === 'boolean') return String(value);
  if (value instanceof RubyClass) return `${value.kind} ${value.name}`;
  return `an instance of ${className(value) ?? 'Object'}`;
}

/** How "no implicit conversion of …" calls a value. */
export function typeName(value: RubyValue): string {
  if (value === null) return 'nil';
  if (typeof value === 'boolean') return String(value);
  return className(value) ?? 'Object';
}
