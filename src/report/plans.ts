import { PLANS } from '../limits/plans.ts';
import { grid } from './grid.ts';

/** The catalogue of plans: what each allows, what of that no application can have, and who says so. */
export function plansText(): string {
  const rows = PLANS.map(({ name, limit, reserved, byVendor, source }) => [
    name,
    source + (byVendor ? '' : ' (no vendor says it)'),
    String(limit),
    String(reserved),
    String(limit - reserved),
  ]);
  const lines = grid([['plan', 'where it is stated', 'limit', 'reserved', 'usable'], ...rows], 2);
  return `${lines.join('\n')}\n\nType --max-connections PLAN, or max_connections: PLAN in .rails-pool-lint.yml.\n`;
}
