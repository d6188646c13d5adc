import type { PsychScalar } from './node.ts';
import { ConversionError, other, parseFloatStrictly, resolveScalar, symbol } from './scalar.ts';

const STRING_TAG = /^!(?:str|ruby\/string)(?::.*)?$/su;

/**
 * What Psych makes of a scalar with its tag: `deserialize` in `lib/psych/visitors/to_ruby.rb@v5.2.2`. A tag nobody
 * registered changes nothing, but takes the quotes' meaning away. Throws ConversionError.
 */
export function resolveTagged(text: string, tag: string | null, quoted: boolean): PsychScalar {
  if (tag === null) return quoted ? text : resolveScalar(text);
  if (STRING_TAG.test(tag) || tag === 'tag:yaml.org,2002:str') return text;
  if (tag === '!binary' || tag === 'tag:yaml.org,2002:binary') return decodeBase64(text);
  if (tag === '!float' || tag === 'tag:yaml.org,2002:float') return toFloat(resolveScalar(text));
  if (tag.startsWith('!ruby/sym')) return symbol(text);
  const className = classOf(tag);
  return className ? other(className, text) : resolveScalar(text);
}

function classOf(tag: string): string | null {
  switch (tag) {
    case '!ruby/object:BigDecimal':
    case '!ruby/object:DateTime':
    case '!ruby/object:Complex':
    case '!ruby/object:Rational':
      return tag.slice('!ruby/object:'.length);
    case '!ruby/encoding':
      return 'Encoding';
    case '!ruby/class':
      return 'Class';
    case '!ruby/module':
      return 'Module';
    case '!ruby/regexp':
      return 'Regexp';
    case '!ruby/range':
      return 'Range';
    default:
      return null;
  }
}

function toFloat(value: PsychScalar): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return parseFloatStrictly(value);
  throw new ConversionError(`can't convert this value into Float`);
}

/** `String#unpack1('m')`, which passes over what is not base64 and ends at the padding. One character per byte. */
function decodeBase64(text: string): string {
  let bits = 0;
  let count = 0;
  let bytes = '';
  for (const letter of text) {
    if (letter === '=') break;
    const digit = BASE64.indexOf(letter);
    if (digit < 0) continue;
    bits = ((bits << 6) | digit) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += String.fromCharCode((bits >> count) & 0xff);
    }
  }
  return bytes;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** What a mapping with a tag becomes: a Hash with merges, one without, or an object of a class. */
export type TaggedMapping = 'hash' | 'hash without merges' | { readonly className: string };

/** `visit_Psych_Nodes_Mapping` in `lib/psych/visitors/to_ruby.rb@v5.2.2`. */
export function mappingKind(tag: string | null): TaggedMapping {
  if (tag === null) return 'hash';
  if (tag.startsWith('!ruby/struct')) return { className: tag.slice('!ruby/struct:'.length) || 'Struct' };
  if (tag.startsWith('!ruby/object')) {
    const name = tag.slice('!ruby/object:'.length) || 'Object';
    return name === 'Hash' ? 'hash' : { className: name };
  }
  if (STRING_TAG.test(tag) || tag === 'tag:yaml.org,2002:str') return { className: 'String' };
  if (tag.startsWith('!ruby/array:')) return { className: 'Array' };
  if (tag === '!ruby/range') return { className: 'Range' };
  if (tag.startsWith('!ruby/exception')) return { className: tag.slice('!ruby/exception:'.length) || 'Exception' };
  if (tag.startsWith('!ruby/hash-with-ivars')) return { className: 'Hash' };
  if (tag.startsWith('!ruby/marshalable:')) return { className: tag.slice('!ruby/marshalable:'.length) };
  if (tag === '!set' || tag === 'tag:yaml.org,2002:set') return 'hash without merges';
  if (tag === '!omap' || tag === 'tag:yaml.org,2002:omap') return 'hash without merges';
  return 'hash';
}

/** `!!omap` in front of a sequence makes a hash of its one-entry mappings. */
export function isOrderedMap(tag: string | null): boolean {
  return tag === '!omap' || tag === 'tag:yaml.org,2002:omap';
}
