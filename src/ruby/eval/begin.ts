import { allAssumptions } from '../../value/origin.ts';
import { assuming, known } from '../../value/traced.ts';
import type { Frame } from '../frames.ts';
import { literal, type Machine, textValue, TOO_MANY_CONDITIONS, unknownAt } from '../machine.ts';
import { handed, send } from '../dispatch.ts';
import { Jump, RaisedError, Stopped } from '../signals.ts';
import type { BeginNode, RescueClause } from '../syntax.ts';
import { RubyObject, type Value } from '../values.ts';
import { splat } from './arguments.ts';
import { assignTo } from './assign.ts';
import { evaluateNode } from './node.ts';
import { taint } from './taint.ts';

const MOST_RETRIES = 100;

/** `begin … rescue … else … ensure … end` */
export function begin(m: Machine, node: BeginNode, frame: Frame): Value {
  if (!node.ensure) return rescued(m, node, frame);
  let result: Value;
  try {
    result = rescued(m, node, frame);
  } catch (signal) {
    if (!(signal instanceof Stopped)) {
      const assumes = signal instanceof Jump || signal instanceof RaisedError ? signal.assumes : [];
      m.under(assumes, () => evaluateNode(m, node.ensure, frame));
    }
    throw signal;
  }
  evaluateNode(m, node.ensure, frame);
  return result;
}

function rescued(m: Machine, node: BeginNode, frame: Frame): Value {
  if (node.rescues.length === 0) return evaluateNode(m, node.body, frame);
  for (let attempt = 0; ; attempt++) {
    try {
      const value = evaluateNode(m, node.body, frame);
      return node.else ? evaluateNode(m, node.else, frame) : value;
    } catch (signal) {
      if (!(signal instanceof RaisedError)) throw signal;
      const saved = m.currentError;
      try {
        return handle(m, node, signal, frame);
      } catch (again) {
        if (!(again instanceof Jump && again.kind === 'retry')) throw again;
        if (attempt >= MOST_RETRIES) throw new Stopped('retries without end', node.at);
      } finally {
        m.currentError = saved;
      }
    }
  }
}

function handle(m: Machine, node: BeginNode, error: RaisedError, frame: Frame): Value {
  const exception = exceptionOf(m, error);
  for (const clause of node.rescues) {
    const matches = matchesClause(m, clause, exception, frame);
    if (matches === null) {
      for (const one of node.rescues) if (one.body) taint(m, one.body, frame, TOO_MANY_CONDITIONS);
      return unknownAt(node.at, 'nobody can say which error is rescued');
    }
    if (!matches) continue;
    const { assumes } = error;
    return assuming(
      m.under(assumes, () => {
        m.currentError = exception;
        if (clause.target) assignTo(m, clause.target, exception, frame);
        return evaluateNode(m, clause.body, frame);
      }),
      assumes,
    );
  }
  throw error;
}

function matchesClause(m: Machine, clause: RescueClause, exception: Value, frame: Frame): boolean | null {
  if (clause.classes.length === 0) {
    const type = (exception as { value: RubyObject }).value.class;
    return m.classes.inherits(type, m.classes.get('StandardError')!);
  }
  for (const node of clause.classes) {
    const value = evaluateNode(m, node.type === 'splat' ? node.value : node, frame);
    const list = node.type === 'splat' ? splat(m, value, node.at) : { items: [value], assumes: [] };
    const items = 'unknown' in list ? [list.unknown] : list.items;
    for (const item of items) {
      // A class of a library is never one of the errors that Ruby itself raises here.
      if (!item.known) continue;
      const { truth } = m.decide(send(m, item, '===', handed(exception), node.at), node.at);
      if (truth === null || truth) return truth;
    }
  }
  return false;
}

/** The exception object of an error. */
export function exceptionOf(m: Machine, error: RaisedError): Value {
  if (!error.exception) {
    const type = m.classes.get(error.className) ?? m.classes.get('StandardError')!;
    error.exception = new RubyObject(type);
    error.exception.variables.set('@message', textValue(error.at!, error.message));
  }
  const assumes = allAssumptions(error.assumes);
  return known(error.exception, literal(error.at!), assumes);
}
