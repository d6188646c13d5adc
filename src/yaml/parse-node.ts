import type { CollectionStart, YamlEvent } from './events.ts';
import { blockMappingKey, blockSequenceEntry, indentlessEntry } from './parse-block.ts';
import { flowMappingFirst, flowSequenceFirst } from './parse-flow.ts';
import type { Parser, State } from './parser.ts';
import type { Token, TokenType } from './tokens.ts';

export function documentStart(parser: Parser): YamlEvent {
  let next = parser.peek();
  if (next.type === 'stream-end') return { type: 'stream-end', start: next.start };
  const explicit = next.type.endsWith('directive') || next.type === 'document-start';
  readDirectives(parser);
  if (explicit) {
    next = parser.peek();
    if (next.type !== 'document-start') parser.fail('did not find expected <document start>', next.start);
    parser.take();
  }
  parser.push(documentEnd);
  parser.go(explicit ? documentContent : blockNode);
  return { type: 'document-start' };
}

export function documentEnd(parser: Parser): YamlEvent {
  const next = parser.peek();
  parser.go(afterDocument);
  return { type: 'document-end', start: next.start };
}

/** Nobody asks for a second document. */
export function afterDocument(parser: Parser): YamlEvent {
  return { type: 'stream-end', start: parser.previousEnd };
}

export function documentContent(parser: Parser): YamlEvent | null {
  const next = parser.peek();
  if (!ENDS_DOCUMENT.has(next.type)) {
    parser.go(blockNode);
    return null;
  }
  parser.go(parser.pop());
  return parser.empty(parser.previousEnd);
}

export function blockNode(parser: Parser): YamlEvent {
  return parser.node(true, false);
}

export function node(parser: Parser, block: boolean, indentless: boolean): YamlEvent {
  const after = parser.previousEnd;
  const first = parser.peek();
  if (first.type === 'alias') {
    parser.take();
    parser.go(parser.pop());
    return { type: 'alias', name: first.text, after, start: first.start, end: first.end };
  }
  const { anchor, tag } = properties(parser);
  const next = parser.peek();
  if (indentless && next.type === 'block-entry')
    return open(parser, next, 'sequence-start', indentlessEntry, after, anchor, tag, false);
  switch (next.type) {
    case 'scalar':
      parser.take();
      parser.go(parser.pop());
      return {
        type: 'scalar',
        anchor,
        tag,
        value: next.text,
        style: next.style,
        after,
        start: next.start,
        end: next.end,
        until: null,
      };
    case 'flow-sequence-start':
      return open(parser, next, 'sequence-start', flowSequenceFirst, after, anchor, tag, true);
    case 'flow-mapping-start':
      return open(parser, next, 'mapping-start', flowMappingFirst, after, anchor, tag, true);
    case 'block-sequence-start':
      if (block) return open(parser, next, 'sequence-start', blockSequenceEntry, after, anchor, tag, true);
      break;
    case 'block-mapping-start':
      if (block) return open(parser, next, 'mapping-start', blockMappingKey, after, anchor, tag, true);
      break;
    default:
  }
  if (anchor === null && tag === null)
    parser.fail(
      'did not find expected node content',
      next.start,
      block ? 'while parsing a block node' : 'while parsing a flow node',
      first.start,
    );
  parser.go(parser.pop());
  return { ...parser.empty(parser.previousEnd), anchor, tag, after };
}

function open(
  parser: Parser,
  from: Token,
  type: CollectionStart['type'],
  state: State,
  after: number,
  anchor: string | null,
  tag: string | null,
  take: boolean,
): CollectionStart {
  parser.go(state);
  parser.opened.push(from.start);
  if (take) parser.take();
  const flow = from.type.startsWith('flow');
  return { type, anchor, tag, flow, column: from.column, after, start: from.start, end: from.end };
}

function properties(parser: Parser): { anchor: string | null; tag: string | null } {
  let anchor: Token | null = null;
  let tag: Token | null = null;
  for (let count = 0; count < 2; count++) {
    const { type } = parser.peek();
    if (type === 'anchor' && !anchor) anchor = parser.take();
    else if (type === 'tag' && !tag) tag = parser.take();
  }
  return { anchor: anchor && anchor.text, tag: tag && fullTag(parser, tag) };
}

function fullTag(parser: Parser, tag: Token): string {
  if (tag.text === '') return tag.suffix;
  const prefix = parser.tagPrefixes.get(tag.text);
  if (prefix === undefined) parser.fail('found undefined tag handle', tag.start, 'while parsing a node');
  return prefix + tag.suffix;
}

function readDirectives(parser: Parser): void {
  parser.tagPrefixes = new Map();
  let version: string | null = null;
  for (let next = parser.peek(); next.type.endsWith('directive'); next = parser.peek()) {
    if (next.type === 'version-directive') {
      if (version !== null) parser.fail('found duplicate %YAML directive', next.start);
      version = next.text;
      if (version !== '1.1' && version !== '1.2') parser.fail('found incompatible YAML document', next.start);
    } else {
      if (parser.tagPrefixes.has(next.text)) parser.fail('found duplicate %TAG directive', next.start);
      parser.tagPrefixes.set(next.text, next.suffix);
    }
    parser.take();
  }
  if (!parser.tagPrefixes.has('!')) parser.tagPrefixes.set('!', '!');
  if (!parser.tagPrefixes.has('!!')) parser.tagPrefixes.set('!!', 'tag:yaml.org,2002:');
}

const ENDS_DOCUMENT: ReadonlySet<TokenType> = new Set<TokenType>([
  'version-directive',
  'tag-directive',
  'document-start',
  'document-end',
  'stream-end',
]);
