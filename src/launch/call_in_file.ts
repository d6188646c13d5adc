import type { TreeReader } from '../ruby/parse.ts';

/** A call somewhere in a file: in a hook, a method, a block that runs later. */
export interface CallInFile {
  readonly start: number;
  readonly end: number;
  /** What it stands in, outermost first: the calls whose blocks, and the methods whose bodies, it is in. */
  readonly within: readonly string[];
}

type TreeNode = Parameters<TreeReader<unknown>>[0];

/** Finds the first call of a method on a constant that has a block. Null where there is none. */
export function callInFile(root: TreeNode, receiver: string, method: string): CallInFile | null {
  return find(root, []);

  function find(node: TreeNode, within: readonly string[]): CallInFile | null {
    if (
      node.type === 'call' &&
      node.childForFieldName('receiver')?.text === receiver &&
      node.childForFieldName('method')?.text === method
    ) {
      return { start: node.startIndex, end: node.endIndex, within };
    }
    const name = nameOf(node);
    const inside = name === null ? within : [...within, name];
    for (const child of node.namedChildren) {
      const found = child ? find(child, inside) : null;
      if (found) return found;
    }
    return null;
  }
}

function nameOf(node: TreeNode): string | null {
  if (node.type === 'call' && node.childForFieldName('block')) return node.childForFieldName('method')?.text ?? null;
  return node.type === 'method' ? (node.childForFieldName('name')?.text ?? null) : null;
}
