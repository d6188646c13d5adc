/** The limits that an error message can be about: raising another one changes nothing. */
export type Limit = 'pool' | 'server' | 'role' | 'database' | 'pooler' | 'user';

export interface KnownMessage {
  readonly pattern: RegExp;
  readonly limit: Limit;
  /** What the message means, and what it does not. */
  readonly means: string;
  /** Where to look first. */
  readonly look: string;
}

const POOL = 'raising max_connections of the server changes nothing';
const SERVER = 'raising pool: in database.yml makes it worse';

/** What Active Record, Solid Queue, PostgreSQL, MySQL and PgBouncer say when connections run out. */
const KNOWN_MESSAGES: readonly KnownMessage[] = [
  {
    pattern: /solid queue is configured to use (\d+) threads? but the database connection pool is (\d+)/i,
    limit: 'pool',
    means:
      'the pool of the queue database is smaller than the threads of a Solid Queue worker plus the two it needs for itself; 1.1.1 to 1.4 refuse to start',
    look: 'the size of the pool of the queue database, in the process that runs Solid Queue',
  },
  {
    pattern: /could not obtain a (database )?connection|connectiontimeouterror|all pooled connections were in use/i,
    limit: 'pool',
    means: `a thread waited longer than checkout_timeout for a connection of its own process's pool; the server was not asked, so ${POOL}`,
    look: 'threads against pool in the process that raised it',
  },
  {
    pattern: /too many connections for role/i,
    limit: 'role',
    means:
      'the role the app connects as has a CONNECTION LIMIT, which is lower than that of the server; a superuser can read it with \\du',
    look: 'the sum of all processes that connect as this role',
  },
  {
    pattern: /too many connections for database/i,
    limit: 'database',
    means: 'the database has a CONNECTION LIMIT of its own, which is lower than that of the server',
    look: 'the sum of all processes that connect to this database',
  },
  {
    pattern: /remaining connection slots are reserved/i,
    limit: 'server',
    means: `the server has only the slots left that it keeps for superusers (3 of max_connections): all processes together opened too many, so ${SERVER}`,
    look: 'the sum of all processes against what is usable',
  },
  {
    pattern: /sorry, too many clients already|too many clients/i,
    limit: 'server',
    means: `PostgreSQL reached max_connections: all processes together opened too many, so ${SERVER}`,
    look: 'the sum of all processes against max_connections',
  },
  {
    pattern: /no more connections allowed|max_client_conn|server_login_retry|query_wait_timeout/i,
    limit: 'pooler',
    means:
      'the pooler in front of the server is full (max_client_conn, or a pool of its own), not the server and not the app',
    look: "the sum of all processes against the pooler's settings",
  },
  {
    pattern: /max_user_connections/i,
    limit: 'user',
    means: 'MySQL allows this user fewer connections (max_user_connections) than the server has',
    look: 'the sum of all processes that connect as this user',
  },
  {
    pattern: /too many connections/i,
    limit: 'server',
    means: `MySQL reached max_connections (151 unless set): all processes together opened too many, so ${SERVER}`,
    look: 'the sum of all processes against max_connections',
  },
];

/** What is known of an error message of a database or a pool; null where nothing is. */
export function knownMessage(message: string): KnownMessage | null {
  return KNOWN_MESSAGES.find(({ pattern }) => pattern.test(message)) ?? null;
}
