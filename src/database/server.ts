import { spanText } from '../text/source.ts';
import { writtenIn } from '../value/history.ts';
import type { Traced } from '../value/traced.ts';
import type { ServerKey, Setting } from './entry.ts';

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  postgresql: '5432',
  postgis: '5432',
  mysql2: '3306',
  trilogy: '3306',
};

/**
 * What identifies the server of an entry: host and port when both are known, else the expressions they come from.
 * Entries with equal expressions, or with none at all, are one server. SQLite has none.
 */
export function serverKey(
  adapter: Traced<string | null>,
  settings: ReadonlyMap<string, Traced<Setting>>,
  url: Traced<unknown> | null,
): ServerKey | null {
  if (adapter.known && adapter.value?.startsWith('sqlite')) return null;
  const host = settings.get('host') ?? settings.get('socket');
  const port = settings.get('port');
  if (!host) {
    if (url && !url.known) return { key: `url ${expression(url)}`, name: null, open: true };
    return { key: port ? `port ${expression(port)}` : '', name: null, open: false };
  }
  if (!host.known || (port && !port.known)) {
    return { key: [host, port].map((part) => (part ? expression(part) : '')).join(' '), name: null, open: true };
  }
  const standard = adapter.known && adapter.value !== null ? DEFAULT_PORTS[adapter.value] : undefined;
  const number = port?.known && port.value !== null ? String(port.value) : standard;
  const name = number === undefined ? String(host.value) : `${String(host.value)}:${number}`;
  return { key: name, name, open: false };
}

function expression(value: Traced<unknown>): string {
  const at = writtenIn(value.origin);
  return at ? spanText(at).replace(/\s+/g, ' ').trim() : '';
}
