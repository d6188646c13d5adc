import type { Terminal } from './engine.ts';

export type When = 'auto' | 'always' | 'never';

/** Flag, then NO_COLOR, then FORCE_COLOR, then whether somebody looks. */
export function usesColor(when: When, terminal: Terminal, toFile: boolean): boolean {
  if (when !== 'auto') return when === 'always';
  const { NO_COLOR, FORCE_COLOR, TERM } = terminal.env;
  if (toFile || (NO_COLOR ?? '') !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return terminal.isTTY && TERM !== 'dumb';
}

/** Files and pipes have no width: what they hold should not depend on where it was made. */
export function widthOf(terminal: Terminal, toFile: boolean): number {
  if (toFile || !terminal.isTTY || !terminal.columns) return 100;
  return Math.max(40, Math.min(terminal.columns, 160));
}
