import type { Call } from './call.ts';
import { formatFloat } from './numbers.ts';
import {
  isHostObject,
  RubyArray,
  RubyClass,
  RubyHash,
  RubyObject,
  RubyRange,
  RubyRegexp,
  RubyString,
  RubySymbol,
  type RubyValue,
} from './values.ts';

/** `inspect`, as Ruby 3.4 prints it. */
export function inspect(c: Call, value: RubyValue, depth = 0): string {
  if (depth > 30) return c.unknown('a structure too deep to print');
  c.m.work(1, c.at);
  const inner = (one: RubyValue): string => inspect(c, one, depth + 1);
  if (value === null) return 'nil';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return formatFloat(value);
  if (value instanceof RubyString) return inspectString(c.textOf(value)!);
  if (value instanceof RubySymbol) return inspectSymbol(value.name);
  if (value instanceof RubyArray)
    return `[${c
      .itemsOf(value)
      .map((item) => inner(c.see(item)))
      .join(', ')}]`;
  if (value instanceof RubyHash) {
    const pairs = c.entriesOf(value).map((entry) => {
      const key = c.see(entry.key);
      const shown = inner(c.see(entry.value));
      if (!(key instanceof RubySymbol)) return `${inner(key)} => ${shown}`;
      return `${/^[A-Za-z_][A-Za-z0-9_]*[?!]?$/.test(key.name) ? key.name : inspectString(key.name)}: ${shown}`;
    });
    return pairs.length === 0 ? '{}' : `{${pairs.join(', ')}}`;
  }
  if (value instanceof RubyRange) {
    const begin = c.see(value.begin);
    const end = c.see(value.end);
    const bounds = [begin, end].map((one) => (one === null ? '' : inner(one)));
    return bounds.join(value.exclusive ? '...' : '..');
  }
  if (value instanceof RubyClass) return value.name;
  if (value instanceof RubyRegexp) return `/${value.source.replaceAll('/', '\\/')}/${value.flags}`;
  if (value instanceof RubyObject || isHostObject(value)) return c.unknown('an object as text');
  return c.unknown('an object as text');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\f': '\\f',
  '\v': '\\v',
  '\b': '\\b',
  '\u0007': '\\a',
  '\u001b': '\\e',
};

export function inspectString(text: string): string {
  let result = '';
  for (const [i, char] of [...text].entries()) {
    const point = char.codePointAt(0)!;
    if (ESCAPES[char] !== undefined) result += ESCAPES[char];
    else if (char === '#' && /[{$@]/.test([...text][i + 1] ?? '')) result += '\\#';
    else if (point < 0x20 || point === 0x7f) result += `\\x${point.toString(16).toUpperCase().padStart(2, '0')}`;
    else result += char;
  }
  return `"${result}"`;
}

function inspectSymbol(name: string): string {
  const plain =
    /^(?:[A-Za-z_][A-Za-z0-9_]*[?!=]?|[+\-*/%<>~!^&|]|\*\*|<=>|===?|=~|!=|!~|<<|>>|<=|>=|\[\]=?|[+-]@|@{1,2}[a-zA-Z_]\w*|\$\w+)$/;
  return plain.test(name) ? `:${name}` : `:${inspectString(name)}`;
}
