import type { SourceFile, Span } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import type { Origin } from '../value/origin.ts';
import { combine, known, unknown, type Traced } from '../value/traced.ts';
import { readMyCnf } from './my_cnf.ts';
import { readPostgresqlConf } from './postgresql_conf.ts';

/** A database server that a deployment starts: its command, its variables, the files it sees. */
export interface StartedServer {
  readonly kind: 'postgresql' | 'mysql';
  /** The image it runs; absent where the repository builds one of its own. */
  readonly image?: string;
  readonly names: readonly string[];
  readonly at: Span;
  readonly command: readonly { readonly value: Traced<string> }[] | null;
  readonly environment: Environment;
  readonly mounts: readonly { readonly from: string; readonly to: string }[];
}

/** The repository as far as limits look at it. */
export interface LimitFiles {
  /** The file, or null where there is none. */
  source(path: string): SourceFile | null;
  /** Every path of the app. */
  list(): readonly string[];
}

export interface ServerLimit {
  readonly limit: Traced<number>;
  /** Null for what such a server reserves by default. */
  readonly reserved: Traced<number> | null;
}

/** What a started server allows: its command line first, then its configuration file, then the default of its image. */
export function limitOfService(service: StartedServer, files: LimitFiles): ServerLimit {
  return service.kind === 'postgresql' ? postgresql(service, files) : mysql(service, files);
}

function postgresql(service: StartedServer, files: LimitFiles): ServerLimit {
  const options = [...initialOptions(service), ...optionsOf(service.command ?? [])];
  const told = (name: string): Traced<number> | null => numberOf(options, name);
  const path = lastOf(options, 'config_file')?.value ?? null;
  const open = unreadableWord(service.command);
  const mounted = path === null ? postgresqlConfOf(service, files) : fileAt(textOf(path), service, files);
  const conf = mounted ? readPostgresqlConf(mounted) : null;
  const superuser = told('superuser_reserved_connections') ?? conf?.superuserReserved ?? null;
  const others = told('reserved_connections') ?? conf?.reserved ?? null;
  const kept = superuser ?? known(3, defaultOf('superuser_reserved_connections', 3));
  const reserved =
    superuser === null && others === null
      ? null
      : others === null
        ? kept
        : combine(null, [kept, others], (one, other) => one + other);
  const stated = told('max_connections') ?? image(service, 'POSTGRESQL_MAX_CONNECTIONS') ?? conf?.maxConnections;
  if (stated) return { limit: stated, reserved };
  if (open) return { limit: open, reserved };
  if (path !== null && !mounted)
    return { limit: unknown('the configuration file of the server is not in the repository', path.origin), reserved };
  return { limit: byDefault(service, 100, 'PostgreSQL', SAMPLE), reserved };
}

const SAMPLE = 'src/backend/utils/misc/postgresql.conf.sample@REL_17_STABLE';

function mysql(service: StartedServer, files: LimitFiles): ServerLimit {
  const flags = wordsOf(service.environment.get('MYSQL_EXTRA_FLAGS'));
  const options = optionsOf([...(service.command ?? []), ...flags]);
  const open = unreadableWord(service.command);
  const stated = numberOf(options, 'max_connections') ?? mountedCnf(service, files);
  if (stated) return { limit: stated, reserved: null };
  if (open) return { limit: open, reserved: null };
  const source = 'https://dev.mysql.com/doc/refman/8.4/en/too-many-connections.html';
  return { limit: byDefault(service, 151, 'MySQL', source), reserved: null };
}

/** Images that start their server with its own default; others (TimescaleDB's, Bitnami's) compute one, or bring a file. */
const PLAIN = /^(?:[\w.-]+(?::\d+)?\/)*(?:postgres|postgis|pgvector|mysql|mysql-server|mariadb)(?:[:@][^]*)?$/;

/** The server's own default; whoever created its volume may have changed it. */
function byDefault(service: StartedServer, limit: number, product: string, source: string): Traced<number> {
  const name = service.names[0] ?? product;
  if (!PLAIN.test(service.image ?? '') || /bitnami/.test(service.image ?? '')) {
    const reason = `how many connections ${name} allows is not known: nothing states it, and its image is no plain one`;
    return unknown(reason, { kind: 'literal', at: service.at });
  }
  const row = { gem: product, versions: product, source };
  return known<number>(limit, { kind: 'default', text: `${product}'s default of ${limit}`, row }, [
    { kind: 'reachable', text: `${name} runs with ${product}'s default of ${limit} connections` },
  ]);
}

function defaultOf(name: string, value: number): Origin {
  return {
    kind: 'default',
    text: `${name} ${value}`,
    row: { gem: 'postgresql', versions: 'PostgreSQL', source: SAMPLE },
  };
}

interface Option {
  readonly name: string;
  readonly value: Traced<string>;
}

/** `-c name=value`, `-cname=value`, `--name=value`, `--name value`, `-N 200`; names with dashes mean underscores. */
function optionsOf(words: readonly { readonly value: Traced<string> }[]): readonly Option[] {
  const options: Option[] = [];
  for (const [index, { value }] of words.entries()) {
    const text = value.known ? value.value : '';
    const next = words[index + 1]?.value;
    const assignment = /^(?:-c|--)?([A-Za-z_][\w.-]*)=/.exec(text);
    const follows = index > 0 && isText(words[index - 1]!.value, '-c', '--set');
    if (assignment && (text.startsWith('-') || follows)) {
      const name = normal(assignment[1]!);
      options.push({ name, value: combine(null, [value], (all) => all.slice(all.indexOf('=') + 1)) });
    } else if (text === '-N' && next) options.push({ name: 'max_connections', value: next });
    else if (/^--max[-_]connections$/.test(text) && next) options.push({ name: 'max_connections', value: next });
  }
  return options;
}

function isText(value: Traced<string>, ...texts: readonly string[]): boolean {
  return value.known && texts.includes(value.value);
}

function normal(name: string): string {
  return name.replaceAll('-', '_').toLowerCase();
}

/** `POSTGRES_INITDB_ARGS`: from PostgreSQL 16 on, `initdb -c name=value` writes it into the configuration file. */
function initialOptions({ environment }: StartedServer): readonly Option[] {
  return optionsOf(wordsOf(environment.get('POSTGRES_INITDB_ARGS')));
}

function wordsOf(state: Traced<string | null>): readonly { readonly value: Traced<string> }[] {
  if (!state.known || state.value === null) return [];
  return state.value
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => ({ value: combine(null, [state], () => word) }));
}

function lastOf(options: readonly Option[], name: string): Option | null {
  return options.findLast((option) => option.name === name) ?? null;
}

function numberOf(options: readonly Option[], name: string): Traced<number> | null {
  const option = lastOf(options, name);
  if (!option) return null;
  if (!option.value.known) return unknown(option.value.reason, option.value.origin);
  const text = option.value.value.replace(/^(['"])(.*)\1$/, '$2');
  return /^\d{1,9}$/.test(text) ? combine(null, [option.value], () => Number(text)) : null;
}

/** A variable from which an image makes its configuration. */
function image({ environment }: StartedServer, variable: string): Traced<number> | null {
  const state = environment.get(variable);
  if (!state.known) return unknown(state.reason, state.origin);
  return state.value !== null && /^\d{1,9}$/.test(state.value) ? combine(null, [state], Number) : null;
}

/** A word of the command that nobody can read may be the option that matters. */
function unreadableWord(command: StartedServer['command']): Traced<number> | null {
  const word = command?.find(({ value }) => !value.known)?.value;
  return word && !word.known ? unknown(word.reason, word.origin) : null;
}

function textOf(path: Traced<string>): string {
  return path.known ? path.value.replace(/^(['"])(.*)\1$/, '$2') : '';
}

/** The file of the repository that the server sees under a path. */
function fileAt(path: string, { mounts }: StartedServer, files: LimitFiles): SourceFile | null {
  for (const { from, to } of mounts) {
    const folder = to.replace(/\/$/, '');
    if (path === folder) return files.source(clean(from));
    if (path.startsWith(`${folder}/`)) return files.source(clean(`${from}/${path.slice(folder.length + 1)}`));
  }
  return null;
}

function clean(path: string): string {
  return path.replace(/^(?:\.\/)+/, '').replace(/\/{2,}/g, '/');
}

/** A postgresql.conf that is mounted where the server looks for it without being told. */
function postgresqlConfOf({ mounts }: StartedServer, files: LimitFiles): SourceFile | null {
  const mount = mounts.find(({ to }) =>
    /^\/(?:var\/lib\/postgresql|opt\/bitnami|bitnami)\/.*postgresql\.conf$/.test(to),
  );
  return mount ? files.source(clean(mount.from)) : null;
}

/** Option files of MySQL lie in /etc/mysql, /etc/mysql/conf.d, /etc/my.cnf.d; of several the last one counts. */
function mountedCnf({ mounts }: StartedServer, files: LimitFiles): Traced<number> | null {
  let found: Traced<number> | null = null;
  for (const { from, to } of mounts) {
    if (!/^\/(?:etc\/mysql|etc\/my\.cnf|opt\/bitnami\/mysql\/conf|bitnami\/mysql\/conf)/.test(to)) continue;
    const path = clean(from).replace(/\/$/, '');
    const below = files.list().filter((one) => one.startsWith(`${path}/`) && one.endsWith('.cnf'));
    for (const one of below.length > 0 ? below : [path]) {
      const file = files.source(one);
      found = (file && readMyCnf(file)) ?? found;
    }
  }
  return found;
}
