import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  visit,
  type Alias,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { span, type SourceFile, type Span } from '../text/source.ts';
import type { Origin } from '../value/origin.ts';
import { known, unknown, via, type Traced } from '../value/traced.ts';
import type { YamlProblem } from './node.ts';
import { placesOf, type Places } from './scalar_places.ts';

/** What a scalar is to a program written in Go. */
export type GoValue = string | number | bigint | boolean | null;

export type GoNode = GoScalar | GoMapping | GoSequence;

export interface GoScalar {
  readonly kind: 'scalar';
  readonly at: Span;
  /** After what the format makes of a string (variables of compose). */
  readonly value: Traced<GoValue>;
  /** A string before that; null for a number, a boolean and null. */
  readonly written: string | null;
  /** Where a stretch of `written` stands; the whole scalar where nobody can tell. */
  readonly place: Places;
  /** A stretch of `written` as the format reads it. */
  readonly part: (start: number, end: number) => Traced<string>;
  readonly tag: string | null;
}

export interface GoMapping {
  readonly kind: 'mapping';
  readonly at: Span;
  /** Explicit keys first, then what merges add; keys are strings, and each is here once. */
  readonly entries: readonly GoEntry[];
  readonly tag: string | null;
}

export interface GoEntry {
  readonly key: string;
  readonly keyAt: Span;
  readonly value: GoNode;
}

export interface GoSequence {
  readonly kind: 'sequence';
  readonly at: Span;
  readonly items: readonly GoNode[];
  readonly tag: string | null;
}

/** What a format makes of a string: `text` stands at `at`, in the quotes it is written in. */
export type Expand = (text: string, at: Span) => Traced<string>;

export interface GoDocuments {
  /** Empty documents are left out. */
  readonly roots: readonly GoNode[];
  /** The first thing that a Go program refuses, or null. */
  readonly problem: YamlProblem | null;
}

/** Longer than this no deployment is. */
const LONGEST = 1_000_000;
/** Deeper than this nobody writes brackets, not even unbalanced ones in scripts. */
const DEEPEST = 5000;
const TOO_DEEP = 'this file is nested too deep to be read';

/**
 * YAML as programs in Go read it (compose, Kubernetes' tools): YAML 1.2 where only `true` and `false` are booleans,
 * explicit keys before merged ones, the earlier of several merges before the later, a key written twice refused.
 * Source: resolve.go, decode.go@v3.0.1 (go-yaml/yaml). Never throws.
 */
export function readGoYaml(file: SourceFile, expand: Expand = literal): GoDocuments {
  if (file.text.length > LONGEST) return refused(file, 'this file is too large to be a deployment', 0, 1);
  try {
    return documentsOf(file, expand);
  } catch (error) {
    // A stack too deep: nobody wrote this for a deployment.
    if (error instanceof RangeError) return refused(file, TOO_DEEP, 0, 1);
    throw error;
  }
}

function documentsOf(file: SourceFile, expand: Expand): GoDocuments {
  if (nestsTooDeep(file.text)) return refused(file, TOO_DEEP, 0, 1);
  // The package compares every key with every other one of its mapping.
  const options = { prettyErrors: false, uniqueKeys: false, merge: true, logLevel: 'silent' } as const;
  const parsed = parseAllDocuments(file.text, options);
  const roots: GoNode[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const error = document.errors[0];
    if (error) {
      const message = error.message.includes('call stack') ? TOO_DEEP : error.message;
      return refused(file, message, error.pos[0], error.pos[1]);
    }
    const reader = new Reader(file, document, expand);
    if (reader.twice) return refused(file, 'Map keys must be unique', ...rangeOf(reader.twice));
    if (reader.lost)
      return refused(file, `no anchor before it is called ${reader.lost.source}`, ...rangeOf(reader.lost));
    if (document.contents) roots.push(reader.node(document.contents));
  }
  return { roots: roots.filter((root) => !isNothing(root)), problem: null };
}

/** Every bracket counts, also those that are text: parsing this many levels takes hundreds of megabytes. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length && depth <= DEEPEST; at++) {
    const code = text.charCodeAt(at);
    // [ and {, ] and }
    if (code === 91 || code === 123) depth++;
    else if (code === 93 || code === 125) depth--;
  }
  return depth > DEEPEST;
}

function rangeOf({ range }: Node): readonly [number, number] {
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

function isNothing(node: GoNode): boolean {
  return node.kind === 'scalar' && node.value.known && node.value.value === null;
}

function refused(file: SourceFile, message: string, start: number, end: number): GoDocuments {
  return { roots: [], problem: { message, at: span(file, start, Math.min(end, file.text.length)) } };
}

function literal(text: string, at: Span): Traced<string> {
  return known(text, { kind: 'literal', at });
}

/** An alias or a merge on the way to a node. */
interface Hop {
  readonly kind: 'anchor' | 'merge';
  readonly at: Span;
}

class Reader {
  readonly #file: SourceFile;
  readonly #expand: Expand;
  /** An alias that means nothing. */
  readonly lost: Alias | null;
  /** A key that its mapping has twice. */
  readonly twice: Node | null;
  /** What every alias means: the last anchor of its name before it. */
  readonly #targets = new Map<Node, Node>();
  /** Every node is read once, however many aliases lead there. */
  readonly #read = new Map<Node, GoNode>();

  constructor(file: SourceFile, document: Document.Parsed, expand: Expand) {
    this.#file = file;
    this.#expand = expand;
    const anchors = new Map<string, Node>();
    let lost: Alias | null = null;
    let twice: Node | null = null;
    visit(document, {
      Alias: (_, alias) => {
        const target = anchors.get(alias.source);
        if (target) this.#targets.set(alias, target);
        else lost ??= alias;
      },
      Value: (_, node) => {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        if (isMap(node)) twice ??= keyTwice(node.items);
      },
    });
    this.lost = lost;
    this.twice = twice;
  }

  node(node: Node): GoNode {
    const before = this.#read.get(node);
    if (before) return before;
    const made = this.#make(node);
    this.#read.set(node, made);
    return made;
  }

  /** What is below a collection is made when somebody looks, so that a document of aliases costs what is read of it. */
  #make(node: Node): GoNode {
    const at = this.#span(node);
    const tag = node.tag?.startsWith('!') ? node.tag : null;
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      return target ? carry(this.node(target), { kind: 'anchor', at }) : this.#scalar(null, null, at, tag);
    }
    if (isMap(node)) return lazyMapping(at, tag, () => this.#entries(node.items));
    if (isSeq(node)) return lazySequence(at, tag, () => node.items.map((item) => this.node(item as Node)));
    if (!isScalar(node)) return this.#scalar(null, null, at, tag);
    const text = typeof node.source === 'string' ? node.source : String(node.value ?? '');
    if (node.type !== 'PLAIN' || node.tag === 'tag:yaml.org,2002:str') return this.#scalar(text, text, at, tag);
    const value = plain(text);
    return this.#scalar(value, typeof value === 'string' ? text : null, at, tag);
  }

  #scalar(value: GoValue, written: string | null, at: Span, tag: string | null): GoScalar {
    const expand = this.#expand;
    const place = placesOf(written ?? '', at);
    return {
      kind: 'scalar',
      at,
      value: written === null ? known(value, { kind: 'literal', at }) : expand(written, at),
      written,
      place,
      part: (start, end) => expand((written ?? '').slice(start, end), place(start, end)),
      tag,
    };
  }

  #entries(pairs: readonly Pair[]): readonly GoEntry[] {
    const entries = new Map<string, GoEntry>();
    const merges: { value: Node; at: Span }[] = [];
    for (const pair of pairs) {
      const key = pair.key as Node;
      const value = (pair.value ?? null) as Node | null;
      const keyAt = this.#span(key);
      if (isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && value) {
        merges.push({ value, at: span(this.#file, keyAt.start, value.range?.[1] ?? keyAt.end) });
        continue;
      }
      const name = this.#key(key);
      const node = value ? this.node(value) : this.#scalar(null, null, keyAt, null);
      if (name !== null && !entries.has(name)) entries.set(name, { key: name, keyAt, value: node });
    }
    for (const { value, at } of merges) {
      for (const from of this.#merged(value)) {
        const source = this.node(from);
        if (source.kind !== 'mapping') continue;
        for (const entry of source.entries) {
          if (entries.has(entry.key)) continue;
          entries.set(entry.key, { ...entry, value: carry(entry.value, { kind: 'merge', at }) });
        }
      }
    }
    return [...entries.values()];
  }

  /** The mappings that a merge names: one, or a list of them. */
  #merged(value: Node): readonly Node[] {
    const target = this.#resolved(value);
    if (!isSeq(target)) return [target];
    return target.items.map((item) => this.#resolved(item as Node));
  }

  #key(key: Node): string | null {
    const node = this.#resolved(key);
    return isScalar(node) ? String(node.source ?? node.value) : null;
  }

  #resolved(node: Node): Node {
    return this.#targets.get(node) ?? node;
  }

  #span(node: Node): Span {
    return span(this.#file, ...rangeOf(node));
  }
}

function keyTwice(pairs: readonly Pair[]): Node | null {
  const seen = new Set<unknown>();
  for (const { key } of pairs) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) return key as Node;
    seen.add(key.value);
  }
  return null;
}

/** The same node, brought along by an alias or a merge. */
function carry(node: GoNode, hop: Hop): GoNode {
  const step = (from: Origin): Origin => ({ kind: hop.kind, at: hop.at, from: [from] });
  switch (node.kind) {
    case 'scalar':
      return { ...node, value: via(node.value, step), part: (start, end) => via(node.part(start, end), step) };
    case 'sequence':
      return lazySequence(node.at, node.tag, () => node.items.map((item) => carry(item, hop)));
    case 'mapping':
      return lazyMapping(node.at, node.tag, () =>
        node.entries.map((entry) => ({ ...entry, value: carry(entry.value, hop) })),
      );
  }
}

function lazyMapping(at: Span, tag: string | null, make: () => readonly GoEntry[]): GoMapping {
  let entries: readonly GoEntry[] | null = null;
  return {
    kind: 'mapping',
    at,
    tag,
    get entries() {
      if (entries) return entries;
      // A mapping that merges itself has nothing of its own to add meanwhile.
      entries = [];
      return (entries = make());
    },
  };
}

function lazySequence(at: Span, tag: string | null, make: () => readonly GoNode[]): GoSequence {
  let items: readonly GoNode[] | null = null;
  return {
    kind: 'sequence',
    at,
    tag,
    get items() {
      return (items ??= make());
    },
  };
}

const NUMBER = /^[-+]?(?:0b[01]+|0o[0-7]+|0x[0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** What a scalar without quotes is. A leading zero is octal, as strconv.ParseInt with base 0 reads it. */
function plain(text: string): GoValue {
  if (/^(?:|~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  const digits = text.replace(/_/g, '');
  if (NUMBER.test(digits)) return whole(digits);
  if (FLOAT.test(digits) && /^[-+.0-9]/.test(text)) return Number(digits);
  return text;
}

function whole(digits: string): bigint {
  const negative = digits.startsWith('-');
  const unsigned = digits.replace(/^[-+]/, '');
  const octal = /^0[0-7]+$/.test(unsigned) ? `0o${unsigned.slice(1)}` : unsigned;
  return negative ? -BigInt(octal) : BigInt(octal);
}

/** A value as Go prints it with %v: what becomes of it where a string is wanted. Null stays null. */
export function goText(node: GoScalar): Traced<string | null> {
  if (node.written !== null) return node.value as Traced<string>;
  const { value } = node;
  if (!value.known) return unknown(value.reason, value.origin);
  return known(value.value === null ? null : String(value.value), value.origin, value.assumes);
}

/** The value of a key, or undefined where the node is no mapping or has no such key. */
export function goAt(node: GoNode | undefined, ...path: readonly string[]): GoNode | undefined {
  let found = node;
  for (const key of path) {
    found = found?.kind === 'mapping' ? found.entries.find((entry) => entry.key === key)?.value : undefined;
  }
  return found;
}
