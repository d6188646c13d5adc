import { argumentsOf, constantName, keyword, literalName, methodName, qualifiedName } from './call.ts';
import type { Classes, Definition } from './classes.ts';
import type { CodeNode } from './code_node.ts';
import type { CodeFile } from './collector.ts';
import { membersOf } from './members.ts';

/** A class of the repository that is an Active Record model. */
export interface Model {
  /** `Shop::Photo`. */
  readonly name: string;
  readonly path: string;
}

/** What a model's own file says, with the concerns that it includes and the models above it. */
export interface ModelBody {
  /** Null where the file defines the class in a way that is not followed. */
  readonly definition: Definition | null;
  readonly scopes: ReadonlySet<string>;
  /** The model behind an association, by the association's name; null where it is not in this repository. */
  readonly associations: ReadonlyMap<string, Model | null>;
}

/** `class Photo < ApplicationRecord`, as a line of text. What it starts with is searched for, what stands before is asked. */
const DEFINITION = /class[ \t](?<=^[ \t]*class[ \t])[ \t]*([A-Z][\w:]*)[ \t]*<[ \t]*(?:::)?([A-Z][\w:]*)/gm;

interface Subclass {
  readonly name: string;
  readonly path: string;
  readonly parent: string;
}

/**
 * The names that the repository itself defines as models: classes below ActiveRecord::Base or ApplicationRecord, by
 * whatever way. Read from the lines that define classes, without a parse.
 */
export class Models {
  readonly #definitions: Subclass[] = [];
  readonly #bodies = new Map<string, ModelBody | null>();
  readonly #fileAt: (path: string) => CodeFile | null;
  readonly #classes: Classes;
  #byLastName: Map<string, Model[]> | null = null;

  constructor(fileAt: (path: string) => CodeFile | null, classes: Classes) {
    this.#fileAt = fileAt;
    this.#classes = classes;
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

  #bodyIn({ root }: CodeFile, model: Model): ModelBody {
    const classes = root.within().filter(({ type }) => type === 'class');
    const definition = classes.find((node) => lastName(qualifiedName(node)) === lastName(model.name)) ?? null;
    const scopes = new Set<string>();
    const associations = new Map<string, Model | null>();
    const bodies = definition ? [...this.#classes.ancestors(definition)] : [];
    for (const macro of bodies.flatMap((one) => membersOf(one).macros)) {
      const method = methodName(macro) ?? '';
      const [first] = argumentsOf(macro);
      if (first?.type !== 'simple_symbol') continue;
      const name = first.text.slice(1);
      if (method === 'scope') scopes.add(name);
      if (ASSOCIATIONS.has(method) && !associations.has(name)) associations.set(name, this.#associated(name, macro));
    }
    return { definition, scopes, associations };
  }

  #associated(name: string, call: CodeNode): Model | null {
    const given = keyword(call, 'class_name');
    const className = literalName(given) ?? constantName(given);
    return this.named(className ?? camelized(singular(name))) ?? this.named(camelized(name));
  }

  #all(): ReadonlyMap<string, readonly Model[]> {
    if (this.#byLastName) return this.#byLastName;
    const names = new Set(['ApplicationRecord', 'ActiveRecord::Base']);
    const found = new Map<string, Model>();
    let rest = this.#definitions.map((one) => ({ one, parents: possibleNames(one) }));
    for (let before = -1; before !== names.size;) {
      before = names.size;
      rest = rest.filter(({ one, parents }) => {
        if (!parents.some((name) => names.has(name))) return true;
        if (!found.has(one.name)) found.set(one.name, one);
        names.add(one.name);
        return false;
      });
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
function possibleNames({ name, parent }: Subclass): readonly string[] {
  const outer = name.split('::').slice(0, -1);
  return [...outer.map((_, index) => [...outer.slice(0, index + 1), parent].join('::')), parent];
}

/** A class takes the namespace its file lies in: `app/models/shop/photo.rb` holds `Shop::Photo`. */
function inNamespace(path: string, name: string): string {
  const below = /(?:^|\/)app\/\w+\/(?:concerns\/)?(.+)\/[^/]+\.rb$/.exec(path)?.[1];
  if (!below || name.includes('::')) return name;
  return [...below.split('/').map(camelized), name].join('::');
}

function lastName(constant: string): string {
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
