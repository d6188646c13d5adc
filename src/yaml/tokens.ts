export type TokenType =
  | 'stream-start'
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
  /** The column in code points where the token starts. */
  readonly column: number;
  /** A scalar's value; an anchor's or alias's name; a tag's or %TAG's handle; a %YAML's version. */
  readonly text: string;
  /** A tag's suffix, a %TAG's prefix. */
  readonly suffix: string;
  readonly style: ScalarStyle;
}

export function token(
  type: TokenType,
  start: number,
  end: number,
  column: number,
  text = '',
  suffix = '',
  style: ScalarStyle = 'plain',
): Token {
  return { type, start, end, column, text, suffix, style };
}
