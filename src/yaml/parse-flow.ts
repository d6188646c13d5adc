import type { YamlEvent } from './events.ts';
import type { Parser } from './parser.ts';

export function flowSequenceEntry(parser: Parser): YamlEvent {
  return sequenceEntry(parser, false);
}

export function flowSequenceFirst(parser: Parser): YamlEvent {
  return sequenceEntry(parser, true);
}

function sequenceEntry(parser: Parser, first: boolean): YamlEvent {
  let next = parser.peek();
  if (next.type !== 'flow-sequence-end') {
    if (!first) {
      if (next.type !== 'flow-entry')
        parser.fail(
          "did not find expected ',' or ']'",
          next.start,
          'while parsing a flow sequence',
          parser.opened.at(-1),
        );
      parser.take();
      next = parser.peek();
    }
    if (next.type === 'key') {
      const after = parser.previousEnd;
      parser.take();
      parser.go(pairKey);
      return {
        ...NO_PROPERTIES,
        type: 'mapping-start',
        flow: true,
        column: 0,
        after,
        start: next.start,
        end: next.end,
      };
    }
    if (next.type !== 'flow-sequence-end') {
      parser.push(flowSequenceEntry);
      return parser.node(false, false);
    }
  }
  parser.take();
  parser.go(parser.pop());
  parser.opened.pop();
  return { type: 'sequence-end', start: next.start, end: next.end };
}

/** The key of a pair written in a flow sequence without braces: `[a: 1]`. */
export function pairKey(parser: Parser): YamlEvent {
  const next = parser.peek();
  if (next.type !== 'value' && next.type !== 'flow-entry' && next.type !== 'flow-sequence-end') {
    parser.push(pairValue);
    return parser.node(false, false);
  }
  // As libyaml 0.2.5 does, the token is taken here, whatever it is.
  parser.take();
  parser.go(pairValue);
  return parser.empty(next.end);
}

export function pairValue(parser: Parser): YamlEvent {
  if (parser.peek().type === 'value') {
    parser.take();
    const { type } = parser.peek();
    if (type !== 'flow-entry' && type !== 'flow-sequence-end') {
      parser.push(pairEnd);
      return parser.node(false, false);
    }
  }
  parser.go(pairEnd);
  return parser.empty(parser.previousEnd);
}

export function pairEnd(parser: Parser): YamlEvent {
  const { start } = parser.peek();
  parser.go(flowSequenceEntry);
  return { type: 'mapping-end', start, end: start };
}

export function flowMappingKey(parser: Parser): YamlEvent {
  return mappingKey(parser, false);
}

export function flowMappingFirst(parser: Parser): YamlEvent {
  return mappingKey(parser, true);
}

function mappingKey(parser: Parser, first: boolean): YamlEvent {
  let next = parser.peek();
  if (next.type !== 'flow-mapping-end') {
    if (!first) {
      if (next.type !== 'flow-entry')
        parser.fail(
          "did not find expected ',' or '}'",
          next.start,
          'while parsing a flow mapping',
          parser.opened.at(-1),
        );
      parser.take();
      next = parser.peek();
    }
    if (next.type === 'key') {
      parser.take();
      const { type } = parser.peek();
      if (type !== 'value' && type !== 'flow-entry' && type !== 'flow-mapping-end') {
        parser.push(flowMappingValue);
        return parser.node(false, false);
      }
      parser.go(flowMappingValue);
      return parser.empty(parser.previousEnd);
    }
    if (next.type !== 'flow-mapping-end') {
      parser.push(flowMappingNoValue);
      return parser.node(false, false);
    }
  }
  parser.take();
  parser.go(parser.pop());
  parser.opened.pop();
  return { type: 'mapping-end', start: next.start, end: next.end };
}

export function flowMappingNoValue(parser: Parser): YamlEvent {
  parser.go(flowMappingKey);
  return parser.empty(parser.previousEnd);
}

export function flowMappingValue(parser: Parser): YamlEvent {
  if (parser.peek().type === 'value') {
    parser.take();
    const { type } = parser.peek();
    if (type !== 'flow-entry' && type !== 'flow-mapping-end') {
      parser.push(flowMappingKey);
      return parser.node(false, false);
    }
  }
  parser.go(flowMappingKey);
  return parser.empty(parser.previousEnd);
}

const NO_PROPERTIES = { anchor: null, tag: null } as const;
