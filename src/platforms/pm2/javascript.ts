import { parse, type TSESTree } from '@typescript-eslint/typescript-estree';
import { span, type SourceFile, type Span } from '../../text/source.ts';
import type { Environment } from '../../value/environment.ts';
import type { Origin } from '../../value/origin.ts';
import { assuming, combine, known, unknown, via, type Traced } from '../../value/traced.ts';

export type Scalar = string | number | boolean | null;

/** What a piece of JavaScript comes to, as far as that can be said without running it. */
export type Value =
  | { readonly kind: 'scalar'; readonly at: Span; readonly value: Traced<Scalar> }
  | { readonly kind: 'list'; readonly at: Span; readonly items: readonly Value[] }
  | {
      readonly kind: 'object';
      readonly at: Span;
      readonly entries: ReadonlyMap<string, Value>;
      /** Why it may have more entries than these, or null. */
      readonly open: string | null;
    }
  | { readonly kind: 'unknown'; readonly at: Span; readonly reason: string };

/** A file that is no JavaScript. `offset` is where the mistake is; null where the parser itself gave up. */
export class NotJavaScript extends Error {
  readonly offset: number | null;
  constructor(message: string, offset: number | null) {
    super(message);
    this.name = 'NotJavaScript';
    this.offset = offset;
  }
}

const DEEPEST = 64;

/**
 * What a module exports (`module.exports = …`, `export default …`): constants, literals, templates, objects, lists,
 * spreads, conditions, and `process.env.X` with its fallbacks, read in `environment`. Everything else is unknown.
 * Null where it exports nothing that way. Throws NotJavaScript.
 */
export function readModule(file: SourceFile, environment: Environment): Value | null {
  const program = parsed(file);
  const reader = new Reader(file, environment, program);
  for (const statement of program.body.toReversed()) {
    const exported = exportedBy(statement);
    if (exported) return reader.read(exported, 0);
  }
  return null;
}

function parsed(file: SourceFile): TSESTree.Program {
  try {
    return parse(file.text, { range: true, jsx: false, errorOnUnknownASTType: false });
  } catch (error) {
    const index = error instanceof Error && 'index' in error ? Number(error.index) : null;
    throw new NotJavaScript(error instanceof Error ? error.message : String(error), index);
  }
}

function exportedBy(statement: TSESTree.ProgramStatement): TSESTree.Expression | null {
  if (statement.type === 'ExportDefaultDeclaration') {
    const { declaration } = statement;
    const isExpression = !declaration.type.endsWith('Declaration');
    return isExpression ? (declaration as TSESTree.Expression) : null;
  }
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') return null;
  const { left, right, operator } = statement.expression;
  if (operator !== '=' || left.type !== 'MemberExpression' || left.computed) return null;
  const isModule = left.object.type === 'Identifier' && left.object.name === 'module';
  return isModule && left.property.type === 'Identifier' && left.property.name === 'exports' ? right : null;
}

class Reader {
  readonly #file: SourceFile;
  readonly #environment: Environment;
  readonly #constants = new Map<string, TSESTree.Expression>();

  constructor(file: SourceFile, environment: Environment, program: TSESTree.Program) {
    this.#file = file;
    this.#environment = environment;
    for (const statement of program.body) {
      const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      // A variable may be assigned anew anywhere.
      if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue;
      for (const { id, init } of declaration.declarations)
        if (id.type === 'Identifier' && init) this.#constants.set(id.name, init);
    }
  }

  read(node: TSESTree.Node, depth: number): Value {
    const at = span(this.#file, node.range[0], node.range[1]);
    if (depth > DEEPEST) return { kind: 'unknown', at, reason: 'it is nested too deeply' };
    switch (node.type) {
      case 'Literal':
        return this.#literal(node, at);
      case 'TemplateLiteral':
        return this.#template(node, at, depth);
      case 'ObjectExpression':
        return this.#object(node, at, depth);
      case 'ArrayExpression':
        return this.#list(node, at, depth);
      case 'Identifier': {
        if (node.name === 'undefined') return scalar(at, known(null, { kind: 'literal', at }));
        const constant = this.#constants.get(node.name);
        return constant ? this.read(constant, depth + 1) : unread(at, `nothing here says what ${node.name} is`);
      }
      case 'MemberExpression':
        return this.#member(node, at, depth);
      case 'LogicalExpression':
        return this.#logical(node, at, depth);
      case 'ConditionalExpression':
        return this.#conditional(node, at, depth);
      case 'BinaryExpression':
        return this.#binary(node, at, depth);
      case 'UnaryExpression':
        return this.#unary(node, at, depth);
      case 'CallExpression':
        return this.#call(node, at, depth);
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
      case 'TSNonNullExpression':
        return this.read(node.expression, depth + 1);
      default:
        return unread(at, 'it is only known when it runs');
    }
  }

  #literal(node: TSESTree.Literal, at: Span): Value {
    const { value } = node;
    const plain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
    return plain ? scalar(at, known(value as Scalar, { kind: 'literal', at })) : unread(at, 'it is no plain value');
  }

  #template(node: TSESTree.TemplateLiteral, at: Span, depth: number): Value {
    const parts = node.expressions.map((expression) => asScalar(this.read(expression, depth + 1)));
    const texts = node.quasis.map(({ value }) => value.cooked ?? '');
    return scalar(
      at,
      combine(at, parts, (...values) =>
        texts.map((text, index) => text + (index < values.length ? String(values[index]) : '')).join(''),
      ),
    );
  }

  #object(node: TSESTree.ObjectExpression, at: Span, depth: number): Value {
    const entries = new Map<string, Value>();
    let open: string | null = null;
    for (const property of node.properties) {
      if (property.type === 'SpreadElement') {
        const spread = this.read(property.argument, depth + 1);
        if (spread.kind === 'object') {
          for (const [name, value] of spread.entries) entries.set(name, value);
          open ??= spread.open;
        } else if (!isEmptySpread(spread)) {
          // What it brings hides everything before it.
          entries.clear();
          open ??= spread.kind === 'unknown' ? spread.reason : 'it is spread from something unknown';
        }
        continue;
      }
      const name = nameOf(property);
      if (name === null) open ??= 'a key is only known when it runs';
      else entries.set(name, this.read(property.value, depth + 1));
    }
    return { kind: 'object', at, entries, open };
  }

  #list(node: TSESTree.ArrayExpression, at: Span, depth: number): Value {
    const items: Value[] = [];
    for (const element of node.elements) {
      if (element === null) continue;
      if (element.type !== 'SpreadElement') {
        items.push(this.read(element, depth + 1));
        continue;
      }
      const spread = this.read(element.argument, depth + 1);
      if (spread.kind === 'list') items.push(...spread.items);
      else items.push(unread(spread.at, 'it is spread from something unknown'));
    }
    return { kind: 'list', at, items };
  }

  #member(node: TSESTree.MemberExpression, at: Span, depth: number): Value {
    const name =
      !node.computed && node.property.type === 'Identifier'
        ? node.property.name
        : node.property.type === 'Literal'
          ? String(node.property.value)
          : null;
    if (name === null) return unread(at, 'which property it is, is only known when it runs');
    if (isProcessEnv(node.object)) return scalar(at, this.#environment.get(name, at));
    const object = this.read(node.object, depth + 1);
    if (object.kind === 'object') {
      const entry = object.entries.get(name);
      if (entry) return entry;
      if (object.open === null) return scalar(at, known(null, { kind: 'literal', at }));
    }
    return unread(at, 'it is only known when it runs');
  }

  /** `||`, `&&`, `??`: which side it is depends on the left one. */
  #logical(node: TSESTree.LogicalExpression, at: Span, depth: number): Value {
    const left = this.read(node.left, depth + 1);
    const decided = decision(left, node.operator === '??' ? (value) => value === null : (value) => !value);
    if (decided === null) return unread(at, reasonOf(left));
    const takesRight = node.operator === '&&' ? !decided : decided;
    if (!takesRight) return left;
    return after(left, this.read(node.right, depth + 1), at);
  }

  #conditional(node: TSESTree.ConditionalExpression, at: Span, depth: number): Value {
    const test = this.read(node.test, depth + 1);
    const fails = decision(test, (value) => !value);
    if (fails === null) return unread(at, reasonOf(test));
    return after(test, this.read(fails ? node.alternate : node.consequent, depth + 1), at);
  }

  #binary(node: TSESTree.BinaryExpression, at: Span, depth: number): Value {
    if (node.left.type === 'PrivateIdentifier') return unread(at, 'it is only known when it runs');
    const operands = [asScalar(this.read(node.left, depth + 1)), asScalar(this.read(node.right, depth + 1))] as const;
    const operation = OPERATIONS[node.operator];
    if (!operation) return unread(at, 'it is only known when it runs');
    return scalar(at, combine(at, operands, operation));
  }

  #unary(node: TSESTree.UnaryExpression, at: Span, depth: number): Value {
    const operand = asScalar(this.read(node.argument, depth + 1));
    if (node.operator === '-')
      return scalar(
        at,
        combine(at, [operand], (value) => -Number(value)),
      );
    if (node.operator === '+') return scalar(at, combine(at, [operand], Number));
    if (node.operator === '!')
      return scalar(
        at,
        combine(at, [operand], (value) => !value),
      );
    return unread(at, 'it is only known when it runs');
  }

  /** `Number(x)`, `parseInt(x, 10)`, `String(x)`. */
  #call(node: TSESTree.CallExpression, at: Span, depth: number): Value {
    const conversion = node.callee.type === 'Identifier' ? CONVERSIONS[node.callee.name] : undefined;
    const [argument, base] = node.arguments;
    const decimal = base === undefined || (base.type === 'Literal' && base.value === 10);
    if (!conversion || !argument || argument.type === 'SpreadElement' || !decimal)
      return unread(at, 'it is only known when it runs');
    return scalar(at, combine(at, [asScalar(this.read(argument, depth + 1))], conversion));
  }
}

const OPERATIONS: Readonly<Record<string, (left: Scalar, right: Scalar) => Scalar>> = {
  '+': (left, right) =>
    typeof left === 'string' || typeof right === 'string' ? String(left) + String(right) : Number(left) + Number(right),
  '-': (left, right) => Number(left) - Number(right),
  '*': (left, right) => Number(left) * Number(right),
  '===': (left, right) => left === right,
  '!==': (left, right) => left !== right,
};

const CONVERSIONS: Readonly<Record<string, (value: Scalar) => Scalar>> = {
  Number: (value) => Number(value),
  String: (value) => (value === null ? 'undefined' : String(value)),
  parseInt: (value) => Number.parseInt(String(value), 10),
};

function nameOf({ key, computed }: TSESTree.Property): string | null {
  if (key.type === 'Literal') return String(key.value);
  return key.type === 'Identifier' && !computed ? key.name : null;
}

function isProcessEnv(node: TSESTree.Expression): boolean {
  if (node.type !== 'MemberExpression' || node.computed) return false;
  const isProcess = node.object.type === 'Identifier' && node.object.name === 'process';
  return isProcess && node.property.type === 'Identifier' && node.property.name === 'env';
}

/** `...(condition && {…})` spreads nothing where the condition is false. */
function isEmptySpread(value: Value): boolean {
  return value.kind === 'scalar' && value.value.known && (value.value.value === null || value.value.value === false);
}

/** What a test says of a value; null where nobody can tell. */
function decision(value: Value, test: (value: Scalar) => boolean): boolean | null {
  if (value.kind === 'object' || value.kind === 'list') return test(true);
  if (value.kind === 'unknown' || !value.value.known) return null;
  return test(value.value.value);
}

/** What was taken because of a test rests on what the test rests on. */
function after(test: Value, taken: Value, at: Span): Value {
  if (taken.kind !== 'scalar' || test.kind !== 'scalar' || !test.value.known) return taken;
  const { origin, assumes } = test.value;
  const fallback = origin.kind === 'unset' ? origin.variable : null;
  if (fallback === null) return scalar(taken.at, assuming(taken.value, assumes));
  const step = (from: Origin): Origin => ({ kind: 'fallback', variable: fallback, at, from: [from] });
  return scalar(taken.at, assuming(via(taken.value, step), assumes));
}

export function asScalar(value: Value): Traced<Scalar> {
  if (value.kind === 'scalar') return value.value;
  return unknown(reasonOf(value), { kind: 'platform', at: value.at, from: [] });
}

function reasonOf(value: Value): string {
  if (value.kind === 'unknown') return value.reason;
  if (value.kind === 'scalar') return value.value.known ? 'it is known' : value.value.reason;
  return 'it is no plain value';
}

function scalar(at: Span, value: Traced<Scalar>): Value {
  return { kind: 'scalar', at, value };
}

function unread(at: Span, reason: string): Value {
  return { kind: 'unknown', at, reason };
}
