import type { Application, ApplicationFile } from '../launch/boot.ts';
import { lastAssigned } from '../launch/said.ts';
import { RubyHash, RubyString, RubySymbol, type RubyValue } from '../ruby/values.ts';
import { span } from '../text/source.ts';
import { assuming, unknown, type Traced } from '../value/traced.ts';
import type { PsychScalar } from '../yaml/node.ts';
import { plainValue } from './coercion.ts';

/**
 * What the application's Ruby makes of a setting, `config.good_job.max_threads = 5` or the key of a Hash assigned to
 * `config.good_job`; null where nothing says it. A file that cannot be followed to its end and says it further down
 * makes it unknown.
 * @param group `config.good_job`
 */
export function configured(application: Application, group: string, key: string): Traced<PsychScalar> | null {
  const unheard = application.files.findLast((file) => mayAssign(file, group, key));
  if (unheard?.cutShort) {
    const reason = `${unheard.path} cannot be followed to its end`;
    return unknown(reason, { kind: 'code', at: span(unheard.cutShort, 0, 0), from: [] });
  }
  const own = lastAssigned(application, `${group}.${key}`);
  if (own) return plainValue(own);
  const hash = lastAssigned(application, group);
  if (!hash) return null;
  if (!hash.known) return unknown(hash.reason, hash.origin);
  if (!(hash.value instanceof RubyHash)) return null;
  const found = [...hash.value.entries.values()].find((entry) => entry.key.known && nameOf(entry.key.value) === key);
  if (!found) return hash.value.blur ? unknown(hash.value.blur.reason, hash.origin) : null;
  return assuming(plainValue(found.value), [...hash.assumes, ...hash.value.assumes]);
}

/** What an assignment of that setting looks like where it was not heard. */
function mayAssign({ cutShort, worlds }: ApplicationFile, group: string, key: string): boolean {
  if (!cutShort || worlds.length === 0) return false;
  const short = group.split('.').at(-1)!;
  const written = new RegExp(`(?<![^\\n])[^#\\n]*\\b${short}\\.${key}\\s*=[^=]`);
  if (!written.test(cutShort.text)) return false;
  return (
    lastAssigned({ files: [{ path: '', worlds, skipped: [], possible: [], cutShort: null }] }, `${group}.${key}`) ===
    null
  );
}

function nameOf(value: RubyValue): string | null {
  if (value instanceof RubySymbol) return value.name;
  return value instanceof RubyString && value.content.known ? value.content.value : null;
}
