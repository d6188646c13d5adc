import type { DatabaseEntry, Setting } from '../database/entry.ts';
import { sequelEntry } from '../database/sequel.ts';
import { settingOf } from '../database/setting.ts';
import { plainValue } from '../systems/coercion.ts';
import type { Span } from '../text/source.ts';
import { writtenIn } from '../value/history.ts';
import { combine, type Traced } from '../value/traced.ts';
import type { SequelInput } from './sequel.ts';
import { lastAssigned } from './said.ts';

/** What an application requires to have Active Record too. */
const ACTIVE_RECORD = /(?<![^\n])[^#\n]*require\s*(?:\(\s*)?["'](?:rails\/all|active_record\/railtie)["']/;

/** sequel-rails' names for adapters. Source: lib/sequel_rails/db_config.rb@v1.2.2 (ADAPTER_MAPPING) */
const ADAPTERS: Readonly<Record<string, string>> = { sqlite3: 'sqlite', postgresql: 'postgres' };

/**
 * database.yml as sequel-rails reads it: `pool` is another name for `max_connections`, `config.sequel.max_connections`
 * wins, and both win over what a URL says. Where the application loads Active Record as well, that reads the file too.
 * Source: lib/sequel_rails/configuration.rb@v1.2.2 (normalize_repository_config), lib/sequel_rails/db_config.rb@v1.2.2
 */
export function sequelRails(input: SequelInput): readonly DatabaseEntry[] {
  const { application, entries, boot } = input;
  const entry = connected(input, entries[0] ?? null, lastAssigned(application, 'config.sequel.max_connections'));
  const both = ACTIVE_RECORD.test(boot.source('config/application.rb')?.text ?? '');
  return both ? [...entries, { ...entry, name: 'sequel' }] : [entry];
}

function connected(
  { boot }: SequelInput,
  entry: DatabaseEntry | null,
  configured: ReturnType<typeof lastAssigned>,
): DatabaseEntry {
  const options = new Map<string, Traced<Setting>>();
  const places = new Map<string, Span>();
  for (const [key, setting] of entry?.settings ?? []) {
    if (key === 'adapter')
      options.set(
        key,
        combine(null, [setting], (name) => ADAPTERS[String(name)] ?? name),
      );
    else if (key !== 'url' && key !== 'pool') options.set(key === 'username' ? 'user' : key, setting);
  }
  const put = (value: Traced<Setting>, at: Span | null): void => {
    options.set('max_connections', value);
    if (at) places.set('max_connections', at);
  };
  for (const key of ['max_connections', 'pool']) {
    // What the file says wins over the URL: the opposite of Active Record.
    const written = entry?.keys.find((one) => one.name === key);
    if (written?.value) put(written.value, written.valueAt);
  }
  const said = configured ? combine(null, [plainValue(configured)], settingOf) : null;
  if (said && !(said.known && (said.value === null || said.value === false))) put(said, writtenIn(said.origin));
  const url = entry ? (entry.settings.get('url') ?? null) : boot.environment.get('DATABASE_URL');
  return {
    ...sequelEntry({
      name: entry?.name ?? 'primary',
      at: entry?.at ?? null,
      variable: entry ? null : 'DATABASE_URL',
      url,
      options,
      places,
      adapter: null,
      open: null,
    }),
    keys: entry?.keys ?? [],
  };
}
