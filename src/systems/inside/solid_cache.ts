import type { Application, Boot } from '../../launch/boot.ts';
import { known } from '../../value/traced.ts';
import { RubyArray } from '../../ruby/values.ts';
import { lastAssigned } from '../../launch/said.ts';
import { plainValue } from '../coercion.ts';
import { sectionsFor } from './section.ts';
import { NOTHING_INSIDE, type Inside } from './inside.ts';

const ROW = { gem: 'solid_cache', versions: 'every Solid Cache', source: 'lib/solid_cache/store/execution.rb@v1.0.10' };

/**
 * The thread with which Solid Cache removes what has expired, one for a store; reads and writes happen on the caller's.
 * With `expiry_method: job` jobs do that. Source: lib/solid_cache/store/{execution,expiry}.rb@v1.0.10
 */
export function solidCacheInside(boot: Boot, application: Application): Inside {
  const said = lastAssigned(application, 'config.cache_store');
  if (!said?.known) return NOTHING_INSIDE;
  const store = said.value instanceof RubyArray ? said.value.items[0] : said;
  const name = store ? plainValue(store) : null;
  if (!name?.known || !isNamed(name.value, 'solid_cache_store')) return NOTHING_INSIDE;
  const byJob = sectionsFor(boot, ['config/cache.yml', 'config/solid_cache.yml']).some(
    (section) => section.text('store_options', 'expiry_method') === 'job',
  );
  if (byJob) return NOTHING_INSIDE;
  const threadsOf = 'expiry thread of Solid Cache';
  const threads = known(1, { kind: 'default', text: threadsOf, row: ROW } as const);
  return { claims: [{ on: 'cache', threadsOf, threads, held: 'brief', counts: false, part: 'cache expiry' }] };
}

function isNamed(value: unknown, name: string): boolean {
  if (typeof value === 'string') return value === name;
  return typeof value === 'object' && value !== null && 'name' in value && value.name === name;
}
