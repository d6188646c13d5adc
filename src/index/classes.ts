import type { FileTree } from '../repo/tree.ts';
import { classAround, constantName, isModuleLike, qualifiedName, rootOf } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { CodeFile } from './collector.ts';
import { membersOf } from './members.ts';
import { productionRuby } from './scope.ts';

/** The body of a `class` or `module`. */
export type Definition = CodeNode;

/** Whether a method is called on instances, or on the class itself. */
export type Side = 'instance' | 'class';

/** So many ancestors are asked for a method. */
const MOST_ANCESTORS = 20;

/** What Ruby gives to every object. Nearly every body calls one of them, and who means another says so in the class. */
const OF_OBJECTS = new Set(
  `abort binding block_given? catch class exit fail freeze format gets instance_variable_get instance_variable_set
  is_a? itself lambda loop method nil? object_id p pp print printf proc public_send puts raise rand require
  require_dependency require_relative respond_to? send sleep sprintf tap then throw warn`.split(/\s+/),
);

/** What Rails gives to every controller: the classes above it are not read for that. */
const OF_CONTROLLERS = new Set(
  `cookies flash head headers logger params redirect_to render render_to_string request respond_to response send_data
  send_file session`.split(/\s+/),
);
const CONTROLLER = /(?:^|\/)controllers\//;

/**
 * The classes and modules of the repository, found where autoloading looks for them: `Photos::Remover` in a file whose
 * path ends in `photos/remover.rb`, and that defines it under this name. Nothing is parsed before it is asked for.
 * Source: activesupport/lib/active_support/inflector/methods.rb@v8.1.3.1 (`underscore`)
 */
export class Classes {
  readonly #tree: FileTree;
  readonly #fileAt: (path: string) => CodeFile | null;
  readonly #known = new Map<string, readonly Definition[]>();
  #byFileName: Map<string, string[]> | null = null;

  constructor(tree: FileTree, fileAt: (path: string) => CodeFile | null) {
    this.#tree = tree;
    this.#fileAt = fileAt;
  }

  /**
   * What a constant means where it stands: in the namespaces around it first, from the inside out. Null where the
   * repository does not define it, and where two of its files do: nobody knows which one is loaded.
   */
  named(constant: CodeNode): Definition | null {
    const name = constantName(constant);
    if (name === null) return null;
    const absolute = constant.text.startsWith('::');
    for (const full of absolute ? [name] : possibleNames(constant, name)) {
      const [only, ...others] = this.#defining(full, constant);
      if (only) return others.length === 0 ? only : null;
    }
    return null;
  }

  /** The class that the only file whose path ends so is named after, as `controllers/api/health_controller.rb` is. */
  inFile(ending: string): Definition | null {
    const name = ending.slice(ending.lastIndexOf('/') + 1);
    const [only, ...others] = (this.#files().get(name) ?? []).filter((path) => path.endsWith(`/${ending}`));
    const root = only !== undefined && others.length === 0 ? this.#fileAt(only)?.root : null;
    const plain = name.replace(/\.rb$/, '').replaceAll('_', '');
    for (const [full, definition] of root ? definitionsIn(root) : []) {
      if (full.slice(full.lastIndexOf(':') + 1).toLowerCase() === plain) return definition;
    }
    return null;
  }

  /** The method that a call on an instance, or on the class, runs: its own, of its modules, of the classes above. */
  method(definition: Definition, name: string, side: Side): CodeNode | null {
    const places = isGiven(name, definition) ? [definition] : this.ancestors(definition);
    for (const ancestor of places) {
      const { methods, classMethods, forIncluders, extended } = membersOf(ancestor);
      if (side === 'instance') {
        const own = methods.get(name);
        if (own) return own;
        continue;
      }
      const isMixedIn = ancestor.type === 'module' && ancestor !== definition;
      const own = (isMixedIn ? forIncluders : classMethods).get(name);
      if (own) return own;
      // What a module extends itself with stays with it.
      const extensions = isMixedIn ? [] : extended.flatMap((constant) => this.named(constant) ?? []);
      for (const extension of extensions) {
        const given = this.method(extension, name, 'instance');
        if (given) return given;
      }
    }
    return null;
  }

  /**
   * A class, the modules it includes, and the same of the classes above it, as far as the repository defines them. Each
   * is looked for when it is asked for: who finds what they need reads no further files.
   */
  *ancestors(definition: Definition): Generator<Definition> {
    const found = new Set<Definition>();
    const ahead: CodeNode[] = [];
    for (let one: Definition | null = definition; ; one = this.named(ahead.shift()!)) {
      if (one && !found.has(one)) {
        found.add(one);
        yield one;
        const { included, superclass } = membersOf(one);
        ahead.unshift(...included, ...(superclass ? [superclass] : []));
      }
      if (ahead.length === 0 || found.size >= MOST_ANCESTORS) return;
    }
  }

  /** Definitions of a full name, one for each file that has any. The file of the mention comes first. */
  #defining(full: string, mention: CodeNode): readonly Definition[] {
    const here = definitionsIn(rootOf(mention)).get(full);
    if (here) return [here];
    const known = this.#known.get(full);
    if (known) return known;
    const ending = `${underscored(full)}.rb`;
    const name = ending.slice(ending.lastIndexOf('/') + 1);
    const defining = (this.#files().get(name) ?? [])
      .filter((path) => path === ending || path.endsWith(`/${ending}`))
      .flatMap((path) => {
        const root = this.#fileAt(path)?.root;
        return (root && definitionsIn(root).get(full)) ?? [];
      });
    this.#known.set(full, defining);
    return defining;
  }

  #files(): ReadonlyMap<string, readonly string[]> {
    if (this.#byFileName) return this.#byFileName;
    this.#byFileName = new Map();
    for (const path of productionRuby(this.#tree)) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const same = this.#byFileName.get(name);
      if (same) same.push(path);
      else this.#byFileName.set(name, [path]);
    }
    return this.#byFileName;
  }
}

function isGiven(method: string, { file }: Definition): boolean {
  return OF_OBJECTS.has(method) || (OF_CONTROLLERS.has(method) && CONTROLLER.test(file.path));
}

/** `Shop::Photos::Remover`, `Shop::Remover`, `Remover` for Remover inside `module Shop` and `class Photos`. */
function possibleNames(mention: CodeNode, name: string): readonly string[] {
  const names: string[] = [];
  const isSuperclass = mention.parent?.type === 'superclass' || mention.field === 'superclass';
  let outer = classAround(mention);
  // A superclass is looked up outside of the class that is being defined.
  if (isSuperclass && outer) outer = classAround(outer);
  for (; outer; outer = classAround(outer)) names.push(`${qualifiedName(outer)}::${name}`);
  return [...names, name];
}

function definitionsIn(root: CodeNode): ReadonlyMap<string, Definition> {
  let found = DEFINITIONS.get(root);
  if (!found) {
    found = new Map();
    for (const node of root.within()) {
      if (!isModuleLike(node)) continue;
      const name = qualifiedName(node).replace(/^::/, '');
      // The one with a body of its own: `class Photo; end` may stand before to reserve the name.
      if (!found.has(name) || found.get(name)!.child('body') === null) found.set(name, node);
    }
    DEFINITIONS.set(root, found);
  }
  return found;
}

const DEFINITIONS = new WeakMap<CodeNode, Map<string, Definition>>();

/** `PDFExport::PhotoRemover` → `pdf_export/photo_remover`. */
function underscored(constant: string): string {
  return constant
    .replaceAll('::', '/')
    .replace(/([A-Z])(?=[A-Z][a-z])|([a-z\d])(?=[A-Z])/g, '$1$2_')
    .toLowerCase();
}
