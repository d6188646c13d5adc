import {
  parse,
  type AndOr,
  type Command as Simple,
  type CompoundList,
  type Function as ShellFunction,
  type Redirection,
  type SyntaxNode,
} from 'unbash';
import type { Environment } from '../value/environment.ts';
import { chosen, decided, isTest, taken, type Asked } from './conditions.ts';
import { redirectsOf, type Disk, type DiskState, type Redirects } from './disk.ts';
import { assignmentAsWord, expandWord, wordValue } from './expansion.ts';
import type { Word } from './launch.ts';
import { passage, type Passage } from './passage.ts';
import { Variables, type ShellScope } from './shell_variables.ts';

/** One program that a script starts. */
export interface Started {
  /** The program and its arguments, after expansion. */
  readonly words: readonly Word[];
  /** What the program inherits: the environment of the shell and the assignments before the command. */
  readonly environment: Environment;
  /** Started with `&`: the script goes on while it runs. */
  readonly background: boolean;
}

/** What happened in a shell that read a script to its end. */
export interface ShellRun {
  readonly environment: Environment;
  /** Why the script cannot be read, or null. */
  readonly problem: string | null;
}

/** What a script has beside its variables. */
export interface Surroundings {
  /** `$1`, `$2` …; null where nobody knows them. */
  readonly args?: readonly Word[] | null;
  /** The files it finds and changes; absent where nobody asks. */
  readonly disk?: Disk;
}

/** Longer than any command line somebody wrote by hand. */
const LONGEST_SCRIPT = 20_000;
const MOST_COMMANDS = 500;
const DEEPEST = 40;
/** Functions and scripts that call each other again and again. */
const MOST_CALLS = 200;

/**
 * Walks through a script in the order in which a shell would, and hands over every program it starts. `started` says
 * whether the shell gets past it: a server in the foreground never returns.
 */
export function runShell(
  text: Passage,
  environment: Environment,
  started: (program: Started) => boolean,
  surroundings: Surroundings = {},
): ShellRun {
  if (text.text.length > LONGEST_SCRIPT) return { environment, problem: 'the command is too long to be read' };
  const shell = new Shell(text, environment, started, surroundings);
  try {
    const script = parse(text.text);
    const error = script.errors?.[0];
    if (error) return { environment, problem: `a shell cannot read it: ${error.message}` };
    shell.list(script.commands, 0);
  } catch (error) {
    if (error instanceof Stop) return { environment: shell.environment, problem: error.problem };
    // The parser itself gave up (a stack too deep): whatever it is, nobody wrote it for a shell.
    return { environment, problem: 'a shell cannot read it' };
  }
  return { environment: shell.environment, problem: null };
}

/** What is so where a branch or a function ended. */
interface End {
  readonly scope: ShellScope;
  readonly files: DiskState | null;
}

/** Leaves the walk: the shell does not get any further. */
class Stop extends Error {
  readonly problem: string | null;
  constructor(problem: string | null) {
    super('stop');
    this.problem = problem;
  }
}

class Shell {
  readonly #variables: Variables;
  #commands = 0;
  #text: Passage;
  readonly #started: (program: Started) => boolean;
  readonly #disk: Disk | null;
  readonly #functions = new Map<string, { readonly body: ShellFunction['body']; readonly text: Passage }>();
  #calls = 0;
  /** Where the function or script that is called returned; null outside of one. */
  #returns: End[] | null = null;

  constructor(
    text: Passage,
    environment: Environment,
    started: (program: Started) => boolean,
    { args = null, disk }: Surroundings,
  ) {
    this.#text = text;
    this.#variables = new Variables(environment, args);
    this.#disk = disk ?? null;
    this.#started = started;
  }

  get environment(): Environment {
    return this.#variables.scope.environment;
  }

  list(statements: CompoundList['commands'], depth: number): void {
    for (const statement of statements) this.#node(statement.command, depth, statement.background === true);
  }

  #node(node: SyntaxNode, depth: number, background: boolean): void {
    if (depth > DEEPEST) throw new Stop('the command nests too deep to be read');
    switch (node.type) {
      case 'Command':
        return this.#simple(node, background);
      case 'Pipeline':
        // The programs of a pipe run side by side; the shell waits for all of them.
        return this.#together(node.commands, depth, background);
      case 'AndOr':
        return this.#andOr(node, depth, background);
      case 'Redirected':
        this.#disk?.run([], this.#redirects(node));
        return this.#node(node.command, depth + 1, background);
      case 'Function':
        this.#functions.set(node.name.value, { body: node.body, text: this.#text });
        return;
      case 'BraceGroup':
        return this.#compound(node.body, depth, background);
      case 'Subshell': {
        const before = this.#variables.scope;
        this.#compound(node.body, depth, background);
        this.#variables.scope = before;
        return;
      }
      case 'While':
        this.#compound(node.clause, depth, background);
        return this.#loop(node.body, depth, background);
      case 'For':
        this.#variables.loopOver(node.name, this.#text);
        return this.#loop(node.body, depth, background);
      case 'If': {
        const certain = taken(node, this.#asked());
        if (certain) return certain.body ? this.#compound(certain.body, depth, background) : undefined;
        this.#compound(node.clause, depth, background);
        for (const other of node.elif) this.#compound(other.clause, depth, background);
        const branches = [node.then, ...node.elif.map((other) => other.then), node.else ?? null];
        return this.#branches(branches, depth, background);
      }
      case 'Case': {
        const branch = chosen(node, this.#asked().valueOf);
        if (branch) return branch.body ? this.#compound(branch.body, depth, background) : undefined;
        return this.#branches([...node.items.map((item) => item.body), null], depth, background);
      }
    }
  }

  #compound(body: CompoundList, depth: number, background: boolean): void {
    for (const statement of body.commands)
      this.#node(statement.command, depth + 1, background || statement.background === true);
  }

  /** Nobody knows whether its body is run at all; what it sets is taken as it is, what it does to files is not. */
  #loop(body: CompoundList, depth: number, background: boolean): void {
    const before = this.#disk?.state;
    this.#compound(body, depth, background);
    if (this.#disk && before) this.#disk.join(before, [before, this.#disk.state]);
  }

  #together(nodes: readonly SyntaxNode[], depth: number, background: boolean): void {
    if (nodes.length === 1) return this.#node(nodes[0]!, depth + 1, background);
    let ends = true;
    const before = this.#variables.scope;
    for (const node of nodes) {
      ends = this.#reachesEnd(() => this.#node(node, depth + 1, background)) && ends;
      this.#variables.scope = before;
    }
    if (!ends) throw new Stop(null);
  }

  /** `a && b` goes on because a succeeds, `a || b` stops there; after a test nobody knows. */
  #andOr(node: AndOr, depth: number, background: boolean): void {
    let undecided = false;
    let succeeds = true;
    for (const [index, command] of node.commands.entries()) {
      const operator = node.operators[index - 1];
      if (operator !== undefined && !undecided && succeeds === (operator === '||')) continue;
      if (undecided) this.#branches([command, null], depth, background);
      else this.#node(command, depth + 1, background);
      const holds = isTest(command) ? decided(command, this.#asked()) : true;
      undecided ||= holds === null;
      succeeds = holds ?? true;
    }
  }

  /** Every branch from the same beginning; what they disagree about is unknown afterwards. */
  #branches(branches: readonly (CompoundList | SyntaxNode | null)[], depth: number, background: boolean): void {
    const before = this.#end();
    const ends: End[] = [];
    for (const branch of branches) {
      this.#goBackTo(before);
      const reached = this.#reachesEnd(() => {
        if (branch?.type === 'CompoundList') this.#compound(branch, depth, background);
        else if (branch) this.#node(branch, depth + 1, background);
      });
      if (reached) ends.push(this.#end());
    }
    this.#goOnFrom(ends, before);
  }

  /** What is known after one of several ends; there is none where all of them leave. */
  #goOnFrom(ends: readonly End[], before: End): void {
    if (ends.length === 0) throw new Stop(null);
    this.#variables.join(
      ends.map(({ scope }) => scope),
      before.scope,
    );
    if (this.#disk && before.files)
      this.#disk.join(
        before.files,
        ends.flatMap(({ files }) => files ?? []),
      );
  }

  #end(): End {
    return { scope: this.#variables.scope, files: this.#disk?.state ?? null };
  }

  #goBackTo({ scope, files }: End): void {
    this.#variables.scope = scope;
    if (this.#disk && files) this.#disk.state = files;
  }

  #reachesEnd(walk: () => void): boolean {
    try {
      walk();
      return true;
    } catch (error) {
      if (error instanceof Stop && error.problem === null) return false;
      throw error;
    }
  }

  #simple(command: Simple, background: boolean): void {
    this.#commands += 1;
    if (this.#commands > MOST_COMMANDS) throw new Stop('the command is too long to be read');
    const assigned = this.#variables.assignments(command, this.#text);
    if (!command.name) {
      for (const [name, state] of assigned) this.#variables.assign(name, state);
      return;
    }
    const words: Word[] = [];
    const given = [command.name, ...command.args];
    if (this.#builtin(command)) return;
    for (const argument of given) {
      const word = argument.type === 'Word' ? argument : assignmentAsWord(argument);
      words.push(...expandWord(word, this.#text, this.#variables.scope));
    }
    if (words.length === 0) return;
    const { scope } = this.#variables;
    let { environment } = scope;
    for (const [name, state] of assigned) environment = environment.with(name, state);
    this.#variables.scope = { ...scope, environment };
    if (this.#isCalled(words, background)) return;
    this.#variables.scope = scope;
    this.#disk?.run(words, this.#redirects(command));
    const returns = this.#started({ words, environment, background });
    const first = words[0]!.value;
    const replaced = first.known && first.value === 'exec' && words.length > 1;
    if (!background && (!returns || replaced)) throw new Stop(null);
  }

  /** `. config.sh`, `start_web "$@"`: what this shell runs itself. */
  #isCalled(words: readonly Word[], background: boolean): boolean {
    const [name, path] = words.map(({ value }) => (value.known ? value.value : null));
    const called = this.#functions.get(name ?? '');
    if (called) {
      this.#call(called.text, words.slice(1), () => {
        const { body } = called;
        if (body.type === 'CompoundList') this.#compound(body, 0, background);
        else this.#node(body, 0, background);
      });
      return true;
    }
    const file = (name === '.' || name === 'source') && path ? this.#disk?.script(path) : null;
    const script = file && file.text.length <= LONGEST_SCRIPT ? parse(file.text) : null;
    if (!file || !script || script.errors?.[0]) return false;
    const whole = passage(file.text, { file, start: 0, end: file.text.length });
    const args = words.length > 2 ? words.slice(2) : this.#variables.scope.args;
    this.#call(whole, args, () => {
      for (const { command, background: alone } of script.commands)
        this.#node(command, 0, background || alone === true);
    });
    return true;
  }

  #call(text: Passage, args: readonly Word[] | null, run: () => void): void {
    this.#calls += 1;
    if (this.#calls > MOST_CALLS) throw new Stop('the command calls more functions than can be followed');
    const outer = { text: this.#text, returns: this.#returns, args: this.#variables.scope.args };
    const before = this.#end();
    const returns: End[] = [];
    this.#text = text;
    this.#returns = returns;
    this.#variables.scope = { ...before.scope, args };
    const reached = this.#reachesEnd(run);
    const ends = reached ? [...returns, this.#end()] : returns;
    this.#text = outer.text;
    this.#returns = outer.returns;
    this.#goOnFrom(ends, before);
    this.#variables.scope = { ...this.#variables.scope, args: outer.args };
  }

  #redirects(of: { readonly type: string; readonly redirects: readonly Redirection[] }): Redirects {
    const { scope } = this.#variables;
    return redirectsOf(of.redirects, of.type === 'Redirected', (word) => ({
      value: wordValue(word, this.#text, scope),
      at: this.#text.place(word.pos, word.end),
    }));
  }

  #asked(): Asked {
    return {
      valueOf: (word) => wordValue(word, this.#text, this.#variables.scope),
      exists: (path) => this.#disk?.exists(path) ?? null,
    };
  }

  /** Commands of the shell that change what later programs inherit, or where it goes on. */
  #builtin(command: Simple): boolean {
    switch (command.name?.value) {
      case 'return':
        if (!this.#returns) return false;
        this.#returns.push(this.#end());
        throw new Stop(null);
      case 'exit':
        throw new Stop(null);
      default:
        return this.#variables.builtin(command, this.#text);
    }
  }
}
