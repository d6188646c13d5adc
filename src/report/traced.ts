import type { Traced } from '../value/traced.ts';
import { confidenceOf, type Confidence, type Origin } from '../value/origin.ts';
import { trailOf, type TrailStep } from '../value/trail.ts';
import { oneLine } from './characters.ts';
import { MASK, messageWithoutSecrets, quote, withoutSecrets } from './secrets.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A traced value as every JSON prints it. */
export type TracedJson =
  | {
      readonly value: Json;
      readonly known: true;
      readonly confidence: Confidence;
      readonly trail: readonly TrailStep[];
    }
  | {
      readonly value: null;
      readonly known: false;
      readonly reason: string;
      readonly candidates: readonly Json[] | null;
      readonly trail: readonly TrailStep[];
    };

export interface TracedOptions {
  /** The value goes by the name of a secret: neither it nor the text of what it comes from is shown. */
  readonly secret?: boolean;
}

/** A traced value as JSON has it, secrets left out. */
export function tracedJson(traced: Traced<unknown>, options: TracedOptions = {}): TracedJson {
  const trail = shownTrail(traced.origin, options);
  if (traced.known) {
    const value = shownValue(traced.value, options);
    return { value, known: true, confidence: confidenceOf(traced.assumes), trail };
  }
  const candidates = traced.candidates?.map((one) => shownValue(one.value, options)) ?? null;
  return {
    value: null,
    known: false,
    reason: messageWithoutSecrets(traced.reason),
    candidates: candidates && options.secret ? [...new Set(candidates)] : candidates,
    trail,
  };
}

/** The trail of an origin without the secrets in it. */
export function shownTrail(origin: Origin, options: TracedOptions = {}): readonly TrailStep[] {
  const seen = new Set<string>();
  return trailOf(origin, quote)
    .map((step) => (step.text === undefined ? step : withText(step, shownText(step, options))))
    .filter((step) => {
      const said = JSON.stringify(step);
      return !seen.has(said) && seen.add(said);
    });
}

function shownText(step: TrailStep, options: TracedOptions): string {
  if (options.secret && !/^(unset|default|assumed|anchor|merge)$/.test(step.kind)) return MASK;
  return oneLine(withoutSecrets(step.text ?? ''));
}

function withText(step: TrailStep, text: string): TrailStep {
  return { ...step, text };
}

/** A value as JSON has it: integers of Ruby are numbers, and what JSON has no word for is text. */
export function shownValue(value: unknown, options: TracedOptions = {}): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (options.secret) return value === '' ? '' : MASK;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return withoutSecrets(value);
  if (Array.isArray(value)) return value.map((one: unknown) => shownValue(one));
  if (typeof value !== 'object') return typeof value;
  if ('className' in value && 'text' in value) return withoutSecrets(String(value.text));
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [String(key), shownValue(one)]));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shownValue(one)]));
}
