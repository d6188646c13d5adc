import { blockMethod, methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import { parameterName, parametersOf } from './variables.ts';

/** What waits for a thread, a future or a task. */
const WAITS = /^(?:join|value!?|wait!?|result|await)$/;
/** `join_all(threads)`, `ThreadsWait.all_waits(*threads)`. */
const WAITS_FOR = /^(?:join|wait|await|all_waits)(?:_\w+)?$/;
/** A permit of a semaphore, or a look at how many are running. */
const LIMITS = /^(?:acquire|alive\?)$/;

const CONDITIONS =
  /^(?:if|unless|elsif|else|if_modifier|unless_modifier|case|when|in_clause|conditional|while|until|while_modifier|until_modifier)$/;

/**
 * Whether a loop waits, before its next pass, for what a pass started: for all of it, or for some, as
 * `threads.shift.join if threads.size > 4` does.
 * @param loop the call or the statement that repeats
 * @param started the call that starts a thread
 */
export function waitsIn(loop: CodeNode, started: CodeNode): 'all' | 'some' | null {
  const held = holders(started, loop);
  let found: 'some' | null = null;
  for (const node of loop.within()) {
    if (node.type !== 'call' || isInside(node, started)) continue;
    if (LIMITS.test(methodName(node) ?? '') || LIMITS.test(blockMethod(node)?.name ?? '')) found = 'some';
    if (!waitsFor(node, started, held, loop)) continue;
    if (isSure(node, started, loop)) return 'all';
    found = 'some';
  }
  return found;
}

/** The variables between a call and a loop around it that hold what the call gives: `t = …`, `threads << …`. */
function holders(started: CodeNode, loop: CodeNode): ReadonlySet<string> {
  const names = new Set<string>();
  let inner = started;
  for (const outer of started.around()) {
    const isPush = outer.type === 'call' && /^(?:push|append|add|unshift|store|<<)$/.test(methodName(outer) ?? '');
    const isInto = inner.field === 'right' && /^(?:assignment|operator_assignment|binary)$/.test(outer.type);
    if (isInto) addNames(outer.child('left'), names);
    if (isPush && inner.field === 'arguments') addNames(outer.child('receiver'), names);
    if (outer === loop) break;
    inner = outer;
  }
  return names;
}

function addNames(holder: CodeNode | null, names: Set<string>): void {
  const [base] = holder?.type === 'element_reference' ? holder.children : [holder];
  if (base && VARIABLES.test(base.type)) names.add(base.text);
}

const VARIABLES = /^(?:identifier|instance_variable|class_variable|global_variable)$/;

function waitsFor(call: CodeNode, started: CodeNode, held: ReadonlySet<string>, loop: CodeNode): boolean {
  const method = methodName(call) ?? '';
  const receiver = call.child('receiver');
  const handed = call.child('arguments')?.children ?? [];
  const isWait = WAITS.test(method) || WAITS.test(blockMethod(call)?.name ?? '');
  if (isWait && receiver && concerns(receiver, started, held, loop)) return true;
  return WAITS_FOR.test(method) && handed.some((one) => concerns(one, started, held, loop));
}

/** Whether an expression is, has or mentions what was started. */
function concerns(node: CodeNode, started: CodeNode, held: ReadonlySet<string>, loop: CodeNode): boolean {
  if (isInside(started, node)) return true;
  return node.within().some((one) => {
    if (!VARIABLES.test(one.type) || one.field === 'method') return false;
    return held.has(one.text) || areElements(one, started, held, loop);
  });
}

/** `thread` in `threads.each { |thread| thread.join }`. */
function areElements(variable: CodeNode, started: CodeNode, held: ReadonlySet<string>, loop: CodeNode): boolean {
  for (const outer of variable.around()) {
    if (outer === loop) return false;
    if (!parametersOf(outer).some((one) => parameterName(one) === variable.text)) continue;
    const elements = outer.parent?.child('receiver') ?? null;
    return elements !== null && concerns(elements, started, held, loop);
  }
  return false;
}

/** Whether every pass that starts something waits for it, without a limit and afterwards. */
function isSure(wait: CodeNode, started: CodeNode, loop: CodeNode): boolean {
  if (wait.end < started.end) return false;
  if (methodName(wait) === 'join' && (wait.child('arguments')?.children.length ?? 0) > 0) return false;
  for (const outer of wait.around()) {
    if (outer === loop) return true;
    if ((CONDITIONS.test(outer.type) || isChoice(outer, wait)) && !isInside(started, outer)) return false;
  }
  return true;
}

/** `busy? && thread.join` */
function isChoice(node: CodeNode, wait: CodeNode): boolean {
  const [left, right] = [node.child('left'), node.child('right')];
  if (node.type !== 'binary' || !left || !right || !isInside(wait, right)) return false;
  return /^(?:&&|\|\||and|or)$/.test(node.file.text.slice(left.end, right.start).trim());
}

function isInside(inner: CodeNode, outer: CodeNode): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}
