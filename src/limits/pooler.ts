import type { SourceFile, Span } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import { assuming, combine, type Traced } from '../value/traced.ts';
import { SETTINGS, type PgBouncer, type PgBouncerDatabase, type PoolMode } from './pgbouncer.ts';
import { readPgbouncerIni } from './pgbouncer_ini.ts';
import type { LimitFiles } from './service.ts';

/** What stands between an application and its database server. */
export interface Pooler {
  readonly kind: 'pgbouncer' | 'supabase' | 'neon' | 'rds-proxy' | 'unknown';
  /** As people call it: "PgBouncer", "Neon's pooler". */
  readonly name: string;
  /** What it was told, where the repository says so. */
  readonly bouncer: PgBouncer | null;
  /** The mode that every pool of it has, where the address alone says so. */
  readonly mode: PoolMode | null;
}

/** A pooler that is found by its address: a service of the deployment, or a configuration file without one. */
export interface ConfiguredPooler {
  /** Host names; empty for a file of which nothing says where it runs. */
  readonly names: readonly string[];
  readonly bouncer: PgBouncer;
}

export interface StartedPooler {
  /** The image it runs; absent where the repository builds one of its own. */
  readonly image?: string;
  readonly names: readonly string[];
  readonly at: Span;
  readonly environment: Environment;
  readonly mounts: readonly { readonly from: string; readonly to: string }[];
}

/** PgBouncer as a deployment starts it: its ini where one is mounted, and the variables its image makes one of. */
export function startedPooler(service: StartedPooler, files: LimitFiles): ConfiguredPooler {
  const ini = mountedIni(service, files);
  const bouncer: PgBouncer = ini ? readPgbouncerIni(ini) : fromVariables(service);
  const tag = /pgbouncer[^\s:]{0,100}:v?(\d+\.\d+(?:\.\d+)?)/.exec(service.image ?? '')?.[1] ?? null;
  return { names: service.names, bouncer: { ...bouncer, version: tag } };
}

function mountedIni({ mounts }: StartedPooler, files: LimitFiles): SourceFile | null {
  for (const { from, to } of mounts) {
    const path = from.replace(/^(?:\.\/)+/, '').replace(/\/$/, '');
    if (to.endsWith('pgbouncer.ini')) return files.source(path);
    const below = files.source(`${path}/pgbouncer.ini`);
    if (below) return below;
  }
  return null;
}

/** The images of edoburu take `POOL_MODE`, those of bitnami `PGBOUNCER_POOL_MODE`. */
function fromVariables({ at, environment }: StartedPooler): PgBouncer {
  const values = new Map<string, Traced<string>>();
  for (const name of SETTINGS) {
    for (const variable of [name.toUpperCase(), `PGBOUNCER_${name.toUpperCase()}`]) {
      const state = environment.get(variable);
      if (!state.known || (state.value !== null && state.value !== '')) {
        values.set(
          name,
          combine(null, [state], (text) => text ?? ''),
        );
        break;
      }
    }
  }
  const host = textOf(environment, 'DB_HOST') ?? textOf(environment, 'POSTGRESQL_HOST');
  const everything: PgBouncerDatabase = { host, port: null, values: new Map() };
  return { at, values, databases: new Map([['*', everything]]), version: null };
}

function textOf(environment: Environment, name: string): string | null {
  const state = environment.get(name);
  return state.known && state.value ? state.value : null;
}

/** The only pgbouncer.ini of the repository, of which nothing says where it runs; null where there is none. */
export function committedPooler(files: LimitFiles): ConfiguredPooler | null {
  const paths = files
    .list()
    .filter((path) => /(?:^|\/)pgbouncer\.ini$/.test(path))
    .filter((path) => !/(?:^|\/)(?:vendor|node_modules|test|spec|dev|development|examples?)\//.test(path));
  const [path] = paths;
  const file = path !== undefined && paths.length === 1 ? files.source(path) : null;
  if (!file) return null;
  const used = [{ kind: 'reachable', text: `the pooler runs with ${file.path}` } as const];
  const bouncer = readPgbouncerIni(file);
  const values = new Map([...bouncer.values].map(([name, value]) => [name, assuming(value, used)]));
  return { names: [], bouncer: { ...bouncer, values } };
}

/** The pooler behind an address, as far as the address or the repository says; null for a server itself. */
export function poolerAt(host: string, port: string | null, configured: readonly ConfiguredPooler[]): Pooler | null {
  const started = configured.find(({ names }) => names.includes(host));
  if (started) return { kind: 'pgbouncer', name: 'PgBouncer', bouncer: started.bouncer, mode: null };
  if (host.endsWith('.pooler.supabase.com') || (/\.supabase\.(?:co|com)$/.test(host) && port === '6543')) {
    return {
      kind: 'supabase',
      name: "Supabase's pooler",
      bouncer: null,
      mode: port === '6543' ? 'transaction' : 'session',
    };
  }
  if (/-pooler\.[\w.-]{0,253}neon\.tech$/.test(host))
    return { kind: 'neon', name: "Neon's pooler", bouncer: null, mode: 'transaction' };
  if (/\.proxy-[\w-]+\.[\w-]+\.rds\.amazonaws\.com(?:\.cn)?$/.test(host))
    return { kind: 'rds-proxy', name: 'RDS Proxy', bouncer: null, mode: null };
  if (port !== '6432' && !/pgbouncer/i.test(host)) return null;
  const only = configured.length === 1 && configured[0]!.names.length === 0 ? configured[0]!.bouncer : null;
  return only
    ? { kind: 'pgbouncer', name: 'PgBouncer', bouncer: only, mode: null }
    : { kind: 'unknown', name: 'a pooler', bouncer: null, mode: null };
}
