import type { Redirection, Word as ShellWord } from 'unbash';
import { glob } from '../text/glob.ts';
import type { SourceFile, Span } from '../text/source.ts';
import { allAssumptions, NOTHING_ASSUMED, type Assumption } from '../value/origin.ts';
import { lyingThere } from './database_file.ts';
import type { Copied, Word } from './launch.ts';
import type { Scripts } from './runner.ts';
import { wordNames } from './words.ts';

/** What a program is given beside its words: the files it reads from and writes to. */
export interface Redirects {
  readonly input: Word | null;
  readonly outputs: readonly Word[];
  /** Whether it adds to what is there, or writes more than one program's output: nobody follows that. */
  readonly mixed: boolean;
}

export const NOT_REDIRECTED: Redirects = { input: null, outputs: [], mixed: false };

/** Where the shells are, and what they have put in place: never changed, so that branches can be told apart. */
export interface DiskState {
  /** '' for where they began. */
  readonly folder: string;
  readonly placed: readonly Placed[];
}

type Placed = Copied & { readonly gone?: true };

/** Files whose content decides something here. */
const READ = /\/config\/(?:[\w.-]+\/)?[\w.-]+\.(?:ya?ml|rb)$/;
const DATABASE = /(?:^|\/)config\/database\.yml$/;
/** Commands that write no file whose name they are given. */
const HARMLESS =
  /^(?:cat|chmod|chown|chgrp|touch|ls|stat|test|\[|echo|printf|mkdir|grep|awk|bundle|bundler|rails|rake|ruby|yarn|npm|git|head|tail|diff|cmp|wc)$/;
const CONDITIONAL = 'a condition of the shell decides what is written there when the process starts';

/**
 * The files of a container while it starts: what its image has, and what the scripts that start its program put in the
 * place of it. One for all shells that start each other.
 */
export class Disk {
  state: DiskState;
  readonly #scripts: Scripts;

  constructor(scripts: Scripts) {
    this.#scripts = scripts;
    this.state = { folder: '', placed: scripts.copies ?? [] };
  }

  /** Whether a database.yml is where a script looks for it; null for every other file. */
  exists(path: string): boolean | null {
    return DATABASE.test(path) ? this.#isThere(this.#path(path)) : null;
  }

  /** The script that a word means, from where the shell is. */
  script(path: string): SourceFile | null {
    return this.#scripts(path);
  }

  /** What a program does to files by itself: `cp`, `mv`, `ln`, `install`, `rm`, and whatever writes a database.yml. */
  run(words: readonly Word[], redirects: Redirects): void {
    const [name = '', ...names] = wordNames(words);
    for (const output of redirects.outputs) this.#written(output, name, words, redirects);
    if (name === 'cd') this.#enter(words[1]);
    else if (/^(?:cp|mv|ln|install)$/.test(name)) this.#copy(name, words.slice(1), names);
    else if (name === 'rm') for (const word of words.slice(1)) this.#remove(word, name);
    else if (!HARMLESS.test(name)) {
      const edits = /^(?:sed|perl|yq)$/.test(name) && names.some((word) => /^-\w*i|^--in-place/.test(word));
      if (name === 'sed' && !edits) return;
      for (const word of words.slice(1)) this.#touched(word, name, edits);
    }
  }

  /** What is there where some branches ended. */
  join(before: DiskState, ends: readonly DiskState[]): void {
    const added = ends.map((end) => end.placed.slice(before.placed.length));
    const paths = new Set(added.flatMap((placed) => placed.map(({ to }) => to)));
    const placed = [...paths].map((to): Placed => {
      const last = added.map((one) => one.findLast((other) => other.to === to));
      const [first] = last;
      const some = last.find((one) => one !== undefined)!;
      if (first && last.every((one) => one && isSame(one, first))) return first;
      const at = some.from === null ? some.at : some.by!;
      return { from: null, to, reason: CONDITIONAL, at };
    });
    const [{ folder }] = ends as [DiskState];
    this.state = {
      folder: ends.every((end) => end.folder === folder) ? folder : '',
      placed: [...before.placed, ...placed],
    };
  }

  #enter(word: Word | undefined): void {
    // Scripts go to where the app is, by ways that nobody follows.
    const path = word?.value.known ? word.value.value : '';
    this.state = {
      ...this.state,
      folder: path === '' || path.startsWith('-') ? '' : this.#path(path).slice(path.startsWith('/') ? 0 : 1),
    };
  }

  /** A path from where the shell is, without `.` and `..`. */
  #path(written: string): string {
    const parts: string[] = [];
    const whole = written.startsWith('/') ? written : `${this.state.folder}/${written}`;
    for (const part of whole.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return `/${parts.join('/')}`;
  }

  #isThere(path: string): boolean {
    const own = this.#last(path);
    if (own) return own.gone !== true;
    const [, inApp] = /\/(config\/[^/]+)$/.exec(path) ?? [];
    const copied = inApp ? lyingThere(inApp, this.state.placed, (one) => this.#scripts(`./${one}`) !== null) : null;
    return copied !== null || this.#file(path) !== null;
  }

  /** What the scripts themselves have put at a path. */
  #last(path: string): Placed | undefined {
    const placed = this.state.placed.slice(this.#scripts.copies?.length ?? 0);
    return placed.findLast(({ to }) => to === place(path));
  }

  #file(path: string): SourceFile | null {
    return this.#scripts(this.state.folder.startsWith('/') ? path : `.${path}`) ?? this.#scripts(path);
  }

  #put(entry: Placed): void {
    this.state = { ...this.state, placed: [...this.state.placed, { ...entry, to: place(entry.to) }] };
  }

  #lose(path: string, reason: string, at: Span, gone?: true): void {
    this.#put({ from: null, to: path, reason, at, ...(gone ? { gone } : {}) });
  }

  #copy(name: string, words: readonly Word[], names: readonly string[]): void {
    const isValue = (index: number) => name === 'install' && /^-[mog]$/.test(names[index - 1] ?? '');
    const paths = words.filter(({ value }, index) => !(value.known && value.value.startsWith('-')) && !isValue(index));
    const target = paths.pop();
    if (!target?.value.known) return;
    const links = name === 'ln' && names.some((word) => /^-\w*s|^--symbolic$/.test(word));
    const forces = names.some((word) => /^-\w*f|^--force$/.test(word));
    const keeps = name === 'ln' ? !forces : names.some((word) => /^-\w*n|^--no-clobber$/.test(word));
    for (const source of paths) {
      for (const { from, to } of this.#pairs(source, target.value.value, paths.length > 1, links)) {
        const assumes = allAssumptions(source.value.known ? source.value.assumes : [], target.value.assumes);
        if (keeps && this.#isThere(to)) continue;
        this.#bring(from, to, source, assumes);
      }
      if (name === 'mv') this.#remove(source, name);
    }
  }

  /** Which path comes to which: null for a source that nobody knows. */
  #pairs(
    source: Word,
    target: string,
    isMore: boolean,
    links: boolean,
  ): readonly { readonly from: string | null; readonly to: string }[] {
    const to = this.#path(target);
    const name = to.slice(to.lastIndexOf('/') + 1);
    const isFolder = isMore || /(?:^|\/)\.?$/.test(target) || !name.includes('.');
    if (!source.value.known) return isFolder ? [] : [{ from: null, to }];
    const written = source.value.value;
    const inLink =
      links && !written.startsWith('/') ? `${isFolder ? to : to.slice(0, to.lastIndexOf('/'))}/${written}` : written;
    const from = this.#path(inLink);
    if (!isFolder) return [{ from, to }];
    const last = from.slice(from.lastIndexOf('/') + 1);
    if (last.includes('*')) {
      const folder = from.slice(0, from.lastIndexOf('/'));
      const sample = `${folder}/database.yml`;
      return name === 'config' && glob(last)('database.yml') && this.#file(sample)
        ? [{ from: sample, to: `${to}/database.yml` }]
        : [];
    }
    const within = `${from}/database.yml`;
    if (name === 'config' && /\/\.?$/.test(written) && this.#file(within))
      return [{ from: within, to: `${to}/database.yml` }];
    return [{ from, to: `${to === '/' ? '' : to}/${last}` }];
  }

  #bring(from: string | null, to: string, source: Word, assumes: readonly Assumption[]): void {
    const own = from === null ? undefined : this.#last(from);
    const file = from === null || own ? null : this.#file(from);
    if (own && own.gone !== true) this.#put({ ...own, to });
    else if (file) this.#put({ from: file.pathInTree, to, assumes, by: source.at });
    else if (READ.test(place(to))) {
      const what = source.value.known ? source.value.value : 'a file of which nobody knows';
      this.#lose(to, `${what} is put there when the process starts, which is not in the repository`, source.at);
    }
  }

  #remove(word: Word, name: string): void {
    const path = word.value.known ? this.#path(word.value.value) : '';
    if (DATABASE.test(path)) this.#lose(path, `\`${name}\` takes it away when the process starts`, word.at, true);
  }

  #touched(word: Word, name: string, edits: boolean): void {
    if (!word.value.known || /\s/.test(word.value.value)) return;
    // `dockerize -template database.yml.tmpl:config/database.yml`
    const path = this.#path(word.value.value.slice(word.value.value.lastIndexOf(':') + 1));
    if (edits ? READ.test(path) : DATABASE.test(path)) this.#lose(path, byProgram(name), word.at);
  }

  /** A file that a program's output is sent to. */
  #written(output: Word, name: string, words: readonly Word[], { input, mixed }: Redirects): void {
    if (!output.value.known) return;
    const to = this.#path(output.value.value);
    if (!READ.test(place(to))) return;
    const source = mixed ? null : passedOn(name, words.slice(1), input);
    const from = source?.value.known ? this.#path(source.value.value) : null;
    const text = from === null ? null : (this.#file(from)?.text ?? null);
    const isFilled = name === 'envsubst' && (text === null || text.includes('$'));
    if (!source || isFilled) return this.#lose(to, byProgram(name), output.at);
    const assumes = source.value.known ? allAssumptions(source.value.assumes, output.value.assumes) : NOTHING_ASSUMED;
    this.#bring(from, to, source, assumes);
  }
}

/**
 * The file that a program passes on as it is: `cat a`, `envsubst <a` where nothing in it is a variable. `erb a` does to it
 * what Rails would do when it reads it.
 */
function passedOn(name: string, args: readonly Word[], input: Word | null): Word | null {
  if (name === 'envsubst') return input;
  if (name !== 'cat' && name !== 'erb') return null;
  const paths = args.filter(({ value }) => !(value.known && value.value.startsWith('-')));
  const only = paths[0] ?? input;
  const isPlain = paths.length === args.length && paths.length + (input ? 1 : 0) === 1;
  return only && isPlain && !(only.value.known && /[=*]/.test(only.value.value)) ? only : null;
}

function byProgram(name: string): string {
  return name === '' ? 'a program writes it when the process starts' : `\`${name}\` writes it when the process starts`;
}

/** Where in the app a path is: nobody knows for certain in which folder that lies. */
function place(path: string): string {
  return /\/config\/(?:[\w.-]+\/)?[\w.-]+$/.exec(path)?.[0] ?? path;
}

function isSame(one: Placed, other: Placed): boolean {
  if (one.from === null || other.from === null) return one.from === other.from && one.gone === other.gone;
  return one.from === other.from && one.assumes?.length === other.assumes?.length;
}

/**
 * The files that a command of the shell reads from and writes to.
 * @param isGroup whether several programs share them
 */
export function redirectsOf(
  redirects: readonly Redirection[],
  isGroup: boolean,
  word: (written: ShellWord) => Word,
): Redirects {
  const files = redirects.flatMap((one) =>
    one.type === 'Redirect' && one.target ? [{ ...one, word: one.target }] : [],
  );
  const outputs = files.filter((one) => one.descriptor === undefined && /^(?:&?>>?|>\|)$/.test(one.operator));
  if (outputs.length === 0) return NOT_REDIRECTED;
  const input = files.findLast(({ operator }) => operator === '<');
  return {
    input: input ? word(input.word) : null,
    outputs: outputs.map((one) => word(one.word)),
    mixed: isGroup || files.length < redirects.length || outputs.some(({ operator }) => operator.endsWith('>>')),
  };
}
