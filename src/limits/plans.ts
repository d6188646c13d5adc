/** What a plan of a hosted database allows. The catalogue is of November 2026. */
export interface Plan {
  /** As typed: `--max-connections neon:1`. */
  readonly name: string;
  /** Connections the server (or, where the plan has one, its pooler on the side of the server) allows. */
  readonly limit: number;
  /** Of those, the ones the application's role cannot have. */
  readonly reserved: number;
  /** Where the number was read. */
  readonly source: string;
  /** False where only third parties state it: never enough for an error alone. */
  readonly byVendor: boolean;
}

type Row = readonly [name: string, limit: number, reserved: number];

function vendor(source: string, rows: readonly Row[]): readonly Plan[] {
  return rows.map(([name, limit, reserved]) => ({ name, limit, reserved, source, byVendor: true }));
}

function secondary(source: string, rows: readonly Row[]): readonly Plan[] {
  return rows.map(([name, limit, reserved]) => ({ name, limit, reserved, source, byVendor: false }));
}

/**
 * Plans whose numbers somebody has published. Left out on purpose: RDS, Aurora and Cloud SQL, which compute theirs from
 * the memory of the instance, and every plan of which only a formula or a rumour is known.
 */
export const PLANS: readonly Plan[] = [
  ...vendor('src/backend/utils/misc/postgresql.conf.sample@REL_17_STABLE', [['pg:default', 100, 3]]),
  ...vendor('https://dev.mysql.com/doc/refman/8.4/en/too-many-connections.html', [['mysql:default', 151, 0]]),
  ...vendor('https://mariadb.com/kb/en/server-system-variables/#max_connections', [['mariadb:default', 151, 0]]),
  // The limit of the role (`pg:info` shows "3/20"): nothing is reserved inside of it.
  ...secondary('https://goldlapel.com/blog/heroku-postgresql-optimization', [
    ['heroku:essential-0', 20, 0],
    ['heroku:essential-1', 20, 0],
    ['heroku:essential-2', 40, 0],
    ['heroku:standard-0', 120, 0],
    ['heroku:standard-2', 400, 0],
    ['heroku:premium-0', 120, 0],
    ['heroku:premium-2', 400, 0],
  ]),
  // By compute units; 7 are the superuser's.
  ...vendor('https://neon.com/docs/connect/connection-pooling', [
    ['neon:0.25', 104, 7],
    ['neon:0.5', 209, 7],
    ['neon:1', 419, 7],
    ['neon:2', 839, 7],
    ['neon:3', 1258, 7],
    ['neon:4', 1678, 7],
    ['neon:5', 2098, 7],
    ['neon:6', 2517, 7],
    ['neon:7', 2937, 7],
    ['neon:8', 3357, 7],
    ['neon:9', 4000, 7],
  ]),
  // Flexible Server; by SKU, or by memory.
  ...vendor('https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-limits', [
    ['azure:b1ms', 50, 15],
    ['azure:4gb', 429, 15],
    ['azure:8gb', 859, 15],
    ['azure:16gb', 1718, 15],
    ['azure:32gb', 3437, 15],
  ]),
  // 25 for each GiB of memory, 3 of them for maintenance.
  ...vendor('https://docs.digitalocean.com/products/databases/postgresql/details/limits/', [
    ['digitalocean:1gb', 25, 3],
    ['digitalocean:2gb', 50, 3],
    ['digitalocean:4gb', 100, 3],
  ]),
  // Connections of its PgBouncer to the server: in session mode, the default, one for each client.
  ...vendor('https://fly.io/docs/mpg/cluster-configuration/', [
    ['fly-mpg:basic', 50, 0],
    ['fly-mpg:starter', 50, 0],
    ['fly-mpg:launch', 150, 0],
    ['fly-mpg:scale', 300, 0],
    ['fly-mpg:performance', 300, 0],
  ]),
  // By memory of the instance.
  ...vendor('https://render.com/docs/postgresql-connection-pooling', [
    ['render:1gb', 100, 3],
    ['render:4gb', 100, 3],
    ['render:8gb', 200, 3],
    ['render:16gb', 400, 3],
    ['render:32gb', 500, 3],
  ]),
  // Direct connections, by compute size.
  ...vendor('https://supabase.com/docs/guides/platform/compute-and-disk', [
    ['supabase:nano', 60, 3],
    ['supabase:micro', 60, 3],
    ['supabase:small', 90, 3],
    ['supabase:medium', 120, 3],
    ['supabase:large', 160, 3],
    ['supabase:xl', 240, 3],
    ['supabase:2xl', 380, 3],
    ['supabase:4xl', 480, 3],
    ['supabase:8xl', 490, 3],
    ['supabase:12xl', 500, 3],
    ['supabase:16xl', 500, 3],
  ]),
];

/** What lists them. */
export const PLANS_COMMAND = 'rails-pool-lint explain plans';

/** A plan by its name, in any case; null where the catalogue has none. */
export function planNamed(name: string): Plan | null {
  const wanted = name.toLowerCase();
  return PLANS.find((plan) => plan.name === wanted) ?? null;
}

/** Whether a word has the form of a plan: `heroku:essential-0`. */
export function looksLikePlan(word: string): boolean {
  return /^[a-z][\w-]*:[\w.-]+$/i.test(word);
}
