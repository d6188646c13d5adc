import { known } from '../../value/traced.ts';
import { KERNEL } from '../builtins/kernel.ts';
import { callHost, NOTHING_HANDED, respondsTo } from '../dispatch.ts';
import type { Frame } from '../frames.ts';
import { literal, type Machine, textValue, unknownAt } from '../machine.ts';
import type { Node } from '../syntax.ts';
import { isHostObject, type Value } from '../values.ts';
import { variablesOf } from './assign.ts';
import { fullName, lookUp } from './define.ts';
import { evaluateNode } from './node.ts';

/** `defined?(…)` */
export function defined(m: Machine, node: Node & { type: 'defined' }, frame: Frame): Value {
  const of = node.value;
  const nil: Value = known(null, literal(node.at));
  switch (of.type) {
    case 'local':
      return textValue(node.at, 'local-variable');
    case 'ivar':
      if (variablesOf(m, frame).has(of.name)) return textValue(node.at, 'instance-variable');
      return isHostObject(frame.self.value) && !m.program.assignedInstanceVariables.has(of.name)
        ? unknownAt(node.at, `\`${of.name}\` is set by code this tool does not run`)
        : nil;
    case 'gvar':
      return m.globals.has(of.name)
        ? textValue(node.at, 'global-variable')
        : unknownAt(node.at, `\`${of.name}\` may be set elsewhere`);
    case 'const': {
      const found = lookUp(m, of, frame);
      if (found?.known && found.value === null) return known(null, found.origin, found.assumes);
      if (found?.known) return textValue(node.at, 'constant');
      const name = fullName(of) ?? of.name;
      return unknownAt(node.at, `whether \`${name}\` is defined is decided by code this tool does not run`);
    }
    case 'call':
      return definedCall(m, node, of, frame);
    case 'yield':
      return frame.home.block ? textValue(node.at, 'yield') : nil;
    case 'self':
      return textValue(node.at, 'self');
    case 'assign':
    case 'opassign':
      return textValue(node.at, 'assignment');
    default:
      return textValue(node.at, 'expression');
  }
}

function definedCall(m: Machine, node: Node & { type: 'defined' }, of: Node & { type: 'call' }, frame: Frame): Value {
  const method = textValue(node.at, 'method');
  if (!of.receiver) {
    if (m.userMethod(m.classes.of(frame.self.value), of.method) || Object.hasOwn(KERNEL, of.method)) return method;
    return unknownAt(node.at, `whether \`${of.method}\` is defined is decided by code this tool does not run`);
  }
  if (of.receiver.type === 'const') {
    const scope = defined(m, { type: 'defined', at: node.at, value: of.receiver }, frame);
    if (!scope.known || scope.value === null) return scope;
  }
  const receiver = evaluateNode(m, of.receiver, frame);
  if (!receiver.known) return unknownAt(node.at, receiver.reason);
  if (isHostObject(receiver.value)) {
    if (of.args.positional.length === 0 && callHost(m, receiver, of.method, NOTHING_HANDED, node.at)) return method;
    return unknownAt(node.at, `whether \`${receiver.value.hostName}.${of.method}\` is defined is decided elsewhere`);
  }
  const responds = respondsTo(m, receiver.value, of.method);
  if (responds === null) return unknownAt(node.at, `whether \`${of.method}\` is defined is decided elsewhere`);
  return responds ? method : known(null, literal(node.at), receiver.assumes);
}
