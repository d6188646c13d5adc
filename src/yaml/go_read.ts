import { goAt, goText, type GoEntry, type GoNode, type GoScalar } from './go.ts';

export function isNull(node: GoNode): boolean {
  return node.kind === 'scalar' && node.value.known && node.value.value === null;
}

/** The entries of a mapping; none of anything else. */
export function entriesOf(node: GoNode | undefined): readonly GoEntry[] {
  return node?.kind === 'mapping' ? node.entries : [];
}

/** The items of a sequence at a path; none of anything else. */
export function itemsAt(node: GoNode | undefined, ...path: readonly string[]): readonly GoNode[] {
  const found = goAt(node, ...path);
  return found?.kind === 'sequence' ? found.items : [];
}

/** The scalar at a path; null says nothing. */
export function scalarAt(node: GoNode | undefined, ...path: readonly string[]): GoScalar | null {
  const found = goAt(node, ...path);
  return found?.kind === 'scalar' && !isNull(found) ? found : null;
}

/** The known text at a path, or null. */
export function textAt(node: GoNode | undefined, ...path: readonly string[]): string | null {
  const found = goAt(node, ...path);
  if (found?.kind !== 'scalar') return null;
  const text = goText(found);
  return text.known ? text.value : null;
}
