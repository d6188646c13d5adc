import type { Upgrade } from '../../lint/upgrade.ts';
import { toldUpgrade } from '../upgrade.ts';
import type { Block } from './document.ts';

/** What other versions would change, as parts of a page. */
export function upgradeBlocks(upgrade: Upgrade): readonly Block[] {
  const { title, lines } = toldUpgrade(upgrade);
  return [
    { kind: 'text', text: title, strong: true },
    ...(lines.length > 0 ? [{ kind: 'list', items: lines } as const] : []),
  ];
}
