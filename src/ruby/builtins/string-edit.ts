import type { Builtin, Call, Table } from '../call.ts';
import { RubyString } from '../values.ts';
import { slice, STRING } from './string.ts';
import { STRING_MATCH } from './string-match.ts';
import { raise } from '../signals.ts';

/** The method that changes the receiver: what the plain one answers becomes its content; nil where nothing changed. */
function bang(plain: Builtin): Builtin {
  return (c) => {
    const before = c.text;
    const after = plain(c);
    const text = typeof after === 'string' ? after : after instanceof RubyString ? c.textOf(after) : null;
    if (text === null) return c.unknown('what a string was changed to');
    if (text === before) return null;
    return c.write(text);
  };
}

function append(c: Call) {
  const { text } = c;
  let added = '';
  for (const [i, arg] of c.args.entries()) {
    const value = c.see(arg);
    added +=
      typeof value === 'bigint' && c.method !== 'append_as_bytes' ? String.fromCodePoint(Number(value)) : c.str(i);
  }
  return c.write(text + added);
}

export const STRING_EDIT: Table = {
  '<<': append,
  concat: append,
  append_as_bytes: append,
  prepend: (c) => c.write(c.args.map((_, i) => c.str(i)).join('') + c.text),
  replace: (c) => c.write(c.str(0)),
  clear: (c) => c.write(''),
  insert: (c) => {
    const all = [...c.text];
    let at = c.small(0);
    if (at < 0) at += all.length + 1;
    if (at < 0 || at > all.length) return raise('IndexError', `index ${c.small(0)} out of string`);
    return c.write([...all.slice(0, at), c.str(1), ...all.slice(at)].join(''));
  },
  '[]=': (c) => {
    const key = c.arg(0);
    const part = c.textOf(key);
    if (part === null || c.count !== 2) return c.unknown('a part of a string that is replaced');
    if (!c.text.includes(part)) return raise('IndexError', 'string not matched');
    c.write(c.text.replace(part, () => c.str(1)));
    return c.raw(1);
  },
  'slice!': (c) => {
    const found = slice(c);
    if (typeof found !== 'string') return found;
    c.write(c.text.replace(found, ''));
    return found;
  },
  setbyte: (c) => c.unknown('a byte that is set'),
  ...Object.fromEntries(
    'upcase downcase capitalize swapcase strip lstrip rstrip chomp chop reverse squeeze delete tr tr_s delete_prefix delete_suffix succ next unicode_normalize scrub'
      .split(' ')
      .map((name) => [`${name}!`, bang(STRING[name]!)]),
  ),
  'sub!': bang(STRING_MATCH['sub']!),
  'gsub!': bang(STRING_MATCH['gsub']!),
};
