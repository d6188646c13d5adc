import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Document, type Node, type Pair } from 'yaml';
import { span, spanText, type SourceFile, type Span } from '../text/source.ts';
import type { Origin } from '../value/origin.ts';
import { known, unknown, via, type Traced } from '../value/traced.ts';
import type { YamlProblem } from './node.ts';

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

/**
 * YAML as programs in Go read it (compose, Kubernetes' tools): YAML 1.2 where only `true` and `false` are booleans,
 * explicit keys before merged ones, the earlier of several merges before the later, a key written twice refused.
 * Source: resolve.go, decode.go@v3.0.1 (go-yaml/yaml). Never throws.
 */
export function readGoYaml(file: SourceFile, expand: Expand = literal): GoDocuments {
  if (file.text.length > LONGEST) return refused(file, 'this file is too large to be a deployment', 0, 1);
  const parsed = parseAllDocuments(file.text, {
    prettyErrors: false,
    uniqueKeys: true,
    merge: true,
    logLevel: 'silent',
  });
  const documents = Array.isArray(parsed) ? parsed : [];
  for (const document of documents) {
    const error = document.errors[0];
    if (error) return refused(file, error.message, error.pos[0], error.pos[1]);
  }
  const roots = documents.flatMap((document) =>
    document.contents ? [new Reader(file, document, expand).node(document.contents, [])] : [],
  );
  return { roots: roots.filter((root) => !isNothing(root)), problem: null };
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

/** Aliases of aliases: deeper than anybody writes. */
const DEEPEST = 32;

class Reader {
  readonly #file: SourceFile;
  readonly #document: Document.Parsed;
  readonly #expand: Expand;

  constructor(file: SourceFile, document: Document.Parsed, expand: Expand) {
    this.#file = file;
    this.#document = document;
    this.#expand = expand;
  }

  /** What is below a collection is made when somebody looks, so that a document of aliases costs what is read of it. */
  node(node: Node, hops: readonly Hop[]): GoNode {
    const at = this.#span(node);
    const tag = node.tag?.startsWith('!') ? node.tag : null;
    if (isAlias(node)) {
      const target = hops.length < DEEPEST ? node.resolve(this.#document) : undefined;
      return target ? this.node(target, [{ kind: 'anchor', at }, ...hops]) : this.#scalar(null, null, at, hops, tag);
    }
    if (isMap(node)) {
      let entries: readonly GoEntry[] | null = null;
      const read = () => (entries ??= this.#entries(node.items, hops));
      return {
        kind: 'mapping',
        at,
        tag,
        get entries() {
          return read();
        },
      };
    }
    if (isSeq(node)) {
      let items: readonly GoNode[] | null = null;
      const read = () => (items ??= node.items.map((item) => this.node(item as Node, hops)));
      return {
        kind: 'sequence',
        at,
        tag,
        get items() {
          return read();
        },
      };
    }
    if (!isScalar(node)) return this.#scalar(null, null, at, hops, tag);
    const text = typeof node.source === 'string' ? node.source : String(node.value ?? '');
    if (node.type !== 'PLAIN' || node.tag === 'tag:yaml.org,2002:str') return this.#scalar(text, text, at, hops, tag);
    const value = plain(text);
    return this.#scalar(value, typeof value === 'string' ? text : null, at, hops, tag);
  }

  #scalar(value: GoValue, written: string | null, at: Span, hops: readonly Hop[], tag: string | null): GoScalar {
    const step = (from: Origin): Origin =>
      hops.reduce<Origin>((origin, hop) => ({ kind: hop.kind, at: hop.at, from: [origin] }), from);
    const own = written === null ? known(value, { kind: 'literal', at }) : this.#expand(written, at);
    const expand = this.#expand;
    return {
      kind: 'scalar',
      at,
      value: hops.length === 0 ? own : via<GoValue>(own, step),
      written,
      part: (start, end) => {
        const stretch = (written ?? '').slice(start, end);
        const offset = spanText(at).indexOf(written ?? '');
        const place = offset === -1 ? at : span(at.file, at.start + offset + start, at.start + offset + end);
        return via(expand(stretch, place), step);
      },
      tag,
    };
  }

  #entries(pairs: readonly Pair[], hops: readonly Hop[]): readonly GoEntry[] {
    const entries = new Map<string, GoEntry>();
    const merges: { value: Node; at: Span }[] = [];
    for (const pair of pairs) {
      const key = pair.key as Node;
      const value = (pair.value ?? null) as Node | null;
      const keyAt = this.#span(key);
      if (isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && value) {
        const end = value.range?.[1] ?? keyAt.end;
        merges.push({ value, at: span(this.#file, keyAt.start, end) });
        continue;
      }
      const name = this.#key(key);
      const node = value ? this.node(value, hops) : this.#scalar(null, null, keyAt, hops, null);
      if (name !== null && !entries.has(name)) entries.set(name, { key: name, keyAt, value: node });
    }
    for (const { value, at } of merges) {
      for (const from of this.#merged(value)) {
        const hop: Hop = { kind: 'merge', at };
        const source = this.node(from, [hop, ...hops].slice(0, DEEPEST));
        if (source.kind !== 'mapping') continue;
        for (const entry of source.entries) if (!entries.has(entry.key)) entries.set(entry.key, entry);
      }
    }
    return [...entries.values()];
  }

  /** The mappings that a merge names: one, or a list of them. */
  #merged(value: Node): readonly Node[] {
    const target = isAlias(value) ? value.resolve(this.#document) : value;
    if (!target) return [];
    if (!isSeq(target)) return [target];
    return target.items.flatMap((item) => (isAlias(item) ? (item.resolve(this.#document) ?? []) : [item as Node]));
  }

  #key(key: Node): string | null {
    const node = isAlias(key) ? key.resolve(this.#document) : key;
    return node && isScalar(node) ? String(node.source ?? node.value) : null;
  }

  #span(node: Node): Span {
    const [start, end] = node.range ?? [0, 0];
    return span(this.#file, start, end);
  }
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
