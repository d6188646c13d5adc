import { span, type SourceFile } from '../text/source.ts';
import { known, unknown, type Traced } from '../value/traced.ts';
import type { PgBouncer, PgBouncerDatabase } from './pgbouncer.ts';

/** Nobody writes a connection string as long as this. */
const LONGEST_LINE = 10_000;

const TOO_LONG = `a line of more than ${LONGEST_LINE} characters is not read`;

/** What a line of `[databases]` may say and nobody has read. */
function allOf(lost: Traced<string>): ReadonlyMap<string, Traced<string>> {
  return new Map(['pool_size', 'reserve_pool_size', 'max_db_connections', 'pool_mode'].map((name) => [name, lost]));
}

/**
 * Reads a pgbouncer.ini. Comments are whole lines; of several lines with one key the last counts; `%include` is left
 * out. Source: lib/usual/cfparser.c@v1.0 and doc/config.md@pgbouncer_1_25_2
 */
export function readPgbouncerIni(file: SourceFile): PgBouncer {
  const values = new Map<string, Traced<string>>();
  const databases = new Map<string, PgBouncerDatabase>();
  let section = '';
  for (let number = 1; number <= file.lineCount; number++) {
    const line = file.line(number);
    if (/^\s*(?:[;#%]|$)/.test(line)) continue;
    const header = /^\s*\[([^\]]*)\]/.exec(line);
    if (header) {
      section = header[1]!.trim().toLowerCase();
      continue;
    }
    const match = /^\s*("?)([^=\s"]+)\1\s*=\s*/.exec(line);
    if (!match) continue;
    const [before, , name = ''] = match;
    if (line.length > LONGEST_LINE) {
      const from = file.lineStart(number);
      const lost = unknown<string>(TOO_LONG, { kind: 'literal', at: span(file, from, from + before.length) });
      if (section === 'pgbouncer') values.set(name.toLowerCase(), lost);
      else if (section === 'databases') databases.set(name, { host: null, port: null, values: allOf(lost) });
      continue;
    }
    const text = line.slice(before.length).trimEnd();
    const start = file.lineStart(number) + before.length;
    if (section === 'pgbouncer') {
      values.set(name.toLowerCase(), known(text, { kind: 'literal', at: span(file, start, start + text.length) }));
    } else if (section === 'databases') databases.set(name, databaseIn(file, text, start));
  }
  return { at: span(file, 0, 0), values, databases, version: null };
}

/** `host=db port=5432 pool_size=30`, values quoted by `'` where they need it. */
function databaseIn(file: SourceFile, text: string, start: number): PgBouncerDatabase {
  const values = new Map<string, Traced<string>>();
  for (const match of text.matchAll(/(?<![A-Za-z_])([A-Za-z_]+)\s*=\s*(?:'((?:[^']|'')*)'|(\S*))/g)) {
    const [whole, name = '', quoted, plain = ''] = match;
    const end = start + match.index + whole.length;
    const value = quoted === undefined ? plain : quoted.replaceAll("''", "'");
    const length = quoted === undefined ? plain.length : quoted.length + 2;
    values.set(name.toLowerCase(), known(value, { kind: 'literal', at: span(file, end - length, end) }));
  }
  const plainly = (name: string): string | null => {
    const value = values.get(name);
    return value?.known ? value.value : null;
  };
  return { host: plainly('host'), port: plainly('port'), values };
}
