import { span, type SourceFile } from '../text/source.ts';
import { known, type Known } from '../value/traced.ts';

/** Groups of an option file that the server reads. */
const SERVER_GROUPS = /^(?:mysqld|server|mariadbd?|mysqld-\d+\.\d+|mariadb-\d+\.\d+)$/i;

/**
 * `max_connections` of the server's groups of a my.cnf, of several the last; null where it is not set. Dashes and
 * underscores are the same in names of options.
 * Source: https://dev.mysql.com/doc/refman/8.4/en/option-files.html
 */
export function readMyCnf(file: SourceFile): Known<number> | null {
  let group = '';
  let found: Known<number> | null = null;
  for (let number = 1; number <= file.lineCount; number++) {
    const line = file.line(number);
    const header = /^\s*\[([^\]]*)\]/.exec(line);
    if (header) {
      group = header[1]!.trim();
      continue;
    }
    const match = /^(\s*(?:loose[-_])?max[-_]connections\s*=\s*["']?)(\d{1,9})\b/i.exec(line);
    if (!match || !SERVER_GROUPS.test(group)) continue;
    const start = file.lineStart(number) + match[1]!.length;
    found = known(Number(match[2]), { kind: 'literal', at: span(file, start, start + match[2]!.length) });
  }
  return found;
}
