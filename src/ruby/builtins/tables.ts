import type { Table } from '../call.ts';
import { ARRAY_EDIT } from './array-edit.ts';
import { ARRAY } from './array.ts';
import { ENUMERABLE } from './enumerable.ts';
import { EXCEPTION } from './exception.ts';
import { FLOAT } from './float.ts';
import { HASH } from './hash.ts';
import { INTEGER } from './integer.ts';
import { ERB_INSTANCE } from './erb.ts';
import { BOOLEAN, NIL } from './nil.ts';
import { NUMERIC } from './numeric.ts';
import { OBJECT } from './object.ts';
import { PATHNAME } from './pathname.ts';
import { PROC } from './proc.ts';
import { RANGE } from './range.ts';
import { MATCH_DATA, REGEXP } from './regexp.ts';
import { STRING_EDIT } from './string-edit.ts';
import { STRING } from './string.ts';
import { STRING_MATCH } from './string-match.ts';
import { SUPPORT_ARRAY, SUPPORT_HASH, SUPPORT_NUMERIC, SUPPORT_OBJECT, SUPPORT_STRING } from './support.ts';
import { SYMBOL } from './symbol.ts';
import { URI_METHODS } from './uri.ts';

/** The methods of Ruby's own classes, by class. */
export const TABLES: Readonly<Record<string, Table>> = {
  NilClass: NIL,
  TrueClass: BOOLEAN,
  FalseClass: BOOLEAN,
  Integer: { ...NUMERIC, ...INTEGER, ...SUPPORT_NUMERIC },
  Float: { ...NUMERIC, ...FLOAT, ...SUPPORT_NUMERIC },
  String: { ...STRING, ...STRING_MATCH, ...STRING_EDIT, ...SUPPORT_STRING },
  Symbol: SYMBOL,
  Array: { ...ENUMERABLE, ...ARRAY, ...ARRAY_EDIT, ...SUPPORT_ARRAY },
  Hash: { ...HASH, ...SUPPORT_HASH },
  Range: { ...ENUMERABLE, ...RANGE },
  Proc: PROC,
  Regexp: REGEXP,
  Exception: EXCEPTION,
  MatchData: MATCH_DATA,
  Pathname: PATHNAME,
  ERB: ERB_INSTANCE,
  'URI::Generic': URI_METHODS,
};

export { OBJECT };

const OWN = [
  NUMERIC,
  INTEGER,
  FLOAT,
  STRING,
  STRING_MATCH,
  STRING_EDIT,
  SYMBOL,
  ENUMERABLE,
  ARRAY,
  ARRAY_EDIT,
  HASH,
  RANGE,
];

/** Every method name of Ruby's own value classes: on a value without it, it raises NoMethodError. */
export const CORE: ReadonlySet<string> = new Set(
  [...OWN.flatMap((table) => Object.keys(table)), 'squish'].filter(
    (name) => !Object.hasOwn(OBJECT, name) && !Object.hasOwn(SUPPORT_OBJECT, name),
  ),
);

/** Methods that Ruby (or Active Support) has on a class although this tool does not compute them there. */
export const EXTENSIONS: ReadonlySet<string> = new Set([
  ...'to_c rationalize to_r'.split(' ').map((name) => `NilClass#${name}`),
  ...'from to first last at exclude? pluralize singularize camelize underscore each_char each_byte each_line to_r to_c to_sum sum crypt unpack encode byteslice casecmp succ next upto intern hash ordinalize in_time_zone to_time to_date slice slice! include? indent'
    .split(' ')
    .map((name) => `String#${name}`),
  ...'to_proc start_with? end_with? succ next casecmp casecmp? =~ match match? [] slice swapcase capitalize encoding'
    .split(' ')
    .map((name) => `Symbol#${name}`),
  ...'to_r to_c rationalize coerce ordinalize multiple_of? since ago seconds abs2 real imaginary conj dup step numerator denominator i polar arg angle phase rect magnitude truncate'
    .split(' ')
    .flatMap((name) => [`Integer#${name}`, `Float#${name}`]),
  ...'integer? chr size allbits? anybits? nobits? finite? infinite? nan?'.split(' ').map((name) => `Integer#${name}`),
  ...'next_float prev_float quo'.split(' ').map((name) => `Float#${name}`),
  ...'< <= > >= flatten assoc rehash'.split(' ').map((name) => `Hash#${name}`),
  ...'compact overlap? reverse_each to_set pred'.split(' ').map((name) => `Range#${name}`),
  ...'arity curry parameters'.split(' ').map((name) => `Proc#${name}`),
  ...'sum pack rassoc step bsearch'.split(' ').map((name) => `Array#${name}`),
  // Until Ruby 3.1 every object has it, and answers nil.
  ...'Integer Float Symbol Array Hash Range Proc TrueClass FalseClass'.split(' ').map((name) => `${name}#=~`),
  ...'Proc TrueClass FalseClass Regexp'.split(' ').flatMap((name) => [`${name}#<<`, `${name}#>>`, `${name}#source`]),
]);
