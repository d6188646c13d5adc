import type { Setting } from '../database/entry.ts';
import type { SequelConnection } from '../database/sequel.ts';
import { isInstalled } from '../systems/rules.ts';
import type { Span } from '../text/source.ts';
import { writtenIn } from '../value/history.ts';
import { known, type Traced } from '../value/traced.ts';
import type { RecordedCall } from './recorder.ts';
import type { SequelInput } from './sequel.ts';
import { everythingSaid } from './said.ts';
import { camelized, slicesOf } from './sequel_files.ts';
import { settingFrom, symbolIn } from './sequel_said.ts';

/** Folders and files of the application or of a slice because of which Hanami gives it a database. */
const HAS_DATABASE =
  /^(?:(?:slices\/[^/]+\/)?(?:config\/db\/|relations\/|db\/|config\/providers\/db\.rb$)|app\/(?:relations|db)\/)/;

interface Gateway {
  readonly at: Span | null;
  readonly url: Traced<Setting> | null;
  readonly options: Map<string, Traced<Setting>>;
  readonly places: Map<string, Span>;
}

/**
 * The gateways of a Hanami application: those its `db` providers configure and those that variables name
 * (`DATABASE_URL`, `DATABASE_URL__REPORTS`, `MAIN__DATABASE_URL`), else one called default. A gateway with the URL and
 * the options of another is the same. Each is one pool of Sequel.
 * Source: lib/hanami/providers/db.rb@v3.0.0 (configure_gateways, detect_database_urls_from_env, prepare_gateways)
 */
export function hanamiConnections(input: SequelInput): readonly SequelConnection[] {
  const { versions, files: tree } = input.boot;
  if (!isInstalled(versions, 'hanami') || !isInstalled(versions, 'hanami-db')) return [];
  if (!tree.list().some((path) => HAS_DATABASE.test(path))) return [];
  const own = gatewaysOf(input, null, 'Hanami.app');
  const slices = slicesOf(tree).flatMap((slice) => gatewaysOf(input, slice, `${camelized(slice)}::Slice`));
  const gateways = [...own, ...slices];
  return gateways.length > 0 ? gateways : [connection(input, 'default', 'DATABASE_URL', null)];
}

function gatewaysOf(input: SequelInput, slice: string | null, receiver: string): readonly SequelConnection[] {
  const configured = configuredGateways(input, `${receiver}.configure_provider`);
  const prefix = slice === null ? '' : `${slice.toUpperCase()}__`;
  const declared = new Map<string, string>();
  for (const variable of input.boot.environment.names) {
    const state = input.boot.environment.get(variable);
    if (state.known && state.value === null) continue;
    if (variable === `${prefix}DATABASE_URL`) declared.set('default', variable);
    const name = variable.startsWith(`${prefix}DATABASE_URL__`)
      ? variable.slice(`${prefix}DATABASE_URL__`.length).toLowerCase()
      : '';
    if (name !== '') declared.set(name, variable);
  }
  const names = new Set([...configured.keys(), ...declared.keys()]);
  return [...names].map((name) => {
    const variable =
      declared.get(name) ?? (name === 'default' ? 'DATABASE_URL' : `${prefix}DATABASE_URL__${name.toUpperCase()}`);
    const title = slice === null ? name : name === 'default' ? slice : `${slice}.${name}`;
    return connection(input, title, variable, configured.get(name) ?? null);
  });
}

function configuredGateways({ application }: SequelInput, path: string): ReadonlyMap<string, Gateway> {
  const gateways = new Map<string, Gateway>();
  for (const file of application.files) {
    // Courses that differ in a size are as many sizes: only what the first says is followed.
    for (const said of everythingSaid(file.worlds[0] ?? [])) {
      if (said.path !== path || symbolIn(said.call.args[0]) !== 'db') continue;
      for (const { path: below, call } of everythingSaid(said.call.below)) {
        if (below !== 'config.gateway') continue;
        const name = symbolIn(call.args[0]);
        if (name !== null) gateways.set(name, gatewayOf(call, gateways.get(name) ?? null, file.worlds.length > 1));
      }
    }
  }
  return gateways;
}

function gatewayOf(call: RecordedCall, before: Gateway | null, undecided: boolean): Gateway {
  const options = new Map(before?.options);
  const places = new Map(before?.places);
  let url = before?.url ?? null;
  for (const one of call.below) {
    const [first] = one.args;
    if (one.method === 'database_url=' && first) url = settingFrom(first, one);
    if (one.method !== 'connection_options') continue;
    for (const [name, value] of one.named) {
      const setting = settingFrom(value, one);
      const at = writtenIn(setting.origin);
      options.set(name, setting);
      if (at) places.set(name, at);
    }
  }
  const size = options.get('max_connections');
  if (undecided && size) {
    const reason = 'its provider has several possible courses';
    options.set('max_connections', { known: false, reason, origin: size.origin, candidates: null });
  }
  return { at: call.at, url, options, places };
}

/** The drivers of the databases that `hanami new` offers. Source: lib/hanami/providers/db.rb@v3.0.0 (DATABASE_GEMS) */
const DRIVERS: readonly (readonly [string, string])[] = [
  ['pg', 'postgres'],
  ['mysql2', 'mysql2'],
  ['sqlite3', 'sqlite'],
];

function connection(
  { boot: { environment, versions } }: SequelInput,
  name: string,
  variable: string,
  gateway: Gateway | null,
): SequelConnection {
  const drivers = DRIVERS.filter(([gem]) => isInstalled(versions, gem));
  const [driver] = drivers;
  const only = driver && drivers.length === 1 ? driver : null;
  return {
    name,
    at: gateway?.at ?? null,
    variable: gateway?.url ? null : variable,
    url: gateway?.url ?? environment.get(variable),
    options: gateway?.options ?? new Map(),
    places: gateway?.places ?? new Map(),
    adapter: only
      ? known<string | null>(only[1], versions.of(only[0]).origin, [
          { kind: 'reachable', text: `${variable} names a database of the only driver in the bundle, ${only[0]}` },
        ])
      : null,
    open: null,
  };
}
