import type { Span } from '../../text/source.ts';
import { known } from '../../value/traced.ts';
import { callHost } from '../dispatch.ts';
import { evaluateNode } from '../eval/node.ts';
import type { Frame } from '../frames.ts';
import { literal, type Machine, stillUnknown, TOO_MUCH_WORK, unknownAt } from '../machine.ts';
import { dirname, expand, insideTree, readText, REPOSITORY_ROOT } from '../paths.ts';
import { isHostObject, RubyObject, RubyString, type Value } from '../values.ts';

/** `require`, `require_relative` and `load`: what is in the tree runs here, once; a gem is there and says nothing. */
export function loadFile(m: Machine, method: string, args: readonly Value[], frame: Frame, at: Span): Value {
  const [first] = args;
  if (!first) return unknownAt(at, `\`${method}\` without a file`);
  if (!first.known) return stillUnknown(at, first);
  if (method === 'load' && isHostObject(frame.self.value)) {
    const answer = callHost(m, frame.self, method, { args, named: null, block: null }, at);
    if (answer) return answer;
  }
  const held = first.value instanceof RubyObject ? first.value.variables.get('@path') : first;
  if (!held?.known || !(held.value instanceof RubyString)) return unknownAt(at, 'a file this tool does not know');
  const { content } = held.value;
  if (!content.known) return stillUnknown(at, content);
  const name = content.value;
  const path = target(m, method, name);
  const yes = known(true, literal(at));
  if (path === 'gem') return yes;
  if (path === null) return unknownAt(at, `\`${name}\` is outside of the repository`);
  const found = [path, `${path}.rb`].find((one) => m.files.kind(one) === 'file');
  if (!found) return unknownAt(at, `\`${path}\` is not in the repository`);
  if (method !== 'load' && m.loaded.has(found)) return known(false, literal(at));
  m.loaded.add(found);
  return run(m, found, at);
}

function target(m: Machine, method: string, name: string): string | null {
  if (method === 'require_relative') {
    return insideTree(expand(name, `${REPOSITORY_ROOT}/${dirname(m.program.file.pathInTree)}`));
  }
  const explicit = name.startsWith('/') || name.startsWith('./') || name.startsWith('../');
  if (method === 'require' && !explicit) return 'gem';
  return insideTree(name);
}

/** The whole application: thousands of files that say nothing about this one. */
const APPLICATION = /^config\/(?:environment|application|boot)\.rb$/;

function run(m: Machine, path: string, at: Span): Value {
  if (APPLICATION.test(path)) {
    if (path !== 'config/boot.rb') m.notice({ kind: 'app-load', at });
    return unknownAt(at, `\`${path}\` loads the application`);
  }
  if (m.tooManyCalls) return unknownAt(at, TOO_MUCH_WORK);
  const text = readText(m.files, path);
  if (text === null) return unknownAt(at, `\`${path}\` cannot be read`);
  const program = m.parser.parse(m.program.file.sibling(path, text));
  if (program.problem) return unknownAt(at, `\`${path}\` does not parse`);
  const { program: before, printer } = m;
  m.program = program;
  m.printer = null;
  m.calls++;
  try {
    m.scope('method', () => evaluateNode(m, program.body, m.topFrame()));
    return known(true, literal(at));
  } finally {
    m.calls--;
    m.program = before;
    m.printer = printer;
  }
}
