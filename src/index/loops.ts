import type { Span } from '../text/source.ts';
import { callText, constantName, isMethod, isModuleLike, methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import { fillsArray, ITERATORS, passesOf, sizeOf, type Passes } from './passes.ts';
import { waitsIn } from './waits.ts';

/** What repeats a piece of code. */
export interface Loop extends Passes {
  /** `photos.each`, `while`, `3.times`. */
  readonly text: string;
  readonly at: Span;
  /** Whether it waits for some of what it started before it starts more: how many run at once is not known. */
  readonly waits: boolean;
}

const KEYWORDS: Readonly<Record<string, string>> = {
  while: 'while',
  until: 'until',
  for: 'for',
  while_modifier: 'while',
  until_modifier: 'until',
};

/** Blocks that do not run where they stand. */
const LATER =
  /^(?:define_method|define_singleton_method|lambda|proc|trap|at_exit|subscribe|on_load|(?:before|after|around|on)_\w+)$/;

/**
 * The loop around a node, in its own method. Loops inside each other multiply, unless what the inner one started is
 * waited for before the outer one goes on: then only the inner one counts, and none where every thread is waited for.
 */
export function loopAround(node: CodeNode): Loop | null {
  let found = null as Loop | null;
  let inner: CodeNode = node;
  for (const outer of node.around()) {
    if (isMethod(outer) || isModuleLike(outer) || outer.type === 'lambda') break;
    const call = outer.type === 'block' || outer.type === 'do_block' ? outer.parent : null;
    if (call && runsLater(call)) break;
    const loop = keywordLoop(outer, inner) ?? (call ? blockLoop(call) : null);
    if (loop) {
      const waits = waitsIn(outer, node);
      if (waits === 'all') return found;
      found = found ? { ...found, ...product(found, loop) } : loop;
      if (waits === 'some') return { ...found, waits: true };
    }
    inner = outer;
  }
  return found;
}

function runsLater(call: CodeNode): boolean {
  const method = methodName(call) ?? '';
  return LATER.test(method) || (method === 'new' && constantName(call.child('receiver')) === 'Proc');
}

function keywordLoop(outer: CodeNode, inner: CodeNode): Loop | null {
  const keyword = KEYWORDS[outer.type];
  if (keyword === undefined || inner.field === 'condition' || inner.field === 'value') return null;
  const range = outer.type === 'for' ? outer.child('value')?.children[0] : undefined;
  const count = range ? sizeOf(range) : null;
  return { text: keyword, at: keywordAt(outer), count, most: count, waits: false };
}

/** The line on which a loop begins, not all of its body. */
function keywordAt(node: CodeNode): Span {
  const body = node.child('body');
  const start = node.start;
  const end = body && body.start > start ? body.start : node.end;
  const text = node.file.text.slice(start, end);
  return { file: node.file, start, end: start + text.trimEnd().length };
}

function blockLoop(call: CodeNode): Loop | null {
  const method = methodName(call) ?? '';
  const receiver = call.child('receiver');
  const at = { file: call.file, start: call.start, end: call.child('method')?.end ?? call.end };
  if (fillsArray(call)) return { text: 'Array.new', at, ...passesOf(call), waits: false };
  if (!ITERATORS.has(method)) return null;
  // `Thread.new.each`: nothing else is called `loop` with a receiver but Kernel.
  if (method === 'loop' && receiver && constantName(receiver) !== 'Kernel') return null;
  return { text: callText(call), at, ...passesOf(call), waits: false };
}

function product(one: Passes, other: Passes): Passes {
  const times = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a * b);
  return { count: times(one.count, other.count), most: times(one.most, other.most) };
}
