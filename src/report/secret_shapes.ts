import { append } from './secret_cost.ts';

/** A part of a text, `end` exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

const SECRET_NAME =
  /password|passwd|passphrase|passcode|secret|token|credential|private_?key|api_?key|access_?key|_key$|(^|_)(pass|pwd)$/;

/** Whether what goes by this name must not be shown: `password`, `*_key`, `*token*`, `*secret*` and their kin. */
export function isSecretName(name: string): boolean {
  const snake = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[-.]/g, '_')
    .toLowerCase();
  // `secretKeyRef` says where a secret is kept, not what it is.
  return SECRET_NAME.test(snake) && !snake.endsWith('_ref');
}

/** Of an interpolated scheme the end of the interpolation is enough. */
const SCHEME = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}|[}>]):\/\//gi;
/** No address is longer, and looking further for its end would take hostile text for ever. */
const LONGEST_ADDRESS = 1024;
const INTERPOLATION = /<%[^]*?%>|#\{[^}\n]*\}|\$\{[^}\n]*\}|\$\(?\w+\)?/g;
/** In a web address an `@` after a slash is part of the path; any other carries a password with a slash in practice. */
const WEB = /^(https?|wss?|git|ssh|ftp|file|npm)$/i;

/** The user-info of URLs, and secrets in their query. What is interpolated there is an expression, not a secret. */
export function addresses(
  text: string,
  offset: number,
  isSkipped: (offset: number) => boolean = () => false,
): Stretch[] {
  const found: Stretch[] = [];
  for (const match of text.matchAll(SCHEME)) {
    if (isSkipped(match.index)) continue;
    const start = match.index + match[0].length;
    const end = start + endOfAddress(text.slice(start, start + LONGEST_ADDRESS));
    const address = blanked(text.slice(start, end));
    const isWeb = WEB.test(match[1]!);
    const authority = isWeb ? address.search(/[/?#]|$/) : address.search(/\?|$/);
    const before = address.lastIndexOf('@', authority - 1);
    // A password may hold what ends an address: Ruby refuses it then, and it is a password all the same.
    const at = before > 0 || isWeb ? before : address.lastIndexOf('@');
    if (at > 0 && (at < authority || !isWeb)) append(found, literals(text, start, start + at, offset, /[^:]+/g));
    for (const pair of address.matchAll(/[?&]([\w.-]+)=([^&#]+)/g)) {
      if (!isSecretName(pair[1]!)) continue;
      const value = start + pair.index + pair[0].length - pair[2]!.length;
      append(found, literals(text, value, value + pair[2]!.length, offset, /[^]+/g));
    }
  }
  return found;
}

/** An address ends at white space or a quote, but what is interpolated in it may contain both. */
function endOfAddress(text: string): number {
  const stop = /<%[^]*?%>|#\{[^}\n]*\}|\$\{[^}\n]*\}|[\s"'`<>\\)\]]/g;
  for (const match of text.matchAll(stop)) if (match[0].length === 1) return match.index;
  return text.length;
}

/** The same length, with interpolations turned into characters that mean nothing in an address. */
function blanked(text: string): string {
  return text.replace(INTERPOLATION, (tag) => '_'.repeat(tag.length));
}

/** What is written out between the interpolations of text[start, end). */
function literals(text: string, start: number, end: number, offset: number, pattern: RegExp): Stretch[] {
  const found: Stretch[] = [];
  const part = text.slice(start, end);
  const add = (from: number, to: number): void => {
    for (const match of part.slice(from, to).matchAll(pattern)) {
      const at = offset + start + from + match.index;
      found.push({ start: at, end: at + match[0].length });
    }
  };
  let from = 0;
  let interpolated = false;
  for (const match of part.matchAll(INTERPOLATION)) {
    interpolated = true;
    add(from, match.index);
    from = match.index + match[0].length;
  }
  // `***@host` reads better than `***:***@host`.
  if (!interpolated) return part === '' ? [] : [{ start: offset + start, end: offset + end }];
  add(from, part.length);
  return found;
}

/** The part of an unquoted or quoted value that is secret: a reference such as `${X:-default}` keeps its name. */
export function secretsOfValue(value: string, offset: number): Stretch[] {
  const quoted = /^(["'])([^]*)\1$/.exec(value);
  const inner = quoted ? quoted[2]! : value;
  const start = offset + (quoted ? 1 : 0);
  if (inner === '' || /^(null|nil|~|true|false)$/i.test(inner)) return [];
  const reference = /^\$\{?(\w+)(?:(:?[-+=?])([^}]*))?\}?$/.exec(inner);
  if (!reference) return [{ start, end: start + inner.length }];
  const fallback = reference[3];
  if (!fallback || reference[2]!.endsWith('?')) return [];
  const at = start + inner.indexOf(fallback, inner.indexOf(reference[2]!) + reference[2]!.length);
  return [{ start: at, end: at + fallback.length }];
}

const ASSIGNMENT = /(?<![\w$&?.-])(-{0,2}[A-Za-z_][\w.-]*)(=|\s+=\s+)("(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^\s"'`,;)\]}]+)/g;
const OPTION = /(?<!\S)--([\w-]+)[ \t]+("[^"\n]*"|'[^'\n]*'|[^\s\\-][^\s]*)/g;
const REFERENCE = /\$\{(\w{1,200}):?-([^}\n]{1,1000})\}/g;

/** `NAME=value` as a shell, a Procfile, a list of variables or a TOML file has it, `--name value`, `${NAME:-value}`. */
export function assignments(text: string, offset: number): Stretch[] {
  const found: Stretch[] = [];
  for (const match of text.matchAll(ASSIGNMENT)) {
    if (!isSecretName(match[1]!) || /^[=~>]/.test(match[3]!)) continue;
    if (match[3]!.startsWith('<%') || match[3]!.startsWith('#{')) continue;
    append(found, secretsOfValue(match[3]!, offset + match.index + match[0].length - match[3]!.length));
  }
  append(found, valuesOfOptions(text, offset, OPTION));
  for (const match of text.matchAll(REFERENCE)) {
    if (!isSecretName(match[1]!)) continue;
    const end = offset + match.index + match[0].length - 1;
    found.push({ start: end - match[2]!.length, end });
  }
  return found;
}

const SPLIT_OPTION =
  /(?<![\w-])(["']?)--([\w-]{1,100})\1[ \t]{0,20}(?:,\s{0,200}|\n[ \t]{0,200}-[ \t]{1,200}|\\\n\s{0,200})("[^"\n]*"|'[^'\n]*'|[^\s,[\]"'-][^\s,\]]*)/g;

/** The value of `--name` where a command is a list, `["--name", "value"]` or an item below an item, or goes on below. */
export function splitOptions(text: string, offset: number): Stretch[] {
  return valuesOfOptions(text, offset, SPLIT_OPTION);
}

/** @param pattern its last two groups are a name and a value, which ends the match */
function valuesOfOptions(text: string, offset: number, pattern: RegExp): Stretch[] {
  const found: Stretch[] = [];
  for (const match of text.matchAll(pattern)) {
    const [name, value] = match.slice(-2) as [string, string];
    if (isSecretName(name)) append(found, secretsOfValue(value, offset + match.index + match[0].length - value.length));
  }
  return found;
}

/** Literal fallbacks of secret variables, in Ruby inside a sentence. */
export function environmentReads(text: string, offset: number): Stretch[] {
  return /\bENV\b/.test(text) ? rubyStrings(text, offset, { sentence: true }) : [];
}

interface Bracket {
  /** Whether a string in it is a key to look something up by. */
  readonly looksUp: 'first' | 'all' | 'none';
  commas: number;
}

interface Listening {
  /** Ends at a comma or a closing bracket of this depth, or at the end of the line. */
  readonly depth: number;
  readonly commaEnds: boolean;
}

const RUBY = /[A-Za-z_]\w*[?!]?|\n|[^\s\w]|\d+/g;

/** What looking for the ends of strings that have none may cost. */
const MOST_UNCLOSED = 10_000_000;

interface Token {
  readonly text: string;
  readonly index: number;
}

/** Words, signs, numbers, line breaks and whole strings. A quote that nothing closes is a sign. */
function* tokensOf(text: string): Generator<Token> {
  const pattern = new RegExp(RUBY);
  let unclosed = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { index } = match;
    const [token] = match;
    if ((token === '"' || token === "'") && unclosed < MOST_UNCLOSED) {
      const { end, closed } = endOfString(text, index, token.charCodeAt(0));
      if (closed) {
        pattern.lastIndex = end;
        yield { text: text.slice(index, end), index };
        continue;
      }
      unclosed += end - index;
    }
    yield { text: token, index };
  }
}

function endOfString(text: string, start: number, quote: number): { readonly end: number; readonly closed: boolean } {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return { end: at + 1, closed: true };
    if (code === 10) break;
    if (code === 92) at++;
  }
  return { end: at, closed: false };
}

const LOOKS_UP = /^(fetch|dig|key\?|has_key\?|include\?|values_at|delete|getenv|slice)$/;

/**
 * String literals in Ruby that belong to a secret name: assigned to it, passed under it, or the fallback of a variable
 * of that name. Names that something is looked up by (`ENV["DB_PASSWORD"]`) are not secrets.
 * With `always`, every literal that is no key belongs to a secret: the value of `password:` is one whatever it reads.
 */
export function rubyStrings(
  text: string,
  offset: number,
  options: { readonly always?: boolean; readonly sentence?: boolean } = {},
): Stretch[] {
  const found: Stretch[] = [];
  const brackets: Bracket[] = [];
  const ear: { listening: Listening | null } = { listening: null };
  let before = '';
  let beforeEnd = 0;
  const listen = (depth: number, commaEnds = true): void => {
    if (!ear.listening || depth < ear.listening.depth) ear.listening = { depth, commaEnds };
  };
  for (const { text: token, index } of tokensOf(text)) {
    const depth = brackets.length;
    const heard = ear.listening;
    if (token === '\n' || token === ';') {
      if (heard && depth <= heard.depth && !/^([,|&.=+({[\\]|or|and)$/.test(before)) ear.listening = null;
      if (token === '\n') continue;
    } else if (token.length > 1 && /^["']/.test(token)) {
      const bracket = brackets.at(-1);
      const bare = LOOKS_UP.test(before);
      const key = bare || bracket?.looksUp === 'all' || (bracket?.looksUp === 'first' && bracket.commas === 0);
      const content = token.slice(1, -1);
      const named = /^[\w.-]+$/.test(content) && isSecretName(content);
      if (key) {
        if (named) listen(bare ? depth : depth - 1, !bare);
      } else if (heard || options.always) {
        if (content !== '' && !/^[^]?#\{[^}]*\}$/.test(content))
          found.push({ start: offset + index + 1, end: offset + index + token.length - 1 });
      } else if (named && !options.sentence) listen(depth);
    } else if (/^[([{]$/.test(token)) {
      const adjacent = beforeEnd === index && /[\w\])?!]$/.test(before);
      const looksUp = token === '[' && adjacent ? 'all' : token === '(' && LOOKS_UP.test(before) ? 'first' : 'none';
      brackets.push({ looksUp: looksUp === 'first' && before === 'dig' ? 'all' : looksUp, commas: 0 });
    } else if (/^[)\]}]$/.test(token)) {
      brackets.pop();
      if (heard && brackets.length < heard.depth) ear.listening = null;
    } else if (token === ',') {
      const bracket = brackets.at(-1);
      if (bracket) bracket.commas++;
      if (heard?.commaEnds && depth <= heard.depth) ear.listening = null;
    } else if (/^[A-Za-z_]/.test(token) && isSecretName(token) && !options.sentence) listen(depth);
    before = token;
    beforeEnd = index + token.length;
  }
  return found;
}
