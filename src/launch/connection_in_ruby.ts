import type { DatabaseEntry } from '../database/entry.ts';
import { RubySymbol } from '../ruby/values.ts';
import { span, type Span } from '../text/source.ts';
import { assuming, unknown } from '../value/traced.ts';
import type { Application, ApplicationFile } from './boot.ts';
import { assumedBySkipping, everythingSaid } from './said.ts';

const METHOD = 'establish_connection';
const CALL = /(?:^|\.)(?:ActiveRecord::)?Base\.establish_connection$/;

/** A call with an argument, in the text of a file that cannot be followed to its end. */
const WRITTEN = /\bestablish_connection\b[ \t]*\(?[ \t\n]*[^\s)#]/;

/**
 * What a connection that the application's Ruby establishes makes of the first entry; null where it establishes none.
 * Without an argument, or with the name of an entry, it keeps the size; a Hash or a URL replaces everything.
 * Source: activerecord/lib/active_record/connection_handling.rb@v8.1.3.1
 */
export function changedByRuby(application: Application): ((entry: DatabaseEntry) => DatabaseEntry) | null {
  const at = application.files.map(establishedAt).findLast((place) => place !== null);
  if (at) {
    const reason = 'Ruby may establish another connection, with a size of its own';
    return (entry) => ({
      ...entry,
      pool: unknown(reason, { kind: 'code', at, from: [entry.pool.origin] }),
    });
  }
  const skipped = assumedBySkipping(application, new Set([METHOD]));
  return skipped.length === 0 ? null : (entry) => ({ ...entry, pool: assuming(entry.pool, skipped) });
}

function establishedAt(file: ApplicationFile): Span | null {
  const calls = file.worlds.flatMap((world) => everythingSaid(world)).filter(({ path }) => CALL.test(path));
  const replacing = calls.findLast(({ call }) => {
    const [config] = call.args;
    const named = config?.known === true && config.value instanceof RubySymbol;
    return !named && call.args.length + call.named.size > 0;
  });
  if (replacing) return replacing.call.at;
  const possible = file.possible.findLast(({ method }) => method === METHOD);
  if (possible) return possible.at;
  const found = file.cutShort ? WRITTEN.exec(file.cutShort.text) : null;
  return found ? span(file.cutShort!, found.index, found.index + METHOD.length) : null;
}
