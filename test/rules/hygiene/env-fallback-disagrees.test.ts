import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

interface Fallbacks {
  readonly pool: number;
  readonly threads: number;
  readonly variable?: string;
  readonly set?: string;
}

async function found({ pool, threads, variable = 'RAILS_MAX_THREADS', set }: Fallbacks): Promise<string[]> {
  const { findings } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/database.yml': `production:\n  adapter: postgresql\n  pool: <%= ENV.fetch("${variable}", ${pool}) %>\n`,
    'config/puma.rb': `count = ENV.fetch("${variable}") { ${threads} }\nthreads count, count\n`,
    Procfile: `web: ${set === undefined ? '' : `${variable}=${set} `}bundle exec puma\n`,
  });
  return findings.map(({ rule, severity }) => `${severity} ${rule}`);
}

describe('env-fallback-disagrees', () => {
  it('leaves it to the rule of the pool where the fallbacks make it too small', async () => {
    expect(await found({ pool: 5, threads: 10 })).toEqual(['warning pool-smaller-than-puma-threads']);
  });

  it('informs where the variable is set, and what it hides', async () => {
    expect(await found({ pool: 5, threads: 10, set: '10' })).toEqual(['info env-fallback-disagrees']);
  });

  it('informs of a larger pool, and not of what rails new writes', async () => {
    expect(await found({ pool: 10, threads: 5 })).toEqual(['info env-fallback-disagrees']);
    expect(await found({ pool: 5, threads: 3 })).toEqual([]);
    expect(await found({ pool: 5, threads: 3, variable: 'MAX_THREADS' })).toEqual(['info env-fallback-disagrees']);
  });

  it('is silent where both agree', async () => {
    expect(await found({ pool: 5, threads: 5 })).toEqual([]);
    expect(await found({ pool: 5, threads: 5, set: '8' })).toEqual([]);
  });
});
