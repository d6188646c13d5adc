import { span, type SourceFile, type Span } from '../text/source.ts';
import type { Environment, VariableState } from '../value/environment.ts';
import { combine, known, saidBy, unknown, type Traced } from '../value/traced.ts';

/** Longer than this no file of variables is. */
const LONGEST = 200_000;

/** The variables of a process after the application has loaded its `.env` files; what was set before stays. */
export type LoadDotenv = (environment: Environment, railsEnv: string) => Environment;

/** The names that dotenv-rails reads, the first one that sets a variable counts. Source: lib/dotenv/rails.rb@v3.2.0 */
export function dotenvNames(railsEnv: string): readonly string[] {
  const local = railsEnv === 'test' ? [] : ['.env.local'];
  return [`.env.${railsEnv}.local`, ...local, `.env.${railsEnv}`, '.env'];
}

/** What dotenv makes of an environment by reading one file. Source: lib/dotenv/parser.rb@v3.2.0 (bkeepers/dotenv) */
export function withDotenv(file: SourceFile, environment: Environment): Environment {
  const own = new Map<string, VariableState>();
  for (const { name, value } of file.text.length > LONGEST ? [] : linesOf(file)) {
    const set = environment.get(name);
    if (isTaken(set)) own.set(name, set);
    else if (value) own.set(name, valueOf(value, own, environment));
  }
  let result = environment;
  for (const [name, state] of own) if (!isTaken(environment.get(name))) result = result.with(name, state);
  return result;
}

/** Set, or perhaps set: dotenv does not touch it. */
function isTaken(state: VariableState): boolean {
  return !state.known || state.value !== null;
}

interface DotenvLine {
  readonly name: string;
  /** Null for `export NAME`, which sets nothing. */
  readonly value: { readonly text: string; readonly at: Span } | null;
}

const LINE =
  /(?<![^\n])[ \t\r\f\v]*(?<exported>export[ \t\r\f\v]+)?(?<key>[\w.]+)(?:(?:[ \t\r\f\v]*=[ \t\r\f\v]*?|:[ \t\r\f\v]+?)(?<value>[ \t\r\f\v]*'(?:\\'|[^'])*'|[ \t\r\f\v]*"(?:\\"|[^"])*"|[^#\n]+)?)?[ \t\r\f\v]*(?:#[^\n]*)?(?![^\n])/g;

function linesOf(file: SourceFile): readonly DotenvLine[] {
  return [...file.text.matchAll(LINE)].flatMap((match): readonly DotenvLine[] => {
    const { exported, key, value } = match.groups as { exported?: string; key: string; value?: string };
    if (exported !== undefined && value === undefined) return [{ name: key, value: null }];
    const start = match.index + match[0].indexOf(key);
    const written = (value ?? '').trim();
    const from = match[0].indexOf(written, match[0].indexOf(key) + key.length);
    const end = written === '' ? start + key.length : match.index + from + written.length;
    return [{ name: key, value: { text: written, at: span(file, start, end) } }];
  });
}

function valueOf(
  { text, at }: { readonly text: string; readonly at: Span },
  own: ReadonlyMap<string, VariableState>,
  environment: Environment,
): VariableState {
  const quoted = /^(['"])([^]*)\1$/.exec(text);
  const inner = quoted ? quoted[2]! : text;
  const read: Traced<string> =
    quoted?.[1] === "'"
      ? known(inner, { kind: 'literal', at })
      : substituted(unescaped(inner, quoted?.[1] === '"'), at, own, environment);
  return saidBy(at, read);
}

/** An escaped line break stays as it is written since 3.0; every other escaped character but `$` is itself. */
function unescaped(text: string, inQuotes: boolean): string {
  const kept = inQuotes ? text.replace(/\\[nr]/g, '\\$&') : text;
  return kept.replace(/\\([^$])/g, '$1');
}

const VARIABLE = /(\\)?\$(?!\()\{?([A-Za-z0-9_]+)?\}?/g;

function substituted(
  written: string,
  at: Span,
  own: ReadonlyMap<string, VariableState>,
  environment: Environment,
): Traced<string> {
  if (/(?:^|[^\\])\$\(/.test(written)) {
    return unknown('a command says it, which is not run', { kind: 'computed', at, from: [] });
  }
  const text = written.replace(/\\\$\(/g, '$(');
  const pieces: Traced<string>[] = [];
  let last = 0;
  const literal = (part: string) => pieces.push(known(part, { kind: 'literal', at }));
  for (const match of text.matchAll(VARIABLE)) {
    if (match.index > last) literal(text.slice(last, match.index));
    last = match.index + match[0].length;
    const [all, escaped, name] = match;
    if (escaped !== undefined) literal(all.slice(1));
    else if (name === undefined) literal(all);
    else pieces.push(combine(null, [own.get(name) ?? environment.get(name, at)], (value) => value ?? ''));
  }
  if (last < text.length) literal(text.slice(last));
  if (pieces.length === 0) return known('', { kind: 'literal', at });
  return pieces.length === 1 ? pieces[0]! : combine(at, pieces, (...parts) => parts.join(''));
}
