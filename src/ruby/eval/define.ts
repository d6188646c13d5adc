import { known } from '../../value/traced.ts';
import { type Frame, type UserMethod } from '../frames.ts';
import { literal, type Machine, unknownAt } from '../machine.ts';
import { builtinConstant } from '../builtins/constants.ts';
import type { ConstNode, DefNode, ModuleNode, Node } from '../syntax.ts';
import { RubyClass, RubySymbol, type Value } from '../values.ts';
import { evaluateNode } from './node.ts';
import { noticeName } from './notice.ts';

export function defineMethod(m: Machine, node: DefNode, frame: Frame): Value {
  const { value } = frame.self;
  const owner = value instanceof RubyClass ? value : null;
  const method: UserMethod = { name: node.name, def: node, lexical: frame.lexical, owner, closure: null };
  if (node.singleton) {
    const object = evaluateNode(m, node.singleton, frame);
    if (object.known && object.value instanceof RubyClass) object.value.singletons.set(node.name, method);
    else if (node.singleton.type === 'self') m.top.methods.set(node.name, method);
  } else if (owner && frame.home.method === null) {
    owner.methods.set(node.name, method);
    if (owner.variables.has('singleton')) owner.singletons.set(node.name, method);
    if (owner.variables.has('module_function')) owner.singletons.set(node.name, method);
  } else m.top.methods.set(node.name, method);
  return known(RubySymbol.of(node.name), literal(node.at));
}

const APPLICATIONS = new Set(['Rails::Application', 'Karafka::App']);

export function defineModule(m: Machine, node: ModuleNode, frame: Frame): Value {
  if (node.kind === 'singleton' || !node.name) {
    const owner = frame.self.value;
    if (!(owner instanceof RubyClass)) return unknownAt(node.at, 'the singleton class of an object');
    const before = owner.variables.get('singleton');
    owner.variables.set('singleton', known(true, literal(node.at)));
    const value = evaluateNode(m, node.body, bodyFrame(m, owner, frame));
    if (before === undefined) owner.variables.delete('singleton');
    return value;
  }
  const owner = ownerOf(m, node.name, frame);
  if (!owner) return unknownAt(node.at, 'a module inside something unknown');
  const existing = owner.constants.get(node.name.name);
  let module: RubyClass;
  if (existing?.known && existing.value instanceof RubyClass) module = existing.value;
  else {
    const builtin = owner === m.top ? m.classes.get(node.name.name) : undefined;
    module = builtin ?? newModule(m, node, owner, frame);
    if (!builtin) owner.constants.set(node.name.name, known(module, literal(node.at)));
  }
  return evaluateNode(m, node.body, bodyFrame(m, module, frame));
}

function newModule(m: Machine, node: ModuleNode, owner: RubyClass, frame: Frame): RubyClass {
  const name = owner === m.top ? node.name!.name : `${owner.name}::${node.name!.name}`;
  const parent = node.superclass ? evaluateNode(m, node.superclass, frame) : null;
  const superclass =
    parent?.known && parent.value instanceof RubyClass ? parent.value : (m.classes.get('Object') ?? null);
  const module = new RubyClass(name, node.kind === 'module' ? 'module' : 'class', superclass);
  // What an unknown parent defines, nobody knows.
  if (parent && !parent.known) module.variables.set('open', parent);
  // `config` in the body of the application's class is what it is at the top of the file; so is Karafka's `setup`.
  if (parent && node.superclass && APPLICATIONS.has(fullName(node.superclass) ?? ''))
    module.variables.set('application', m.mainSelf);
  return module;
}

function bodyFrame(m: Machine, module: RubyClass, frame: Frame): Frame {
  return m.topFrame(known(module, { kind: 'assumed', text: module.name }), [...frame.lexical, module]);
}

function ownerOf(m: Machine, name: ConstNode, frame: Frame): RubyClass | null {
  if (name.scope === null) return frame.lexical.at(-1) ?? m.top;
  if (name.scope === 'top') return m.top;
  const scope = evaluateNode(m, name.scope, frame);
  return scope.known && scope.value instanceof RubyClass ? scope.value : null;
}

/** `A::B::C` as written, or null where something else than constants is in it. */
export function fullName(node: Node): string | null {
  if (node.type !== 'const') return null;
  if (node.scope === null || node.scope === 'top') return node.name;
  const scope = fullName(node.scope);
  return scope === null ? null : `${scope}::${node.name}`;
}

/** A constant: the file's own, Ruby's, or the host's. Nobody's is unknown, since the application may define it. */
export function constant(m: Machine, node: ConstNode, frame: Frame): Value {
  const found = lookUp(m, node, frame);
  if (!found) noticeName(m, node.name, node.at);
  return found ?? unknownAt(node.at, `\`${fullName(node) ?? node.name}\` is decided by code this tool does not run`);
}

/** The same, or undefined where nobody answers. A known nil of the host says that there is none. */
export function lookUp(m: Machine, node: ConstNode, frame: Frame): Value | undefined {
  if (node.scope === null || node.scope === 'top') {
    const own = node.scope === 'top' ? m.top.constants.get(node.name) : lexicalConstant(m, node.name, frame);
    return own ?? builtinConstant(m, node.name, node.at) ?? m.host.constant(node.name);
  }
  const name = fullName(node);
  const root = name === null ? null : rootConstant(m, node, frame);
  if (name !== null && !root) {
    const answer = builtinConstant(m, name, node.at) ?? m.host.constant(name);
    if (answer) return answer;
    return undefined;
  }
  const scope = evaluateNode(m, node.scope, frame);
  if (!scope.known) return undefined;
  if (scope.value instanceof RubyClass) {
    for (let type: RubyClass | null = scope.value; type; type = type.superclass) {
      const found = type.constants.get(node.name);
      if (found) return found;
    }
    return builtinConstant(m, `${scope.value.name}::${node.name}`, node.at);
  }
  return undefined;
}

/** What the file itself defines under the first name of a path. */
function rootConstant(m: Machine, node: ConstNode, frame: Frame): Value | undefined {
  let root: Node = node;
  while (root.type === 'const' && root.scope !== null && root.scope !== 'top') root = root.scope;
  return root.type === 'const' ? lexicalConstant(m, root.name, frame) : undefined;
}

function lexicalConstant(m: Machine, name: string, frame: Frame): Value | undefined {
  for (const module of frame.lexical.toReversed()) {
    const found = module.constants.get(name);
    if (found) return found;
  }
  for (let type = frame.lexical.at(-1) ?? null; type; type = type.superclass) {
    const found = type.constants.get(name);
    if (found) return found;
  }
  return m.top.constants.get(name);
}
