import { puma } from './puma.ts';
import type { System } from './system.ts';

/**
 * Action Cable in a server of its own: Puma with another config.ru, `puma -p 28080 cable/config.ru`.
 * Source: guides/source/action_cable_overview.md@v8.1.3.1 (Standalone)
 */
export const actionCable: System = {
  id: 'action_cable',
  kind: 'cable',
  gem: 'actioncable',
  inferred: 'bundle exec puma cable/config.ru',
  recognises: (names) => puma.recognises(names) && names.some((word) => /(?:^|\/)cable\/config\.ru$/.test(word)),
  boot(boot, command) {
    const booted = puma.boot(boot, command);
    return {
      ...booted,
      processes: booted.processes.map((process) => ({
        ...process,
        role: 'cable',
        claims: process.claims.map((claim) => ({ ...claim, system: 'puma' })),
      })),
    };
  },
};
