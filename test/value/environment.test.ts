import { describe, expect, it } from 'vitest';
import { Environment } from '../../src/value/environment.ts';
import { known } from '../../src/value/traced.ts';

const set = (value: string) => known<string | null>(value, { kind: 'flag', text: value });

describe('an environment after something nobody can see', () => {
  const origin = { kind: 'assumed', text: 'shop.env' } as const;
  const before = Environment.EMPTY.with('RAILS_ENV', set('production')).with('DB_POOL', set('5'));
  const opened = before.opened('it may be set in shop.env', origin, (name) => name === 'RAILS_ENV');

  it('knows nothing any more of what was said before, nor of what was not', () => {
    for (const name of ['DB_POOL', 'THREADS']) {
      expect(opened.get(name)).toMatchObject({ known: false, reason: 'it may be set in shop.env' });
      expect(opened.declares(name)).toBe(false);
    }
  });

  it('keeps what it is told to keep, and hears what is said later', () => {
    expect(opened.get('RAILS_ENV')).toMatchObject({ value: 'production' });
    expect(opened.with('DB_POOL', set('7')).get('DB_POOL')).toMatchObject({ value: '7' });
    expect(opened.with('DB_POOL', set('7')).get('THREADS').known).toBe(false);
  });

  it('leaves the environment before it as it was', () => {
    expect(before.get('THREADS')).toMatchObject({ value: null, assumes: [{ kind: 'unset', variable: 'THREADS' }] });
  });
});
