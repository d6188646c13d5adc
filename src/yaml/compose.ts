import { allAssumptions, NOTHING_ASSUMED, type Assumption, type Origin } from '../value/origin.ts';
import { unknown } from '../value/traced.ts';
import { carry } from './carry.ts';
import { readScalar, unknownScalar } from './compose-scalar.ts';
import { YamlSyntaxError } from './cursor.ts';
import type { AliasEvent, CollectionEnd, CollectionStart, NodeEvent, ScalarEvent, YamlEvent } from './events.ts';
import { MappingBuilder, type MergeSource } from './mapping-builder.ts';
import type { PsychNode, PsychScalar, PsychSequence } from './node.ts';
import type { Parser } from './parser.ts';
import { lowerBound, type HolePiece, type RenderedMap } from './rendered-map.ts';
import { ConversionError, other } from './scalar.ts';
import { DEEPEST_NESTING, type HoleLine, type Scanner } from './scanner.ts';
import { isOrderedMap, mappingKind } from './tags.ts';

/** Nodes that aliases and merges may add to what is written: bombs end here, in an unknown. */
const MOST_EXPANSION = 400_000;

/** Nodes that are written: configuration has some hundreds, and the memory budget room for these. */
const MOST_NODES = 300_000;

/** Nothing Psych would mind, but more than this tool reads. */
export class TooLarge {
  readonly reason = 'too large to read as configuration';
}

interface Built {
  readonly node: PsychNode;
  readonly end: number;
  /** Nodes, with those that aliases bring along counted each time. */
  readonly size: number;
  readonly depth: number;
  /** What a merge of an alias takes: the anchor's own, without the hop of the alias. */
  readonly target?: Anchored;
}

interface Anchored {
  /** null while the collection is being read: an alias to it there stands in a circle. */
  built: Built | null;
  readonly builder: MappingBuilder | null;
}

/** What surrounds a node. */
interface Around {
  /** What everything that had to be printed for this node to be here assumes. */
  readonly assumes: readonly Assumption[];
  readonly level: number;
  /** The column of the block collection around, -1 outside any. */
  readonly column: number;
  readonly flow: boolean;
}

/** Events to nodes, in the order in which Psych's `ToRuby` visits them. */
export class Composer {
  /** The first thing that would make Psych raise after reading: an unknown alias, an impossible conversion. */
  problem: YamlSyntaxError | null = null;
  readonly #map: RenderedMap;
  readonly #scanner: Scanner;
  readonly #parser: Parser;
  readonly #anchors = new Map<string, Anchored>();
  readonly #settled = new Set<HoleLine>();
  /** What the aliases among the items of sequences refer to, for `<<: [*a, *b]`. */
  readonly #targets = new WeakMap<PsychNode, Anchored>();
  #expanded = 0;
  #nodes = 0;

  constructor(map: RenderedMap, scanner: Scanner, parser: Parser) {
    this.#map = map;
    this.#scanner = scanner;
    this.#parser = parser;
  }

  /** The first document's root, or null where there is none or nothing in it. Throws YamlSyntaxError. */
  document(): PsychNode | null {
    if (this.#parser.next().type === 'stream-end') return this.#emptyDocument();
    const event = this.#parser.next();
    const built = this.#node(event, { assumes: NOTHING_ASSUMED, level: 0, column: -1, flow: false }, 0);
    this.#parser.next();
    const nothing = event.type === 'scalar' && event.until !== null && event.anchor === null && event.tag === null;
    return nothing && built.node.kind === 'scalar' && built.node.value.known ? null : built.node;
  }

  #emptyDocument(): PsychNode | null {
    const line = this.#scanner.holeLines[0];
    return line ? unknownScalar(this.#map, this.#holeOf(line), 0, this.#map.text.length) : null;
  }

  #holeOf(line: HoleLine): HolePiece {
    return this.#map.holes(line.offset, line.offset + 1)[0]!;
  }

  #node(event: YamlEvent, around: Around, from: number): Built {
    if (++this.#nodes > MOST_NODES) throw new TooLarge();
    switch (event.type) {
      case 'alias':
        return this.#alias(event, around);
      case 'scalar':
        return this.#scalar(event, around);
      case 'mapping-start':
      case 'sequence-start': {
        if (around.level >= DEEPEST_NESTING)
          throw new YamlSyntaxError(`is nested more than ${DEEPEST_NESTING} levels deep`, event.start);
        const kind = event.type === 'mapping-start' ? mappingKind(event.tag) : null;
        const built = kind
          ? this.#mapping(event, around, from, kind === 'hash')
          : isOrderedMap(event.tag)
            ? this.#orderedMap(this.#sequence(event, around, from), event)
            : this.#sequence(event, around, from);
        if (kind === null || typeof kind === 'string') return built;
        if (kind.className === 'String') return this.#taggedString(built, event);
        return this.#object(built, kind.className, event);
      }
      default:
        throw new YamlSyntaxError('did not find expected node content', 0);
    }
  }

  #fail(message: string, event: NodeEvent): void {
    this.problem ??= new YamlSyntaxError(message, event.start);
  }

  #scalar(event: ScalarEvent, around: Around): Built {
    let node: PsychNode;
    try {
      const gapHoles = event.until === null ? [] : this.#gapHoles(event.after, event.until, around);
      node = readScalar(this.#map, event, around.assumes, around.flow, gapHoles);
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      this.#fail(error.message, event);
      const at = this.#map.span(event.start, event.end);
      node = { kind: 'scalar', at, value: unknown<PsychScalar>(error.message, { kind: 'literal', at }) };
    }
    const built = { node, end: event.end, size: 1, depth: 1 };
    if (event.anchor !== null) this.#anchors.set(event.anchor, { built, builder: null });
    return built;
  }

  /** Unknown outputs on lines of their own where a value is missing. One that is indented for it is nothing else. */
  #gapHoles(from: number, to: number, around: Around): readonly HolePiece[] {
    return this.#holeLines(from, to).map((line) => {
      if (line.column > around.column) this.#settled.add(line);
      return this.#holeOf(line);
    });
  }

  #alias(event: AliasEvent, around: Around): Built {
    const at = this.#map.span(event.start, event.end);
    const target = this.#anchors.get(event.name);
    const assumes = allAssumptions(around.assumes, this.#map.assumes(event.start, event.end));
    const stop = (reason: string): Built => {
      const origin: Origin = { kind: 'anchor', at, from: [] };
      const node: PsychNode = { kind: 'scalar', at, value: unknown<PsychScalar>(reason, origin) };
      return { node, end: event.end, size: 1, depth: 1, ...(target && { target }) };
    };
    if (!target) {
      // An output nobody knows may define it.
      if (this.#map.holes(0, event.start).length === 0)
        this.#fail(`an alias refers to the anchor ${event.name}, which is not defined before it`, event);
      return stop(`the anchor ${event.name} is not defined`);
    }
    if (!target.built) return stop(`the alias ${event.name} stands inside what it refers to`);
    const { size, depth, node } = target.built;
    if (around.level + depth > DEEPEST_NESTING) return stop(`aliases nest more than ${DEEPEST_NESTING} levels deep`);
    if (this.#expanded + size > MOST_EXPANSION) return stop(`aliases repeat more than ${MOST_EXPANSION} nodes`);
    this.#expanded += size;
    return { node: carry(node, { kind: 'anchor', at, assumes }), end: event.end, size, depth, target };
  }

  #sequence(event: CollectionStart, around: Around, from: number): Built {
    const anchored = this.#begin(event, null);
    const items: PsychNode[] = [];
    const inside = { ...around, level: around.level + 1, column: event.column, flow: event.flow };
    let [end, size, depth, open] = [event.end, 1, 0, null as string | null];
    let next = this.#parser.next();
    for (; next.type !== 'sequence-end'; next = this.#parser.next()) {
      const built = this.#node(next, under(inside, this.#presence(next, around, event.flow)), afterOf(next));
      items.push(built.node);
      if (built.target) this.#targets.set(built.node, built.target);
      if (event.flow && built.node.kind === 'scalar' && this.#isWholeHole(next)) open ??= reasonOf(built.node);
      size += built.size;
      depth = Math.max(depth, built.depth);
      end = built.end;
    }
    if (event.flow) end = next.end;
    const lines = this.#openedBy(event, next, from, around);
    open ??= lines.open;
    const node: PsychSequence = { kind: 'sequence', at: this.#map.span(event.start, end), items, open };
    const built = { node: lines.unknown ?? node, end, size, depth: depth + 1 };
    if (anchored) anchored.built = built;
    return built;
  }

  #mapping(event: CollectionStart, around: Around, from: number, merges: boolean): Built {
    const builder = new MappingBuilder();
    const anchored = this.#begin(event, builder);
    const inside = { ...around, level: around.level + 1, column: event.column, flow: event.flow };
    let [end, size, depth] = [event.end, 1, 0];
    let next = this.#parser.next();
    for (; next.type !== 'mapping-end'; next = this.#parser.next()) {
      const keyEvent = next as NodeEvent & YamlEvent;
      const key = this.#node(next, inside, keyEvent.after);
      const valueEvent = this.#parser.next() as NodeEvent & YamlEvent;
      const assumes = allAssumptions(
        this.#presence(valueEvent, around, event.flow),
        this.#map.assumes(keyEvent.start, valueEvent.start),
      );
      const value = this.#node(valueEvent, under(inside, assumes), valueEvent.after);
      size += value.size;
      depth = Math.max(depth, key.depth, value.depth);
      end = Math.max(key.end, value.end);
      const name = keyOf(key, this.#map, keyEvent);
      const keyAt = this.#map.span(keyEvent.start, key.end);
      if (name === undefined) builder.open ??= reasonOf(key.node);
      else if (merges && name === '<<' && !isStringTagged(keyEvent)) {
        const sources = this.#mergeSources(valueEvent, value);
        if (sources === null) builder.set(name, { keyAt, value: value.node, merges: [] });
        else if (sources === 'unknown') builder.open ??= reasonOf(value.node) ?? 'what is merged here is not known';
        else if (value.target && (this.#expanded += value.size) > MOST_EXPANSION)
          builder.open ??= `merges repeat more than ${MOST_EXPANSION} nodes`;
        else {
          const at = this.#map.span(keyEvent.start, value.end);
          for (const source of sources) builder.merge(source, { kind: 'merge', at, assumes });
        }
      } else builder.set(name, { keyAt, value: value.node, merges: [] });
    }
    if (event.flow) end = next.end === next.start ? end : next.end;
    const lines = this.#openedBy(event, next, from, around);
    builder.open ??= lines.open;
    const until = event.flow ? end : next.start;
    builder.absent = allAssumptions(builder.absent, this.#map.absences(around.level === 0 ? 0 : from, until));
    const node = lines.unknown ?? builder.build(this.#map.span(event.start, end));
    const built = { node, end, size, depth: depth + 1 };
    if (anchored) anchored.built = built;
    return built;
  }

  #begin(event: CollectionStart, builder: MappingBuilder | null): Anchored | null {
    if (event.anchor === null) return null;
    const anchored: Anchored = { built: null, builder };
    this.#anchors.set(event.anchor, anchored);
    return anchored;
  }

  /** An object of some class: nothing this tool looks into. */
  #object(built: Built, className: string, event: CollectionStart): Built {
    const at = this.#map.span(event.start, built.end);
    const text = this.#map.text.slice(event.start, built.end);
    const value = other(className, text, `#<${className}>`);
    const node: PsychNode = {
      kind: 'scalar',
      at,
      value: { known: true, value, origin: { kind: 'literal', at }, assumes: NOTHING_ASSUMED },
    };
    const object = { node, end: built.end, size: 1, depth: 1 };
    if (event.anchor !== null) this.#anchors.set(event.anchor, { built: object, builder: null });
    return object;
  }

  /** `!!str` in front of a mapping: the value of its key `str`, and Psych raises where there are only other keys. */
  #taggedString(built: Built, event: CollectionStart): Built {
    const { node } = built;
    if (node.kind !== 'mapping') return built;
    const written = node.entries.find((entry) => entry.key === 'str');
    if (!written && node.entries.length > 0) this.#fail("can't modify frozen NilClass: nil", event);
    return written ? { ...built, node: written.value } : this.#object(built, 'NilClass', event);
  }

  /** A hash of the one-entry mappings that `!!omap` stands in front of. */
  #orderedMap(built: Built, event: CollectionStart): Built {
    const { node } = built;
    if (node.kind !== 'sequence') return built;
    const builder = new MappingBuilder();
    builder.open = node.open;
    for (const item of node.items) {
      const entry = item.kind === 'mapping' && item.entries.length === 1 ? item.entries[0] : undefined;
      if (!entry) return this.#object(built, 'Psych::Omap', event);
      builder.set(entry.key, entry);
    }
    const map = { ...built, node: builder.build(node.at) };
    if (event.anchor !== null) this.#anchors.set(event.anchor, { built: map, builder });
    return map;
  }

  /** What the line of a node assumes, so that the node is there at all. */
  #presence(event: YamlEvent, around: Around, flow: boolean): readonly Assumption[] {
    if (this.#map.plain) return NOTHING_ASSUMED;
    const node = event as NodeEvent & YamlEvent;
    const line = !flow && (node.type === 'scalar' || node.type === 'alias');
    const from = Math.max(0, node.after - 1);
    return allAssumptions(around.assumes, this.#map.assumes(from, line ? this.#map.lineEnd(node.end) : node.start));
  }

  /** null: not a hash, so Psych keeps `<<` as a key. */
  #mergeSources(event: YamlEvent, value: Built): readonly MergeSource[] | null | 'unknown' {
    if (event.type !== 'sequence-start') {
      if (event.type === 'scalar') return isUnknown(value.node) ? 'unknown' : null;
      const source = mergeSource(value.node, value.target);
      return source === null || source === 'unknown' ? source : [source];
    }
    if (value.node.kind !== 'sequence') return isUnknown(value.node) ? 'unknown' : null;
    const all = value.node.items.map((item) => mergeSource(item, this.#targets.get(item))).toReversed();
    if (all.includes(null)) return null;
    if (all.includes('unknown') || value.node.open !== null) return 'unknown';
    // One hash is made of all of them first, so that keys stand in the order of the last one's.
    const merged = new MappingBuilder();
    for (const source of all as MergeSource[]) {
      for (const entry of source.entries) merged.set(entry.key, entry);
      merged.open ??= source.open;
      merged.absent = allAssumptions(merged.absent, source.absent);
    }
    // In one list an earlier alias is meant to win: nothing is lost.
    return [{ ...merged, entries: merged.entries.map((entry) => ({ ...entry, overridden: [] })) }];
  }

  #isWholeHole(event: YamlEvent): boolean {
    return event.type === 'scalar' && event.end - event.start === 1 && this.#map.isHole(event.start);
  }

  #holeLines(from: number, to: number): readonly HoleLine[] {
    const lines = this.#scanner.holeLines;
    if (lines.length === 0) return lines;
    const first = lowerBound(lines, (line) => line.offset, from);
    return lines.slice(
      first,
      lowerBound(lines, (line) => line.offset, to + 1),
    );
  }

  /**
   * What the lines of unknown outputs inside a block make of it. Collections end from the inside out, so each such
   * line opens the deepest collection around it and every further one up to the first it is indented enough for. A line
   * before the first entry that is indented less than the entries may have written the key they really belong to.
   */
  #openedBy(
    event: CollectionStart,
    end: CollectionEnd,
    from: number,
    around: Around,
  ): { open: string | null; unknown: PsychNode | null } {
    if (event.flow) return { open: null, unknown: null };
    let open: string | null = null;
    for (const line of this.#holeLines(from, end.start)) {
      if (this.#settled.has(line)) continue;
      open ??= this.#holeOf(line).reason;
      const before = line.offset < event.start;
      if (before && line.column < event.column && line.column > 0 && from > 0)
        return { open, unknown: unknownScalar(this.#map, this.#holeOf(line), event.start, end.start) };
      // The items of a list may stand as far left as the keys around it.
      if (line.column >= event.column && event.column > around.column) this.#settled.add(line);
    }
    return { open, unknown: null };
  }
}

function mergeSource(node: PsychNode, target: Anchored | undefined): MergeSource | null | 'unknown' {
  if (target && !target.built) return target.builder;
  const own = target?.built?.node ?? node;
  if (own.kind === 'mapping') return node.kind === 'mapping' ? own : 'unknown';
  return isUnknown(own) ? 'unknown' : null;
}

function under(around: Around, assumes: readonly Assumption[]): Around {
  return assumes === around.assumes ? around : { ...around, assumes };
}

function afterOf(event: YamlEvent): number {
  return (event as NodeEvent & YamlEvent).after;
}

function isUnknown(node: PsychNode): boolean {
  return node.kind === 'scalar' && !node.value.known;
}

function reasonOf(node: PsychNode): string | null {
  return node.kind === 'scalar' && !node.value.known ? node.value.reason : null;
}

function isStringTagged(event: YamlEvent): boolean {
  return event.type === 'scalar' && event.tag === 'tag:yaml.org,2002:str';
}

/** What a key is; undefined where nobody knows. A collection as a key, even the one it is the key of, is just other. */
function keyOf(key: Built, map: RenderedMap, event: NodeEvent): PsychScalar | undefined {
  const { node, target, end } = key;
  const circle = target && !target.built;
  if (node.kind === 'scalar' && !circle) return node.value.known ? node.value.value : undefined;
  const isHash = circle ? target.builder !== null : node.kind === 'mapping';
  const text = map.text.slice(event.start, end);
  // A hash that is its own key is another key each time, because it has changed in between.
  return other(isHash ? 'Hash' : 'Array', circle ? `${text} at ${event.start}` : text);
}
