import type { Origin } from '../value/origin.ts';
import type { TrailStep } from '../value/trail.ts';
import { escapeControls } from './characters.ts';
import { shownTrail, type TracedOptions } from './traced.ts';

/** More hops than this are counted and not told. */
const MOST_HOPS = 4;

/**
 * Where a value comes from, in one line: `ENV.fetch("RAILS_MAX_THREADS", 5), line 4, unset, fallback`.
 * @param file the file the reader is looking at: its name is not repeated
 */
export function history(origin: Origin, file: string | null, options: TracedOptions = {}): string {
  const trail = shownTrail(origin, options);
  const hops: string[] = [];
  let at = file;
  for (const [index, step] of trail.entries()) {
    // What a longer piece of the same line repeats is told once.
    if (trail.some((other, place) => place !== index && repeats(other, step, place > index))) continue;
    // `fallback` says already that its variable is unset.
    if (step.kind === 'unset' && trail[index - 1]?.kind === 'fallback') continue;
    // The model's own arithmetic stands nowhere: its inputs say it all.
    if (step.kind === 'computed' && step.file === undefined) continue;
    // A variable that something sets is named by what sets it.
    if (step.kind === 'env' && step.line === undefined && (step.text ?? step.variable) === step.variable && index > 0)
      continue;
    const place = placeIn(step, at);
    at = step.file ?? at;
    const said = hop(step, place);
    if (!hops.includes(said)) hops.push(said);
  }
  if (hops.length <= MOST_HOPS) return hops.join(', ');
  return `${hops.slice(0, MOST_HOPS).join(', ')} and ${hops.length - MOST_HOPS} more`;
}

/**
 * Whether the text of one step contains that of another on its line. Of two fallbacks the outer one says more; around
 * them only the innermost does, the rest is what surrounds it in a template.
 */
function repeats(one: TrailStep, step: TrailStep, isLater: boolean): boolean {
  if (one.line === undefined || one.file !== step.file || one.line !== step.line) return false;
  if (!one.text || !step.text || one.text === step.text) return false;
  if (step.kind === 'fallback') return one.kind === 'fallback' && isLater && one.text.includes(step.text);
  return step.kind === 'platform' && !isLater && step.text.includes(one.text);
}

function placeIn(step: TrailStep, file: string | null): string | null {
  if (step.line === undefined) return null;
  return step.file === file ? `line ${step.line}` : `${escapeControls(step.file ?? '')}:${step.line}`;
}

function hop(step: TrailStep, place: string | null): string {
  const text = step.text ?? '';
  const variable = escapeControls(step.variable ?? '');
  const where = place === null ? '' : `, ${place}`;
  switch (step.kind) {
    case 'literal':
      return place ?? text;
    case 'fallback':
      return `${text}${where}, unset, fallback`;
    case 'env':
      return `${text || variable}${where}`;
    case 'unset':
      return `${variable} is not set${where}`;
    case 'anchor':
    case 'merge':
      return `through ${text}${where}`;
    default:
      return `${text}${where}`;
  }
}
