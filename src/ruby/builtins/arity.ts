import { raise } from '../signals.ts';

/** How many arguments the methods of Ruby's own value classes take: the fewest, the most, then the names. */
const COUNTS: readonly (readonly [least: number, most: number, names: string])[] = [
  [
    0,
    0,
    'to_a to_h to_f to_sym intern inspect strip lstrip rstrip chop length size bytesize reverse chars bytes empty? nil? class zero? positive? negative? even? odd? succ next pred abs presence present? blank? squish keys values compact sort_by uniq to_proc hex oct ord chr freeze frozen? dup itself then tap map collect select filter reject group_by flat_map minmax sort to_str to_ary to_hash name integer? finite? infinite? nan? nonzero? squeeze! reverse! compact! uniq! sort! map! select! reject! invert transform_values any_key? to_int hash transpose clear each_key each_value times filter_map bit_length each_char shuffle! symbolize_keys stringify_keys deep_symbolize_keys second third',
  ],
  [
    0,
    1,
    'tally min_by max_by to_i round floor ceil truncate first last min max sum flatten join pop shift rotate chomp any? all? none? one? find detect count digits find_index partition sample',
  ],
  [0, 2, 'upcase downcase capitalize swapcase inject reduce'],
  [0, 2, 'split'],
  [
    1,
    1,
    '+ - * / % == != < > <= >= <=> === =~ eql? equal? fdiv divmod div modulo gcd lcm include? member? key? has_key? value? is_a? kind_of? instance_of? delete_prefix delete_suffix take drop each_slice each_cons & | ^ << >> remainder casecmp casecmp? each_with_object cover? delete_at in? at',
  ],
  [1, 2, '[] sub gsub ljust rjust center fetch pow match match? slice'],
  [0, 2, 'index rindex'],
  [2, 2, 'tr between? store'],
  [1, Infinity, 'dig'],
];

/** Where a class differs from the others. */
const OWN: Readonly<Record<string, readonly [number, number]>> = {
  // Active Support before 7.1 formats numbers through `to_s(:delimited, …)`.
  'Integer#to_s': [0, 2],
  'Integer#inspect': [0, 1],
  'Integer#chr': [0, 1],
  'Float#to_s': [0, 2],
  'Array#to_s': [0, 1],
  'Range#to_s': [0, 1],
  'String#partition': [1, 1],
  // Keywords are not counted.
  'String#%': [0, 1],
  'String#match': [1, Infinity],
  'Symbol#match': [1, Infinity],
  'String#squeeze!': [0, Infinity],
  'String#truncate': [1, 2],
  'String#count': [1, Infinity],
  'String#sum': [0, 1],
  'String#concat': [0, Infinity],
  'Hash#[]': [1, 1],
  'Hash#slice': [0, Infinity],
  'Hash#any?': [0, 1],
  'Proc#===': [0, Infinity],
  'Proc#[]': [0, Infinity],
  'Integer#to_i': [0, 0],
  'Float#to_i': [0, 0],
  'NilClass#to_i': [0, 0],
  'Range#%': [1, 1],
  'Array#sum': [0, 1],
  'Symbol#[]': [1, 2],
};

const common = new Map<string, readonly [number, number]>();
for (const [least, most, names] of COUNTS) for (const name of names.split(' ')) common.set(name, [least, most]);

const TO_S: readonly [number, number] = [0, 0];

/** Raises as Ruby does where a method is given too few or too many arguments. */
export function checkCount(className: string, method: string, count: number): void {
  const key = `${className}#${method}`;
  const range = Object.hasOwn(OWN, key) ? OWN[key] : method === 'to_s' ? TO_S : common.get(method);
  if (!range || (count >= range[0] && count <= range[1])) return;
  const [least, most] = range;
  const expected = least === most ? String(least) : most === Infinity ? `${least}+` : `${least}..${most}`;
  raise('ArgumentError', `wrong number of arguments (given ${count}, expected ${expected})`);
}
