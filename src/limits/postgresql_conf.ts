import { span, type SourceFile } from '../text/source.ts';
import type { Assumption } from '../value/origin.ts';
import { known, type Known } from '../value/traced.ts';

/** What a server's configuration says of connections; null for what it does not set. */
export interface StatedLimits {
  readonly maxConnections: Known<number> | null;
  /** Connections kept back from ordinary roles. */
  readonly superuserReserved: Known<number> | null;
  /** `reserved_connections`, from PostgreSQL 16 on. */
  readonly reserved: Known<number> | null;
}

const LINE = /^[ \t]*([A-Za-z_][\w.]*)[ \t]*(?:=[ \t]*|(?<=[ \t]))('(?:[^'\\]|''|\\.)*'|[^\s#']+)/;

/**
 * Reads a postgresql.conf: `name = value`, the equals sign optional, of several the last counts.
 * Source: src/backend/utils/misc/guc-file.l@REL_17_STABLE
 */
export function readPostgresqlConf(file: SourceFile): StatedLimits {
  const found = new Map<string, Known<number>>();
  let includes = false;
  for (let number = 1; number <= file.lineCount; number++) {
    const match = LINE.exec(file.line(number));
    if (!match) continue;
    const [whole, name = '', raw = ''] = match;
    const key = name.toLowerCase();
    if (key.startsWith('include')) includes = true;
    const text = raw.startsWith("'") ? raw.slice(1, -1) : raw;
    if (!KEYS.has(key) || !/^\d{1,9}$/.test(text)) continue;
    const end = file.lineStart(number) + whole.length;
    found.set(key, known(Number(text), { kind: 'literal', at: span(file, end - raw.length, end) }));
  }
  const included: Assumption[] = includes
    ? [{ kind: 'reachable', text: `no file that ${file.path} includes changes max_connections` }]
    : [];
  const value = (key: string): Known<number> | null => {
    const one = found.get(key);
    return one ? { ...one, assumes: included } : null;
  };
  return {
    maxConnections: value('max_connections'),
    superuserReserved: value('superuser_reserved_connections'),
    reserved: value('reserved_connections'),
  };
}

const KEYS = new Set(['max_connections', 'superuser_reserved_connections', 'reserved_connections']);
