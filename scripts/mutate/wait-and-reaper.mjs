import { atLeast } from './site.mjs';

/** A wait in milliseconds, and a reaper that false switches off. @type {import('./site.mjs').Operator} */
export default {
  name: 'wait-and-reaper',
  mutants: ({ read, pool, gems }) => {
    if (!pool) return [];
    const lines = read(pool.path).split('\n');
    const [indentation] = /^\s*/.exec(lines[pool.line - 1]);
    const added = (line) => ({
      [pool.path]: [...lines.slice(0, pool.line), `${indentation}${line}`, ...lines.slice(pool.line)].join('\n'),
    });
    const at = { path: pool.path, line: pool.line + 1 };
    return [
      { files: added('checkout_timeout: 5000'), expect: [{ rule: 'checkout-timeout-vs-request-timeout', at }] },
      { files: added('pool_size: 50'), expect: [{ rule: 'unknown-database-key', at }] },
      ...(atLeast({ gems }, 'rails', '6.1')
        ? ['reaping_frequency', 'idle_timeout'].map((key) => ({
            files: added(`${key}: false`),
            expect: [{ rule: 'reaper-disabled', at }],
          }))
        : []),
    ];
  },
};
