import { bootRuby, type Ruby } from '../yaml/psych-oracle.ts';

/** One thing to run: Ruby code or an ERB template, in an environment that holds these variables and no others. */
export interface OracleCase {
  readonly code: string;
  readonly env: Readonly<Record<string, string>>;
  readonly erb?: boolean;
  readonly trim?: string | null;
}

/** What real Ruby says: a value as `written` in support.ts writes it, or `error Class`. */
export interface OracleAnswer {
  readonly value: string;
  readonly message: string;
}

export interface RubyOracle {
  run(cases: readonly OracleCase[]): readonly OracleAnswer[];
}

/** The methods of Active Support that configuration uses, as activesupport 8.0 defines them. */
const ACTIVE_SUPPORT = String.raw`
class Object
  def blank? = respond_to?(:empty?) ? !!empty? : false
  def present? = !blank?
  def presence = (self if present?)
  def in?(other) = other.include?(self)
  def try(name = nil, *args, &block) = (respond_to?(name) ? public_send(name, *args, &block) : nil)
end
class NilClass
  def blank? = true
  def present? = false
  def try(*) = nil
end
class FalseClass; def blank? = true; end
class TrueClass; def blank? = false; end
class Numeric
  def blank? = false
  { second: 1, minute: 60, hour: 3600, day: 86400, week: 604800, kilobyte: 1024, megabyte: 1024**2, gigabyte: 1024**3 }.each do |name, size|
    define_method(name) { self * size }
    define_method("#{name}s") { self * size }
  end
end
class String
  def blank? = match?(/\A[[:space:]]*\z/)
  def squish = gsub(/[[:space:]]+/, " ").strip
end
class Array
  def second = self[1]
  def third = self[2]
end
class Hash
  def deep_symbolize_keys = to_h { |k, v| [k.respond_to?(:to_sym) ? k.to_sym : k, v.is_a?(Hash) ? v.deep_symbolize_keys : v] }
  def symbolize_keys = transform_keys { |k| k.to_sym rescue k }
  def stringify_keys = transform_keys(&:to_s)
end
`;

const PROGRAM = String.raw`
require "json"
require "erb"
require "uri"
require "yaml"
require "timeout"
require "stringio"
$stderr = StringIO.new
$stdout = StringIO.new
${'#'}{ACTIVE_SUPPORT}

def written(value, depth = 0)
  return "deep" if depth > 20
  case value
  when nil then "nil"
  when true, false, Integer, Float then value.to_s
  when String then JSON.generate(value.dup.force_encoding("UTF-8").scrub)
  when Symbol then ":#{value}"
  when Array then "[" + value.map { |item| written(item, depth + 1) }.join(", ") + "]"
  when Hash then "{" + value.map { |k, v| written(k, depth + 1) + "=>" + written(v, depth + 1) }.join(", ") + "}"
  when Range then written(value.begin, depth + 1) + (value.exclude_end? ? "..." : "..") + written(value.end, depth + 1)
  when Module then value.name
  else "object"
  end
end

def run_all(json)
  answers = JSON.parse(json).map do |one|
    ENV.replace(one["env"])
    begin
      place = TOPLEVEL_BINDING.dup
      value = one["erb"] ? ERB.new(one["code"], trim_mode: one["trim"]).result(place) : place.eval(one["code"])
      { value: written(value), message: "" }
    rescue SyntaxError => error
      { value: "error SyntaxError", message: error.message[0, 300] }
    rescue Exception => error
      { value: "error #{error.class}", message: error.message.to_s[0, 300].scrub }
    end
  end
  JSON.generate(answers)
end
`;

let booted: Promise<RubyOracle> | null = null;

/** CRuby 3.4 in wasm, once for all tests of a worker. */
export function bootOracle(): Promise<RubyOracle> {
  booted ??= boot();
  return booted;
}

async function boot(): Promise<RubyOracle> {
  const ruby: Ruby = await bootRuby();
  ruby.eval('$VERBOSE = nil');
  ruby.eval(PROGRAM.replace('#{ACTIVE_SUPPORT}', () => ACTIVE_SUPPORT));
  return {
    run(cases) {
      const answers: OracleAnswer[] = [];
      // Small batches: a call costs more than a case, and too large a text costs more still.
      for (let at = 0; at < cases.length; at += 100) {
        answers.push(...(ruby.ask('run_all', cases.slice(at, at + 100)) as OracleAnswer[]));
      }
      return answers;
    },
  };
}
