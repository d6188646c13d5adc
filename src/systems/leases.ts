import type { Boot } from '../launch/boot.ts';
import { agree, UNDECIDED, type Traced } from '../value/traced.ts';
import { settled, type VersionTable } from '../versions/versions.ts';
import { possibleRules } from './rules.ts';

/** Whether a plain query gives its connection back at once; before, the thread or fiber keeps it to the end of its work. */
export const QUERIES_BORROW: VersionTable<boolean> = {
  gem: 'rails',
  rows: [
    { since: '0', value: false, source: 'activerecord/CHANGELOG.md@v7.1.5' },
    { since: '7.2', value: true, source: 'activerecord/CHANGELOG.md@v7.2.0' },
  ],
};

/** The answer of `QUERIES_BORROW` for the application's Rails. */
export function queriesBorrow(boot: Boot): Traced<boolean> {
  return settled(agree(UNDECIDED, possibleRules(QUERIES_BORROW, boot.versions)), 'rails');
}
