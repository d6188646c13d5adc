import { known } from '../../value/traced.ts';
import type { Answer, Call, Table } from '../call.ts';
import { equal } from '../equality.ts';
import { handed, respondsTo, send } from '../dispatch.ts';
import { inquirer } from '../inquirer.ts';
import { raise } from '../signals.ts';
import {
  isHostObject,
  RubyArray,
  RubyEnv,
  RubyHash,
  RubyString,
  textOf,
  type RubyValue,
  type Value,
} from '../values.ts';
import { storeIn } from '../eval/literals.ts';
import { stringKey, symbolKey } from './hash.ts';
import { sized, type Numeric } from './numeric.ts';

/** `blank?` of Active Support. */
function isBlank(c: Call): boolean {
  const { value } = c.self;
  if (value === null || value === false) return true;
  if (value instanceof RubyString) return /^[\s\u0085]*$/.test(c.textIn(value, c.self));
  if (value instanceof RubyArray) return c.itemsOf(value).length === 0;
  if (value instanceof RubyHash) return c.entriesOf(value).length === 0;
  if (value instanceof RubyEnv) return false;
  if (isHostObject(value)) return c.unknown('whether an object is blank');
  return false;
}

function tryCall(c: Call, safe: boolean): Answer {
  const { value } = c.self;
  if (value === null) return null;
  if (c.count === 0) return c.block ? c.yield(c.self) : c.unknown('`try` without anything to try');
  const name = c.name(0);
  if (safe && respondsTo(c.m, value, name) === false) return null;
  return send(c.m, c.self, name, { args: c.args.slice(1), named: c.named, block: c.block }, c.at);
}

function within(c: Call): boolean {
  const { value } = c.self;
  const container = c.arg(0);
  if (container instanceof RubyArray) {
    const items = c.itemsOf(container);
    const open = items.find((item) => !item.known);
    if (items.some((item) => item.known && equal(c, value, item.value))) return true;
    if (open) c.see(open);
    return false;
  }
  if (container === null || typeof container !== 'object')
    return raise('ArgumentError', 'The parameter passed to #in? must respond to #include?');
  return c.see(send(c.m, c.raw(0), 'include?', handed(c.self), c.at)) === true;
}

/** What Active Support gives every object. */
export const SUPPORT_OBJECT: Table = {
  'blank?': isBlank,
  'present?': (c) => !isBlank(c),
  presence: (c) => (isBlank(c) ? null : c.self),
  try: (c) => tryCall(c, true),
  'try!': (c) => tryCall(c, false),
  'in?': within,
  presence_in: (c) => (within(c) ? c.self : null),
  deep_dup: (c) => send(c.m, c.self, 'dup', handed(), c.at),
  with_options: (c) => c.unknown('options handed on'),
  to_param: (c) => c.unknown('a parameter'),
  to_query: (c) => c.unknown('a query'),
  to_json: (c) => c.unknown('JSON'),
  as_json: (c) => c.unknown('JSON'),
  to_yaml: (c) => c.unknown('YAML'),
  'html_safe?': (c) => c.unknown('whether a string is safe'),
  'acts_like?': (c) => c.unknown('what an object acts like'),
  'duplicable?': () => true,
  instance_values: (c) => c.unknown('the variables of an object'),
};

const UNITS: Readonly<Record<string, bigint>> = {
  second: 1n,
  minute: 60n,
  hour: 3600n,
  day: 86_400n,
  week: 604_800n,
  fortnight: 1_209_600n,
  byte: 1n,
  kilobyte: 1024n,
  megabyte: 1024n ** 2n,
  gigabyte: 1024n ** 3n,
  terabyte: 1024n ** 4n,
  petabyte: 1024n ** 5n,
  exabyte: 1024n ** 6n,
  // Months and years have the length that Active Support gives them in seconds.
  month: 2_629_746n,
  year: 31_556_952n,
};

/** Durations are their seconds: that is what they print and what settings convert them to. */
function unit(size: bigint) {
  return (c: Call): Numeric => {
    const value = c.self.value as Numeric;
    return typeof value === 'bigint' ? sized(c, value * size) : value * Number(size);
  };
}

export const SUPPORT_NUMERIC: Table = {
  ...Object.fromEntries(
    Object.entries(UNITS).flatMap(([name, size]) => [
      [name, unit(size)],
      [`${name}s`, unit(size)],
    ]),
  ),
  in_milliseconds: unit(1000n),
  in_seconds: (c) => c.self,
  'multiple_of?': (c) => {
    if (typeof c.self.value !== 'bigint') return c.unknown('a multiple of a fraction');
    const by = c.integer(0);
    return by === 0n ? c.int === 0n : c.int % by === 0n;
  },
  ordinalize: (c) => c.unknown('an ordinal'),
  to_fs: (c) => c.unknown('a number formatted by Active Support'),
  to_formatted_s: (c) => c.unknown('a number formatted by Active Support'),
  ago: (c) => c.unknown('the time of day'),
  from_now: (c) => c.unknown('the time of day'),
  since: (c) => c.unknown('the time of day'),
  iso8601: (c) => c.unknown('a duration as text'),
};

export const SUPPORT_STRING: Table = {
  squish: (c) => c.text.replaceAll(/[\s\u0085]+/g, ' ').trim(),
  inquiry: (c) => {
    const text = textOf(c.self.value as RubyString, c.self.origin, c.self.assumes);
    return known(inquirer(text), c.self.origin, c.self.assumes);
  },
  'exclude?': (c) => !c.text.includes(c.str(0)),
  'starts_with?': (c) => c.text.startsWith(c.str(0)),
  'ends_with?': (c) => c.text.endsWith(c.str(0)),
  truncate: (c) => c.unknown('a shortened string'),
  remove: (c) => c.args.reduce((text, _, i) => text.replaceAll(c.str(i), ''), c.text),
  first: (c) => [...c.text].slice(0, c.count > 0 ? c.small(0) : 1).join(''),
  last: (c) => {
    const count = c.count > 0 ? c.small(0) : 1;
    return count === 0 ? '' : [...c.text].slice(-count).join('');
  },
  from: (c) => [...c.text].slice(c.small(0)).join(''),
  to: (c) => [...c.text].slice(0, c.small(0) + 1).join(''),
  html_safe: (c) => c.self,
  camelize: (c) => camelize(c),
  camelcase: (c) => camelize(c),
  underscore: (c) =>
    c.text
      .replaceAll('::', '/')
      .replaceAll(/(?<=[A-Z\d])(?=[A-Z][a-z])/g, '_')
      .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toLowerCase(),
  dasherize: (c) => c.text.replaceAll('_', '-'),
  titleize: (c) => c.unknown('a title'),
  humanize: (c) => c.unknown('words'),
  parameterize: (c) => c.unknown('a slug'),
  pluralize: (c) => c.unknown('a plural'),
  singularize: (c) => c.unknown('a singular'),
  constantize: (c) => c.unknown('a constant by its name'),
  safe_constantize: (c) => c.unknown('a constant by its name'),
  classify: (c) => c.unknown('a class name'),
  tableize: (c) => c.unknown('a table name'),
  strip_heredoc: (c) => {
    const indents = (c.text.match(/^[ \t]*(?=\S)/gm) ?? []).map((indent) => indent.length);
    const least = indents.length > 0 ? Math.min(...indents) : 0;
    return c.text
      .split('\n')
      .map((line) => (/^[ \t]*/.exec(line)![0].length >= least ? line.slice(least) : line))
      .join('\n');
  },
};

function camelize(c: Call): Answer {
  if (c.count > 0) return c.unknown('a camel-cased string');
  return c.text
    .split('/')
    .map((part) =>
      part
        .split('_')
        .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
        .join(''),
    )
    .join('::');
}

function nth(index: number) {
  return (c: Call): Answer => c.items.at(index) ?? null;
}

export const SUPPORT_ARRAY: Table = {
  second: nth(1),
  third: nth(2),
  fourth: nth(3),
  fifth: nth(4),
  second_to_last: nth(-2),
  from: (c) => c.newArray(c.items.slice(c.small(0))),
  to: (c) => c.newArray(c.items.slice(0, c.small(0) + 1)),
  compact_blank: (c) => c.newArray(c.items.filter((item) => c.see(send(c.m, item, 'blank?', handed(), c.at)) !== true)),
  excluding: (c) => c.newArray(c.items.filter((item) => !c.args.some((arg) => equal(c, c.see(item), c.see(arg))))),
  without: (c) => c.newArray(c.items.filter((item) => !c.args.some((arg) => equal(c, c.see(item), c.see(arg))))),
  including: (c) => c.newArray([...c.items, ...c.args]),
  'exclude?': (c) => !c.items.some((item) => equal(c, c.see(item), c.arg(0))),
  'many?': (c) => c.items.length > 1,
  index_with: (c) => {
    const hash = new RubyHash();
    for (const item of c.items) storeIn(c.m, hash, item, c.block ? c.yield(item) : c.raw(0), c.at);
    return hash;
  },
  index_by: (c) => {
    const hash = new RubyHash();
    for (const item of c.items) storeIn(c.m, hash, c.yield(item), item, c.at);
    return hash;
  },
  pluck: (c) => c.unknown('plucked values'),
  extract_options: (c) => c.unknown('options'),
  'extract_options!': (c) => {
    const last = c.items.at(-1);
    if (!last || !(c.see(last) instanceof RubyHash)) return new RubyHash();
    c.change(c.array);
    return c.array.items.pop()!;
  },
  to_sentence: (c) => c.unknown('a sentence'),
  in_groups_of: (c) => c.unknown('groups'),
};

function deep(c: Call, value: Value, key: (c: Call, key: Value) => Value, depth = 0): Value {
  if (!value.known || depth > 30) return value;
  if (value.value instanceof RubyArray && !value.value.blur) {
    return known(
      c.newArray(value.value.items.map((item) => deep(c, item, key, depth + 1))),
      value.origin,
      value.assumes,
    );
  }
  if (!(value.value instanceof RubyHash) || value.value.blur) return value;
  const result = new RubyHash();
  for (const one of c.entriesOf(value.value)) {
    storeIn(c.m, result, key(c, one.key), deep(c, one.value, key, depth + 1), c.at);
  }
  return known(result, value.origin, value.assumes);
}

function shallow(key: (c: Call, key: Value) => Value) {
  return (c: Call): RubyValue => {
    const result = new RubyHash();
    for (const one of c.entries) storeIn(c.m, result, key(c, one.key), one.value, c.at);
    return result;
  };
}

function deepMerge(c: Call, left: RubyHash, right: RubyHash, depth = 0): RubyHash {
  const result = new RubyHash();
  for (const one of c.entriesOf(left)) storeIn(c.m, result, one.key, one.value, c.at);
  for (const one of c.entriesOf(right)) {
    const before = [...result.entries.values()].find((other) => equal(c, c.see(other.key), c.see(one.key)))?.value;
    const former = before?.known ? before.value : null;
    const latter = one.value.known ? one.value.value : null;
    const value =
      former instanceof RubyHash && latter instanceof RubyHash && depth < 30
        ? known(deepMerge(c, former, latter, depth + 1), one.value.origin)
        : one.value;
    storeIn(c.m, result, one.key, value, c.at);
  }
  return result;
}

export const SUPPORT_HASH: Table = {
  deep_symbolize_keys: (c) => deep(c, c.self, symbolKey),
  deep_stringify_keys: (c) => deep(c, c.self, stringKey),
  symbolize_keys: shallow(symbolKey),
  stringify_keys: shallow(stringKey),
  to_options: shallow(symbolKey),
  with_indifferent_access: (c) => c.unknown('a hash with indifferent access'),
  deep_merge: (c) => {
    const other = c.arg(0);
    if (!(other instanceof RubyHash) || c.block) return c.unknown('a deep merge');
    return deepMerge(c, c.hash, other);
  },
  reverse_merge: (c) => {
    const other = c.arg(0);
    if (!(other instanceof RubyHash)) return c.unknown('a merge');
    const result = new RubyHash();
    for (const one of [...c.entriesOf(other), ...c.entries]) storeIn(c.m, result, one.key, one.value, c.at);
    return result;
  },
  compact_blank: (c) => {
    const result = new RubyHash();
    for (const one of c.entries) {
      if (c.see(send(c.m, one.value, 'blank?', handed(), c.at)) !== true)
        storeIn(c.m, result, one.key, one.value, c.at);
    }
    return result;
  },
  extract: (c) => c.unknown('extracted pairs'),
  'extract!': (c) => c.unknown('extracted pairs'),
};
