import type { Span } from '../text/source.ts';
import type { Origin } from '../value/origin.ts';
import { combine, known, saidBy, unknown, type Traced } from '../value/traced.ts';

/** What a platform does where its files say nothing. `source` is the upstream file it was read in. */
export function byDefault<T>(value: T, platform: string, source: string): Traced<T> {
  const row = { gem: platform, versions: 'every version', source };
  return known(value, { kind: 'default', text: `the default of ${platform}`, row });
}

/** A number that a file states in the place of a default; unknown where it is no number. */
export function numberIn(text: Traced<string | null>, at: Span): Traced<number> {
  return read(text, at, 'it is no number', (written) => (/^\d+(?:\.\d+)?$/.test(written) ? Number(written) : null));
}

/** Seconds of a duration as programs in Go write it: `1m30s`, `500ms`. Source: src/time/format.go@go1.22 */
export function durationIn(text: Traced<string | null>, at: Span): Traced<number> {
  return read(text, at, 'it is no duration', durationOf);
}

const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

function durationOf(written: string): number | null {
  if (written === '0') return 0;
  if (!/^(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/.test(written)) return null;
  const parts = written.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!, 0);
}

function read(
  text: Traced<string | null>,
  at: Span,
  refused: string,
  value: (written: string) => number | null,
): Traced<number> {
  const origin: Origin = { kind: 'platform', at, from: [] };
  const number = combine(null, [text], (written) => value(written ?? ''));
  if (!number.known) return unknown(number.reason, origin);
  if (number.value === null) return unknown(refused, origin);
  return saidBy(at, known(number.value, number.origin, number.assumes));
}

/** The path that a platform asks for, without its query; it may be written without a slash. */
export function pathIn(text: Traced<string | null>, at: Span): Traced<string> {
  const path = combine(null, [text], (written) => `/${(written ?? '').replace(/^\/+/, '').replace(/[?#].*$/s, '')}`);
  return saidBy(at, path);
}

/** The request to the container itself that a command line makes: `curl -f http://localhost:3000/up || exit 1`. */
export function requestOf(command: string): { readonly path: string; readonly port: string | null } | null {
  if (!/\b(?:curl|wget|http|https|Net::HTTP|open-uri)\b/.test(command)) return null;
  const url =
    /(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|\$\{?HOSTNAME\}?|\$\(hostname\))(?::(?<port>\d+|\$\{?\w+(?::-\d+)?\}?))?(?<path>\/[^\s"'?#;|&)]*)?/.exec(
      command,
    );
  return url ? { path: url.groups?.['path'] ?? '/', port: url.groups?.['port'] ?? null } : null;
}
