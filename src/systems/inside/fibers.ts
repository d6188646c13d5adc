import type { Application } from '../../launch/boot.ts';
import { configured } from '../configured.ts';
import { placeOfOrigin } from '../place.ts';
import type { Remark } from '../system.ts';

/**
 * `config.active_support.isolation_level = :fiber`: a connection is leased to a fiber, not to a thread.
 * Source: activesupport/lib/active_support/isolated_execution_state.rb@v7.0.8.7
 */
export function fiberIsolation(application: Application): readonly Remark[] {
  const said = configured(application, 'config.active_support', 'isolation_level');
  if (!said?.known || typeof said.value !== 'object' || said.value?.type !== 'symbol') return [];
  const at = placeOfOrigin(said.origin);
  if (said.value.name !== 'fiber' || !at) return [];
  const what = 'config.active_support.isolation_level';
  return [{ kind: 'fiber-isolation', what, why: '', advice: '', at, assumes: said.assumes }];
}
