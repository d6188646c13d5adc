import { classAround, isMethod, isModuleLike, methodAround, rootOf } from './call.ts';
import type { CodeNode } from './code_node.ts';

/** What a variable is assigned within a piece of code. */
export function assignments(within: CodeNode, name: string, type: string): readonly CodeNode[] {
  const found: CodeNode[] = [];
  for (const node of within.within()) {
    if (node.type !== 'assignment' && node.type !== 'operator_assignment') continue;
    const left = node.child('left');
    const right = node.child('right');
    if (left?.type === type && left.text === name && right) found.push(right);
  }
  return found;
}

/** What a variable was assigned, where that happens once: in its method, or in its class for an instance variable. */
export function assignedOnce(variable: CodeNode): CodeNode | null {
  if (variable.type !== 'identifier' && variable.type !== 'instance_variable') return null;
  const isLocal = variable.type === 'identifier';
  const within = (isLocal ? methodAround(variable) : classAround(variable)) ?? rootOf(variable);
  const [only, ...others] = assignments(within, variable.text, variable.type);
  if (!only || others.length > 0) return null;
  return isLocal && isParameter(variable) ? null : only;
}

/** Whether a local variable is a parameter of a block or a method around it. */
export function isParameter(variable: CodeNode): boolean {
  for (const outer of variable.around()) {
    if (parametersOf(outer).some((one) => parameterName(one) === variable.text)) return true;
    if (isMethod(outer) || isModuleLike(outer)) return false;
  }
  return false;
}

/** The parameters of a block or a method, in their order. */
export function parametersOf(node: CodeNode): readonly CodeNode[] {
  return node.child('parameters')?.children ?? [];
}

/** `photo` of `photo`, `photo = nil` and `photo:`. */
export function parameterName(parameter: CodeNode): string {
  return parameter.child('name')?.text ?? parameter.text;
}
