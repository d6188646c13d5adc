import type { Span } from '../../text/source.ts';
import { allAssumptions } from '../../value/origin.ts';
import { assuming, known } from '../../value/traced.ts';
import { hashOfNamed, type Handed } from '../dispatch.ts';
import type { Frame } from '../frames.ts';
import { literal, type Machine, stillUnknown } from '../machine.ts';
import { RaisedError } from '../signals.ts';
import type { MultipleTarget, Parameters } from '../syntax.ts';
import { RubyArray, type RubyValue, type Value } from '../values.ts';
import { assignTo } from './assign.ts';
import { evaluateNode } from './node.ts';

interface Binding {
  /** Methods and lambdas count their arguments; blocks do not. */
  readonly strict: boolean;
  readonly at: Span;
}

/** What `arity` says. */
export function countRequired(params: Parameters): number {
  const required = params.required.length + params.post.length;
  return params.rest !== null || params.optional.length > 0 ? -(required + 1) : required;
}

export function bindParameters(m: Machine, params: Parameters, frame: Frame, given: Handed, binding: Binding): void {
  let args = [...given.args];
  let { named } = given;
  const takesKeywords = params.keywords.length > 0 || params.keywordRest !== null;
  if (named && !takesKeywords && !params.forward) {
    args.push(hashOfNamed(named, binding.at));
    named = null;
  }
  const most = params.required.length + params.optional.length + params.post.length;
  if (!binding.strict) args = takeApart(args, params, most);
  const least = params.required.length + params.post.length;
  if (binding.strict && (args.length < least || (params.rest === null && !params.forward && args.length > most))) {
    const expected =
      params.rest !== null || params.forward ? `${least}+` : least === most ? String(least) : `${least}..${most}`;
    throw new RaisedError('ArgumentError', `wrong number of arguments (given ${args.length}, expected ${expected})`);
  }
  const nil = (): Value => known(null, literal(binding.at));
  const put = (target: string | MultipleTarget, value: Value): void => {
    if (typeof target === 'string') frame.vars.set(target, assuming(value, m.path));
    else assignTo(m, target, value, frame);
  };
  let index = 0;
  for (const target of params.required) put(target, args[index++] ?? nil());
  const spare = Math.max(0, args.length - least);
  params.optional.forEach((optional, i) => {
    put(optional.name, i < spare ? args[index++]! : evaluateNode(m, optional.value, frame));
  });
  const restEnd = Math.max(index, args.length - params.post.length);
  if (params.rest !== null) {
    put(params.rest, known(new RubyArray(args.slice(index, restEnd)), literal(binding.at)));
    index = restEnd;
  }
  for (const target of params.post) put(target, args[index++] ?? nil());
  bindKeywords(m, params, frame, named, binding);
  if (params.block !== null) {
    put(params.block, given.block ? known(given.block, literal(binding.at)) : nil());
  }
  for (const local of params.locals) frame.vars.set(local, nil());
}

/** A block with several parameters takes a single array apart. */
function takeApart(args: Value[], params: Parameters, most: number): Value[] {
  const only = args[0];
  if (args.length !== 1 || !only) return args;
  const several = most > 1 || (most === 1 && params.rest !== null) || params.trailingComma;
  if (!several) return args;
  if (!only.known) return Array.from({ length: most }, () => only);
  if (!(only.value instanceof RubyArray)) return args;
  const array = only.value;
  if (array.blur) {
    const cause = { known: false as const, reason: array.blur.reason, origin: only.origin, candidates: null };
    return Array.from({ length: most }, () => stillUnknown(array.blur!.at, cause));
  }
  const assumes = allAssumptions(only.assumes, array.assumes);
  return assumes.length === 0 ? [...array.items] : array.items.map((item) => assuming(item, assumes));
}

function bindKeywords(
  m: Machine,
  params: Parameters,
  frame: Frame,
  named: ReadonlyMap<string, Value> | null,
  binding: Binding,
): void {
  const left = new Map(named ?? []);
  const missing: string[] = [];
  for (const keyword of params.keywords) {
    const value = left.get(keyword.name);
    left.delete(keyword.name);
    if (value) frame.vars.set(keyword.name, assuming(value, m.path));
    else if (keyword.value) frame.vars.set(keyword.name, evaluateNode(m, keyword.value, frame));
    else missing.push(keyword.name);
  }
  if (missing.length > 0) {
    const names = missing.map((name) => `:${name}`).join(', ');
    throw new RaisedError('ArgumentError', `missing keyword${missing.length > 1 ? 's' : ''}: ${names}`);
  }
  if (params.keywordRest !== null) {
    frame.vars.set(params.keywordRest, hashOfNamed(left, binding.at) as Value & { value: RubyValue });
  } else if (left.size > 0 && binding.strict && params.keywords.length > 0) {
    const names = [...left.keys()].map((name) => `:${name}`).join(', ');
    throw new RaisedError('ArgumentError', `unknown keyword${left.size > 1 ? 's' : ''}: ${names}`);
  }
}
