import type { Assumption, Origin } from '../../value/origin.ts';
import { allAssumptions } from '../../value/origin.ts';
import type { PsychMapping, PsychNode } from '../../yaml/node.ts';
import { entryOf, type Entry } from '../yaml_keys.ts';

/** What a configuration file says for one environment. */
export type Section =
  | { readonly kind: 'mapping'; readonly mapping: PsychMapping; readonly assumes: readonly Assumption[] }
  /** Nothing at all: an empty file, or none. */
  | { readonly kind: 'empty'; readonly assumes: readonly Assumption[] }
  | { readonly kind: 'open'; readonly reason: string; readonly origin: Origin }
  | { readonly kind: 'raises'; readonly message: string; readonly node: PsychNode };

/** `config[env] ? config[env] : config`, keys symbolised. Source: lib/solid_queue/configuration.rb@v1.5.0 (config_from) */
export function sectionFor(root: PsychNode | null, environment: string): Section {
  if (!root || isFalsy(root)) return { kind: 'empty', assumes: [] };
  if (root.kind !== 'mapping') return { kind: 'raises', message: 'the file is no mapping', node: root };
  const own = entryOf(root, environment, 'either');
  if (own.kind === 'open') return own;
  if (own.kind === 'absent') return whole(root, own.assumes);
  const { node } = own;
  if (node.kind === 'scalar' && !node.value.known)
    return { kind: 'open', reason: node.value.reason, origin: node.value.origin };
  if (isFalsy(node)) return whole(root, node.kind === 'scalar' && node.value.known ? node.value.assumes : []);
  if (node.kind !== 'mapping') return { kind: 'raises', message: `${environment} is no mapping`, node };
  return whole(node, []);
}

function whole(mapping: PsychMapping, assumes: readonly Assumption[]): Section {
  if (mapping.entries.length === 0 && mapping.open === null) {
    return { kind: 'empty', assumes: allAssumptions(assumes, mapping.absent) };
  }
  return { kind: 'mapping', mapping, assumes };
}

export function isFalsy(node: PsychNode): boolean {
  return node.kind === 'scalar' && node.value.known && (node.value.value === null || node.value.value === false);
}

/** What a section says under a key. */
export function inSection(section: Section, key: string): Entry {
  switch (section.kind) {
    case 'mapping':
      return entryOf(section.mapping, key, 'either');
    case 'empty':
      return { kind: 'absent', assumes: section.assumes };
    case 'open':
      return section;
    case 'raises':
      return { kind: 'absent', assumes: [] };
  }
}
