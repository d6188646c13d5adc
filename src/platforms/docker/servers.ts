import type { DeployedService } from '../../launch/launch.ts';

const KINDS: readonly (readonly [DeployedService['kind'], RegExp])[] = [
  ['postgresql', /^(?:postgres(?:ql)?(?:-\d.*)?|postgis|pgvector|timescaledb(?:-ha|-postgis)?|citus|paradedb)$/],
  ['mysql', /^(?:mysql(?:-server)?(?:-\d.*)?|mariadb(?:-\d.*)?|percona(?:-server)?)$/],
  ['pgbouncer', /^pgbouncer(?:-.*)?$/],
];

/** What starts the server in images of it; with anything else the container does something beside it. */
const STARTS_IT =
  /^(?:-.*|(?:.*\/)?(?:docker-entrypoint\.sh|docker_entrypoint\.sh|postgres|postmaster|mysqld|mysqld_safe|mariadbd|pgbouncer|entrypoint\.sh|run\.sh))$/;

/**
 * The database server or pooler that an image is, by the last part of its name; null for every other image.
 * @param program the first word of the container's own command, null where it has none
 */
export function serverKind(image: string, program: string | null): DeployedService['kind'] | null {
  if (program !== null && !STARTS_IT.test(program)) return null;
  const name = image
    .replace(/@[^]*$/, '')
    .split('/')
    .at(-1)!
    .replace(/:[^]*$/, '')
    .toLowerCase();
  return KINDS.find(([, names]) => names.test(name))?.[0] ?? null;
}
