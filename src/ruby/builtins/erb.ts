import { TemplateOutput } from '../../erb/output.ts';
import type { SourceFile } from '../../text/source.ts';
import { known, unknown } from '../../value/traced.ts';
import type { Answer, Call, Table } from '../call.ts';
import { evaluateNode } from '../eval/node.ts';
import type { Frame } from '../frames.ts';
import { literal, TOO_MUCH_WORK, unknownAt } from '../machine.ts';
import { raise } from '../signals.ts';
import type { TrimMode } from '../syntax.ts';
import { RubyHash, RubyObject, RubyString, RubySymbol, type RubyValue } from '../values.ts';

/** `ERB.new(text, trim_mode: "-")`; older Rubies took the mode as the third argument. */
export function newErb(c: Call): RubyValue {
  const object = new RubyObject(c.m.classes.get('ERB')!);
  object.variables.set('@text', c.raw(0));
  object.variables.set('@mode', c.named?.get('trim_mode') ?? c.args[2] ?? c.make(null));
  return object;
}

function trimModeOf(c: Call, value: RubyValue): TrimMode {
  if (value === null) return null;
  const text = c.textOf(value);
  if (text === '-' || text === '<>' || text === '>') return text;
  if (text === '') return null;
  return c.unknown('a trim mode of ERB');
}

function result(c: Call, given: RubyHash | null): Answer {
  const { m, at } = c;
  const object = c.self.value as RubyObject;
  const text = object.variables.get('@text')!;
  const mode = trimModeOf(c, c.see(object.variables.get('@mode')!));
  const source = c.textOf(c.see(text)) ?? raise('TypeError', 'no implicit conversion into String');
  if (m.tooManyCalls) return c.unknown(TOO_MUCH_WORK);
  const file = sourceOf(c, source);
  const locals = given
    ? [...given.entries.values()].flatMap((one) => nameOf(one.key.known ? one.key.value : null))
    : [];
  const program = m.parser.parseTemplate(file, mode, locals);
  if (program.problem?.unread) return c.unknown(program.problem.message);
  if (program.problem) return raise('SyntaxError', program.problem.message);
  const output = new TemplateOutput(file);
  const saved = { printer: m.printer, program: m.program };
  const frame: Frame = m.topFrame();
  if (given) {
    for (const one of given.entries.values()) {
      for (const name of nameOf(one.key.known ? one.key.value : null)) frame.vars.set(name, one.value);
    }
  }
  m.printer = output;
  m.program = program;
  m.calls++;
  try {
    m.scope('method', () => evaluateNode(m, program.body, frame));
  } finally {
    m.calls--;
    m.printer = saved.printer;
    m.program = saved.program;
  }
  const rendered = output.finish();
  const origin = { kind: 'computed' as const, at, from: [text.origin] };
  const hole = rendered.pieces.find((piece) => piece.kind === 'hole');
  const string = new RubyString(
    hole?.kind === 'hole' ? unknown(hole.reason, origin) : known(rendered.text, origin, output.assumes),
  );
  string.printed = rendered;
  return known(string, origin, hole ? [] : output.assumes);
}

function nameOf(value: RubyValue): string[] {
  if (value instanceof RubySymbol) return [value.name];
  return value instanceof RubyString && value.content.known ? [value.content.value] : [];
}

/** The file a text was read from keeps its name, so that places in it can be shown. */
function sourceOf(c: Call, text: string): SourceFile {
  return c.at.file.sibling(c.m.readTexts.get(text) ?? c.at.file.pathInTree, text);
}

export const ERB_INSTANCE: Table = {
  result: (c) => {
    if (c.count > 0) {
      const binding = c.raw(0);
      // A binding is taken for the top level's: templates of configuration use the locals of no method.
      if (!binding.known && binding.reason !== 'a binding') return unknownAt(c.at, binding.reason);
    }
    return result(c, null);
  },
  result_with_hash: (c) => {
    if (c.named) {
      const hash = new RubyHash();
      for (const [name, value] of c.named) {
        hash.entries.set(`y${name}`, { key: known(RubySymbol.of(name), literal(c.at)), value });
      }
      return result(c, hash);
    }
    const hash = c.arg(0);
    return hash instanceof RubyHash ? result(c, hash) : raise('TypeError', 'no implicit conversion into Hash');
  },
  run: (c) => c.unknown('a template that prints'),
  src: (c) => c.unknown('the code of a template'),
  'filename=': (c) => c.raw(0),
  'lineno=': (c) => c.raw(0),
};
