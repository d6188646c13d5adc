import { UnreadableFile, type FileTree } from '../repo/tree.ts';
import type { RubyParser } from '../ruby/parse.ts';
import type { AppFiles } from '../launch/files.ts';

/** The part of web-tree-sitter's node that this reader needs. */
interface TreeNode {
  readonly type: string;
  readonly text: string;
  readonly namedChildren: readonly (TreeNode | null)[];
  childForFieldName(name: string): TreeNode | null;
  descendantsOfType(types: string | string[]): readonly (TreeNode | null)[];
}

const CONNECTS = /connects_to|establish_connection/;

/**
 * The entries of database.yml that classes of the application connect to: `connects_to database: { writing: :x }`,
 * `shards:`, and `establish_connection :x` in a class body. Sorted, each once.
 */
export function connectedDatabases(files: AppFiles, parser: RubyParser): readonly string[] {
  const names = new Set<string>();
  for (const path of files.tree.list()) {
    if (!/^(?:app|lib)\/.+\.rb$/.test(path)) continue;
    const text = candidate(files.tree, path);
    if (text === null) continue;
    parser.read(text, (root) => collect(root, false, names));
  }
  return [...names].toSorted();
}

/** The text of a file that mentions a connection; most do not, and are not even decoded. */
function candidate(tree: FileTree, path: string): string | null {
  try {
    const bytes = tree.read(path);
    const latin = new TextDecoder('latin1').decode(bytes);
    return CONNECTS.test(latin) ? latin : null;
  } catch (error) {
    if (error instanceof UnreadableFile) return null;
    throw error;
  }
}

function collect(node: TreeNode, inMethod: boolean, names: Set<string>): void {
  const within = inMethod || node.type === 'method' || node.type === 'singleton_method';
  if (node.type === 'call' && !within) {
    const method = node.childForFieldName('method')?.text;
    const list = node.childForFieldName('arguments');
    if (method === 'connects_to' && list) namedValues(list).forEach((name) => names.add(name));
    if (method === 'establish_connection' && list) {
      const [first] = list.namedChildren;
      const name = first ? literalName(first) : null;
      if (name !== null) names.add(name);
    }
  }
  for (const child of node.namedChildren) if (child) collect(child, within, names);
}

/** The databases in `database: { writing: :x, reading: :y }` and `shards: { one: { writing: :x } }`. */
function namedValues(list: TreeNode): readonly string[] {
  return list.descendantsOfType('pair').flatMap((pair) => {
    const value = pair?.childForFieldName('value');
    const name = value ? literalName(value) : null;
    return name === null ? [] : [name];
  });
}

function literalName(node: TreeNode): string | null {
  if (node.type === 'simple_symbol') return node.text.slice(1);
  if (node.type === 'string') return node.text.slice(1, -1);
  return null;
}
