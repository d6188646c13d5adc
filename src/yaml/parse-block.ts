import type { YamlEvent } from './events.ts';
import type { Parser, State } from './parser.ts';

export function blockSequenceEntry(parser: Parser): YamlEvent {
  return blockEntry(parser, false);
}

export function indentlessEntry(parser: Parser): YamlEvent {
  return blockEntry(parser, true);
}

function blockEntry(parser: Parser, indentless: boolean): YamlEvent {
  const next = parser.peek();
  if (next.type === 'block-entry') {
    parser.take();
    const after = parser.previousEnd;
    const { type } = parser.peek();
    const state = indentless ? indentlessEntry : blockSequenceEntry;
    const missing =
      type === 'block-entry' || type === 'block-end' || (indentless && (type === 'key' || type === 'value'));
    if (missing) {
      parser.go(state);
      return parser.empty(after);
    }
    parser.push(state);
    return parser.node(true, false);
  }
  if (!indentless && next.type !== 'block-end')
    parser.fail(
      "did not find expected '-' indicator",
      next.start,
      'while parsing a block collection',
      parser.opened.at(-1),
    );
  parser.go(parser.pop());
  parser.opened.pop();
  if (indentless) return { type: 'sequence-end', start: next.start, end: next.start };
  parser.take();
  return { type: 'sequence-end', start: next.start, end: next.end };
}

export function blockMappingKey(parser: Parser): YamlEvent {
  const next = parser.peek();
  if (next.type === 'key') {
    parser.take();
    return blockMappingPart(parser, blockMappingValue);
  }
  if (next.type !== 'block-end')
    parser.fail('did not find expected key', next.start, 'while parsing a block mapping', parser.opened.at(-1));
  parser.take();
  parser.go(parser.pop());
  parser.opened.pop();
  return { type: 'mapping-end', start: next.start, end: next.end };
}

export function blockMappingValue(parser: Parser): YamlEvent {
  const next = parser.peek();
  if (next.type === 'value') {
    parser.take();
    return blockMappingPart(parser, blockMappingKey);
  }
  parser.go(blockMappingKey);
  return parser.empty(parser.previousEnd);
}

function blockMappingPart(parser: Parser, then: State): YamlEvent {
  const after = parser.previousEnd;
  const { type } = parser.peek();
  if (type !== 'key' && type !== 'value' && type !== 'block-end') {
    parser.push(then);
    return parser.node(true, true);
  }
  parser.go(then);
  return parser.empty(after);
}
