import { allAssumptions } from '../../value/origin.ts';
import { assuming } from '../../value/traced.ts';
import type { Answer, Builtin, Call, Table } from '../call.ts';
import { equal } from '../equality.ts';
import { raise } from '../signals.ts';
import { RubyArray, type Value } from '../values.ts';
import { ARRAY } from './array.ts';
import { ENUMERABLE, unique } from './enumerable.ts';

/** What is put in is there under the conditions around it. */
function incoming(c: Call, values: readonly Value[]): Value[] {
  return values.map((value) => assuming(value, c.m.path));
}

function push(c: Call): Answer {
  c.change(c.array);
  if (c.method === '<<') c.expect(1);
  c.array.items.push(...incoming(c, c.args));
  return c.self;
}

function unshift(c: Call): Answer {
  c.change(c.array);
  c.array.items.unshift(...incoming(c, c.args));
  return c.self;
}

function takeFrom(c: Call, end: 'front' | 'back'): Answer {
  const { items } = c;
  const count = c.count > 0 ? c.small(0) : null;
  c.change(c.array);
  if (count === null) return (end === 'back' ? items.pop() : items.shift()) ?? null;
  if (count < 0) return raise('ArgumentError', 'negative array size');
  return c.newArray(end === 'back' ? items.splice(Math.max(0, items.length - count)) : items.splice(0, count));
}

function store(c: Call): Answer {
  c.expect(2, 3);
  const { items } = c;
  const key = c.arg(0);
  if (c.count > 2 || typeof key !== 'bigint') return c.unknown('a part of an array that is replaced');
  let index = c.small(0);
  if (index < 0) index += items.length;
  if (index < 0)
    return raise('IndexError', `index ${index - items.length} too small for array; minimum: -${items.length}`);
  if (index > items.length + 10_000) return c.unknown('a very long array');
  c.change(c.array);
  while (items.length < index) items.push(c.make(null));
  items[index] = incoming(c, [c.raw(1)])[0]!;
  return c.raw(1);
}

/** The method that changes the receiver: it becomes what the plain one answers; nil where that has the same length. */
function bang(plain: Builtin, nilIfSame: boolean): Builtin {
  return (c) => {
    const before = [...c.items];
    const after = plain(c);
    const result = after instanceof RubyArray ? after : null;
    if (!result) return c.unknown('what an array was changed to');
    c.change(c.array);
    c.array.items.splice(0, c.array.items.length, ...result.items);
    const same = before.length === result.items.length && before.every((item, i) => item === result.items[i]);
    return nilIfSame && same ? null : c.self;
  };
}

function deleteItem(c: Call): Answer {
  const wanted = c.arg(0);
  const { items } = c;
  const kept = items.filter((item) => !equal(c, c.see(item), wanted));
  if (kept.length === items.length) return c.block ? c.yield(c.raw(0)) : null;
  c.change(c.array);
  items.splice(0, items.length, ...kept);
  return c.raw(0);
}

export const ARRAY_EDIT: Table = {
  '<<': push,
  push,
  append: push,
  unshift,
  prepend: unshift,
  pop: (c) => takeFrom(c, 'back'),
  shift: (c) => takeFrom(c, 'front'),
  '[]=': store,
  concat: (c) => {
    const added = c.args.flatMap((_, i) => c.list(i));
    c.change(c.array);
    c.array.items.push(...incoming(c, added));
    c.array.assumes = allAssumptions(c.array.assumes, c.assumes);
    return c.self;
  },
  insert: (c) => {
    let at = c.small(0);
    const { items } = c;
    if (at < 0) at += items.length + 1;
    if (at < 0 || at > items.length) return c.unknown('a place outside of an array');
    c.change(c.array);
    items.splice(at, 0, ...incoming(c, c.args.slice(1)));
    return c.self;
  },
  delete: deleteItem,
  delete_at: (c) => {
    let at = c.small(0);
    if (at < 0) at += c.items.length;
    c.change(c.array);
    return at < 0 ? null : (c.items.splice(at, 1)[0] ?? null);
  },
  clear: (c) => {
    c.change(c.array);
    c.array.items.length = 0;
    c.array.blur = null;
    return c.self;
  },
  replace: (c) => {
    const items = [...c.list(0)];
    c.change(c.array);
    c.array.items.splice(0, c.array.items.length, ...incoming(c, items));
    c.array.blur = null;
    return c.self;
  },
  fill: (c) => {
    if (c.block || c.count !== 1) return c.unknown('a filled array');
    c.change(c.array);
    c.array.items.fill(incoming(c, [c.raw(0)])[0]!);
    return c.self;
  },
  'compact!': bang(ARRAY['compact']!, true),
  'flatten!': bang(ARRAY['flatten']!, true),
  'reverse!': bang(ARRAY['reverse']!, false),
  'rotate!': bang(ARRAY['rotate']!, false),
  'uniq!': bang((c) => c.newArray(unique(c, c.items)), true),
  'map!': bang(ENUMERABLE['map']!, false),
  'collect!': bang(ENUMERABLE['map']!, false),
  'select!': bang(ENUMERABLE['select']!, true),
  'filter!': bang(ENUMERABLE['select']!, true),
  'reject!': bang(ENUMERABLE['reject']!, true),
  keep_if: bang(ENUMERABLE['select']!, false),
  delete_if: bang(ENUMERABLE['reject']!, false),
  'sort!': bang(ENUMERABLE['sort']!, false),
  'sort_by!': bang(ENUMERABLE['sort_by']!, false),
  'slice!': (c) => c.unknown('a part cut out of an array'),
  'shuffle!': (c) => c.unknown('chance'),
};
