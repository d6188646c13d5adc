import { isMethod, methodAround } from './call.ts';
import type { CodeNode } from './code_node.ts';

/** Whether a call is the last thing that its method does, in every branch that ends with it, or what it returns by name. */
export function isGiven(call: CodeNode): boolean {
  const holder = call.parent?.type === 'assignment' ? call.parent.child('left') : null;
  const method = methodAround(call);
  if (holder && method) {
    const last = method.child('body')?.children.at(-1) ?? null;
    return last?.type === 'identifier' && last.text === holder.text;
  }
  let inner: CodeNode = call;
  for (const outer of call.around()) {
    if (isMethod(outer) || outer.type === 'return') return true;
    const isLast = outer.children.at(-1) === inner;
    if (
      outer.type === 'body_statement' || /^(?:then|else|begin)$/.test(outer.type) ? !isLast : !CHOICES.test(outer.type)
    )
      return false;
    inner = outer;
  }
  return false;
}

/** Of these, every branch can be the last thing. */
const CHOICES = /^(?:if|unless|elsif|case|when|conditional|argument_list)$/;
