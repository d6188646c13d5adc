import type { Span } from '../text/source.ts';
import { allAssumptions } from '../value/origin.ts';
import { assumptionsOf, known, unknown, type Known } from '../value/traced.ts';
import { Call, answerValue, seenAssumptions, type Builtin, type Table } from './call.ts';
import { className, describe } from './classes.ts';
import { checkCount } from './builtins/arity.ts';
import { ENV_METHODS } from './builtins/env.ts';
import { CLASS_METHODS, SINGLETONS } from './builtins/singletons.ts';
import { CORE, EXTENSIONS, OBJECT, TABLES } from './builtins/tables.ts';
import type { Activation, UserMethod } from './frames.ts';
import { listenerOf, type HostObject } from './host.ts';
import { invokeMethod } from './eval/methods.ts';
import { noticeArithmetic } from './eval/notice.ts';
import { taintProc } from './eval/taint.ts';
import { type Machine, stillUnknown, unknownAt } from './machine.ts';
import { NotKnown, RaisedError } from './signals.ts';
import {
  type HashEntry,
  isHostObject,
  RubyArray,
  RubyClass,
  RubyEnv,
  RubyHash,
  RubyObject,
  type RubyProc,
  RubyString,
  RubySymbol,
  type RubyValue,
  type Value,
} from './values.ts';

/** Everything that is handed to a method. */
export interface Handed {
  readonly args: readonly Value[];
  readonly named: ReadonlyMap<string, Value> | null;
  readonly block: RubyProc | null;
}

export const NOTHING_HANDED: Handed = { args: [], named: null, block: null };

export function handed(...args: readonly Value[]): Handed {
  return { args, named: null, block: null };
}

/** Calls a method of a value. Unknown receivers give unknown answers; their blocks may or may not run. */
export function send(m: Machine, self: Value, method: string, given: Handed, at: Span): Value {
  noticeArithmetic(m, self, method, given.args, given.block, at);
  if (!self.known) return sendToUnknown(m, self, method, given, at);
  const { value } = self;
  if (isHostObject(value)) return callHost(m, self, method, given, at) ?? noAnswer(m, self, method, given, at);
  const own = m.classes.of(value);
  if (value instanceof RubyClass) {
    const singleton = singletonMethod(value, method);
    if (singleton) return invokeMethod(m, singleton, self, given, at);
    const builtin = builtinSingleton(value, method);
    if (builtin) return invoke(m, builtin, method, self, given, at);
  } else if (own) {
    const user = m.userMethod(own, method);
    if (user && (value instanceof RubyObject || m.top.methods.get(method) !== user)) {
      return invokeMethod(m, user, self, given, at);
    }
  }
  const builtin = builtinOf(m, value, method);
  if (builtin) {
    const name = own && !(value instanceof RubyObject || value instanceof RubyEnv) ? own.name : null;
    const checked: Builtin = (c) => {
      if (name !== null) checkCount(name, method, c.count);
      return builtin(c);
    };
    return invoke(m, checked, method, self, given, at);
  }
  const added = value instanceof RubyString ? callObject(m, value.extended, method, given, at) : undefined;
  return added ?? missing(m, self, method, given, at);
}

function sendToUnknown(m: Machine, self: Value & { known: false }, method: string, given: Handed, at: Span): Value {
  const answer = callObject(m, listenerOf(self), method, given, at);
  if (answer) return answer;
  const candidates = self.candidates;
  if (candidates && !given.block && given.args.every((arg) => arg.known)) {
    const results: Known<RubyValue>[] = [];
    for (const candidate of candidates) {
      try {
        const result = send(m, candidate, method, given, at);
        if (!result.known) return stillUnknown(at, self);
        results.push(result);
      } catch (signal) {
        if (signal instanceof RaisedError) return stillUnknown(at, self);
        throw signal;
      }
    }
    return unknown(self.reason, { kind: 'computed', at, from: [self.origin] }, results);
  }
  mayRun(m, given, method, self.reason);
  return stillUnknown(at, self);
}

export function singletonMethod(type: RubyClass, method: string): UserMethod | undefined {
  for (let at: RubyClass | null = type; at; at = at.superclass) {
    const found = at.singletons.get(method);
    if (found) return found as UserMethod;
  }
  return undefined;
}

function builtinSingleton(type: RubyClass, method: string): Builtin | undefined {
  for (let at: RubyClass | null = type; at; at = at.superclass) {
    const table = Object.hasOwn(SINGLETONS, at.name) ? SINGLETONS[at.name] : undefined;
    if (at.builtin && table && Object.hasOwn(table, method)) return table[method];
  }
  return Object.hasOwn(CLASS_METHODS, method) ? CLASS_METHODS[method] : undefined;
}

function inTable(table: Table | undefined, method: string): Builtin | undefined {
  return table && Object.hasOwn(table, method) ? table[method] : undefined;
}

/** The builtin that answers a method of a value, if this tool has it. */
export function builtinOf(m: Machine, value: RubyValue, method: string): Builtin | undefined {
  if (value instanceof RubyEnv) return inTable(ENV_METHODS, method) ?? inTable(OBJECT, method);
  for (let type = m.classes.of(value); type; type = type.superclass) {
    const found = inTable(Object.hasOwn(TABLES, type.name) ? TABLES[type.name] : undefined, method);
    if (found) return found;
  }
  return inTable(OBJECT, method);
}

export function respondsTo(m: Machine, value: RubyValue, method: string): boolean | null {
  if (isHostObject(value)) return null;
  const type = m.classes.of(value);
  if (m.userMethod(type, method) || builtinOf(m, value, method)) return true;
  if (value instanceof RubyClass)
    return singletonMethod(value, method) || builtinSingleton(value, method) ? true : null;
  return CORE.has(method) ? false : null;
}

function missing(m: Machine, self: Known<RubyValue>, method: string, given: Handed, at: Span): Value {
  const { value } = self;
  const name = className(value);
  const isClass =
    value instanceof RubyClass && value.builtin && Object.hasOwn(TABLES, value.name) && VALUE_CLASSES.has(value.name);
  const plain =
    isClass ||
    (!(value instanceof RubyObject || value instanceof RubyClass || value instanceof RubyEnv) && !isHostObject(value));
  // Nothing but another library can give these the methods of Ruby's other classes, and none does.
  if (plain && CORE.has(method) && !EXTENSIONS.has(`${name}#${method}`)) {
    const error = new RaisedError('NoMethodError', `undefined method '${method}' for ${describe(value)}`);
    error.at = at;
    error.assumes = allAssumptions(m.path, self.assumes);
    throw error;
  }
  return noAnswer(m, self, method, given, at);
}

const VALUE_CLASSES = new Set('Integer Float String Symbol Array Hash Range NilClass TrueClass FalseClass'.split(' '));

function noAnswer(m: Machine, self: Known<RubyValue>, method: string, given: Handed, at: Span): Value {
  const { value } = self;
  const name = isHostObject(value)
    ? value.hostName
    : value instanceof RubyClass
      ? value.name
      : `${className(value) ?? 'Object'}#`;
  const shown = name.endsWith('#') ? `${name}${method}` : `${name}.${method}`;
  const reason =
    isHostObject(value) || value instanceof RubyObject || value instanceof RubyClass
      ? `\`${shown}\` is decided by code this tool does not run`
      : `\`${shown}\` is not computed by this tool`;
  mayRun(m, given, method, reason);
  return unknownAt(at, reason, [self, ...given.args]);
}

/** Methods that keep their block for later, whoever they are called on: the body of a method, the end of the process. */
const KEEP_THEIR_BLOCK = new Set(['define_method', 'define_singleton_method', 'at_exit', 'trap', 'lambda', 'proc']);

/** Nobody can say whether a method runs the block it is given. */
function mayRun(m: Machine, { block }: Handed, method: string, reason: string): void {
  if (block && !KEEP_THEIR_BLOCK.has(method)) taintProc(m, block, reason);
}

/** Asks a host object. Undefined: it has no answer. */
export function callHost(
  m: Machine,
  self: Known<RubyValue>,
  method: string,
  given: Handed,
  at: Span,
): Value | undefined {
  const host = self.value;
  if (!isHostObject(host)) return undefined;
  const answer = callObject(m, host, method, given, at);
  if (!answer || self.assumes.length === 0 || !answer.known) return answer;
  return known(answer.value, answer.origin, allAssumptions(answer.assumes, self.assumes));
}

function callObject(
  m: Machine,
  host: HostObject | null | undefined,
  method: string,
  given: Handed,
  at: Span,
): Value | undefined {
  return host?.call({
    method,
    args: given.args,
    named: given.named ?? NO_NAMED,
    block: given.block,
    at,
    assumes: m.path,
    run: (block, args, receiver) => block.call(args, receiver ?? null),
  });
}

const NO_NAMED: ReadonlyMap<string, Value> = new Map();

/** Builtins that read their keyword arguments; for the others they are one hash at the end. */
const READS_KEYWORDS = new Set([
  'round',
  'floor',
  'ceil',
  'truncate',
  'Integer',
  'Float',
  'new',
  'load',
  'load_file',
  'safe_load',
  'safe_load_file',
  'unsafe_load',
  'unsafe_load_file',
  'parse',
  'step',
  'clone',
  'to_json',
  'generate',
  'split',
  'lines',
  'each_line',
  'chomp',
  'raise',
  'fail',
  'system',
  'read',
  'exist?',
  'format',
  'sprintf',
  '%',
  'rand',
  'slice!',
  'result_with_hash',
  'deep_symbolize_keys',
  'mkdir_p',
  'open',
  'warn',
  'glob',
]);

export function invoke(
  m: Machine,
  builtin: Builtin,
  method: string,
  self: Known<RubyValue>,
  given: Handed,
  at: Span,
): Value {
  let { args, named } = given;
  if (named && named.size > 0 && !READS_KEYWORDS.has(method)) {
    args = [...args, hashOfNamed(named, at)];
    named = null;
  }
  const c = new Call(m, method, self, args, named, given.block, at);
  try {
    return answerValue(c, given.block ? runWithBlock(c, builtin, given.block) : builtin(c));
  } catch (signal) {
    if (signal instanceof NotKnown) {
      if (changes(method, self.value)) blur(self.value, signal.value.reason, at);
      if (given.block) taintProc(m, given.block, signal.value.reason);
      if (signal.value.candidates && !given.block)
        return throughCandidates(m, builtin, method, self, given, at, signal);
      return stillUnknown(at, signal.value);
    }
    if (signal instanceof RaisedError && !signal.at) {
      signal.at = at;
      signal.assumes = allAssumptions(
        m.path,
        self.assumes,
        c.assumes,
        ...seenAssumptions(c),
        ...args.map(assumptionsOf),
      );
    }
    throw signal;
  }
}

/** A block's work rests on what its receiver and arguments assume. */
function runWithBlock(c: Call, builtin: Builtin, block: RubyProc): ReturnType<Builtin> {
  const { value } = c.self;
  const shape = value instanceof RubyArray || value instanceof RubyHash ? value.assumes : [];
  const assumes = allAssumptions(c.self.assumes, shape, ...c.args.map(assumptionsOf));
  if (assumes.length === 0) return builtin(c);
  const answer = c.m.under(assumes, () => builtin(c));
  taintProc(c.m, block, assumes);
  return answer;
}

/** One unknown argument with candidates: the answer has candidates too. */
function throughCandidates(
  m: Machine,
  builtin: Builtin,
  method: string,
  self: Known<RubyValue>,
  given: Handed,
  at: Span,
  signal: NotKnown,
): Value {
  const cause = signal.value;
  const index = given.args.findIndex((arg) => !arg.known && arg.candidates);
  const arg = given.args[index];
  if (!arg || arg.known || !arg.candidates || changes(method, self.value) || given.named)
    return stillUnknown(at, cause);
  const results: Known<RubyValue>[] = [];
  for (const candidate of arg.candidates) {
    const args = given.args.with(index, candidate);
    try {
      const result = invoke(m, builtin, method, self, { ...given, args }, at);
      if (!result.known) return stillUnknown(at, cause);
      results.push(result);
    } catch (problem) {
      if (problem instanceof RaisedError) return stillUnknown(at, cause);
      throw problem;
    }
  }
  return unknown(cause.reason, { kind: 'computed', at, from: [cause.origin] }, results);
}

export function hashOfNamed(named: ReadonlyMap<string, Value>, at: Span): Value {
  const hash = new RubyHash();
  for (const [name, value] of named) {
    const entry: HashEntry = { key: known(RubySymbol.of(name), { kind: 'literal', at }), value };
    hash.entries.set(`y${name}`, entry);
  }
  return known(hash, { kind: 'computed', at, from: [...named.values()].slice(0, 16).map((one) => one.origin) });
}

const CHANGERS = new Set(
  `<< push append concat insert unshift prepend pop shift delete delete_at delete_if keep_if []= store update clear replace fill setbyte`.split(
    ' ',
  ),
);

/** Whether a method of that name changes its receiver. */
export function changes(method: string, value?: RubyValue): boolean {
  if (
    value !== undefined &&
    !(value instanceof RubyString || value instanceof RubyArray || value instanceof RubyHash)
  ) {
    return false;
  }
  return CHANGERS.has(method) || (method.endsWith('!') && method.length > 1);
}

/** Nobody knows any more what is in it. */
export function blur(value: RubyValue, reason: string, at: Span): void {
  if (value instanceof RubyString) {
    value.content = unknown(reason, { kind: 'computed', at, from: [value.content.origin] });
    value.mutated = true;
  } else if (value instanceof RubyArray || value instanceof RubyHash) value.blur ??= { reason, at };
}

export type { Activation };
