import type { Span } from '../text/source.ts';
import { GemRequirement } from './compare.ts';

/** A `gem "rails", "~> 8.0.2"` as the evaluation of a Gemfile recorded it. */
export interface GemCall {
  readonly name: string;
  /** The requirement strings; null where one of them is not known. */
  readonly requirements: readonly string[] | null;
  readonly at: Span;
}

/** What a Gemfile, or the configuration of this tool, asks of one gem's version. */
export interface GemConstraint {
  readonly gem: string;
  readonly requirement: GemRequirement;
  readonly at: Span;
}

/**
 * The constraint of every gem that is asked for, by name. A gem asked for twice (in two groups) has to satisfy both; a
 * requirement that is not known, or that RubyGems would refuse, asks nothing.
 */
export function constraintsOf(calls: readonly GemCall[]): ReadonlyMap<string, GemConstraint> {
  const constraints = new Map<string, GemConstraint>();
  const texts = new Map<string, string[]>();
  for (const call of calls) {
    const valid = (call.requirements ?? []).filter((text) => GemRequirement.parse([text]) !== null);
    const all = [...(texts.get(call.name) ?? []), ...valid];
    texts.set(call.name, all);
    const at = constraints.get(call.name)?.at ?? call.at;
    constraints.set(call.name, { gem: call.name, requirement: GemRequirement.parse(all)!, at });
  }
  return constraints;
}
