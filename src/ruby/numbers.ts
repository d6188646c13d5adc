/** A float as Ruby prints it: `5.0`, `1.0e+20`, `Infinity`. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (Object.is(value, -0)) return '-0.0';
  if (value === 0) return '0.0';
  const [digits = '0', power = '0'] = Math.abs(value).toExponential().split('e');
  const exponent = Number(power);
  const sign = value < 0 ? '-' : '';
  const plain = digits.replace('.', '');
  if (exponent < -4 || exponent >= 16) {
    const fraction = plain.slice(1) || '0';
    const shown = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${plain[0]}.${fraction}e${exponent < 0 ? '-' : '+'}${shown}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${plain}`;
  const whole = plain.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${plain.slice(exponent + 1) || '0'}`;
}

/** A finite float as the exact fraction numerator / 2^shift. */
function exact(value: number): { numerator: bigint; shift: bigint } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const raw = view.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  const size = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa;
  return { numerator: value < 0 ? -size : size, shift: exponent >= 0 ? 0n : BigInt(-exponent) };
}

/** `value.round(digits)` and its kin for digits > 0. */
export function roundFloat(
  value: number,
  digits: number,
  mode: 'round' | 'floor' | 'ceil' | 'truncate',
  half: 'up' | 'even' | 'down',
): number {
  if (digits >= 17 || value === 0) return value;
  const power = Math.floor(Math.log10(Math.abs(value))) + 1;
  if (digits >= 17 - power) return value;
  if (digits < -power) return 0;
  const scale = 10 ** digits;
  const scaled = value * scale;
  if (mode === 'round') {
    const { numerator, shift } = exact(value);
    const size = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(digits);
    const unit = 1n << shift;
    const down = size / unit;
    const twice = (size % unit) * 2n;
    // Ruby rounds the product, which may have been rounded itself: `0.285.round(2)`.
    const product = Math.abs(scaled);
    const near = Math.round(product);
    const tie = near - 0.5 === product || near + 0.5 === product;
    let up = twice > unit || (twice === unit && half === 'up');
    if (tie || twice === unit)
      up = half === 'up' ? roundsUp(value, product, scale) : half === 'even' ? down % 2n === 1n : false;
    const result = Number(up ? down + 1n : down) / scale;
    return value < 0 ? -result : result;
  }
  const whole = mode === 'floor' ? Math.floor(scaled) : mode === 'ceil' ? Math.ceil(scaled) : Math.trunc(scaled);
  // A value that already has that few digits stays what it is although its product is not whole.
  const near = Math.round(scaled) / scale;
  return near === value ? value : whole / scale;
}

/** `round_half_up` of Ruby's numeric.c. */
function roundsUp(value: number, product: number, scale: number): boolean {
  const size = Math.abs(value);
  let rounded = Math.round(product);
  if (scale === 1) return rounded > Math.floor(product);
  if (rounded > product && (rounded - 0.5) / scale >= size && (rounded - 0.5) / scale !== size) rounded -= 1;
  return rounded > Math.floor(product);
}

function withoutBlanksBehind(text: string): string {
  return text.replace(/(?<![ \t\n\v\f\r])[ \t\n\v\f\r]+$/, '');
}

/** `Integer(text, base)`: Ruby's strict reading, or null. */
export function strictInteger(text: string, base = 0): bigint | null {
  const match = /^[ \t\n\v\f\r]*([+-]?)(0[xX]|0[bB]|0[oO]|0[dD]|0)?([0-9a-zA-Z_]*)$/.exec(withoutBlanksBehind(text));
  if (!match) return null;
  const [, sign = '', prefix = '', rest = ''] = match;
  const found = prefix === '' ? 0 : (BASES[prefix.toLowerCase()] ?? 8);
  if (base !== 0 && found !== 0 && found !== base && prefix !== '0') {
    return base === 16 || base > 10 ? strictDigits(sign, prefix.slice(0) + rest, base) : null;
  }
  if (prefix === '0' && rest === '') return 0n;
  if (prefix === '0') {
    const used = base === 0 ? 8 : base;
    return strictDigits(sign, `0${rest}`, used);
  }
  return strictDigits(sign, rest, base === 0 ? found || 10 : base);
}

const BASES: Readonly<Record<string, number>> = { '0x': 16, '0b': 2, '0o': 8, '0d': 10, '0': 8 };

function strictDigits(sign: string, digits: string, base: number): bigint | null {
  if (digits === '' || digits.startsWith('_') || digits.endsWith('_') || digits.includes('__')) return null;
  return digitsOf(sign, digits.replaceAll('_', ''), base);
}

function digitsOf(sign: string, digits: string, base: number): bigint | null {
  if (digits.length > 2000) return null;
  let value = 0n;
  const radix = BigInt(base);
  for (const char of digits) {
    const digit = Number.parseInt(char, 36);
    if (Number.isNaN(digit) || digit >= base) return null;
    value = value * radix + BigInt(digit);
  }
  return sign === '-' ? -value : value;
}

/** `text.to_i(base)`: the number at the beginning, 0 without one. */
export function looseInteger(text: string, base = 10): bigint {
  const prefix = { 2: '0[bB]', 8: '0[oO]?', 10: '0[dD]', 16: '0[xX]' }[base] ?? '(?!)';
  const match = new RegExp(
    `^[ \\t\\n\\v\\f\\r]*([+-]?)(?:${prefix}(?=[0-9a-zA-Z]))?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)`,
  ).exec(text);
  if (!match) return 0n;
  const [, sign = '', all = ''] = match;
  let digits = '';
  for (const char of all) {
    if (char === '_') continue;
    const digit = Number.parseInt(char, 36);
    if (Number.isNaN(digit) || digit >= base) break;
    digits += char;
  }
  return digits === '' ? 0n : (digitsOf(sign, digits, base) ?? 0n);
}

const FLOAT = /^[ \t\n\v\f\r]*([+-]?[0-9]+(?:_[0-9]+)*(?:\.[0-9]+(?:_[0-9]+)*)?(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?)/;

/** `text.to_f`. */
export function looseFloat(text: string): number {
  const match = FLOAT.exec(text) ?? /^[ \t\n\v\f\r]*([+-]?\.[0-9]+(?:_[0-9]+)*(?:[eE][+-]?[0-9]+)?)/.exec(text);
  return match ? Number(match[1]!.replaceAll('_', '')) : 0;
}

/** `Float(text)`, or null. */
export function strictFloat(text: string): number | null {
  if (/^[ \t\n\v\f\r]*[+-]?0[xX]/.test(text)) {
    const whole = strictInteger(text);
    return whole === null ? null : Number(whole);
  }
  const match = FLOAT.exec(text);
  if (!match || text.slice(match[0].length).trim() !== '') {
    const dot =
      /^[ \t\n\v\f\r]*([+-]?(?:[0-9]+(?:_[0-9]+)*)?\.[0-9]+(?:_[0-9]+)*(?:[eE][+-]?[0-9]+)?|[+-]?[0-9]+(?:_[0-9]+)*\.(?:[eE][+-]?[0-9]+)?)[ \t\n\v\f\r]*$/.exec(
        text,
      );
    return dot ? Number(dot[1]!.replaceAll('_', '')) : null;
  }
  return Number(match[1]!.replaceAll('_', ''));
}
