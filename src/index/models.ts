import { argumentsOf, classAround, constantName, isMethod, keyword, methodName, qualifiedName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { CodeFile } from './collector.ts';

/** A class of the repository that is an Active Record model. */
export interface Model {
  /** `Shop::Photo`. */
  readonly name: string;
  readonly path: string;
}

/** What a model's own file says. */
export interface ModelBody {
  readonly file: CodeFile;
  readonly methods: ReadonlyMap<string, CodeNode>;
  readonly classMethods: ReadonlyMap<string, CodeNode>;
  readonly scopes: ReadonlySet<string>;
  /** The model behind an association, by the association's name; null where it is not in this repository. */
  readonly associations: ReadonlyMap<string, Model | null>;
}

/** `class Photo < ApplicationRecord`, as a line of text. */
const DEFINITION = /^[ \t]*class[ \t]+([A-Z][\w:]*)[ \t]*<[ \t]*(?:::)?([A-Z][\w:]*)/gm;

interface Definition {
  readonly name: string;
  readonly path: string;
  readonly parent: string;
}

/**
 * The names that the repository itself defines as models: classes below ActiveRecord::Base or ApplicationRecord, by
 * whatever way. Read from the lines that define classes, without a parse.
 */
export class Models {
  readonly #definitions: Definition[] = [];
  readonly #bodies = new Map<string, ModelBody | null>();
  readonly #fileAt: (path: string) => CodeFile | null;
  #byLastName: Map<string, Model[]> | null = null;

  constructor(fileAt: (path: string) => CodeFile | null) {
    this.#fileAt = fileAt;
  }

  /** Notes the classes that a text defines. */
  read(path: string, text: string): void {
    for (const [, name = '', parent = ''] of text.matchAll(DEFINITION)) {
      this.#definitions.push({ name: inNamespace(path, name), path, parent });
    }
  }

  /** The model a constant means. Namespaces that surround the mention are not needed to find it. */
  named(constant: string): Model | null {
    const candidates = this.#all().get(lastName(constant)) ?? [];
    return candidates.find(({ name }) => name === constant || name.endsWith(`::${constant}`)) ?? null;
  }

  /** The model that a variable is called after: `photo`, `@photos`. */
  calledAfter(variable: string): Model | null {
    const word = variable.replace(/^@+/, '');
    for (const name of [word, singular(word)]) {
      const [only, ...others] = this.#all().get(camelized(name)) ?? [];
      if (only && others.length === 0) return only;
    }
    return null;
  }

  body(model: Model): ModelBody | null {
    const known = this.#bodies.get(model.name);
    if (known !== undefined) return known;
    const file = this.#fileAt(model.path);
    const body = file && this.#bodyIn(file, model);
    this.#bodies.set(model.name, body);
    return body;
  }

  #bodyIn(file: CodeFile, model: Model): ModelBody {
    const methods = new Map<string, CodeNode>();
    const classMethods = new Map<string, CodeNode>();
    const scopes = new Set<string>();
    const associations = new Map<string, Model | null>();
    for (const node of file.root.within()) {
      if (isMethod(node)) {
        const owner = classAround(node);
        if (!owner || lastName(qualifiedName(owner)) !== lastName(model.name)) continue;
        const ofClass = node.type === 'singleton_method' || node.parent?.parent?.type === 'singleton_class';
        (ofClass ? classMethods : methods).set(node.child('name')?.text ?? '', node);
      }
      if (node.type !== 'call' || node.child('receiver')) continue;
      const method = methodName(node) ?? '';
      const [first] = argumentsOf(node);
      if (first?.type !== 'simple_symbol') continue;
      const name = first.text.slice(1);
      if (method === 'scope') scopes.add(name);
      if (ASSOCIATIONS.has(method)) associations.set(name, this.#associated(name, node));
    }
    return { file, methods, classMethods, scopes, associations };
  }

  #associated(name: string, call: CodeNode): Model | null {
    const given = keyword(call, 'class_name');
    const className = given?.type === 'string' ? given.text.slice(1, -1) : constantName(given);
    return this.named(className ?? camelized(singular(name))) ?? this.named(camelized(name));
  }

  #all(): ReadonlyMap<string, readonly Model[]> {
    if (this.#byLastName) return this.#byLastName;
    const names = new Set(['ApplicationRecord', 'ActiveRecord::Base']);
    const found = new Map<string, Model>();
    for (let before = -1; before !== found.size;) {
      before = found.size;
      for (const one of this.#definitions) {
        if (found.has(one.name) || !possibleNames(one).some((name) => names.has(name))) continue;
        found.set(one.name, one);
        names.add(one.name);
      }
    }
    this.#byLastName = new Map();
    for (const model of found.values()) {
      const last = lastName(model.name);
      const same = this.#byLastName.get(last);
      if (same) same.push(model);
      else this.#byLastName.set(last, [model]);
    }
    return this.#byLastName;
  }
}

const ASSOCIATIONS = new Set(['has_many', 'has_one', 'belongs_to', 'has_and_belongs_to_many']);

/** What the superclass can be called in full: Ruby looks in the namespaces around first. */
function possibleNames({ name, parent }: Definition): readonly string[] {
  const outer = name.split('::').slice(0, -1);
  return [...outer.map((_, index) => [...outer.slice(0, index + 1), parent].join('::')), parent];
}

/** A class takes the namespace its file lies in: `app/models/shop/photo.rb` holds `Shop::Photo`. */
function inNamespace(path: string, name: string): string {
  const below = /(?:^|\/)app\/\w+\/(?:concerns\/)?(.+)\/[^/]+\.rb$/.exec(path)?.[1];
  if (!below || name.includes('::')) return name;
  return [...below.split('/').map(camelized), name].join('::');
}

export function lastName(constant: string): string {
  return constant.slice(constant.lastIndexOf(':') + 1);
}

function camelized(word: string): string {
  return word.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** As far as the names of associations and variables need it. */
function singular(word: string): string {
  if (/(?:ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  if (word === 'people') return 'person';
  return word.replace(/s$/, '');
}
