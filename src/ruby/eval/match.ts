import { allAssumptions, type Assumption, NOTHING_ASSUMED } from '../../value/origin.ts';
import { assuming, known } from '../../value/traced.ts';
import { handed, send } from '../dispatch.ts';
import type { Frame } from '../frames.ts';
import { isTrue, literal, type Machine, unknownAt } from '../machine.ts';
import { RaisedError } from '../signals.ts';
import type { MatchNode, Node, Pattern } from '../syntax.ts';
import { RubyArray, RubyHash, type Value } from '../values.ts';
import { test } from './control.ts';
import { inspectText } from './to-s.ts';
import { evaluateNode } from './node.ts';
import { taint } from './taint.ts';

/** `case … in`, `=>` and `in`. What cannot be decided makes everything it touches unknown. */
export function matchPatterns(m: Machine, node: MatchNode, frame: Frame): Value {
  const subject = evaluateNode(m, node.subject, frame);
  let assumes: readonly Assumption[] = NOTHING_ASSUMED;
  for (const [index, clause] of node.clauses.entries()) {
    const matcher = new Matcher(m, frame, node);
    const matched = matcher.matches(clause.pattern, subject);
    assumes = allAssumptions(assumes, matcher.assumes);
    if (matched === null) return undecided(m, node, frame, matcher.reason);
    if (!matched) continue;
    matcher.bind();
    if (clause.guard) {
      const guard = test(m, clause.guard, frame);
      if (guard.truth === null) return undecided(m, node, frame, 'a condition nobody can decide');
      assumes = allAssumptions(assumes, guard.assumes);
      if (!guard.truth) continue;
    }
    for (const [other, one] of node.clauses.entries()) {
      if (other !== index && one.body && assumes.length > 0) taint(m, one.body, frame, assumes);
    }
    if (node.form === 'test') return known(true, literal(node.at), assumes);
    return assuming(
      m.under(assumes, () => evaluateNode(m, clause.body, frame)),
      assumes,
    );
  }
  if (node.form === 'test') return known(false, literal(node.at), assumes);
  if (node.else) {
    const otherwise: Node = node.else;
    return assuming(
      m.under(assumes, () => evaluateNode(m, otherwise, frame)),
      assumes,
    );
  }
  const error = new RaisedError('NoMatchingPatternError', inspectText(m, subject, node.at) ?? 'no pattern matches');
  error.at = node.at;
  error.assumes = allAssumptions(m.path, assumes);
  throw error;
}

function undecided(m: Machine, node: MatchNode, frame: Frame, reason: string): Value {
  for (const clause of node.clauses) {
    if (clause.body) taint(m, clause.body, frame, reason);
    for (const name of namesIn(clause.pattern)) frame.set(name, unknownAt(node.at, reason));
  }
  if (node.else) taint(m, node.else, frame, reason);
  return unknownAt(node.at, reason);
}

function namesIn(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'bind':
      return pattern.name ? [pattern.name] : [];
    case 'as':
      return [pattern.name, ...namesIn(pattern.pattern)];
    case 'either':
      return pattern.of.flatMap(namesIn);
    case 'array':
      return [
        ...[...pattern.before, ...pattern.after].flatMap(namesIn),
        ...(pattern.rest?.name ? [pattern.rest.name] : []),
      ];
    case 'hash':
      return [
        ...pattern.pairs.flatMap((pair) => (pair.pattern ? namesIn(pair.pattern) : [pair.key])),
        ...(pattern.rest && pattern.rest !== 'nil' && pattern.rest.name ? [pattern.rest.name] : []),
      ];
    default:
      return [];
  }
}

class Matcher {
  readonly #m: Machine;
  readonly #frame: Frame;
  readonly #node: MatchNode;
  readonly #bound: [string, Value][] = [];
  assumes: readonly Assumption[] = NOTHING_ASSUMED;
  reason = 'a pattern this tool does not match';

  constructor(m: Machine, frame: Frame, node: MatchNode) {
    this.#m = m;
    this.#frame = frame;
    this.#node = node;
  }

  bind(): void {
    for (const [name, value] of this.#bound) this.#frame.set(name, assuming(value, this.#m.path));
  }

  /** null: nobody can say. */
  matches(pattern: Pattern, value: Value): boolean | null {
    switch (pattern.type) {
      case 'bind':
        if (pattern.name) this.#bound.push([pattern.name, value]);
        return true;
      case 'as': {
        const matched = this.matches(pattern.pattern, value);
        this.#bound.push([pattern.name, value]);
        return matched;
      }
      case 'either': {
        for (const one of pattern.of) {
          const matched = this.matches(one, value);
          if (matched !== false) return matched;
        }
        return false;
      }
      case 'value':
        return this.#equals(pattern.node, value);
      case 'array':
        return this.#array(pattern, value);
      case 'hash':
        return this.#hash(pattern, value);
      default:
        return null;
    }
  }

  #equals(node: Node, value: Value): boolean | null {
    const pattern = evaluateNode(this.#m, node, this.#frame);
    const answer = send(this.#m, pattern, '===', handed(value), this.#node.at);
    if (!answer.known) {
      this.reason = answer.reason;
      return null;
    }
    this.assumes = allAssumptions(this.assumes, answer.assumes);
    return isTrue(answer.value);
  }

  #classMatches(node: Node | null, value: Value): boolean | null {
    return node ? this.#equals(node, value) : true;
  }

  #array(pattern: Pattern & { type: 'array' }, value: Value): boolean | null {
    const typed = this.#classMatches(pattern.class, value);
    if (typed !== true) return typed;
    if (!value.known) {
      this.reason = value.reason;
      return null;
    }
    if (!(value.value instanceof RubyArray)) return false;
    const { items, blur, assumes } = value.value;
    if (blur) return null;
    this.assumes = allAssumptions(this.assumes, value.assumes, assumes);
    const least = pattern.before.length + pattern.after.length;
    if (items.length < least || (!pattern.rest && items.length > least)) return false;
    const tail = items.length - pattern.after.length;
    const pairs: [Pattern, Value][] = [
      ...pattern.before.map((one, i): [Pattern, Value] => [one, items[i]!]),
      ...pattern.after.map((one, i): [Pattern, Value] => [one, items[tail + i]!]),
    ];
    for (const [one, item] of pairs) {
      const matched = this.matches(one, item);
      if (matched !== true) return matched;
    }
    if (pattern.rest?.name) {
      const rest = new RubyArray(items.slice(pattern.before.length, tail));
      this.#bound.push([pattern.rest.name, known(rest, literal(this.#node.at))]);
    }
    return true;
  }

  #hash(pattern: Pattern & { type: 'hash' }, value: Value): boolean | null {
    const typed = this.#classMatches(pattern.class, value);
    if (typed !== true) return typed;
    if (!value.known) {
      this.reason = value.reason;
      return null;
    }
    if (!(value.value instanceof RubyHash)) return false;
    const hash = value.value;
    if (hash.blur) return null;
    this.assumes = allAssumptions(this.assumes, value.assumes, hash.assumes);
    if (pattern.pairs.length === 0 && pattern.rest === null) return hash.entries.size === 0;
    const left = new Map(hash.entries);
    for (const { key, pattern: inner } of pattern.pairs) {
      const entry = hash.entries.get(`y${key}`);
      if (!entry) return false;
      left.delete(`y${key}`);
      const matched = inner ? this.matches(inner, entry.value) : this.matches({ type: 'bind', name: key }, entry.value);
      if (matched !== true) return matched;
    }
    if (pattern.rest === 'nil') return left.size === 0;
    if (pattern.rest?.name) {
      const rest = new RubyHash();
      for (const [id, entry] of left) rest.entries.set(id, { ...entry });
      this.#bound.push([pattern.rest.name, known(rest, literal(this.#node.at))]);
    }
    return true;
  }
}
