import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { readJson } from '../text/json.ts';
import { span, type SourceFile, type Span } from '../text/source.ts';
import { BadConfiguration } from './bad_configuration.ts';
import { baselineKey, type Baseline, type BaselineEntry } from './baseline.ts';

const KEYS = ['version', 'suppressions'];
const ENTRY_KEYS = ['rule', 'file', 'subject', 'count'];

/** @throws BadConfiguration where the file is no JSON, or says something else than a baseline does */
export function readBaseline(file: SourceFile, cwd = '/'): Baseline {
  const { root, problem } = readJson(file);
  if (problem) throw new BadConfiguration(problem.message, problem.at);
  if (root?.type !== 'object') throw new BadConfiguration('a baseline is an object', at(file, root ?? undefined));
  checkKeys(file, root, KEYS);
  const version = findNodeAtLocation(root, ['version']);
  if (version?.value !== 1) throw new BadConfiguration('the version of a baseline is 1', at(file, version ?? root));
  const list = findNodeAtLocation(root, ['suppressions']);
  if (list?.type !== 'array') throw new BadConfiguration('suppressions must be a list', at(file, list ?? root));
  const entries = new Map<string, BaselineEntry>();
  for (const item of list.children ?? []) {
    const entry = entryOf(file, item);
    const key = baselineKey(entry);
    entries.set(key, { ...entry, count: entry.count + (entries.get(key)?.count ?? 0) });
  }
  return { path: file.path, cwd, entries: [...entries.values()] };
}

function entryOf(file: SourceFile, node: Node): BaselineEntry {
  if (node.type !== 'object') throw new BadConfiguration('a suppression is an object', at(file, node));
  checkKeys(file, node, ENTRY_KEYS);
  const text = (key: string): string => {
    const value = findNodeAtLocation(node, [key]);
    if (value?.type !== 'string') throw new BadConfiguration(`${key} must be a text`, at(file, value ?? node));
    return String(value.value);
  };
  const named = { rule: text('rule'), file: text('file'), subject: text('subject') };
  const count = findNodeAtLocation(node, ['count']);
  if (!Number.isInteger(count?.value) || Number(count?.value) < 1) {
    throw new BadConfiguration('count must be a whole number from 1', at(file, count ?? node));
  }
  return { ...named, count: Number(count?.value), at: at(file, node) };
}

function checkKeys(file: SourceFile, node: Node, known: readonly string[]): void {
  for (const property of node.children ?? []) {
    const key = property.children?.[0];
    const name = String(key?.value);
    if (!known.includes(name)) throw new BadConfiguration(`unknown key \`${name}\``, at(file, key), name, known);
  }
}

function at(file: SourceFile, node: Node | undefined): Span {
  return node ? span(file, node.offset, node.offset + node.length) : span(file, 0, 0);
}
