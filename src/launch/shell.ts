import {
  parse,
  type AndOr,
  type Command as Simple,
  type CompoundList,
  type SyntaxNode,
  type Word as ShellWord,
} from 'unbash';
import type { Span } from '../text/source.ts';
import { Environment, type VariableState } from '../value/environment.ts';
import { agree, combine, known, unknown, via } from '../value/traced.ts';
import { chosen, taken } from './conditions.ts';
import { expandWord, wordValue, type Scope } from './expansion.ts';
import type { Word } from './launch.ts';
import type { Passage } from './passage.ts';

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

/** Longer than any command line somebody wrote by hand. */
const LONGEST_SCRIPT = 20_000;
const MOST_COMMANDS = 500;
const DEEPEST = 40;

const CONDITIONAL = 'a condition of the shell decides it';

/**
 * Walks through a script in the order in which a shell would, and hands over every program it starts. `started` says
 * whether the shell gets past it: a server in the foreground never returns.
 */
export function runShell(
  text: Passage,
  environment: Environment,
  started: (program: Started) => boolean,
  args: readonly Word[] | null = null,
): ShellRun {
  if (text.text.length > LONGEST_SCRIPT) return { environment, problem: 'the command is too long to be read' };
  const shell = new Shell(text, environment, started, args);
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

/** Leaves the walk: the shell does not get any further. */
class Stop extends Error {
  readonly problem: string | null;
  constructor(problem: string | null) {
    super('stop');
    this.problem = problem;
  }
}

class Shell {
  environment: Environment;
  #own = Environment.EMPTY;
  #exportsAll = false;
  #commands = 0;
  readonly #text: Passage;
  readonly #started: (program: Started) => boolean;
  #args: readonly Word[] | null;

  constructor(
    text: Passage,
    environment: Environment,
    started: (program: Started) => boolean,
    args: readonly Word[] | null,
  ) {
    this.#text = text;
    this.#args = args;
    this.environment = environment;
    this.#started = started;
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
        return this.#node(node.command, depth + 1, background);
      case 'BraceGroup':
        return this.#compound(node.body, depth, background);
      case 'Subshell': {
        const before = this.#scope();
        this.#compound(node.body, depth, background);
        this.#restore(before);
        return;
      }
      case 'While':
        this.#compound(node.clause, depth, background);
        return this.#compound(node.body, depth, background);
      case 'For':
        this.#own = this.#own.with(node.name.value, unknown('a loop of the shell sets it', this.#code(node.name)));
        return this.#compound(node.body, depth, background);
      case 'If': {
        const certain = taken(node, (word) => wordValue(word, this.#text, this.#scope()));
        if (certain) return certain.body ? this.#compound(certain.body, depth, background) : undefined;
        this.#compound(node.clause, depth, background);
        for (const other of node.elif) this.#compound(other.clause, depth, background);
        const branches = [node.then, ...node.elif.map((other) => other.then), node.else ?? null];
        return this.#branches(branches, depth, background);
      }
      case 'Case': {
        const branch = chosen(node, (word) => wordValue(word, this.#text, this.#scope()));
        if (branch) return branch.body ? this.#compound(branch.body, depth, background) : undefined;
        return this.#branches([...node.items.map((item) => item.body), null], depth, background);
      }
    }
  }

  #compound(body: CompoundList, depth: number, background: boolean): void {
    for (const statement of body.commands)
      this.#node(statement.command, depth + 1, background || statement.background === true);
  }

  #together(nodes: readonly SyntaxNode[], depth: number, background: boolean): void {
    if (nodes.length === 1) return this.#node(nodes[0]!, depth + 1, background);
    let ends = true;
    const before = this.#scope();
    for (const node of nodes) {
      ends = this.#reachesEnd(() => this.#node(node, depth + 1, background)) && ends;
      this.#restore(before);
    }
    if (!ends) throw new Stop(null);
  }

  /** `a && b` goes on because a succeeds, `a || b` stops there; after a test nobody knows. */
  #andOr(node: AndOr, depth: number, background: boolean): void {
    let undecided = false;
    let skips = false;
    for (const [index, command] of node.commands.entries()) {
      const operator = node.operators[index - 1];
      if (operator === '||' && !undecided) skips = true;
      if (operator === '&&') skips = false;
      if (skips) continue;
      if (undecided) this.#branches([command, null], depth, background);
      else this.#node(command, depth + 1, background);
      undecided ||= isTest(command);
    }
  }

  /** Every branch from the same beginning; what they disagree about is unknown afterwards. */
  #branches(branches: readonly (CompoundList | SyntaxNode | null)[], depth: number, background: boolean): void {
    const before = this.#scope();
    const ends: Scope[] = [];
    for (const branch of branches) {
      this.#restore(before);
      const reached = this.#reachesEnd(() => {
        if (branch?.type === 'CompoundList') this.#compound(branch, depth, background);
        else if (branch) this.#node(branch, depth + 1, background);
      });
      if (reached) ends.push(this.#scope());
    }
    if (ends.length === 0) throw new Stop(null);
    this.environment = asAsked(joined(ends.map((end) => end.environment)), before.environment);
    this.#own = joined(ends.map((end) => end.own));
    const [{ args = null }] = ends as [Scope];
    this.#args = ends.every((end) => (end.args ?? null) === args) ? args : null;
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
    const assigned = this.#assignments(command);
    if (!command.name) {
      for (const [name, state] of assigned) this.#assign(name, state);
      return;
    }
    const words: Word[] = [];
    const given = [command.name, ...command.args];
    if (this.#builtin(command)) return;
    for (const argument of given) {
      const word = argument.type === 'Word' ? argument : assignmentAsWord(argument);
      words.push(...expandWord(word, this.#text, this.#scope()));
    }
    if (words.length === 0) return;
    let environment = this.environment;
    for (const [name, state] of assigned) environment = environment.with(name, state);
    const returns = this.#started({ words, environment, background });
    const first = words[0]!.value;
    const replaced = first.known && first.value === 'exec' && words.length > 1;
    if (!background && (!returns || replaced)) throw new Stop(null);
  }

  #assignments(command: Simple): readonly (readonly [string, VariableState])[] {
    const assigned: [string, VariableState][] = [];
    let scope = this.#scope();
    for (const assignment of command.prefix) {
      if (assignment.type !== 'Assignment') continue;
      const state = this.#assigned(assignment, scope);
      assigned.push([assignment.name, state]);
      scope = { environment: scope.environment, own: scope.own.with(assignment.name, state), args: scope.args ?? null };
    }
    return assigned;
  }

  #assigned(assignment: Extract<Simple['args'][number], { type: 'Assignment' }>, scope: Scope): VariableState {
    const at = this.#text.place(assignment.pos, assignment.end);
    if (assignment.value.type !== 'Word' || assignment.index)
      return unknown(`${assignment.name} is an array of the shell`, { kind: 'platform', at, from: [] });
    const written = wordValue(assignment.value, this.#text, scope);
    const old = scope.own.declares(assignment.name) ? scope.own : scope.environment;
    const value = assignment.append
      ? combine(at, [old.get(assignment.name, at), written], (before, more) => (before ?? '') + more)
      : written;
    return via(value, (from) => ({ kind: 'platform', at, from: [from] }));
  }

  #assign(name: string, state: VariableState): void {
    if (this.#exportsAll || this.environment.declares(name)) this.environment = this.environment.with(name, state);
    else this.#own = this.#own.with(name, state);
  }

  /** Commands of the shell that change what later programs inherit. */
  #builtin(command: Simple): boolean {
    switch (command.name?.value) {
      case 'export':
      case 'declare':
      case 'typeset':
        for (const argument of command.args) this.#export(argument);
        return true;
      case 'unset':
        for (const argument of command.args) if (argument.type === 'Word') this.#unset(argument);
        return true;
      case 'set':
        // `set -- puma "$@"` gives the script other arguments.
        if (
          command.args.some(
            (argument) => (argument.type === 'Word' && !/^[-+]/.test(argument.text)) || argument.text === '--',
          )
        )
          this.#args = null;
        for (const argument of command.args) {
          if (argument.text === '-a') this.#exportsAll = true;
          if (argument.text === '+a') this.#exportsAll = false;
        }
        return true;
      case 'shift': {
        const count = Number(command.args[0]?.value ?? '1');
        this.#args = this.#args && Number.isInteger(count) ? this.#args.slice(count) : null;
        return true;
      }
      case 'exit':
        throw new Stop(null);
      default:
        return false;
    }
  }

  #export(argument: Simple['args'][number]): void {
    if (argument.type === 'Assignment') {
      this.environment = this.environment.with(argument.name, this.#assigned(argument, this.#scope()));
      return;
    }
    const state = this.#own.stateOf(argument.value);
    if (state) this.environment = this.environment.with(argument.value, state);
  }

  #unset(argument: ShellWord): void {
    const gone: VariableState = known(null, this.#code(argument));
    this.#own = this.#own.with(argument.value, gone);
    this.environment = this.environment.with(argument.value, gone);
  }

  #code(word: ShellWord): { kind: 'platform'; at: Span; from: [] } {
    return { kind: 'platform', at: this.#text.place(word.pos, word.end), from: [] };
  }

  #scope(): Scope {
    return { environment: this.environment, own: this.#own, args: this.#args };
  }

  #restore(scope: Scope): void {
    this.environment = scope.environment;
    this.#own = scope.own;
    this.#args = scope.args ?? null;
  }
}

function isTest(node: SyntaxNode): boolean {
  if (node.type === 'TestCommand' || node.type === 'ArithmeticCommand') return true;
  if (node.type === 'Pipeline') return node.commands.some(isTest);
  return node.type === 'Command' && /^(?:\[|test|grep|command|which|type|pgrep|false)$/.test(node.name?.value ?? '');
}

/** `--set KEY=value` stands among the arguments: an assignment only for the shell that parsed it. */
function assignmentAsWord(argument: Extract<Simple['args'][number], { type: 'Assignment' }>): ShellWord {
  if (argument.value.type !== 'Word')
    return { type: 'Word', text: argument.text, value: argument.text, pos: argument.pos, end: argument.end };
  const inner = argument.value;
  const head = argument.text.slice(0, inner.pos - argument.pos);
  const literal = { type: 'Literal', pos: argument.pos, end: inner.pos, value: head, text: head } as const;
  const { text, pos, end } = argument;
  if (!inner.parts) return { type: 'Word', text, value: head + inner.value, pos, end };
  return { type: 'Word', text, value: head + inner.value, pos, end, parts: [literal, ...inner.parts] };
}

/** The environment that is asked for stays, where a script has another one in some branch: `rails test` sets it to test. */
function asAsked(after: Environment, before: Environment): Environment {
  return ['RAILS_ENV', 'RACK_ENV'].reduce((result, name) => {
    const state = before.stateOf(name);
    const isAsked = state?.known === true && state.origin.kind === 'flag';
    return isAsked && !result.get(name).known ? result.with(name, state) : result;
  }, after);
}

function joined(worlds: readonly Environment[]): Environment {
  const first = worlds[0]!;
  const names = new Set(worlds.flatMap((world) => world.names));
  let result = first;
  for (const name of names) {
    const states = worlds.map((world) => world.stateOf(name));
    if (states.every((state) => state === states[0])) continue;
    result = result.with(
      name,
      agree(
        CONDITIONAL,
        worlds.map((world, index) => states[index] ?? world.get(name)),
      ),
    );
  }
  return result;
}
