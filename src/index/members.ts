import { argumentsOf, classAround, constantName, isMethod, isModuleLike, methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';

/** What the body of one `class` or `module` defines, and where else its methods come from. */
export interface Members {
  readonly methods: ReadonlyMap<string, CodeNode>;
  readonly classMethods: ReadonlyMap<string, CodeNode>;
  /** A concern's `class_methods do … end` and `module ClassMethods`: class methods of whatever includes it. */
  readonly forIncluders: ReadonlyMap<string, CodeNode>;
  /** Constants that it includes or prepends, the last one first: Ruby looks there in this order. */
  readonly included: readonly CodeNode[];
  readonly extended: readonly CodeNode[];
  readonly superclass: CodeNode | null;
  /** Calls of macros without a receiver: `has_many :photos`, in a concern's `included do … end` too. */
  readonly macros: readonly CodeNode[];
}

/** Reads a body once. */
export function membersOf(definition: CodeNode): Members {
  let members = MEMBERS.get(definition);
  if (!members) {
    members = read(definition);
    MEMBERS.set(definition, members);
  }
  return members;
}

const MEMBERS = new WeakMap<CodeNode, Members>();

function read(definition: CodeNode): Members {
  const methods = new Map<string, CodeNode>();
  const classMethods = new Map<string, CodeNode>();
  const forIncluders = new Map<string, CodeNode>();
  const included: CodeNode[] = [];
  const extended: CodeNode[] = [];
  const macros: CodeNode[] = [];
  let isModuleFunction = false;
  const visit = (node: CodeNode, into: Map<string, CodeNode>): void => {
    if (isMethod(node)) {
      const ofClass = node.type === 'singleton_method' && into === methods;
      (ofClass ? classMethods : into).set(node.child('name')?.text ?? '', node);
      return;
    }
    if (isModuleLike(node)) {
      if (node.child('name')?.text === 'ClassMethods') for (const one of node.children) visit(one, forIncluders);
      return;
    }
    if (node.type === 'singleton_class') {
      for (const one of node.children) visit(one, classMethods);
      return;
    }
    if (node.type === 'identifier' && node.text === 'module_function') isModuleFunction = true;
    if (node.type === 'call' && !node.child('receiver')) {
      const method = methodName(node);
      if (method === 'include' || method === 'prepend') included.unshift(...argumentsOf(node).filter(constantName));
      else if (method === 'extend' && argumentsOf(node)[0]?.type === 'self') isModuleFunction = true;
      else if (method === 'extend') extended.unshift(...argumentsOf(node).filter(constantName));
      else macros.push(node);
      for (const one of node.children) visit(one, method === 'class_methods' ? forIncluders : into);
      return;
    }
    for (const one of node.children) visit(one, into);
  };
  for (const node of definition.child('body')?.children ?? []) visit(node, methods);
  if (isModuleFunction) for (const [name, method] of methods) classMethods.set(name, method);
  const superclass = definition.child('superclass')?.children[0] ?? null;
  return { methods, classMethods, forIncluders, included, extended, superclass, macros };
}

/** Whether the code of a method runs on the class (or module) itself, not on its instances. */
export function runsOnClass(node: CodeNode): boolean {
  for (const outer of [node, ...node.around()]) {
    if (outer.type === 'singleton_method' || outer.type === 'singleton_class') return true;
    if (outer.type === 'method') {
      const block = [...outer.around()].find(({ type }) => type === 'do_block' || type === 'block' || type === 'class');
      const isConcerns = block?.parent?.type === 'call' && methodName(block.parent) === 'class_methods';
      return isConcerns || outer.parent?.parent?.type === 'singleton_class' || isNamedClassMethods(outer);
    }
    if (isModuleLike(outer)) return true;
  }
  return false;
}

function isNamedClassMethods(method: CodeNode): boolean {
  return classAround(method)?.child('name')?.text === 'ClassMethods';
}

/** Whether a method can be called from outside: it stands before a bare `private`, and no `private` names it. */
export function isPublic(method: CodeNode): boolean {
  const name = method.child('name')?.text;
  const owner = classAround(method);
  if (method.parent?.parent && isHiding(method.parent.parent)) return false;
  for (const node of owner?.child('body')?.children ?? []) {
    const isBare = node.type === 'identifier' && HIDING.test(node.text);
    if (isBare && node.start < method.start) return false;
    if (isHiding(node) && argumentsOf(node).some(({ text }) => text === `:${name}`)) return false;
  }
  return true;
}

const HIDING = /^(?:private|protected)$/;

function isHiding(node: CodeNode): boolean {
  return node.type === 'call' && !node.child('receiver') && HIDING.test(methodName(node) ?? '');
}
