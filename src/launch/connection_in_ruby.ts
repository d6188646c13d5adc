import type { DatabaseEntry } from '../database/entry.ts';
import { RubySymbol } from '../ruby/values.ts';
import { unknown } from '../value/traced.ts';
import type { Application } from './boot.ts';
import { everythingSaid } from './said.ts';

const CALL = /(?:^|\.)(?:ActiveRecord::)?Base\.establish_connection$/;

/**
 * What a connection that the application's Ruby establishes makes of the first entry; null where it establishes none.
 * Without an argument, or with the name of an entry, it keeps the size; a Hash or a URL replaces everything.
 * Source: activerecord/lib/active_record/connection_handling.rb@v8.1.3.1
 */
export function changedByRuby(application: Application): ((entry: DatabaseEntry) => DatabaseEntry) | null {
  const calls = application.files
    .flatMap((file) => file.worlds.flatMap((world) => everythingSaid(world)))
    .filter(({ path, call }) => CALL.test(path) && call.args.length + call.named.size > 0);
  const last = calls.findLast(({ call }) => {
    const [config] = call.args;
    return !(config?.known && config.value instanceof RubySymbol);
  });
  if (!last) return null;
  const { at } = last.call;
  return (entry) => ({
    ...entry,
    pool: unknown('Ruby establishes another connection here', { kind: 'code', at, from: [entry.pool.origin] }),
  });
}
