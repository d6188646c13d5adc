import type { Answer, Call } from '../call.ts';
import type { BlockSource } from '../eval/procs.ts';
import type { UserMethod } from '../frames.ts';
import { unknownAt } from '../machine.ts';
import { RubyClass, RubyString, RubySymbol } from '../values.ts';

/** `define_method(:name) { … }`: the block is the body, which runs when the method is called and not before. */
export function defineMethodByBlock(c: Call): Answer {
  return define(c, (owner) => (owner.variables.has('singleton') ? owner.singletons : owner.methods));
}

/** `define_singleton_method(:name) { … }` */
export function defineSingletonByBlock(c: Call): Answer {
  return define(c, (owner) => owner.singletons);
}

/** Never "not known": then whoever called would have to ask what the block did. */
function define(c: Call, methodsOf: (owner: RubyClass) => Map<string, unknown>): Answer {
  const [given] = c.args;
  const name = given?.known ? nameIn(given.value) : null;
  if (name === null) return unknownAt(c.at, 'a method whose name is not known');
  const owner = c.self.value;
  const source = c.block?.source as BlockSource | null | undefined;
  if (owner instanceof RubyClass && source) {
    const { node, frame } = source;
    const method: UserMethod = {
      name,
      def: { type: 'def', at: node.at, name, singleton: null, params: node.params, body: node.body },
      lexical: frame.lexical,
      owner,
      closure: frame,
    };
    methodsOf(owner).set(name, method);
  }
  return RubySymbol.of(name);
}

function nameIn(value: unknown): string | null {
  if (value instanceof RubySymbol) return value.name;
  return value instanceof RubyString && value.content.known ? value.content.value : null;
}
