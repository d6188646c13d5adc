import {
  NO_ARGUMENTS,
  type Arguments,
  type BlockNode,
  type CallNode,
  type Node,
  type Pair,
  type Target,
} from '../syntax.ts';

/** What running a piece of code would change, read off its text. */
export interface Effects {
  readonly assigned: readonly Target[];
  readonly calls: readonly CallNode[];
  readonly jumps: ReadonlySet<'return' | 'next' | 'break' | 'raise'>;
  readonly prints: boolean;
  /** Whether it does anything besides answering. */
  readonly any: boolean;
}

interface Draft {
  assigned: Target[];
  calls: CallNode[];
  jumps: Set<'return' | 'next' | 'break' | 'raise'>;
  prints: boolean;
}

const known = new WeakMap<Node, Effects>();

/** Computed once per node: a program is evaluated many times. */
export function effectsOf(node: Node): Effects {
  const existing = known.get(node);
  if (existing) return existing;
  const draft: Draft = { assigned: [], calls: [], jumps: new Set(), prints: false };
  visit(node, draft);
  const any =
    draft.jumps.size > 0 || draft.assigned.length > 0 || draft.prints || draft.calls.some((call) => isStatement(call));
  const effects = { ...draft, any };
  known.set(node, effects);
  return effects;
}

/** Whether code does anything besides answering: assigns, changes, jumps, prints, or talks to a host. */
export function hasEffects(node: Node, kind: 'any' | 'jump' = 'any'): boolean {
  const effects = effectsOf(node);
  return kind === 'jump' ? effects.jumps.size > 0 : effects.any;
}

/** A call that may tell a host something: `threads 5`, `config.x = 1`, `Foo.bar!`; not `ENV.fetch("X").to_i`. */
function isStatement(call: CallNode): boolean {
  if (CHANGING.test(call.method) || call.block !== null)
    return call.receiver === null || !isValue(call.receiver) || CHANGING.test(call.method);
  if (call.receiver === null) return !call.bare && !PURE_FUNCTIONS.has(call.method);
  return false;
}

function isValue(node: Node): boolean {
  return node.type === 'str' || node.type === 'array' || (node.type === 'const' && node.name === 'ENV');
}

const CHANGING = /^(?:<<|\[\]=|push|append|concat|store|update|delete|clear|replace|\w+!|\w+=)$/;
const PURE_FUNCTIONS = new Set([
  'Integer',
  'Float',
  'String',
  'Array',
  'format',
  'sprintf',
  'URI',
  'rand',
  'Rational',
  'lambda',
  'proc',
]);

function visitAll(nodes: readonly (Node | null)[], draft: Draft): void {
  for (const node of nodes) visit(node, draft);
}

function visitArguments(args: Arguments, draft: Draft): void {
  visitAll(args.positional, draft);
  visitPairs(args.pairs, draft);
  if (args.block && args.block !== 'anonymous') visit(args.block, draft);
}

function visitPairs(pairs: readonly Pair[], draft: Draft): void {
  for (const pair of pairs) {
    visit(pair.key, draft);
    visit(pair.value, draft);
  }
}

/** A block's own `next` and `break` end inside it. */
function visitBlock(block: BlockNode, draft: Draft): void {
  if (!block.body) return;
  const inner: Draft = { assigned: draft.assigned, calls: draft.calls, jumps: new Set(), prints: false };
  visit(block.body, inner);
  if (inner.prints) draft.prints = true;
  for (const jump of inner.jumps) if (jump === 'return' || jump === 'raise') draft.jumps.add(jump);
}

function visitTarget(target: Target, draft: Draft): void {
  if (target.type === 'multiple') {
    for (const one of [...target.before, ...target.after]) visitTarget(one, draft);
    if (target.rest && target.rest !== 'nameless') visitTarget(target.rest, draft);
    return;
  }
  draft.assigned.push(target);
  if (target.type === 'index' || target.type === 'attribute') visit(target.object, draft);
  if (target.type === 'index') visitArguments(target.args, draft);
}

/** What a chain of calls goes through says nothing by itself. */
function visitReceiver(node: Node | null, draft: Draft): void {
  let at = node;
  while (at?.type === 'call' && at.receiver && !at.block && at.args === NO_ARGUMENTS) at = at.receiver;
  if (at?.type === 'call' && at.bare) return;
  visit(at, draft);
}

function visit(node: Node | null, draft: Draft): void {
  if (!node) return;
  switch (node.type) {
    case 'assign':
    case 'opassign':
      visitTarget(node.target, draft);
      visit(node.value, draft);
      return;
    case 'call':
      if (node.receiver === null && RAISES.has(node.method)) draft.jumps.add('raise');
      else draft.calls.push(node);
      visitReceiver(node.receiver, draft);
      visitArguments(node.args, draft);
      if (node.block) visitBlock(node.block, draft);
      return;
    case 'return':
    case 'next':
    case 'break':
      draft.jumps.add(node.type);
      visit(node.value, draft);
      return;
    case 'text':
    case 'print':
      draft.prints = true;
      if (node.type === 'print') visit(node.value, draft);
      return;
    case 'while':
    case 'for': {
      const inner: Draft = { ...draft, jumps: new Set() };
      if (node.type === 'for') visitTarget(node.target, inner);
      visitAll(node.type === 'for' ? [node.over, node.body] : [node.test, node.body], inner);
      if (inner.prints) draft.prints = true;
      for (const jump of inner.jumps) if (jump === 'return' || jump === 'raise') draft.jumps.add(jump);
      return;
    }
    case 'begin':
      visitAll([node.body, node.else, node.ensure], draft);
      for (const clause of node.rescues) {
        if (clause.target) visitTarget(clause.target, draft);
        visitAll([...clause.classes, clause.body], draft);
      }
      return;
    case 'case':
      visit(node.subject, draft);
      for (const when of node.whens) visitAll([...when.patterns, when.body], draft);
      visit(node.else, draft);
      return;
    case 'match':
      visit(node.subject, draft);
      for (const clause of node.clauses) visitAll([clause.guard, clause.body], draft);
      visit(node.else, draft);
      return;
    case 'if':
      visitAll([node.test, node.then, node.else], draft);
      return;
    case 'and':
    case 'or':
      visitAll([node.left, node.right], draft);
      return;
    case 'not':
    case 'splat':
      visit(node.value, draft);
      return;
    case 'seq':
      visitAll(node.body, draft);
      return;
    case 'dstr':
    case 'dsym':
    case 'xstr':
    case 'regex':
      visitAll(node.parts, draft);
      return;
    case 'array':
      visitAll(node.items, draft);
      return;
    case 'hash':
      visitPairs(node.pairs, draft);
      return;
    case 'range':
      visitAll([node.begin, node.end], draft);
      return;
    case 'yield':
      visitArguments(node.args, draft);
      return;
    default:
  }
}

const RAISES = new Set(['raise', 'fail', 'exit', 'exit!', 'abort', 'throw']);
