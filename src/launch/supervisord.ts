import type { SourceFile } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import { combine, known, saidBy, unknown, type Traced } from '../value/traced.ts';
import type { Word } from './launch.ts';
import { readOptions, taking } from './options.ts';
import { part, type Passage } from './passage.ts';
import { readPythonIni, type IniSection } from './python_ini.ts';
import { MOST_PROGRAMS, TOO_MANY, type Run, type RunProgram, type Scripts } from './runner.ts';
import { wordNames } from './words.ts';

/** Options of supervisord that take a value. Source: ServerOptions of supervisor/options.py@4.3.0 */
const OPTIONS = taking(
  'configuration:c user:u umask:m directory:d logfile:l logfile_maxbytes:y logfile_backups:z loglevel:e pidfile:j ' +
    'identifier:i childlogdir:q minfds:a minprocs:',
);

/** Where it looks for its file. Source: Options.__init__ of supervisor/options.py@4.3.0 */
const USUAL = [
  './supervisord.conf',
  './etc/supervisord.conf',
  '/etc/supervisord.conf',
  '/etc/supervisor/supervisord.conf',
];
/** What the file of Debian's package includes. Source: debian/supervisord.conf (salsa.debian.org/python-team/packages/supervisor) */
const OF_DEBIAN = '/etc/supervisor/conf.d/*.conf';

/** The programs that supervisord starts by its configuration; null for any other words. */
export function readSupervisord(words: readonly Word[], environment: Environment, scripts: Scripts): Run | null {
  if (wordNames(words)[0] !== 'supervisord') return null;
  const read = readOptions({ text: '', at: words[0]!.at, words, wrappers: [] }, 1, OPTIONS);
  if (read.open) return { unknown: read.open.reason };
  const said = read.options.findLast(({ key }) => key === 'configuration')?.value;
  if (said && !said.known) return { unknown: said.reason };
  const files = filesOf(said?.known ? said.value : null, scripts);
  if ('unknown' in files) return files;
  const sections = files.flatMap(readPythonIni);
  const programs: RunProgram[] = [];
  let beside: string | undefined;
  for (const section of sections.filter(({ name }) => /^(?:fcgi-)?program:/.test(name))) {
    const run = new Section(section, environment).run();
    if ('unknown' in run) return run;
    programs.push(...run.programs);
    beside ??= run.beside;
    if (programs.length > MOST_PROGRAMS) return TOO_MANY;
  }
  if (programs.length === 0) return { unknown: beside ?? 'supervisord starts no program' };
  return { programs, ...(beside === undefined ? {} : { beside }) };
}

/** Its file and what that includes. */
function filesOf(path: string | null, scripts: Scripts): readonly SourceFile[] | { readonly unknown: string } {
  const found = (path === null ? USUAL : [path])
    .map((one) => ({ path: one, file: scripts(one.includes('/') ? one : `./${one}`) }))
    .find(({ file }) => file !== null);
  const matching = scripts.matching ?? (() => []);
  if (!found?.file) {
    const ofDebian = path === null || path === USUAL.at(-1) ? matching(OF_DEBIAN).map(({ file }) => file) : [];
    const reason = `supervisord starts what ${path ?? 'its configuration'} says, which is not in the repository`;
    return ofDebian.length > 0 ? ofDebian : { unknown: reason };
  }
  const folder = found.path.slice(0, found.path.lastIndexOf('/'));
  const included = readPythonIni(found.file)
    .filter(({ name }) => name === 'include')
    .flatMap(({ options }) => (options.get('files')?.text ?? '').split(/\s+/))
    .filter((pattern) => pattern !== '')
    .map((pattern) => pattern.replaceAll('%(here)s', folder))
    .map((pattern) => (pattern.startsWith('/') ? pattern : `${folder}/${pattern}`));
  const files: SourceFile[] = [found.file];
  for (const pattern of included) {
    const matched = /[*?[]/.test(pattern) ? matching(pattern).map(({ file }) => file) : [scripts(pattern)];
    // Patterns that match nothing are no fault; whether they do, nobody knows who does not know the image.
    for (const file of matched) if (file && !files.includes(file)) files.push(file);
    if (matched.every((file) => file === null || file === found.file)) {
      return { unknown: `supervisord includes ${pattern}, and nothing in the repository lies there` };
    }
  }
  return files;
}

/** `[program:worker]`. */
class Section {
  readonly #section: IniSection;
  readonly #name: string;
  readonly #environment: Environment;

  constructor(section: IniSection, environment: Environment) {
    this.#section = section;
    this.#name = section.name.slice(section.name.indexOf(':') + 1).trim();
    this.#environment = environment;
  }

  run(): Run {
    const command = this.#section.options.get('command');
    const [autostart, numprocs, start] = ['autostart', 'numprocs', 'numprocs_start'].map((key) => this.#option(key));
    if (!command) return { programs: [] };
    for (const option of [autostart, numprocs, start]) {
      if (option && !option.known) return { programs: [], beside: `${this.#name}: ${option.reason}` };
    }
    if (/^(?:false|no|off|0)$/i.test(textOf(autostart) ?? '')) return { programs: [] };
    const count = Number(textOf(numprocs) ?? 1);
    const first = Number(textOf(start) ?? 0);
    if (!Number.isInteger(count) || !Number.isInteger(first)) {
      return { programs: [], beside: `${this.#name}: how often it runs is no number` };
    }
    if (count > MOST_PROGRAMS) return TOO_MANY;
    const programs = Array.from({ length: count }, (_, index): RunProgram => {
      const numbered = { process_num: first + index, numprocs: count };
      const environment = this.#environmentIn(numbered);
      const words = wordsIn(command).map((word) => ({
        value: this.#expanded(word, environment, numbered),
        at: word.at,
        expanded: true,
      }));
      return { name: this.#name, at: command.place(0, command.text.length), start: { words }, environment };
    });
    return { programs };
  }

  /** What an option says, or null where it is not there. */
  #option(name: string): Traced<string> | null {
    const passage = this.#section.options.get(name);
    if (!passage) return null;
    const whole = { pieces: [part(passage, 0, passage.text.length)], at: passage.place(0, passage.text.length) };
    return this.#expanded(whole, this.#environment, {});
  }

  /** `environment=A="1",B=2`, above what supervisord itself has. */
  #environmentIn(numbered: Readonly<Record<string, number>>): Environment {
    const said = this.#section.options.get('environment');
    let environment = this.#environment;
    for (const match of said?.text.matchAll(/(?<!\w)([A-Za-z_]\w*)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^,\s]*)/g) ?? []) {
      const [whole, variable = '', written = ''] = match;
      const quoted = /^["']/.test(written) ? 1 : 0;
      const start = match.index + whole.length - written.length + quoted;
      const end = match.index + whole.length - quoted;
      const at = said!.place(match.index, match.index + whole.length);
      const text = this.#expanded({ pieces: [part(said!, start, end)], at }, this.#environment, numbered);
      environment = environment.with(variable, saidBy(at, text));
    }
    const origin = { kind: 'platform', at: this.#section.at, from: [] } as const;
    return environment
      .with('SUPERVISOR_ENABLED', known<string | null>('1', origin))
      .with('SUPERVISOR_PROCESS_NAME', known<string | null>(this.#name, origin));
  }

  /** `%(ENV_X)s`, `%(process_num)02d`, `%%`. A variable that is not set keeps supervisord from starting. */
  #expanded(
    { pieces, at }: Split,
    environment: Environment,
    numbered: Readonly<Record<string, number>>,
  ): Traced<string> {
    const parts = pieces.flatMap((piece) => {
      const all: Traced<string>[] = [];
      let from = 0;
      for (const match of piece.text.matchAll(/%%|%\((\w+)\)(0?)(\d*)[sd]/g)) {
        const [whole, name = '', zero, width = '0'] = match;
        const place = piece.place(match.index, match.index + whole.length);
        if (match.index > from) all.push(literal(piece, from, match.index));
        all.push(
          whole === '%%' ? known('%', { kind: 'literal', at: place }) : this.#named(name, place, environment, numbered),
        );
        const padded = all.at(-1)!;
        if (Number(width) > 0)
          all[all.length - 1] = combine(null, [padded], (text) => text.padStart(Number(width), zero ? '0' : ' '));
        from = match.index + whole.length;
      }
      if (from < piece.text.length) all.push(literal(piece, from, piece.text.length));
      return all;
    });
    if (parts.length === 0) return known('', { kind: 'literal', at });
    return parts.length === 1 ? parts[0]! : combine(at, parts, (...texts) => texts.join(''));
  }

  #named(
    name: string,
    at: Split['at'],
    environment: Environment,
    numbered: Readonly<Record<string, number>>,
  ): Traced<string> {
    const origin = { kind: 'platform', at, from: [] } as const;
    if (name.startsWith('ENV_')) {
      const variable = name.slice(4);
      const state = environment.get(variable, at);
      if (state.known && state.value === null) {
        return unknown(`${variable} must be set; nothing in the repository sets it`, state.origin);
      }
      return combine(null, [state], (text) => text ?? '');
    }
    if (name === 'program_name' || name === 'group_name') return known(this.#name, origin);
    const number = numbered[name];
    return number === undefined ? unknown(`%(${name})s is known where it runs`, origin) : known(String(number), origin);
  }
}

function textOf(option: Traced<string> | null | undefined): string | null {
  return option?.known ? option.value.trim() : null;
}

/** A word by its stretches: quotes and backslashes are gone. */
interface Split {
  readonly pieces: readonly Passage[];
  readonly at: ReturnType<Passage['place']>;
}

function literal(piece: Passage, start: number, end: number): Traced<string> {
  return known(piece.text.slice(start, end), { kind: 'literal', at: piece.place(start, end) });
}

/** The words of a command, which no shell sees. Source: Lib/shlex.py@v3.12.0 (python/cpython) */
function wordsIn(command: Passage): readonly Split[] {
  const words: Split[] = [];
  const word = /(?:"(?:[^"\\]|\\[^])*"|'[^']*'|\\[^]|[^\s"'\\])+/g;
  for (const match of command.text.matchAll(word)) {
    const pieces: Passage[] = [];
    for (const stretch of match[0].matchAll(/"((?:[^"\\]|\\[^])*)"|'([^']*)'|\\([^])|[^\s"'\\]+/g)) {
      const [whole, double, single, escaped] = stretch;
      const start = match.index + stretch.index;
      if (escaped !== undefined) pieces.push(part(command, start + 1, start + 2));
      else if (double !== undefined) pieces.push(...unescaped(command, start + 1, start + whole.length - 1));
      else if (single !== undefined) pieces.push(part(command, start + 1, start + whole.length - 1));
      else pieces.push(part(command, start, start + whole.length));
    }
    words.push({ pieces, at: command.place(match.index, match.index + match[0].length) });
  }
  return words;
}

/** Between double quotes a backslash escapes a quote and itself, and is itself before everything else. */
function unescaped(command: Passage, start: number, end: number): readonly Passage[] {
  const pieces: Passage[] = [];
  let from = start;
  for (let index = start; index < end; index += 1) {
    if (command.text[index] !== '\\' || !/["\\]/.test(command.text[index + 1] ?? '')) continue;
    if (index > from) pieces.push(part(command, from, index));
    from = index + 1;
    index += 1;
  }
  if (end > from) pieces.push(part(command, from, end));
  return pieces;
}
