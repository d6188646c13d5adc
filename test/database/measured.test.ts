import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withoutFile } from '../../src/database/resolve.ts';
import { sequelEntry } from '../../src/database/sequel.ts';
import type { DatabaseEntry, Setting } from '../../src/database/entry.ts';
import { known, type Traced } from '../../src/value/traced.ts';
import { environmentOf, resolve } from './databases.ts';

/**
 * What ActiveRecord::DatabaseConfigurations and Sequel's pools themselves made of these files, variables, URLs and
 * options (`npm run conformance` asks them again). The keys of `is` are versions.
 */
function rows<Row>(name: string): readonly (Row & { readonly is: Record<string, string> })[] {
  const text = readFileSync(new URL(`measured/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row & { readonly is: Record<string, string> });
}

function differences<Row>(name: string, answer: (row: Row, version: string) => string): readonly string[] {
  return rows<Row>(name).flatMap((row) =>
    Object.entries(row.is).flatMap(([versions, expected]) =>
      versions.split(' ').flatMap((version) => {
        const actual = answer(row, version);
        const { is: _, ...given } = row;
        return actual === expected ? [] : [`${version} ${JSON.stringify(given)}: ${expected}, not ${actual}`];
      }),
    ),
  );
}

function sizeOf({ pool }: DatabaseEntry): string {
  return shown(pool);
}

function shown(value: Traced<unknown>): string {
  if (value.known) return String(value.value);
  return value.reason.includes('raises') ? 'raises' : `? ${value.reason}`;
}

/** How long a checkout waits, where it is not the five seconds of every Rails. */
function waiting({ checkoutTimeout: wait }: DatabaseEntry): string {
  return wait.known && wait.value === 5 ? '' : ` after ${shown(wait)}s`;
}

describe('the libraries themselves', () => {
  it('Rails 6.1 to 8.1: entries and the sizes of their pools', () => {
    interface Row {
      readonly files: Record<string, string>;
      readonly env: Record<string, string>;
    }
    const answer = ({ files, env }: Row, version: string) => {
      const file = files['config/database.yml'] ?? null;
      const { entries, raises } = resolve(file, version, env);
      if (raises || (file === null && withoutFile(environmentOf(env)))) return 'raises';
      const texts = entries.map((entry) => `${entry.name} ${sizeOf(entry)}${waiting(entry)}`);
      // What cannot be converted raises for all entries at once.
      return texts.some((text) => text.includes('after raises')) ? 'raises' : texts.join(', ');
    };
    expect(differences('rails', answer)).toEqual([]);
  });

  it('Sequel 4.49 to 5.106: the size of a pool', () => {
    interface Row {
      readonly url: string | null;
      readonly options: Record<string, string | number | boolean | null>;
    }
    const answer = ({ url, options }: Row) => {
      const origin = { kind: 'flag', text: 'given' } as const;
      const settings = Object.entries(options).map(([key, value]) => [key, known(settingOf(value), origin)] as const);
      const connection = {
        name: 'shop',
        at: null,
        variable: null,
        url: url === null ? null : known<Setting>(url, origin),
        options: new Map(settings),
        places: new Map(),
        adapter: null,
        open: null,
      };
      return sizeOf(sequelEntry(connection));
    };
    expect(differences('sequel', answer)).toEqual([]);
  });
});

/** Whole numbers of Ruby are bigints here. */
function settingOf(value: string | number | boolean | null): Setting {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}
