import { spanText } from '../../text/source.ts';
import { allAssumptions, type Assumption } from '../../value/origin.ts';
import { assuming, known, unknown } from '../../value/traced.ts';
import { blur, changes } from '../dispatch.ts';
import { ENV_WRITERS } from '../builtins/env-writers.ts';
import { KERNEL } from '../builtins/kernel.ts';
import { writeVariable, readState } from '../environment.ts';
import type { Frame, UserMethod } from '../frames.ts';
import { literal, type Machine, unknownAt } from '../machine.ts';
import type { CallNode, Node, Target } from '../syntax.ts';
import { isHostObject, RubyArray, RubyHash, type RubyProc, RubyString, type RubyValue, type Value } from '../values.ts';
import { variablesOf } from './assign.ts';
import { effectsOf } from './effects.ts';
import { lookUp } from './define.ts';
import type { BlockSource } from './procs.ts';

/**
 * What code did not do, because a condition said no (assumptions), or may or may not have done, because nobody can say
 * (a reason). Everything it would have changed holds only under the assumptions, or is not known any more.
 */
export type Why = readonly Assumption[] | string;

export function taint(m: Machine, node: Node, frame: Frame, why: Why): void {
  if (why.length === 0) return;
  taintNode(m, node, frame, why, new Set());
}

/** The same for a block whose running nobody can vouch for. */
export function taintProc(m: Machine, proc: RubyProc, why: Why): void {
  const source = proc.source as BlockSource | null;
  if (!source?.node.body || why.length === 0) return;
  const effects = effectsOf(source.node.body);
  taintNode(m, source.node.body, source.frame, why, new Set(), effects.jumps.size > 0);
}

function taintNode(m: Machine, node: Node, frame: Frame, why: Why, visited: Set<unknown>, block = false): void {
  const effects = effectsOf(node);
  m.work(1 + effects.assigned.length + effects.calls.length, node.at);
  for (const target of effects.assigned) taintTarget(m, target, frame, why);
  for (const call of effects.calls) taintCall(m, call, frame, why, visited);
  if (effects.prints && m.printer) {
    if (typeof why === 'string') m.printer.hole(node.at, why);
    else m.printer.absence(allAssumptions(m.path, why));
  }
  if (typeof why !== 'string' && effects.jumps.size > 0) {
    const outer = effects.jumps.has('return') || effects.jumps.has('raise');
    if (!block || outer) m.jumpSkipped(why, outer);
  }
}

/** The same value, under more, or not known any more. */
function touched(value: Value, at: Node['at'], why: Why): Value {
  return typeof why === 'string' ? unknownAt(at, why, [value]) : assuming(value, why);
}

function taintTarget(m: Machine, target: Target, frame: Frame, why: Why): void {
  switch (target.type) {
    case 'local': {
      const before = frame.get(target.name);
      // A variable of a block that did not run is nobody else's.
      frame.set(target.name, touched(before ?? known(null, literal(target.at)), target.at, why));
      return;
    }
    case 'ivar': {
      const variables = variablesOf(m, frame);
      variables.set(
        target.name,
        touched(variables.get(target.name) ?? known(null, literal(target.at)), target.at, why),
      );
      return;
    }
    case 'gvar': {
      const before = m.globals.get(target.name);
      if (before) m.globals.set(target.name, touched(before, target.at, why));
      else if (typeof why === 'string') m.globals.set(target.name, unknownAt(target.at, why));
      return;
    }
    case 'const': {
      const owner = frame.lexical.at(-1) ?? m.top;
      const before = target.scope === null ? owner.constants.get(target.name) : undefined;
      if (before) owner.constants.set(target.name, touched(before, target.at, why));
      return;
    }
    case 'index':
      if (isEnv(target.object)) taintVariable(m, target.args.positional[0], frame, target.at, why);
      else taintObject(m, target.object, frame, '[]=', target.at, why);
      return;
    case 'attribute':
      taintObject(m, target.object, frame, `${target.name}=`, target.at, why);
      return;
    default:
  }
}

function isEnv(node: Node): boolean {
  return node.type === 'const' && node.name === 'ENV';
}

/** The text of a literal or of a local that holds one. */
function staticText(node: Node | undefined, frame: Frame): string | null {
  if (!node) return null;
  if (node.type === 'str') return node.value;
  if (node.type !== 'local') return null;
  const value = frame.get(node.name);
  return value?.known && value.value instanceof RubyString && value.value.content.known
    ? value.value.content.value
    : null;
}

function taintVariable(m: Machine, name: Node | undefined, frame: Frame, at: Node['at'], why: Why): void {
  const variable = staticText(name, frame);
  if (variable === null) return;
  const state = readState(m, variable, at);
  writeVariable(m, variable, typeof why === 'string' ? unknown(why, state.origin) : assuming(state, why), at);
}

function staticValue(m: Machine, node: Node, frame: Frame): Value | undefined {
  switch (node.type) {
    case 'local':
      return frame.get(node.name);
    case 'ivar':
      return variablesOf(m, frame).get(node.name);
    case 'gvar':
      return m.globals.get(node.name);
    case 'const':
      return lookUp(m, node, frame);
    case 'self':
      return frame.self;
    default:
      return undefined;
  }
}

function taintObject(m: Machine, receiver: Node, frame: Frame, method: string, at: Node['at'], why: Why): void {
  const value = staticValue(m, receiver, frame);
  if (value?.known && !isHostObject(value.value)) {
    if (changes(method, value.value)) taintContent(value.value, at, why);
    return;
  }
  if (!value && rootIsValue(m, receiver, frame)) return;
  note(m, receiver, method, at, why);
}

function taintContent(value: RubyValue, at: Node['at'], why: Why): void {
  if (typeof why === 'string') blur(value, why, at);
  else if (value instanceof RubyString) value.content = assuming(value.content, why);
  else if (value instanceof RubyArray || value instanceof RubyHash) value.assumes = allAssumptions(value.assumes, why);
}

function rootIsValue(m: Machine, node: Node, frame: Frame): boolean {
  if (node.type === 'call') {
    if (node.receiver) return rootIsValue(m, node.receiver, frame);
    return Object.hasOwn(KERNEL, node.method) || m.top.methods.has(node.method);
  }
  if (node.type === 'local' || node.type === 'ivar' || node.type === 'const' || node.type === 'gvar') {
    const value = staticValue(m, node, frame);
    return value !== undefined && value.known && !isHostObject(value.value);
  }
  return true;
}

function note(m: Machine, receiver: Node | null, method: string, at: Node['at'], why: Why): void {
  const text = receiver ? spanText(receiver.at) : null;
  if (typeof why === 'string') m.possible.push({ receiver: text, method, at, reason: why });
  else m.skipped.push({ receiver: text, method, at, assumes: allAssumptions(m.path, why) });
}

function taintCall(m: Machine, call: CallNode, frame: Frame, why: Why, visited: Set<unknown>): void {
  const { receiver, method } = call;
  if (receiver) {
    if (isEnv(receiver)) {
      if (ENV_WRITERS.has(method)) {
        taintVariable(m, call.args.positional[0], frame, call.at, why);
        for (const pair of call.args.pairs) taintVariable(m, pair.key ?? undefined, frame, call.at, why);
      }
      return;
    }
    taintObject(m, receiver, frame, method, call.at, why);
    return;
  }
  const user = m.userMethod(m.classes.of(frame.self.value), method) as UserMethod | undefined;
  if (user) {
    if (visited.has(user) || !user.def.body) return;
    visited.add(user);
    taintNode(m, user.def.body, m.topFrame(frame.self, user.lexical), why, visited, true);
    return;
  }
  if (Object.hasOwn(KERNEL, method) && method !== 'load') return;
  if (call.bare && /^[a-z_]+\?$/.test(method)) return;
  note(m, null, method, call.at, why);
}
