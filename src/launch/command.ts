import type { System } from '../systems/system.ts';
import { readForeman } from './foreman.ts';
import { readSupervisord } from './supervisord.ts';
import { readSupervisionTree } from './supervision_tree.ts';
import type { SourceFile, Span } from '../text/source.ts';
import { spanText } from '../text/source.ts';
import { Environment } from '../value/environment.ts';
import { allAssumptions, NOTHING_ASSUMED, type Assumption } from '../value/origin.ts';
import { assuming, combine, known, via } from '../value/traced.ts';
import { Disk, NOT_REDIRECTED } from './disk.ts';
import { emptyBecauseUnset } from './expansion.ts';
import type { Command, Copied, Word } from './launch.ts';
import { part, passage, type Passage } from './passage.ts';
import type { Runner, RunProgram, Scripts } from './runner.ts';
import { runShell, type Started } from './shell.ts';
import { wordNames } from './words.ts';
import { wrapperLength } from './wrappers.ts';

/** A program of a command line that keeps running, with what it inherits. */
export interface Candidate {
  readonly command: Command;
  /** Null for a program nobody here knows. */
  readonly system: System | null;
  readonly environment: Environment;
  /** What is where in its image, and in its place by then. */
  readonly copied: readonly Copied[];
}

export interface CommandReading {
  /**
   * What keeps running: several where some run in the background. Of programs that no system recognises only the last
   * one is here, and only when nothing recognised runs in the foreground instead.
   */
  readonly candidates: readonly Candidate[];
  /** The variables after the line, for scripts that go on. */
  readonly environment: Environment;
  /** Why the line, or a part of it, cannot be told, or null. */
  readonly unresolved: string | null;
}

/** Reads a line as `sh -c` would, the way the commands of Procfiles are started. */
export function readCommand(
  text: string,
  at: Span,
  environment: Environment,
  systems: readonly System[],
  scripts: Scripts = NO_SCRIPTS,
): CommandReading {
  return new Reader(text, at, systems, scripts).line(passage(text, at), environment);
}

/** Reads words that no shell sees: the exec form of Dockerfiles, compose and Kubernetes. */
export function readWords(
  words: readonly Word[],
  at: Span,
  environment: Environment,
  systems: readonly System[],
  scripts: Scripts = NO_SCRIPTS,
): CommandReading {
  return new Reader(lineOf(words), at, systems, scripts).words(words, environment);
}

const NO_SCRIPTS: Scripts = () => null;

/** Programs that start others and stay. */
const RUNNERS: readonly Runner[] = [readForeman, readSupervisord, readSupervisionTree];

/** Words as people would type them. */
function lineOf(words: readonly Word[]): string {
  return words
    .map(({ value, at }) => (value.known ? value.value : spanText(at)))
    .map((word) => (word === '' || /\s/.test(word) ? `"${word.replace(/\s+/g, ' ')}"` : word))
    .join(' ');
}

const DEEPEST_SHELL = 8;
const MOST_WRAPPERS = 16;
/** Scripts that start each other again and again. */
const MOST_SCRIPTS = 30;

/** What a shell does itself while its children run. */
const OF_THE_SHELL = /^(?:wait|trap|kill|echo|printf|sleep|true|cd|:)$/;

class Reader {
  readonly #text: string;
  readonly #at: Span;
  readonly #systems: readonly System[];
  #recognised: Candidate[] = [];
  #other: Candidate | null = null;
  #foreground = 0;
  #problem: string | null = null;
  #depth = 0;
  #scriptsRead = 0;
  /** Programs that run beside those that are recognised, and what of them is not known. */
  readonly #beside: Candidate[] = [];
  #lost: string | null = null;
  readonly #isRun: boolean;
  readonly #scripts: Scripts;
  readonly #disk: Disk;

  constructor(
    text: string,
    at: Span,
    systems: readonly System[],
    scripts: Scripts,
    { isRun = false, disk = new Disk(scripts) }: { readonly isRun?: boolean; readonly disk?: Disk } = {},
  ) {
    this.#text = text;
    this.#at = at;
    this.#systems = systems;
    this.#scripts = scripts;
    this.#disk = disk;
    this.#isRun = isRun;
  }

  line(text: Passage, environment: Environment): CommandReading {
    const after = this.#shell(text, environment);
    return this.#reading(after);
  }

  words(words: readonly Word[], environment: Environment): CommandReading {
    this.#program({ words, environment, background: false });
    return this.#reading(environment);
  }

  #reading(environment: Environment): CommandReading {
    const found = [...this.#recognised, ...this.#beside];
    if (this.#problem && found.length === 0) return { candidates: [], environment, unresolved: this.#problem };
    if (this.#foreground > 1)
      return { candidates: [], environment, unresolved: 'a condition of the shell decides which program runs' };
    const candidates = this.#foreground === 0 && this.#other ? [...found, this.#other] : found;
    return { candidates, environment, unresolved: this.#lost };
  }

  #shell(text: Passage, environment: Environment, args: readonly Word[] | null = null): Environment {
    this.#scriptsRead += 1;
    if (this.#scriptsRead > MOST_SCRIPTS) {
      this.#problem ??= 'it runs more scripts than can be followed';
      return environment;
    }
    this.#depth += 1;
    const { folder } = this.#disk.state;
    const run = runShell(text, environment, (program) => this.#program(program), { args, disk: this.#disk });
    this.#disk.state = { ...this.#disk.state, folder };
    this.#depth -= 1;
    this.#problem ??= run.problem;
    return run.environment;
  }

  /** Whether the shell gets past this program. */
  #program(program: Started): boolean {
    let { words, environment } = program;
    let assumes = NOTHING_ASSUMED;
    const wrappers: string[] = [];
    let missing: string | null = null;
    for (let round = 0; round < MOST_WRAPPERS && words.length > 0; round += 1) {
      const first = words[0]!;
      const variable = emptyBecauseUnset(first);
      if (variable !== null && first.value.known) {
        // `$WRAPPER puma`: without the variable there is no wrapper.
        missing ??= variable;
        assumes = allAssumptions(assumes, first.value.assumes);
        words = words.slice(1);
        continue;
      }
      const names = wordNames(words);
      const system = this.#systems.find((one) => one.recognises(names));
      if (system) return this.#found(system, words, wrappers, environment, assumes, program.background);
      const run = this.#run(words, environment, program.background);
      if (run !== null) return run;
      const inline = inlineScript(names);
      if (inline !== null) return this.#inline(words[inline]!, words.slice(inline + 2), environment);
      const script = this.#scriptOf(words, names);
      if (script && this.#depth < DEEPEST_SHELL) {
        const before = this.#recognised.length;
        const { text } = script.file;
        const whole = passage(text, { file: script.file, start: 0, end: text.length });
        this.#shell(whole, environment, words.slice(script.words));
        return this.#recognised.length === before;
      }
      const inner = names[0] === 'env' ? readEnv(words, environment) : null;
      const length = inner ? inner.length : wrapperLength(names);
      if (length === null) break;
      wrappers.push(...words.slice(0, length).map((word) => spanText(word.at)));
      words = words.slice(length);
      if (inner) environment = inner.environment;
    }
    // `exec "$@"` without arguments, or `exec >log`: what ran before it has ended, and the shell goes on.
    if (words.length === 1 && wordNames(words)[0] === 'exec') {
      this.#other = null;
      return true;
    }
    if (wrappers.length > 0) this.#disk.run(words, NOT_REDIRECTED);
    if (words.length > 0) this.#unknown(this.#command(words, wrappers, assumes), environment);
    else if (missing !== null) this.#problem ??= `nothing in the repository sets ${missing}, which says what runs`;
    return true;
  }

  /** What a program starts that starts others; null where the words are none. */
  #run(words: readonly Word[], environment: Environment, background: boolean): boolean | null {
    for (const runner of RUNNERS) {
      const run = runner(words, environment, this.#scripts);
      if (!run) continue;
      if ('unknown' in run || this.#isRun) {
        this.#problem ??= 'unknown' in run ? run.unknown : 'it is started by one of its kind';
        return true;
      }
      for (const program of run.programs) this.#start(program);
      this.#lost ??= run.beside ?? null;
      this.#other = null;
      if (!background) this.#foreground += 1;
      return false;
    }
    return null;
  }

  #start({ name, at, start, environment }: RunProgram): void {
    const text = 'line' in start ? start.line : lineOf(start.words);
    const reader = new Reader(text, at, this.#systems, this.#scripts, { isRun: true, disk: this.#disk });
    const reading =
      'line' in start ? reader.line(passage(text, at), environment) : reader.words(start.words, environment);
    for (const candidate of reading.candidates) (candidate.system ? this.#recognised : this.#beside).push(candidate);
    if (reading.unresolved !== null) this.#lost ??= `${name}: ${reading.unresolved}`;
  }

  #unknown(command: Command, environment: Environment): void {
    const [name] = wordNames(command.words);
    if (this.#recognised.length > 0 && OF_THE_SHELL.test(name!)) return;
    this.#other = { command, system: null, environment, copied: this.#disk.state.placed };
  }

  #found(
    system: System,
    words: readonly Word[],
    wrappers: readonly string[],
    environment: Environment,
    assumes: readonly Assumption[],
    background: boolean,
  ): boolean {
    const copied = this.#disk.state.placed;
    this.#recognised.push({ command: this.#command(words, wrappers, assumes), system, environment, copied });
    // What ran before it has ended.
    this.#other = null;
    if (!background) this.#foreground += 1;
    return false;
  }

  #command(words: readonly Word[], wrappers: readonly string[], assumes: readonly Assumption[]): Command {
    const [program, ...rest] = words;
    const first = { value: assuming(program!.value, assumes), at: program!.at };
    return { text: this.#text, at: this.#at, words: [first, ...rest], wrappers };
  }

  /** What a format put into a script before the shell saw it: every word of its programs rests on that. */
  #restOn(from: number, assumes: readonly Assumption[]): void {
    for (let index = from; index < this.#recognised.length; index += 1) {
      const one = this.#recognised[index]!;
      const words = one.command.words.map((word) => ({ ...word, value: assuming(word.value, assumes) }));
      this.#recognised[index] = { ...one, command: { ...one.command, words } };
    }
  }

  /** The shell script of the repository that the words start, and how many of them that takes. */
  #scriptOf(
    words: readonly Word[],
    names: readonly string[],
  ): { readonly file: SourceFile; readonly words: number } | null {
    const index = SHELL.test(names[0] ?? '') ? names.findIndex((name, at) => at > 0 && !name.startsWith('-')) : 0;
    const path = words[index]?.value;
    const file = path?.known ? this.#scripts(path.value) : null;
    return file && (index > 0 || isShellScript(file)) ? { file, words: index + 1 } : null;
  }

  #inline(script: Word, args: readonly Word[], environment: Environment): boolean {
    if (this.#depth >= DEEPEST_SHELL) return true;
    if (!script.value.known) {
      this.#problem ??= script.value.reason;
      return true;
    }
    const before = this.#recognised.length;
    this.#shell(scriptText(script, script.value.value), environment, args);
    if (script.expanded && script.value.assumes.length > 0) this.#restOn(before, script.value.assumes);
    return this.#recognised.length === before;
  }
}

const SHELL = /^(?:ba|da|a|z|k)?sh$/;

function isShellScript({ path, text }: SourceFile): boolean {
  return /^#!.*\b(?:ba|da|a|z|k)?sh\b/.test(text) || (!text.startsWith('#!') && path.endsWith('.sh'));
}

/** Where the script of `sh -c` stands among the words, or null. */
function inlineScript(names: readonly string[]): number | null {
  if (!SHELL.test(names[0] ?? '')) return null;
  for (let index = 1; index < names.length - 1; index += 1) {
    const word = names[index]!;
    if (/^-[a-z]*c[a-z]*$/.test(word)) return index + 1;
    if (!word.startsWith('-')) return null;
    if (word === '-o') index += 1;
  }
  return null;
}

/** What the inner shell gets to read: the text between the quotes where that is the same, else the value. */
function scriptText(script: Word, value: string): Passage {
  const written = spanText(script.at);
  const quote = written[0];
  const inside = written.slice(1, -1);
  if (script.expanded && inside !== value && written !== value) return passage(value, script.at);
  const quoted = written.length >= 2 && (quote === '"' || quote === "'") && written.at(-1) === quote;
  // Its own shell has put its own arguments in: the inner one has others.
  const isFilled = quote === '"' && /\$\{?[@*\d]/.test(inside);
  if (quoted && !isFilled && inside.indexOf(quote) === -1 && (quote === "'" || inside.indexOf('\\') === -1))
    return part(passage(written, script.at), 1, written.length - 1);
  return passage(value, script.at);
}

/** `env A=b -u C program`: the number of its own words, and the environment it hands on. */
function readEnv(
  words: readonly Word[],
  environment: Environment,
): { length: number; environment: Environment } | null {
  let index = 1;
  for (; index < words.length; index += 1) {
    const word = words[index]!;
    const written = word.value.known ? word.value.value : spanText(word.at);
    if (written === '--') return finished(index + 1);
    if (written === '-i' || written === '-' || written === '--ignore-environment') environment = Environment.EMPTY;
    else if (written === '-u' || written === '--unset') {
      index += 1;
      environment = unset(environment, words[index]);
    } else if (written.startsWith('--unset=')) environment = unset(environment, word, written.slice(8));
    else if (written === '-C' || written === '--chdir') index += 1;
    else if (!written.startsWith('-')) {
      const name = /^([A-Za-z_]\w*)=/.exec(written)?.[1];
      if (!name) break;
      const value = combine(null, [word.value], (text) => text.slice(name.length + 1));
      environment = environment.with(
        name,
        via(value, (from) => ({ kind: 'platform', at: word.at, from: [from] })),
      );
    }
  }
  return finished(index);

  function finished(length: number): { length: number; environment: Environment } | null {
    return length < words.length ? { length, environment } : null;
  }
}

function unset(environment: Environment, word: Word | undefined, name = word?.value.known ? word.value.value : null) {
  if (!word || name === null || name === undefined) return environment;
  return environment.with(name, known(null, { kind: 'platform', at: word.at, from: [] }));
}
