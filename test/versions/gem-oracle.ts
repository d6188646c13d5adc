import { bootRuby } from '../yaml/psych-oracle.ts';

/** RubyGems and Bundler themselves, as they come with CRuby. */
export interface GemOracle {
  /** `<=>` of each pair; null where RubyGems refuses one of the two. */
  compare(pairs: readonly (readonly [string, string])[]): readonly (number | null)[];
  /** Whether each requirement allows each version; null where RubyGems refuses one of them. */
  satisfied(questions: readonly { requirement: readonly string[]; version: string }[]): readonly (boolean | null)[];
  /** Name, version and platform of every gem of a lockfile, and the names of its dependencies; null where Bundler raises. */
  lockfile(text: string): { specs: [name: string, version: string, platform: string][]; dependencies: string[] } | null;
}

const ANSWERS = String.raw`
require "json"
require "bundler"
ENV["BUNDLE_GEMFILE"] = "/Gemfile"

def compare_all(json)
  JSON.generate(JSON.parse(json).map { |a, b| (Gem::Version.new(a) <=> Gem::Version.new(b)) rescue nil })
end

def satisfied_all(json)
  JSON.generate(JSON.parse(json).map { |question|
    Gem::Requirement.new(*question["requirement"]).satisfied_by?(Gem::Version.new(question["version"])) rescue nil
  })
end

def read_lockfile(json)
  parsed = Bundler::LockfileParser.new(JSON.parse(json))
  JSON.generate({
    specs: parsed.specs.map { |spec| [spec.name, spec.version.to_s, spec.platform.to_s] },
    dependencies: parsed.dependencies.keys,
  })
rescue Bundler::LockfileError
  "null"
end
`;

export async function bootGems(): Promise<GemOracle> {
  const ruby = await bootRuby();
  ruby.eval(ANSWERS);
  return {
    compare: (pairs) => ruby.ask('compare_all', pairs) as (number | null)[],
    satisfied: (questions) => ruby.ask('satisfied_all', questions) as (boolean | null)[],
    lockfile: (text) => ruby.ask('read_lockfile', text) as ReturnType<GemOracle['lockfile']>,
  };
}
