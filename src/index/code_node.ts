import type { Language, Node as TreeNode } from 'web-tree-sitter';
import { span, type SourceFile, type Span } from '../text/source.ts';

/**
 * A named node of a Ruby program, free of the parser: the tree it came from is given back as soon as it is copied.
 * Types and fields are those of tree-sitter-ruby. Comments are left out.
 */
export class CodeNode {
  readonly type: string;
  /** The field of its parent that it is: `receiver`, `method`, `arguments`, `block`, `body` …; null for list items. */
  readonly field: string | null;
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly parent: CodeNode | null;
  readonly children: readonly CodeNode[];

  constructor(
    place: { readonly file: SourceFile; readonly start: number; readonly end: number },
    type: string,
    field: string | null,
    parent: CodeNode | null,
    children: readonly CodeNode[],
  ) {
    this.file = place.file;
    this.start = place.start;
    this.end = place.end;
    this.type = type;
    this.field = field;
    this.parent = parent;
    this.children = children;
  }

  get text(): string {
    return this.file.text.slice(this.start, this.end);
  }

  get at(): Span {
    return span(this.file, this.start, this.end);
  }

  /** The child that is a field of this node. */
  child(field: string): CodeNode | null {
    return this.children.find((one) => one.field === field) ?? null;
  }

  /** This node and everything below it, in the order of the text. */
  within(): readonly CodeNode[] {
    const found: CodeNode[] = [];
    const add = (node: CodeNode): void => {
      found.push(node);
      for (const child of node.children) add(child);
    };
    add(this);
    return found;
  }

  /** The nodes around this one, innermost first. */
  *around(): Generator<CodeNode> {
    for (let node = this.parent; node; node = node.parent) yield node;
  }
}

/** Below that, a tree is not copied: nobody writes it, and who walks through a tree calls itself on every level. */
const DEEPEST = 1000;

/** Copies a tree. The cursor visits every node once, and asks the parser as little as it can: each question is a call. */
export function copyTree(root: TreeNode, file: SourceFile): CodeNode {
  const cursor = root.walk();
  const { types, fields } = root.tree.language;
  const kept = keptTypes(root.tree.language);
  const copy = (parent: CodeNode | null, typeId: number, depth: number): CodeNode => {
    const place = { file, start: cursor.startIndex, end: cursor.endIndex };
    const children: CodeNode[] = [];
    const node = new CodeNode(place, types[typeId] ?? 'ERROR', fields[cursor.currentFieldId] ?? null, parent, children);
    if (depth < DEEPEST && cursor.gotoFirstChild()) {
      do {
        const id = cursor.nodeTypeId;
        // Errors have a number beyond all types.
        if (kept[id] !== false) children.push(copy(node, id, depth + 1));
      } while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }
    return node;
  };
  try {
    return copy(null, cursor.nodeTypeId, 0);
  } finally {
    cursor.delete();
  }
}

/** By the number of a type: whether nodes of it are copied. Punctuation and comments are not. */
function keptTypes(language: Language): readonly boolean[] {
  let kept = keptByLanguage.get(language);
  if (!kept) {
    kept = language.types.map((name, id) => language.nodeTypeIsNamed(id) && name !== 'comment');
    keptByLanguage.set(language, kept);
  }
  return kept;
}

const keptByLanguage = new WeakMap<Language, readonly boolean[]>();
