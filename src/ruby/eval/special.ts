import { known } from '../../value/traced.ts';
import type { Frame } from '../frames.ts';
import { literal, type Machine, textValue, unknownAt } from '../machine.ts';
import { dirname, REPOSITORY_ROOT } from '../paths.ts';
import { loadFile } from '../builtins/load.ts';
import type { CallNode } from '../syntax.ts';
import { RubyClass, RubySymbol, type Value } from '../values.ts';
import { evaluateArguments } from './arguments.ts';
import { evaluateNode } from './node.ts';
import { makeProc } from './procs.ts';
import { Jump } from '../signals.ts';
import { assuming } from '../../value/traced.ts';

/** Calls whose meaning depends on where they stand. Undefined: an ordinary call. */
export function syntacticCall(m: Machine, node: CallNode, frame: Frame): Value | undefined {
  switch (node.method) {
    case 'lambda':
      return node.block ? known(makeProc(m, node.block, frame, true).proc, literal(node.at)) : undefined;
    case 'proc':
      return node.block ? known(makeProc(m, node.block, frame, false).proc, literal(node.at)) : undefined;
    case 'block_given?':
      return known(frame.home.block !== null, literal(node.at));
    case 'binding':
      return node.bare ? unknownAt(node.at, BINDING) : undefined;
    case '__dir__':
      return textValue(node.at, `${REPOSITORY_ROOT}/${dirname(m.program.file.pathInTree)}`.replace(/\/\.?$/, ''));
    case '__method__':
      return frame.home.method
        ? known(RubySymbol.of(frame.home.method.name), literal(node.at))
        : known(null, literal(node.at));
    case 'require':
    case 'require_relative':
    case 'load':
      return loadFile(m, node.method, evaluateArguments(m, node.args, node.block, frame).args, frame, node.at);
    case 'loop':
      return node.block ? endless(m, node, frame) : undefined;
    case 'local_variables':
      return unknownAt(node.at, '`local_variables` is not computed by this tool');
    case 'private':
    case 'public':
    case 'protected':
    case 'module_function':
    case 'private_class_method':
    case 'private_constant':
    case 'attr_reader':
    case 'attr_writer':
    case 'attr_accessor':
    case 'extend':
    case 'include':
      return frame.self.value instanceof RubyClass ? declaration(m, node, frame) : undefined;
    default:
      return undefined;
  }
}

/** The reason of a binding: templates rendered with one see the locals around it. */
export const BINDING = 'a binding';

function endless(m: Machine, node: CallNode, frame: Frame): Value {
  const { proc, tag } = makeProc(m, node.block!, frame, false);
  try {
    for (;;) {
      m.work(1, node.at);
      proc.call([]);
    }
  } catch (signal) {
    if (signal instanceof Jump && signal.kind === 'break' && signal.target === tag) {
      return assuming(signal.value, signal.assumes);
    }
    throw signal;
  }
}

/** What stands in the body of a class besides methods and constants. */
function declaration(m: Machine, node: CallNode, frame: Frame): Value {
  const owner = frame.self.value as RubyClass;
  const args = node.args.positional.map((arg) => evaluateNode(m, arg, frame));
  const names = args.flatMap((arg) => (arg.known && arg.value instanceof RubySymbol ? [arg.value.name] : []));
  if (node.method === 'module_function') {
    if (names.length === 0) owner.variables.set('module_function', known(true, literal(node.at)));
    for (const name of names) owner.singletons.set(name, owner.methods.get(name));
  } else if (node.method === 'extend' && args.some((arg) => arg.known && arg.value === owner)) {
    owner.variables.set('module_function', known(true, literal(node.at)));
  } else if (node.method.startsWith('attr_')) {
    for (const name of names) owner.variables.set(`attr:${name}`, known(true, literal(node.at)));
  }
  return known(null, literal(node.at));
}
