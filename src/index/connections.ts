import { argumentsOf, methodAround, methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { Collector } from './collector.ts';

/**
 * The entries of database.yml that classes of the application connect to: `connects_to database: { writing: :x }`,
 * `shards:`, and `establish_connection :x` in a class body. Sorted, each once.
 */
export function connectedDatabases(): Collector<readonly string[]> {
  const names = new Set<string>();
  return {
    reads: (path) => /^(?:app|lib)\/.+\.rb$/.test(path),
    words: /connects_to|establish_connection/,
    collect(file) {
      for (const call of file.calls('connects_to', 'establish_connection')) {
        const list = call.child('arguments');
        if (!list || methodAround(call)) continue;
        if (methodName(call) === 'connects_to') namedValues(list).forEach((name) => names.add(name));
        else {
          const [first] = argumentsOf(call);
          const name = first ? literalName(first) : null;
          if (name !== null) names.add(name);
        }
      }
    },
    facts: () => [...names].toSorted(),
  };
}

/** The databases in `database: { writing: :x, reading: :y }` and `shards: { one: { writing: :x } }`. */
function namedValues(list: CodeNode): readonly string[] {
  return [...list.within()].flatMap((pair) => {
    const value = pair.type === 'pair' ? pair.child('value') : null;
    const name = value ? literalName(value) : null;
    return name === null ? [] : [name];
  });
}

function literalName(node: CodeNode): string | null {
  if (node.type === 'simple_symbol') return node.text.slice(1);
  if (node.type === 'string') return node.text.slice(1, -1);
  return null;
}
