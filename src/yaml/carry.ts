import type { Span } from '../text/source.ts';
import { allAssumptions, type Assumption, type Origin } from '../value/origin.ts';
import { assuming, via } from '../value/traced.ts';
import type { PsychEntry, PsychNode } from './node.ts';

/** How something got to where it is used: through an alias or a merge, assuming what the line with it does. */
export interface Hop {
  readonly kind: 'anchor' | 'merge';
  readonly at: Span;
  readonly assumes: readonly Assumption[];
}

/**
 * The same node, brought along by a hop. What is below a collection is brought along only when somebody looks, so that
 * a document of aliases of aliases costs what is read of it.
 */
export function carry(node: PsychNode, hop: Hop): PsychNode {
  switch (node.kind) {
    case 'scalar': {
      const step = (from: Origin): Origin => ({ kind: hop.kind, at: hop.at, from: [from] });
      return { kind: 'scalar', at: node.at, value: assuming(via(node.value, step), hop.assumes) };
    }
    case 'sequence': {
      let items: readonly PsychNode[] | null = null;
      return {
        kind: 'sequence',
        at: node.at,
        open: node.open,
        get items() {
          return (items ??= node.items.map((item) => carry(item, hop)));
        },
      };
    }
    case 'mapping': {
      let entries: readonly PsychEntry[] | null = null;
      return {
        kind: 'mapping',
        at: node.at,
        open: node.open,
        absent: allAssumptions(node.absent),
        get entries() {
          return (entries ??= node.entries.map((entry) => carryEntry(entry, hop)));
        },
      };
    }
  }
}

function carryEntry(entry: PsychEntry, hop: Hop): PsychEntry {
  const overridden = entry.overridden.map((earlier) => carryEntry(earlier, hop));
  return { ...entry, value: carry(entry.value, hop), overridden };
}
