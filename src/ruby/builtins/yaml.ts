import { plainText, type RenderedText } from '../../erb/rendered.ts';
import { known, unknown } from '../../value/traced.ts';
import type { PsychNode, PsychScalar } from '../../yaml/node.ts';
import { parsePsych } from '../../yaml/psych.ts';
import type { Answer, Call, Table } from '../call.ts';
import { storeIn } from '../eval/literals.ts';
import { insideTree, shownPath } from '../paths.ts';
import { raise } from '../signals.ts';
import { RubyArray, RubyHash, RubyString, RubySymbol, type RubyValue, type Value } from '../values.ts';
import { readFile } from './file.ts';

function scalar(c: Call, value: PsychScalar): RubyValue {
  if (typeof value === 'string') return new RubyString(known(value, { kind: 'computed', at: c.at, from: [] }));
  if (value === null || typeof value !== 'object') return value;
  if (value.type === 'symbol') return RubySymbol.of(value.name);
  return c.unknown(`a ${value.className} in YAML`);
}

function nodeValue(c: Call, node: PsychNode, symbols: boolean, depth = 0): Value {
  if (depth > 40) return c.unknown('YAML nested too deeply');
  c.m.work(1, c.at);
  if (node.kind === 'scalar') {
    const { value } = node;
    if (!value.known) {
      return unknown(value.reason, value.origin);
    }
    const made = scalar(c, value.value);
    if (made instanceof RubyString) made.content = known(value.value as string, value.origin, value.assumes);
    return known(made, value.origin, value.assumes);
  }
  const origin = { kind: 'literal' as const, at: node.at };
  if (node.kind === 'sequence') {
    const array = new RubyArray(node.items.map((item) => nodeValue(c, item, symbols, depth + 1)));
    if (node.open !== null) array.blur = { reason: node.open, at: node.at };
    return known(array, origin);
  }
  const hash = new RubyHash();
  for (const entry of node.entries) {
    const key = symbols && typeof entry.key === 'string' ? RubySymbol.of(entry.key) : scalar(c, entry.key);
    storeIn(c.m, hash, known(key, origin), nodeValue(c, entry.value, symbols, depth + 1), c.at);
  }
  if (node.open !== null) hash.blur = { reason: node.open, at: node.at };
  hash.assumes = node.absent;
  return known(hash, origin);
}

function load(c: Call, rendered: RenderedText): Answer {
  const document = parsePsych(rendered);
  if (document.problem) return raise('Psych::SyntaxError', document.problem.message);
  const symbols = c.keyword('symbolize_names') === true;
  return document.root ? nodeValue(c, document.root, symbols) : false;
}

function loadText(c: Call): Answer {
  const value = c.arg(0);
  if (value instanceof RubyString && value.printed) return load(c, value.printed as RenderedText);
  const text = c.asStr(value);
  return load(c, plainText(c.at.file.sibling(c.at.file.pathInTree, text)));
}

function loadFile(c: Call): Answer {
  const path = c.str(0);
  const text = readFile(c, path);
  return load(c, plainText(c.at.file.sibling(insideTree(path) ?? shownPath(path), text)));
}

export const YAML_MODULE: Table = {
  load: loadText,
  safe_load: loadText,
  unsafe_load: loadText,
  load_file: loadFile,
  safe_load_file: loadFile,
  unsafe_load_file: loadFile,
  dump: (c) => c.unknown('YAML'),
  parse: (c) => c.unknown('a YAML document'),
  parse_file: (c) => c.unknown('a YAML document'),
  load_stream: (c) => c.unknown('several YAML documents'),
};
