import { expect, it } from 'vitest';
import { adapterName } from '../../src/report/words.ts';

it.each([
  ['postgresql', 'PostgreSQL'],
  ['postgres', 'PostgreSQL'],
  ['mysql', 'MySQL'],
  ['sqlite', 'SQLite'],
  ['oracle_enhanced', 'oracle_enhanced'],
])('an adapter called %s speaks to %s, whether Active Record or Sequel calls it so', (adapter, name) => {
  expect(adapterName(adapter)).toBe(name);
});
