import { known } from '../../value/traced.ts';
import type { Answer, Call, Table } from '../call.ts';
import { invokeMethod } from '../eval/methods.ts';
import { isTrue, literal } from '../machine.ts';
import { raise } from '../signals.ts';
import { RubyArray, RubyClass, RubyHash, RubyObject, RubyRange, RubyRegexp, type RubyValue } from '../values.ts';
import { defineMethodByBlock, defineSingletonByBlock } from './define_method.ts';
import { newErb } from './erb.ts';
import { DIR, FILE } from './file.ts';
import { newHash } from './hash.ts';
import { pathnameOf } from './pathname.ts';
import { REPOSITORY_ROOT } from '../paths.ts';
import { rubyRegexp } from '../regexp.ts';
import { parseUri, URI_MODULE } from './uri.ts';
import { YAML_MODULE } from './yaml.ts';
import type { UserMethod } from '../frames.ts';

function classOf(c: Call): RubyClass {
  return c.self.value as RubyClass;
}

function float(c: Call, index = 0): number {
  const value = c.arg(index);
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  return raise('TypeError', "can't convert into Float");
}

function newException(c: Call): RubyValue {
  const object = new RubyObject(classOf(c));
  if (c.count > 0) object.variables.set('@message', c.raw(0));
  const user = c.m.userMethod(classOf(c), 'initialize');
  if (user)
    invokeMethod(c.m, user, known(object, literal(c.at)), { args: c.args, named: c.named, block: c.block }, c.at);
  return object;
}

function newArray(c: Call): Answer {
  if (c.count === 0) return c.newArray([]);
  const first = c.arg(0);
  if (first instanceof RubyArray) return c.newArray([...c.itemsOf(first)]);
  const size = c.small(0);
  if (size < 0) return raise('ArgumentError', 'negative array size');
  if (size > 100_000) return c.unknown('a very long array');
  c.m.work(size >> 2, c.at);
  const items = Array.from({ length: size }, (_, i) => (c.block ? c.yield(c.makeInt(i)) : (c.args[1] ?? c.make(null))));
  return c.newArray(items);
}

function newObject(c: Call): Answer {
  const type = classOf(c);
  if (type.builtin || type.kind === 'module') return c.unknown(`\`${type.name}.new\` is not computed by this tool`);
  for (let at: RubyClass | null = type; at; at = at.superclass) {
    if (at.variables.has('open'))
      return c.unknown(`what \`${type.name}\` inherits is decided by code this tool does not run`);
  }
  if (c.m.classes.isException(type)) return newException(c);
  const object = new RubyObject(type);
  const user = c.m.userMethod(type, 'initialize') as UserMethod | undefined;
  if (user?.owner) {
    invokeMethod(c.m, user, known(object, literal(c.at)), { args: c.args, named: c.named, block: c.block }, c.at);
  }
  return object;
}

function newRegexp(c: Call): Answer {
  const source = c.arg(0);
  if (source instanceof RubyRegexp) return source;
  const flags = c.count > 1 ? c.arg(1) : null;
  if (typeof flags === 'bigint') return c.unknown('the options of a regular expression');
  return rubyRegexp(c.asStr(source), isTrue(flags) ? 'i' : '');
}

function escape(c: Call): string {
  return c
    .name(0)
    .replaceAll(/[-\\.*?+^$|()[\]{}#]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`)
    .replaceAll(' ', String.raw`\ `);
}

function time(c: Call): never {
  return c.unknown('the time of day');
}

function chance(c: Call): never {
  return c.unknown('chance');
}

function program(c: Call): never {
  return c.unknown('a running program');
}

function classArgument(c: Call): RubyClass {
  const other = c.arg(0);
  return other instanceof RubyClass ? other : raise('TypeError', 'compared with non class/module');
}

/** What every class and module answers. */
export const CLASS_METHODS: Table = {
  new: newObject,
  allocate: newObject,
  name: (c) => classOf(c).name,
  to_s: (c) => {
    c.expect(0);
    return classOf(c).name;
  },
  inspect: (c) => classOf(c).name,
  '===': (c) => {
    const value = c.arg(0);
    return c.m.classes.isA(value, classOf(c)) ?? c.unknown('the class of an object this tool does not know');
  },
  '==': (c) => {
    const other = c.arg(0);
    return (
      other === classOf(c) ||
      (other instanceof RubyClass && other.builtin && classOf(c).builtin && other.name === classOf(c).name)
    );
  },
  '<': (c) => {
    const other = classArgument(c);
    return other !== classOf(c) && c.m.classes.inherits(classOf(c), other);
  },
  '<=': (c) => {
    const other = classArgument(c);
    return c.m.classes.inherits(classOf(c), other);
  },
  '>': (c) => {
    const other = classArgument(c);
    return other !== classOf(c) && c.m.classes.inherits(other, classOf(c));
  },
  '>=': (c) => c.m.classes.inherits(classArgument(c), classOf(c)),
  'const_defined?': (c) => (classOf(c).constants.has(c.name(0)) ? true : c.unknown('whether a constant is defined')),
  const_get: (c) => classOf(c).constants.get(c.name(0)) ?? c.unknown('a constant by its name'),
  const_set: (c) => {
    classOf(c).constants.set(c.name(0), c.raw(1));
    return c.raw(1);
  },
  define_method: defineMethodByBlock,
  define_singleton_method: defineSingletonByBlock,
  ancestors: (c) => c.unknown('the ancestors of a class'),
  instance_methods: (c) => c.unknown('the methods of a class'),
  'method_defined?': (c) => c.unknown('the methods of a class'),
  instance_method: (c) => c.unknown('a method of a class'),
  superclass: (c) => classOf(c).superclass,
  'include?': (c) => {
    const other = c.arg(0);
    if (!(other instanceof RubyClass)) return raise('TypeError', 'wrong argument type (expected Module)');
    return c.m.classes.inherits(classOf(c), other);
  },
  freeze: (c) => c.self,
  include: (c) => c.self,
  extend: (c) => c.self,
  prepend: (c) => c.self,
};

/** The methods of Ruby's own classes and modules themselves. */
export const SINGLETONS: Readonly<Record<string, Table>> = {
  Exception: { new: newException, exception: newException },
  Array: { new: newArray, '[]': (c) => c.newArray([...c.args]) },
  Hash: {
    new: newHash,
    '[]': (c) => {
      if (c.count === 0) return new RubyHash();
      const only = c.arg(0);
      return only instanceof RubyHash && c.count === 1 ? only : c.unknown('a hash of a list');
    },
  },
  String: {
    new: (c) => (c.count === 0 ? '' : c.str(0)),
  },
  Regexp: { new: newRegexp, escape, quote: escape, union: (c) => c.unknown('a union of regular expressions') },
  Range: { new: (c) => new RubyRange(c.raw(0), c.raw(1), c.count > 2 && isTrue(c.arg(2))) },
  Proc: { new: (c) => c.block ?? raise('ArgumentError', 'tried to create Proc object without a block') },
  File: FILE,
  IO: FILE,
  Dir: DIR,
  Pathname: { new: (c) => pathnameOf(c, c.str(0)), pwd: (c) => pathnameOf(c, REPOSITORY_ROOT) },
  ERB: { new: newErb },
  YAML: YAML_MODULE,
  Psych: YAML_MODULE,
  URI: { ...URI_MODULE, parse: parseUri },
  Integer: { sqrt: (c) => BigInt(Math.floor(Math.sqrt(Number(c.integer(0))))) },
  Math: {
    sqrt: (c) =>
      float(c) < 0 ? raise('Math::DomainError', 'Numerical argument is out of domain - "sqrt"') : Math.sqrt(float(c)),
    log: (c) => (c.count > 1 ? c.unknown('a logarithm') : Math.log(float(c))),
    log2: (c) => Math.log2(float(c)),
    log10: (c) => Math.log10(float(c)),
    pow: (c) => float(c) ** float(c, 1),
    cbrt: (c) => Math.cbrt(float(c)),
    hypot: (c) => Math.hypot(float(c), float(c, 1)),
  },
  Process: {
    clock_gettime: time,
    pid: program,
    fork: program,
    spawn: program,
    kill: program,
    wait: program,
    daemon: program,
  },
  Time: { now: time, current: time, new: time, at: time, zone: time },
  Random: { rand: chance, new: chance, new_seed: chance },
  SecureRandom: {
    hex: chance,
    uuid: chance,
    random_number: chance,
    base64: chance,
    alphanumeric: chance,
    urlsafe_base64: chance,
  },
  Signal: { trap: () => null, list: program },
  FileUtils: Object.fromEntries(
    'mkdir_p mkdir rm rm_f rm_rf touch cp cp_r mv ln_s ln_sf chmod chown makedirs remove mkpath cd'
      .split(' ')
      .map((name) => [name, () => null]),
  ),
  GC: {
    start: () => null,
    compact: () => null,
    stress: () => false,
    stat: program,
    disable: () => false,
    enable: () => false,
    count: program,
  },
  Kernel: {},
  Benchmark: { realtime: time, measure: time },
  JSON: {
    parse: (c) => c.unknown('parsed JSON'),
    generate: (c) => c.unknown('JSON'),
    dump: (c) => c.unknown('JSON'),
  },
  Shellwords: { split: (c) => c.unknown('words of a shell'), escape: (c) => c.unknown('words of a shell') },
  Thread: { new: program, current: program, list: program, start: program, fork: program },
};
