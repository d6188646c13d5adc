import type { ScalarStyle } from './tokens.ts';

/** What a YAML document consists of, in order. Offsets are places in the rendered text. */
export type YamlEvent = ScalarEvent | AliasEvent | CollectionStart | CollectionEnd | DocumentStart | DocumentEnd;

export interface NodeEvent {
  /** Where what stands before the node (a `:`, a `-`, a bracket) ends. */
  readonly after: number;
  /** Where the node's own text starts, its anchor and tag left out. */
  readonly start: number;
  readonly end: number;
}

export interface ScalarEvent extends NodeEvent {
  readonly type: 'scalar';
  readonly anchor: string | null;
  readonly tag: string | null;
  readonly value: string;
  readonly style: ScalarStyle;
  /** Nothing is written here: the value is what stands between `after` and `until`, namely nothing. */
  readonly until: number | null;
}

export interface AliasEvent extends NodeEvent {
  readonly type: 'alias';
  readonly name: string;
}

export interface CollectionStart extends NodeEvent {
  readonly type: 'sequence-start' | 'mapping-start';
  readonly anchor: string | null;
  readonly tag: string | null;
  readonly flow: boolean;
  /** The column of a block collection. */
  readonly column: number;
}

export interface CollectionEnd {
  readonly type: 'sequence-end' | 'mapping-end';
  /** For a flow collection its bracket; for a block the place of the next token. */
  readonly start: number;
  readonly end: number;
}

export interface DocumentStart {
  readonly type: 'document-start';
}

export interface DocumentEnd {
  /** `stream-end` where no (further) document begins. */
  readonly type: 'document-end' | 'stream-end';
  readonly start: number;
}
