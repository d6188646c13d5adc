import { assuming, known } from '../../value/traced.ts';
import { send } from '../dispatch.ts';
import type { Frame } from '../frames.ts';
import { computedOrigin, literal, type Machine, unknownAt } from '../machine.ts';
import type { MultipleTarget, Node, Target, VariableNode } from '../syntax.ts';
import { isHostObject, RubyArray, RubyClass, RubyObject, type Value } from '../values.ts';
import { evaluateArguments, splat } from './arguments.ts';
import { constant } from './define.ts';
import { evaluateNode } from './node.ts';
import { taint } from './taint.ts';

export function assign(m: Machine, node: Node & { type: 'assign' }, frame: Frame): Value {
  if (node.target.type === 'index' || node.target.type === 'attribute') {
    const place = placeOf(m, node.target, frame);
    const value = evaluateNode(m, node.value, frame);
    place.write(value);
    return value;
  }
  const value = evaluateNode(m, node.value, frame);
  assignTo(m, node.target, value, frame);
  return value;
}

export function assignTo(m: Machine, target: Target, raw: Value, frame: Frame): void {
  const value = assuming(raw, m.path);
  switch (target.type) {
    case 'local':
      frame.set(target.name, value);
      return;
    case 'ivar':
      variablesOf(m, frame).set(target.name, value);
      return;
    case 'gvar':
      m.globals.set(target.name, value);
      return;
    case 'cvar':
      (frame.lexical.at(-1) ?? m.top).variables.set(target.name, value);
      return;
    case 'const': {
      const scope =
        target.scope === null ? null : target.scope === 'top' ? m.top : evaluateNode(m, target.scope, frame);
      if (scope === null) (frame.lexical.at(-1) ?? m.top).constants.set(target.name, value);
      else if (scope instanceof RubyClass) scope.constants.set(target.name, value);
      else if (scope.known && scope.value instanceof RubyClass) scope.value.constants.set(target.name, value);
      return;
    }
    case 'index':
    case 'attribute':
      placeOf(m, target, frame).write(value);
      return;
    case 'multiple':
      assignMultiple(m, target, raw, frame);
      return;
    default:
  }
}

function assignMultiple(m: Machine, target: MultipleTarget, value: Value, frame: Frame): void {
  const count = target.before.length + target.after.length;
  let items: readonly Value[];
  if (value.known && !(value.value instanceof RubyArray)) items = [value];
  else {
    const list = splat(m, value, target.at);
    if ('unknown' in list) {
      for (const one of [...target.before, ...target.after]) assignTo(m, one, list.unknown, frame);
      if (target.rest && target.rest !== 'nameless') assignTo(m, target.rest, list.unknown, frame);
      return;
    }
    items = list.assumes.length === 0 ? list.items : list.items.map((item) => assuming(item, list.assumes));
  }
  const nil: Value = known(null, literal(target.at));
  target.before.forEach((one, i) => assignTo(m, one, items[i] ?? nil, frame));
  const restEnd = Math.max(target.before.length, items.length - target.after.length);
  if (target.rest && target.rest !== 'nameless') {
    const rest = new RubyArray(items.slice(target.before.length, restEnd));
    assignTo(m, target.rest, known(rest, computedOrigin(target.at, [value])), frame);
  }
  const after = target.rest === null ? count : restEnd;
  target.after.forEach((one, i) => assignTo(m, one, items[after + i] ?? nil, frame));
}

/** The instance variables of the present self. */
export function variablesOf(m: Machine, frame: Frame): Map<string, Value> {
  const { value } = frame.self;
  if (value instanceof RubyObject || value instanceof RubyClass) return value.variables;
  return m.selfVariables;
}

export function readTarget(
  m: Machine,
  node: VariableNode<'ivar'> | VariableNode<'gvar'> | VariableNode<'cvar'>,
  frame: Frame,
): Value {
  const nil: Value = known(null, literal(node.at));
  if (node.type === 'ivar') {
    const found = variablesOf(m, frame).get(node.name);
    if (found) return found;
    const { value } = frame.self;
    // The object of a configuration file has variables of its own, which other code sets.
    if (isHostObject(value) && !m.program.assignedInstanceVariables.has(node.name)) {
      return unknownAt(node.at, `\`${node.name}\` is set by code this tool does not run`);
    }
    return nil;
  }
  if (node.type === 'cvar') {
    return (
      (frame.lexical.at(-1) ?? m.top).variables.get(node.name) ??
      unknownAt(node.at, `\`${node.name}\` is set by code this tool does not run`)
    );
  }
  const global = m.globals.get(node.name);
  if (global) return global;
  if (/^\$[1-9]$/.test(node.name) || node.name === '$~') return matched(m, node.name, node.at);
  if (node.name === '$!') return m.currentError ?? nil;
  return unknownAt(node.at, `\`${node.name}\` is decided by code this tool does not run`);
}

function matched(m: Machine, name: string, at: Node['at']): Value {
  if (!m.lastMatch) return known(null, literal(at));
  if (name === '$~') return known(m.lastMatch, literal(at));
  const groups = m.lastMatch.variables.get('@groups');
  if (groups?.known && groups.value instanceof RubyArray) {
    return groups.value.items[Number(name.slice(1))] ?? known(null, literal(at));
  }
  return unknownAt(at, `\`${name}\` is not computed by this tool`);
}

interface WritablePlace {
  read(): Value;
  write(value: Value): void;
}

/** The receiver and the arguments of an index or attribute, evaluated once. */
function placeOf(m: Machine, target: Target & { type: 'index' | 'attribute' }, frame: Frame): WritablePlace {
  const object = evaluateNode(m, target.object, frame);
  if (target.type === 'attribute') {
    const nothing = target.safe && object.known && object.value === null;
    const call = (method: string, args: readonly Value[]): Value =>
      nothing ? object : send(m, object, method, { args, named: null, block: null }, target.at);
    return {
      read: () => call(target.name, []),
      write: (value) => {
        call(`${target.name}=`, [value]);
      },
    };
  }
  const given = evaluateArguments(m, target.args, null, frame);
  const call = (method: string, args: readonly Value[]): Value =>
    given.open ? given.open : send(m, object, method, { args, named: null, block: null }, target.at);
  return {
    read: () => call('[]', given.args),
    write: (value) => {
      call('[]=', [...given.args, value]);
    },
  };
}

/** `||=`, `&&=`, `+=` and the others. */
export function assignThroughOperator(m: Machine, node: Node & { type: 'opassign' }, frame: Frame): Value {
  const { target, op } = node;
  const place: WritablePlace =
    target.type === 'index' || target.type === 'attribute'
      ? placeOf(m, target, frame)
      : {
          read: () => readVariable(m, target, frame, op === '||'),
          write: (value) => assignTo(m, target, value, frame),
        };
  const before = place.read();
  if (op !== '||' && op !== '&&') {
    const value = send(
      m,
      before,
      op,
      { args: [evaluateNode(m, node.value, frame)], named: null, block: null },
      node.at,
    );
    place.write(value);
    return value;
  }
  if (!before.known && target.type !== 'index' && target.type !== 'attribute' && op === '||') {
    // Either what it was, which nobody knows, or this.
    taint(m, node.value, frame, before.reason);
    return before;
  }
  const { truth, assumes } = m.decide(before, node.target.at);
  if (truth === null) {
    taint(m, node, frame, 'a condition nobody can decide');
    return unknownAt(node.at, before.known ? '' : before.reason);
  }
  if (truth === (op === '||')) {
    if (assumes.length > 0) taint(m, node, frame, assumes);
    return before;
  }
  return m.under(assumes, () => {
    const value = assuming(evaluateNode(m, node.value, frame), assumes);
    place.write(value);
    return value;
  });
}

function readVariable(m: Machine, target: Target, frame: Frame, mayBeUndefined: boolean): Value {
  switch (target.type) {
    case 'local':
      return frame.get(target.name) ?? known(null, literal(target.at));
    case 'ivar':
    case 'cvar':
      return readTarget(m, target, frame);
    case 'gvar':
      return m.globals.get(target.name) ?? readTarget(m, target, frame);
    case 'const': {
      const own = (frame.lexical.at(-1) ?? m.top).constants.get(target.name);
      if (own || !mayBeUndefined) return own ?? constant(m, target, frame);
      const value = constant(m, target, frame);
      return value;
    }
    default:
      return unknownAt(target.at, 'an assignment this tool cannot read');
  }
}
