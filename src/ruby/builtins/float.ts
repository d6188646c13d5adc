import type { Answer, Call, Table } from '../call.ts';
import { formatFloat, roundFloat } from '../numbers.ts';
import { RubySymbol } from '../values.ts';
import { halfMode } from './integer.ts';
import { integral } from './numeric.ts';

function rounded(c: Call, mode: 'round' | 'floor' | 'ceil' | 'truncate'): Answer {
  const digits = c.count > 0 ? c.small(0) : 0;
  const value = c.float;
  const half = mode === 'round' ? halfMode(c) : 'up';
  if (digits > 0) return Number.isFinite(value) ? roundFloat(value, digits, mode, half) : value;
  if (!Number.isFinite(value)) return integral(value);
  if (digits === 0) return BigInt(whole(value, mode, half));
  if (digits < -400) return 0n;
  const unit = 10n ** BigInt(-digits);
  const exact = BigInt(Math.trunc(value));
  const rest = exact % unit;
  const down = exact - rest;
  const hasRest = rest !== 0n || value !== Math.trunc(value);
  if (mode === 'truncate' || !hasRest) return down;
  if (mode === 'floor') return value < 0 ? down - unit : down;
  if (mode === 'ceil') return value > 0 ? down + unit : down;
  return c.unknown('a float rounded to tens');
}

function whole(value: number, mode: 'round' | 'floor' | 'ceil' | 'truncate', half: 'up' | 'even' | 'down'): number {
  if (mode === 'floor') return Math.floor(value);
  if (mode === 'ceil') return Math.ceil(value);
  if (mode === 'truncate') return Math.trunc(value);
  const size = Math.abs(value);
  const down = Math.floor(size);
  const rest = size - down;
  const up = rest > 0.5 || (rest === 0.5 && (half === 'up' || (half === 'even' && down % 2 === 1)));
  const result = up ? down + 1 : down;
  return value < 0 ? -result : result;
}

export const FLOAT: Table = {
  to_f: (c) => c.float,
  to_i: (c) => integral(Math.trunc(c.float)),
  to_s: (c) => {
    if (c.count > 0 && c.arg(0) instanceof RubySymbol) return c.unknown('a number formatted by Active Support');
    c.expect(0);
    return formatFloat(c.float);
  },
  inspect: (c) => formatFloat(c.float),
  ceil: (c) => rounded(c, 'ceil'),
  floor: (c) => rounded(c, 'floor'),
  round: (c) => rounded(c, 'round'),
  truncate: (c) => rounded(c, 'truncate'),
  'nan?': (c) => Number.isNaN(c.float),
  'infinite?': (c) => (c.float === Infinity ? 1n : c.float === -Infinity ? -1n : null),
  to_r: (c) => c.unknown('a rational number'),
  rationalize: (c) => c.unknown('a rational number'),
};
