import { assuming } from '../value/traced.ts';
import { readMyCnf } from './my_cnf.ts';
import { readPostgresqlConf } from './postgresql_conf.ts';
import type { LimitFiles, ServerLimit } from './service.ts';

/** Folders of what is not production. */
const ELSEWHERE =
  /(?:^|[/._-])(?:vendor|node_modules|tmp|spec|specs|test|tests|dev|development|devcontainer|local|ci|example|examples|sample|fixtures|docs?)(?:[/._-]|$)/i;

/**
 * The limit that a postgresql.conf or a my.cnf of the repository states, where there is exactly one such file and it is
 * none of development: nothing says that the server runs with it, so that is assumed. Null where there is none.
 */
export function committedLimit(kind: 'postgresql' | 'mysql', files: LimitFiles): ServerLimit | null {
  const name = kind === 'postgresql' ? /(?:^|\/)postgresql\.conf$/ : /(?:^|\/)my(?:sqld)?\.cnf$/;
  const paths = files.list().filter((path) => name.test(path) && !ELSEWHERE.test(path));
  const [path] = paths;
  if (path === undefined || paths.length > 1) return null;
  const file = files.source(path);
  if (!file) return null;
  const conf = kind === 'postgresql' ? readPostgresqlConf(file) : null;
  const limit = conf ? conf.maxConnections : readMyCnf(file);
  if (!limit) return null;
  const used = [{ kind: 'reachable', text: `the server runs with ${file.path}` } as const];
  const reserved = conf?.superuserReserved ?? null;
  return { limit: assuming(limit, used), reserved: reserved && assuming(reserved, used) };
}
