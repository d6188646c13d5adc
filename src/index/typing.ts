import { argumentsOf, blockOf, classAround, constantName, isMethod, methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { Model, Models } from './models.ts';
import { holdOfRelation } from './queries.ts';
import { assignments, parameterName, parametersOf } from './variables.ts';

/** What an expression is, as far as models are concerned. */
export interface Typed {
  readonly model: Model;
  readonly kind: 'class' | 'relation' | 'record';
  /** Records that may be in memory: an association, as it is, or what is handed on as an array. */
  readonly mayBeLoaded?: boolean;
}

const TO_RECORD =
  /^(?:find|find_by!?|find_by_\w+!?|find_sole_by|sole|take!?|first!?|second|third|last!?|create!?|new|build|find_or_\w+_by!?|create_or_find_by!?|first_or_\w+!?|lock!|reload|tap|itself|dup)$/;
const TO_VALUE =
  /^(?:count|sum|average|minimum|maximum|calculate|exists\?|any\?|none\?|many\?|one\?|pluck|pick|ids|size|length|empty\?|present\?|blank\?|map|collect|flat_map|explain|update_all|delete_all|insert\w*!?|upsert\w*|import!?|transaction|connection|lease_connection|delete|update_counters)$/;
/** Blocks that hand the elements of their receiver on. */
const HANDS_ON =
  /^(?:each\w*|map!?|collect|flat_map|filter_map|select|reject|find_each|sort_by|group_by|index_by|sum|times)$/;
const HANDS_ITSELF = /^(?:tap|then|yield_self|in_batches)$/;
const HANDS_ARRAYS = /^(?:find_in_batches|each_slice|each_cons|in_groups|in_groups_of)$/;

/** Names so short or so common that a variable called so is no evidence of a model. */
const SHORTEST_NAME = 3;

/** Follows values to the models they come from, inside one method. */
export class Typing {
  readonly #models: Models;
  /** Nodes on the way: a variable may be assigned from itself. */
  readonly #asked = new Set<CodeNode>();

  constructor(models: Models) {
    this.#models = models;
  }

  /** @param self the model whose instance (or class) `self` is; null outside of models */
  of(node: CodeNode | null, self: Typed | null): Typed | null {
    if (!node || this.#asked.has(node) || this.#asked.size > 40) return null;
    this.#asked.add(node);
    try {
      return this.#of(node, self);
    } finally {
      this.#asked.delete(node);
    }
  }

  #of(node: CodeNode, self: Typed | null): Typed | null {
    const constant = constantName(node);
    if (constant !== null) {
      const model = this.#models.named(constant);
      return model && { model, kind: 'class' };
    }
    switch (node.type) {
      case 'self':
        return self;
      case 'parenthesized_statements':
        return node.children.length === 1 ? this.of(node.children[0]!, self) : null;
      case 'identifier':
        return this.#variable(node, self);
      case 'instance_variable':
        return this.#instanceVariable(node, self);
      case 'call':
        return this.#call(node, self);
      default:
        return null;
    }
  }

  #call(call: CodeNode, self: Typed | null): Typed | null {
    const method = methodName(call) ?? '';
    const receiver = call.child('receiver');
    const on = receiver ? this.of(receiver, self) : self;
    if (!on) return null;
    if (method === 'class' && on.kind === 'record') return { model: on.model, kind: 'class' };
    return this.result(on, method);
  }

  /** What a method of a model, a relation or a record gives. */
  result(on: Typed, method: string): Typed | null {
    const { model, kind } = on;
    if (kind === 'record') {
      if (/^(?:reload|tap|itself|dup|lock!)$/.test(method)) return on;
      const association = this.#models.body(model)?.associations.get(method);
      if (!association) return null;
      return method.endsWith('s')
        ? { model: association, kind: 'relation', mayBeLoaded: true }
        : { model: association, kind: 'record' };
    }
    if (TO_VALUE.test(method)) return null;
    if (TO_RECORD.test(method)) return { model, kind: 'record' };
    const isScope = this.#models.body(model)?.scopes.has(method) ?? false;
    return isScope || holdOfRelation(method) !== null || method === 'not' ? { model, kind: 'relation' } : null;
  }

  #variable(variable: CodeNode, self: Typed | null): Typed | null {
    const name = variable.text;
    let method: CodeNode | null = null;
    for (const outer of variable.around()) {
      const index = parametersOf(outer).findIndex((one) => parameterName(one) === name);
      if (index >= 0 && (outer.type === 'block' || outer.type === 'do_block')) {
        const handed = outer.parent ? this.#handed(outer.parent, index, self) : null;
        return handed ?? this.#byName(name);
      }
      if (index >= 0) return this.#byName(name);
      const isBlock = outer.type === 'block' || outer.type === 'do_block';
      if (isBlock && isImplicit(variable, outer)) return outer.parent ? this.#handed(outer.parent, 0, self) : null;
      if (isMethod(outer)) {
        method = outer;
        break;
      }
      method = outer;
    }
    const assigned = method ? assignments(method, name, 'identifier') : [];
    for (const right of assigned) {
      const typed = this.of(right, self);
      if (typed) return typed;
    }
    if (assigned.some(isRootedElsewhere)) return null;
    // Nothing assigns it: a reader, or an association where this is a model.
    const own = self && assigned.length === 0 ? this.result(self, name) : null;
    return own ?? this.#byName(name);
  }

  #instanceVariable(variable: CodeNode, self: Typed | null): Typed | null {
    const owner = classAround(variable);
    const assigned = owner ? assignments(owner, variable.text, 'instance_variable') : [];
    for (const right of assigned) {
      const typed = this.of(right, self);
      if (typed) return typed;
    }
    return assigned.some(isRootedElsewhere) ? null : this.#byName(variable.text);
  }

  /** What a call hands to the block that it is given, as its first parameter. */
  handed(call: CodeNode, self: Typed | null): Typed | null {
    return this.#handed(call, 0, self);
  }

  #handed(call: CodeNode, index: number, self: Typed | null): Typed | null {
    const method = methodName(call) ?? '';
    const receiver = call.child('receiver');
    if (/^(?:new|start|fork)$/.test(method) && constantName(receiver) === 'Thread') {
      return this.of(argumentsOf(call)[index] ?? null, self);
    }
    if (index > 0) return null;
    // `each.with_index`, `Parallel.each(photos) { |photo| … }`
    const through = receiver?.type === 'call' && method.startsWith('with_') && !blockOf(receiver);
    const source = constantName(receiver) === 'Parallel' ? (argumentsOf(call)[0] ?? null) : receiver;
    const elements = through ? (source?.child('receiver') ?? null) : source;
    if (HANDS_ITSELF.test(method)) return this.of(elements, self);
    if (HANDS_ARRAYS.test(method)) {
      const records = this.of(elements, self);
      return records && { model: records.model, kind: 'relation', mayBeLoaded: true };
    }
    if (!HANDS_ON.test(method) && !through) return null;
    const typed = this.of(elements, self);
    return typed && { model: typed.model, kind: 'record' };
  }

  #byName(name: string): Typed | null {
    if (name.replace(/^@+/, '').length < SHORTEST_NAME) return null;
    const model = this.#models.calledAfter(name);
    return model && { model, kind: 'record' };
  }
}

/** The parameter of a block that names none: `_1`, and `it` from Ruby 3.4 on. */
function isImplicit(variable: CodeNode, block: CodeNode): boolean {
  return /^(?:_1|it)$/.test(variable.text) && parametersOf(block).length === 0;
}

/** An expression that certainly is no record: a literal, or what a constant that is no model gives. */
function isRootedElsewhere(node: CodeNode): boolean {
  if (node.type === 'call') {
    const receiver = node.child('receiver');
    return receiver ? constantName(receiver) !== null || isRootedElsewhere(receiver) : false;
  }
  return !/^(?:identifier|instance_variable|self|element_reference|conditional|parenthesized_statements)$/.test(
    node.type,
  );
}
