import type { Boot } from '../launch/boot.ts';
import { unknown, type Unknown } from '../value/traced.ts';
import { placeOfOrigin } from './place.ts';
import type { RaisedAt } from './raised.ts';

/**
 * Notes that a program does not start, and gives the unknown that every setting of it becomes. Without `raised` the
 * reason has been noted where its file was read.
 */
export function notStarting(boot: Boot, program: string, raised: RaisedAt | null): Unknown<never> {
  const reason = raised
    ? `${program} does not start: ${raised.message}`
    : `${program} does not start: its configuration raises`;
  const origin = raised?.origin ?? ({ kind: 'assumed', text: reason } as const);
  const at = placeOfOrigin(origin) ?? boot.launch.command?.at ?? null;
  if (raised && at) {
    const message = `${program} raises ${raised.error}: ${raised.message}`;
    boot.note({ kind: 'boot-failure', message, at, assumes: raised.assumes });
  }
  return unknown(reason, origin);
}
