import { span, type SourceFile } from '../../text/source.ts';
import { known } from '../../value/traced.ts';
import type { FileVariable } from './env_file.ts';

/**
 * The variables of a file that `env_file` names with `format: raw`, line by line, as `docker run --env-file` reads it: a
 * name, `=` and everything up to the end, quotes, dollar signs and `#` too. Null for a file that is refused.
 * Source: pkg/kvfile/kvfile.go@v27.3.1 (docker/cli), cmd/compose/compose.go@v2.30.0 (rawEnv, docker/compose)
 */
export function rawFileVariables(file: SourceFile): readonly FileVariable[] | null {
  const found: FileVariable[] = [];
  let next = file.text.startsWith('\uFEFF') ? 1 : 0;
  for (const line of file.text.slice(next).split('\n')) {
    const text = line.replace(/\r$/, '');
    const written = text.trimStart();
    const start = next + text.length - written.length;
    next += line.length + 1;
    if (written === '' || written.startsWith('#')) continue;
    const equals = written.indexOf('=');
    const name = equals === -1 ? written : written.slice(0, equals);
    if (name === '' || /[ \t]/.test(name)) return null;
    const at = span(file, start, start + written.length);
    const value = equals === -1 ? null : known(written.slice(equals + 1), { kind: 'platform', at, from: [] } as const);
    found.push({ name, value });
  }
  return found;
}
