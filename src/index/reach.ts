import type { Span } from '../text/source.ts';
import {
  blockMethod,
  blockOf,
  callText,
  classAround,
  constantName,
  isMethod,
  methodName,
  qualifiedName,
} from './call.ts';
import type { CodeNode } from './code_node.ts';
import { lastName, type Models } from './models.ts';
import { releaseIn, wrapping, type Protection } from './protection.ts';
import { holdOfBase, holdOfRecord, holdOfRelation, HOLDS, type Hold } from './queries.ts';
import { Typing, type Typed } from './typing.ts';

/** A use of the database that some code reaches. */
export interface DatabaseUse {
  /** From the first method that is called to the use itself: `remove`, `Photo.find`. */
  readonly path: readonly string[];
  /** The places of the path, in the same order. */
  readonly places: readonly Span[];
  readonly hold: Hold;
}

export interface Reach {
  /** The use that keeps its connection longest, of those that nothing protects. */
  readonly use: DatabaseUse | null;
  /** What protects a use, or the code as a whole. */
  readonly protection: Protection | null;
}

/** So many calls deep a path is followed. */
const DEEPEST = 3;
const MOST_NODES = 20_000;

/** Code that runs elsewhere: another thread is a site of its own. */
const ELSEWHERE = /^(?:method|singleton_method|class|module|singleton_class|lambda)$/;

/** Finds the database uses that a piece of code reaches: through methods of its class and file, and through models. */
export class Reachability {
  readonly #models: Models;
  readonly #typing: Typing;

  constructor(models: Models) {
    this.#models = models;
    this.#typing = new Typing(models);
  }

  /** From a block, a method, or the method that `&method(:work)` names. */
  from(body: CodeNode, isSite: (call: CodeNode) => boolean = () => false): Reach {
    const search = new Search(this.#models, this.#typing, isSite);
    search.enter(body, selfAt(body, this.#models), [], []);
    return { use: search.best, protection: search.protection };
  }
}

/** The method of this name in the class around a node, or in its file outside of any class. */
export function methodNear(node: CodeNode, name: string): CodeNode | null {
  let root: CodeNode = node;
  for (const outer of node.around()) root = outer;
  const scope = classAround(node) ?? root;
  const named = scope.within().filter((one) => isMethod(one) && one.child('name')?.text === name);
  const own = named.find((one) => (classAround(one) ?? root) === scope);
  return own ?? named[0] ?? null;
}

function selfAt(node: CodeNode, models: Models): Typed | null {
  const owner = classAround(node);
  const model = owner && models.named(qualifiedName(owner));
  if (!model) return null;
  for (const outer of [node, ...node.around()]) {
    if (outer.type === 'singleton_method' || outer.type === 'singleton_class') return { model, kind: 'class' };
    if (outer.type === 'method') break;
  }
  return { model, kind: 'record' };
}

class Search {
  best: DatabaseUse | null = null;
  protection: Protection | null = null;
  readonly #models: Models;
  readonly #typing: Typing;
  readonly #isSite: (call: CodeNode) => boolean;
  readonly #entered = new Set<CodeNode>();
  #visited = 0;

  constructor(models: Models, typing: Typing, isSite: (call: CodeNode) => boolean) {
    this.#models = models;
    this.#typing = typing;
    this.#isSite = isSite;
  }

  enter(body: CodeNode, self: Typed | null, path: readonly string[], places: readonly Span[]): void {
    if (this.#entered.has(body)) return;
    this.#entered.add(body);
    const release = releaseIn(body);
    if (release) this.#protect(release);
    if (release?.always) return;
    for (const child of body.children) this.#visit(child, { self, path, places });
  }

  #protect(protection: Protection): void {
    if (!this.protection || (!this.protection.always && protection.always)) this.protection = protection;
  }

  #visit(node: CodeNode, frame: Frame): void {
    if (++this.#visited > MOST_NODES || ELSEWHERE.test(node.type)) return;
    if (node.type === 'call') {
      const block = blockOf(node);
      const wrapped = wrapping(node);
      if (wrapped && (block || blockMethod(node))) {
        this.#protect(wrapped);
        return;
      }
      this.#call(node, frame);
      const skipped = this.#isSite(node) ? block : null;
      for (const child of node.children) if (child !== skipped) this.#visit(child, frame);
      return;
    }
    if (node.type === 'identifier' && isBareCall(node)) this.#own(node, node.text, frame);
    for (const child of node.children) this.#visit(child, frame);
  }

  #call(call: CodeNode, frame: Frame): void {
    const method = methodName(call) ?? 'call';
    const receiver = call.child('receiver');
    if (!receiver || receiver.type === 'self') {
      this.#own(call, method, frame);
      return;
    }
    const constant = constantName(receiver);
    if (constant === 'ActiveRecord::Base' || constant === 'ApplicationRecord') {
      this.#use(call, callText(call), holdOfBase(method), frame);
      return;
    }
    const typed = this.#typing.of(receiver, frame.self);
    if (typed) this.#ofModel(call, method, typed, frame);
    else this.#inFile(call, method, receiver, frame);
  }

  /** A call on self: a method of the class, or of the model that the class is. */
  #own(call: CodeNode, method: string, frame: Frame): void {
    const definition = methodNear(call, method);
    if (definition) {
      this.#follow(definition, frame.self, call, method, frame);
      return;
    }
    if (frame.self) this.#ofModel(call, method, frame.self, frame);
  }

  #ofModel(call: CodeNode, method: string, { model, kind }: Typed, frame: Frame): void {
    const body = this.#models.body(model);
    const name = call.child('receiver') ? callText(call) : method;
    const definition = (kind === 'record' ? body?.methods : body?.classMethods)?.get(method);
    if (definition) {
      this.#follow(definition, { model, kind: kind === 'record' ? 'record' : 'class' }, call, name, frame);
      return;
    }
    if (kind === 'record') {
      this.#use(call, name, body?.associations.has(method) ? 'query' : holdOfRecord(method), frame);
      return;
    }
    this.#use(call, name, body?.scopes.has(method) ? 'query' : holdOfRelation(method), frame);
  }

  /** `Remover.call(photo)`, `Remover.new(photo).call` where the file defines Remover. */
  #inFile(call: CodeNode, method: string, receiver: CodeNode, frame: Frame): void {
    const made = receiver.type === 'call' && methodName(receiver) === 'new' ? receiver.child('receiver') : null;
    const constant = constantName(receiver) ?? constantName(made);
    if (constant === null) return;
    let root: CodeNode = call;
    for (const outer of call.around()) root = outer;
    for (const node of root.within()) {
      if (node.type !== 'class' && node.type !== 'module') continue;
      if (lastName(qualifiedName(node)) !== lastName(constant)) continue;
      const definition = methodNear(node.child('body')?.children[0] ?? node, method);
      if (definition) this.#follow(definition, null, call, callText(call), frame);
      return;
    }
  }

  #follow(definition: CodeNode, self: Typed | null, call: CodeNode, name: string, frame: Frame): void {
    if (frame.path.length >= DEEPEST) return;
    this.enter(definition, self, [...frame.path, name], [...frame.places, nameSpan(call)]);
  }

  #use(call: CodeNode, name: string, hold: Hold | null, frame: Frame): void {
    if (hold === null) return;
    const use = { path: [...frame.path, name], places: [...frame.places, nameSpan(call)], hold };
    if (!this.best || HOLDS.indexOf(hold) > HOLDS.indexOf(this.best.hold)) this.best = use;
  }
}

interface Frame {
  readonly self: Typed | null;
  readonly path: readonly string[];
  readonly places: readonly Span[];
}

/** Without the arguments and the block. */
export function nameSpan(call: CodeNode): Span {
  return { file: call.file, start: call.start, end: call.child('method')?.end ?? call.end };
}

/** An identifier that no variable explains: a call without arguments. */
function isBareCall(node: CodeNode): boolean {
  if (node.field === 'method' || node.field === 'name' || node.field === 'left' || node.field === 'key') return false;
  const parent = node.parent;
  if (parent && /parameters?$|^(?:exception_variable|left_assignment_list|block_argument)$/.test(parent.type))
    return false;
  return !isVariable(node);
}

function isVariable(node: CodeNode): boolean {
  const name = node.text;
  for (const outer of node.around()) {
    const parameters = outer.child('parameters')?.children ?? [];
    if (parameters.some((one) => (one.child('name')?.text ?? one.text.replace(/^[*&]+/, '')) === name)) return true;
    if (!isMethod(outer) && outer.parent) continue;
    for (const one of outer.within()) {
      if (one.type === 'identifier' && one.field === 'left' && one.text === name) return true;
      if (one.type === 'left_assignment_list' && one.children.some(({ text }) => text === name)) return true;
    }
    return false;
  }
  return false;
}
