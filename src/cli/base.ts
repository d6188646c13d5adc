import { resolve } from 'node:path';
import { inWords, readRegular } from '../repo/disk.ts';
import { UnreadableFile } from '../repo/tree.ts';
import type { BudgetBase } from '../report/budget_base.ts';
import { escapeControls } from '../report/characters.ts';
import { BadCall } from './bad_call.ts';

const HOW = 'type rails-pool-lint budget -f json -o base.json to write one';

/** The earlier budget that `--compare` names. Throws BadCall where it is none. */
export async function readBaseFile(given: string, cwd: string): Promise<BudgetBase> {
  const shown = escapeControls(given);
  const text = textOf(resolve(cwd, given), shown);
  const { readBase } = await import('../report/budget_base.ts');
  const base = readBase(text);
  if (!base) throw new BadCall(`--compare ${shown} is no budget of this program; ${HOW}`);
  return base;
}

function textOf(path: string, shown: string): string {
  try {
    return new TextDecoder().decode(readRegular(path, shown));
  } catch (error) {
    const why = error instanceof UnreadableFile ? error.message : inWords(error);
    throw new BadCall(`--compare ${shown} cannot be read: ${why.startsWith('permission') ? why : `it ${why}`}; ${HOW}`);
  }
}
