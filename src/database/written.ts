import { combine, type Traced } from '../value/traced.ts';
import type { PsychEntry, PsychNode } from '../yaml/node.ts';
import { keyText } from '../yaml/read.ts';
import type { Setting, WrittenKey } from './entry.ts';
import { settingOf } from './setting.ts';

/** A key of a configuration hash with what it replaced. */
export function writtenKey(entry: PsychEntry): WrittenKey {
  return {
    name: keyText(entry.key),
    keyAt: entry.keyAt,
    valueAt: entry.value.at,
    value: settingIn(entry.value),
    merges: entry.merges,
    replaced: entry.overridden.map(writtenKey),
  };
}

/** The setting of a scalar node; null for a mapping or a list. */
export function settingIn(node: PsychNode): Traced<Setting> | null {
  return node.kind === 'scalar' ? combine(null, [node.value], settingOf) : null;
}
