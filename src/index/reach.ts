import type { Span } from '../text/source.ts';
import {
  argumentsOf,
  blockMethod,
  blockOf,
  callText,
  classAround,
  constantName,
  isMethod,
  methodName,
  qualifiedName,
  rootOf,
} from './call.ts';
import type { Classes, Definition, Side } from './classes.ts';
import type { CodeNode } from './code_node.ts';
import type { Code } from './collector.ts';
import { runsOnClass } from './members.ts';
import type { Models } from './models.ts';
import { releaseIn, wrapping, wrapsBlock, type Protection } from './protection.ts';
import { holdOfBase, holdOfRecord, holdOfRelation, HOLDS, needsNoQuery, type Hold } from './queries.ts';
import { Typing, type Typed } from './typing.ts';
import { assignedOnce } from './variables.ts';

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

/** What `self` is where some code runs. */
interface Self {
  /** The class or module that looks up the methods called on it; null outside of any. */
  readonly definition: Definition | null;
  readonly side: Side;
  /** Where that class is a model. */
  readonly typed: Typed | null;
}

/**
 * Finds the database uses that a piece of code reaches: through methods of its class, of the modules it includes and the
 * classes above it, through models, and one step into another class of the repository.
 */
export class Reachability {
  readonly #code: Pick<Code, 'models' | 'classes'>;
  readonly #typing: Typing;

  constructor(code: Pick<Code, 'models' | 'classes'>) {
    this.#code = code;
    this.#typing = new Typing(code.models);
  }

  /** From a block, a method, or the method that `&method(:work)` names. */
  from(body: CodeNode, isSite: (call: CodeNode) => boolean = () => false): Reach {
    const search = new Search(this.#code, this.#typing, isSite);
    search.enter(body, { self: selfAt(body, this.#code.models), path: [], places: [], hasCrossed: false });
    return { use: search.best, protection: search.protection };
  }

  /** The method of this name that a call on self runs there. */
  methodAt(node: CodeNode, name: string): CodeNode | null {
    return ownMethod(selfAt(node, this.#code.models), name, node, this.#code.classes);
  }
}

function ownMethod({ definition, side }: Self, name: string, call: CodeNode, classes: Classes): CodeNode | null {
  const own = definition && classes.method(definition, name, side);
  return own ?? topLevelMethod(rootOf(call), name);
}

/** A method that a file defines outside of any class is one of every object. */
function topLevelMethod(root: CodeNode, name: string): CodeNode | null {
  for (const node of root.within()) {
    if (isMethod(node) && node.child('name')?.text === name && classAround(node) === null) return node;
  }
  return null;
}

function selfAt(node: CodeNode, models: Models): Self {
  const definition = classAround(node);
  const side = runsOnClass(node) ? 'class' : 'instance';
  return selfOf(definition, side, models);
}

function selfOf(definition: Definition | null, side: Side, models: Models): Self {
  const model = definition && models.named(qualifiedName(definition));
  return { definition, side, typed: model && { model, kind: side === 'class' ? 'class' : 'record' } };
}

class Search {
  best: DatabaseUse | null = null;
  protection: Protection | null = null;
  readonly #models: Models;
  readonly #classes: Classes;
  readonly #typing: Typing;
  readonly #isSite: (call: CodeNode) => boolean;
  readonly #entered = new Set<CodeNode>();
  #visited = 0;

  constructor(
    { models, classes }: Pick<Code, 'models' | 'classes'>,
    typing: Typing,
    isSite: (call: CodeNode) => boolean,
  ) {
    this.#models = models;
    this.#classes = classes;
    this.#typing = typing;
    this.#isSite = isSite;
  }

  enter(body: CodeNode, frame: Frame): void {
    if (this.#entered.has(body)) return;
    this.#entered.add(body);
    const release = releaseIn(body, (call, name) => ownMethod(frame.self, name, call, this.#classes));
    if (release) this.#protect(release);
    if (release?.always) return;
    for (const child of body.children) this.#visit(child, frame);
  }

  #protect(protection: Protection): void {
    if (!this.protection || (!this.protection.always && protection.always)) this.protection = protection;
  }

  #visit(node: CodeNode, frame: Frame): void {
    if (++this.#visited > MOST_NODES || ELSEWHERE.test(node.type)) return;
    if (node.type === 'call') {
      const block = blockOf(node);
      const wrapped = wrapping(node) ?? (block ? this.#wrapsItsBlock(node, frame) : null);
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

  /** A method of the repository that runs its block inside of `with_connection` or the executor. */
  #wrapsItsBlock(call: CodeNode, frame: Frame): Protection | null {
    const receiver = call.child('receiver');
    const name = methodName(call) ?? 'call';
    const on = receiver && receiver.type !== 'self' ? this.#other(receiver, frame) : null;
    const method = on ? this.#classes.method(on.definition, name, on.side) : this.#ownOf(receiver, name, call, frame);
    return method && wrapsBlock(method) ? { text: name, at: call.at, always: true } : null;
  }

  #ownOf(receiver: CodeNode | null, name: string, call: CodeNode, frame: Frame): CodeNode | null {
    return receiver && receiver.type !== 'self' ? null : ownMethod(frame.self, name, call, this.#classes);
  }

  #call(call: CodeNode, frame: Frame): void {
    const method = sentName(call) ?? methodName(call) ?? 'call';
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
    const typed = this.#typing.of(receiver, frame.self.typed);
    if (typed) {
      this.#ofModel(call, method, typed, frame);
      this.#ofElements(call, frame);
    } else this.#ofOther(call, method, receiver, frame);
  }

  /** A call on self: a method of the class, or of the model that the class is. */
  #own(call: CodeNode, method: string, frame: Frame): void {
    const definition = ownMethod(frame.self, method, call, this.#classes);
    if (definition) this.#follow(definition, call, method, frame);
    else if (frame.self.typed) this.#ofModel(call, method, frame.self.typed, frame);
  }

  /** `photos.each(&:destroy)` */
  #ofElements(call: CodeNode, frame: Frame): void {
    const named = blockMethod(call);
    const element = named && !named.own ? this.#typing.handed(call, frame.self.typed) : null;
    if (named && element) this.#ofModel(call, named.name, element, frame, `${callText(call)}(&:${named.name})`);
  }

  #ofModel(
    call: CodeNode,
    method: string,
    { model, kind, mayBeLoaded }: Typed,
    frame: Frame,
    name = call.child('receiver') ? callText(call) : method,
  ): void {
    const body = this.#models.body(model);
    const side = kind === 'record' ? 'instance' : 'class';
    const definition = body?.definition && this.#classes.method(body.definition, method, side);
    if (body?.definition && definition) {
      const typed: Typed = { model, kind: kind === 'record' ? 'record' : 'class' };
      this.#follow(definition, call, name, { ...frame, self: { definition: body.definition, side, typed } });
      return;
    }
    if (kind === 'record') {
      this.#use(call, name, holdOfRecord(method), frame);
      return;
    }
    if (mayBeLoaded && needsNoQuery(method)) return;
    this.#use(call, name, body?.scopes.has(method) ? 'query' : holdOfRelation(method), frame);
  }

  /** `Remover.call(photo)`, `Remover.new(photo).call`, also through a variable, where Remover is known. */
  #ofOther(call: CodeNode, method: string, receiver: CodeNode, frame: Frame): void {
    const on = this.#other(receiver, frame);
    if (!on) return;
    const isNew = method === 'new' && on.side === 'class';
    const definition = isNew
      ? this.#classes.method(on.definition, 'initialize', 'instance')
      : this.#classes.method(on.definition, method, on.side);
    const isElsewhere = on.definition.file !== call.file && on.definition !== frame.self.definition;
    if (!definition || (isElsewhere && frame.hasCrossed)) return;
    const self = selfOf(on.definition, isNew ? 'instance' : on.side, this.#models);
    this.#follow(definition, call, callText(call), { ...frame, self, hasCrossed: frame.hasCrossed || isElsewhere });
  }

  /** The class that an expression is, or is an instance of. */
  #other(receiver: CodeNode, frame: Frame): { readonly definition: Definition; readonly side: Side } | null {
    if (constantName(receiver) !== null) {
      const definition = this.#classes.named(receiver);
      return definition && { definition, side: 'class' };
    }
    if (isOwnClass(receiver) && frame.self.definition) return { definition: frame.self.definition, side: 'class' };
    const made = receiver.type === 'call' ? receiver : madeBy(receiver);
    if (!made || methodName(made) !== 'new') return null;
    const of = made.child('receiver');
    const isOwn = (!of || of.type === 'self') && frame.self.side === 'class';
    const definition = isOwn ? frame.self.definition : of && this.#classes.named(of);
    return definition && { definition, side: 'instance' };
  }

  #follow(definition: CodeNode, call: CodeNode, name: string, frame: Frame): void {
    if (frame.path.length >= DEEPEST) return;
    const { path, places } = frame;
    this.enter(definition, { ...frame, path: [...path, name], places: [...places, nameSpan(call)] });
  }

  #use(call: CodeNode, name: string, hold: Hold | null, frame: Frame): void {
    if (hold === null) return;
    const use = { path: [...frame.path, name], places: [...frame.places, nameSpan(call)], hold };
    if (!this.best || HOLDS.indexOf(hold) > HOLDS.indexOf(this.best.hold)) this.best = use;
  }
}

interface Frame {
  readonly self: Self;
  readonly path: readonly string[];
  readonly places: readonly Span[];
  /** Whether the path left for a class of another file before. */
  readonly hasCrossed: boolean;
}

/** `sweep` of `send(:sweep)`. */
function sentName(call: CodeNode): string | null {
  const [name] = argumentsOf(call);
  const isSent = name?.type === 'simple_symbol' && /^(?:public_send|send|__send__)$/.test(methodName(call) ?? '');
  return isSent ? name.text.slice(1) : null;
}

/** `self.class` */
function isOwnClass(node: CodeNode): boolean {
  if (node.type !== 'call' || methodName(node) !== 'class') return false;
  return node.child('receiver')?.type === 'self';
}

/** The call whose result a variable holds. */
function madeBy(variable: CodeNode): CodeNode | null {
  const made = assignedOnce(variable);
  return made?.type === 'call' ? made : null;
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
