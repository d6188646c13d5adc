import type { Span } from '../../text/source.ts';
import { known } from '../../value/traced.ts';
import { literal, type Machine, textValue } from '../machine.ts';
import { RubyEnv, type RubyValue, type Value } from '../values.ts';

const NUMBERS: Readonly<Record<string, RubyValue>> = {
  'Float::INFINITY': Infinity,
  'Float::NAN': NaN,
  'Float::MAX': Number.MAX_VALUE,
  'Float::MIN': 2.2250738585072014e-308,
  'Float::EPSILON': Number.EPSILON,
  'Math::PI': Math.PI,
  'Math::E': Math.E,
};

const TEXTS: Readonly<Record<string, string>> = {
  'File::SEPARATOR': '/',
  'File::Separator': '/',
};

const env = new RubyEnv(null);

/** A constant that Ruby itself defines, by its full name. */
export function builtinConstant(m: Machine, name: string, at: Span): Value | undefined {
  if (name === 'ENV') return known(env, literal(at));
  if (Object.hasOwn(NUMBERS, name)) return known(NUMBERS[name]!, literal(at));
  if (Object.hasOwn(TEXTS, name)) return textValue(at, TEXTS[name]!);
  const type = m.classes.get(name === 'Psych' ? 'YAML' : name);
  return type ? known(type, literal(at)) : undefined;
}
