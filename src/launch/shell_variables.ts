import type { Command as Simple, Word as ShellWord } from 'unbash';
import type { Span } from '../text/source.ts';
import { Environment, type VariableState } from '../value/environment.ts';
import { agree, combine, known, unknown, via } from '../value/traced.ts';
import { wordValue, type Scope } from './expansion.ts';
import type { Word } from './launch.ts';
import type { Passage } from './passage.ts';

const CONDITIONAL = 'a condition of the shell decides it';

/** What a shell knows where it stands. */
export interface ShellScope extends Scope {
  readonly args: readonly Word[] | null;
}

type Assignment = Extract<Simple['args'][number], { type: 'Assignment' }>;

/** The variables of a shell while it walks through a script. */
export class Variables {
  /** Never changed, only replaced: branches begin where it was. */
  scope: ShellScope;
  #exportsAll = false;

  constructor(environment: Environment, args: readonly Word[] | null) {
    this.scope = { environment, own: Environment.EMPTY, args };
  }

  /** What stands before a command, or alone: each sees those before it. */
  assignments(command: Simple, text: Passage): readonly (readonly [string, VariableState])[] {
    const assigned: [string, VariableState][] = [];
    const { environment, args } = this.scope;
    let { own } = this.scope;
    for (const assignment of command.prefix) {
      if (assignment.type !== 'Assignment') continue;
      const state = assignedState(assignment, text, { environment, own, args });
      assigned.push([assignment.name, state]);
      own = own.with(assignment.name, state);
    }
    return assigned;
  }

  assign(name: string, state: VariableState): void {
    if (this.#exportsAll || this.scope.environment.declares(name)) this.#export(name, state);
    else this.#own(name, state);
  }

  /** The variable of `for`. */
  loopOver(name: ShellWord, text: Passage): void {
    this.#own(name.value, unknown('a loop of the shell sets it', code(name, text)));
  }

  /** Commands of the shell that change what later programs inherit; false for every other command. */
  builtin(command: Simple, text: Passage): boolean {
    switch (command.name?.value) {
      case 'export':
      case 'declare':
      case 'typeset':
        for (const argument of command.args) {
          const state =
            argument.type === 'Assignment'
              ? assignedState(argument, text, this.scope)
              : this.scope.own.stateOf(argument.value);
          if (state) this.#export(argument.type === 'Assignment' ? argument.name : argument.value, state);
        }
        return true;
      case 'local':
        for (const argument of command.args)
          if (argument.type === 'Assignment') this.#own(argument.name, assignedState(argument, text, this.scope));
        return true;
      case 'unset':
        for (const argument of command.args) if (argument.type === 'Word') this.#unset(argument, text);
        return true;
      case 'set':
        this.#set(command);
        return true;
      case 'shift': {
        const count = Number(command.args[0]?.value ?? '1');
        const { args } = this.scope;
        this.scope = { ...this.scope, args: args && Number.isInteger(count) ? args.slice(count) : null };
        return true;
      }
      default:
        return false;
    }
  }

  /** What is known after one of several ends; what they disagree about is unknown. */
  join(ends: readonly ShellScope[], before: ShellScope): void {
    const environment = asAsked(joined(ends.map((end) => end.environment)), before.environment);
    const args = ends[0]?.args ?? null;
    this.scope = {
      environment,
      own: joined(ends.map((end) => end.own)),
      args: ends.every((end) => end.args === args) ? args : null,
    };
  }

  /** `set -a`; `set -- puma "$@"` gives the script other arguments. */
  #set({ args }: Simple): void {
    const isGiven = args.some(
      (argument) => (argument.type === 'Word' && !/^[-+]/.test(argument.text)) || argument.text === '--',
    );
    if (isGiven) this.scope = { ...this.scope, args: null };
    for (const argument of args) {
      if (argument.text === '-a') this.#exportsAll = true;
      if (argument.text === '+a') this.#exportsAll = false;
    }
  }

  #unset(argument: ShellWord, text: Passage): void {
    const gone: VariableState = known(null, code(argument, text));
    this.#own(argument.value, gone);
    this.#export(argument.value, gone);
  }

  #own(name: string, state: VariableState): void {
    this.scope = { ...this.scope, own: this.scope.own.with(name, state) };
  }

  #export(name: string, state: VariableState): void {
    this.scope = { ...this.scope, environment: this.scope.environment.with(name, state) };
  }
}

function assignedState(assignment: Assignment, text: Passage, scope: Scope): VariableState {
  const at = text.place(assignment.pos, assignment.end);
  if (assignment.value.type !== 'Word' || assignment.index)
    return unknown(`${assignment.name} is an array of the shell`, { kind: 'platform', at, from: [] });
  const written = wordValue(assignment.value, text, scope);
  const old = scope.own.declares(assignment.name) ? scope.own : scope.environment;
  const value = assignment.append
    ? combine(at, [old.get(assignment.name, at), written], (before, more) => (before ?? '') + more)
    : written;
  return via(value, (from) => ({ kind: 'platform', at, from: [from] }));
}

function code(word: ShellWord, text: Passage): { kind: 'platform'; at: Span; from: [] } {
  return { kind: 'platform', at: text.place(word.pos, word.end), from: [] };
}

/** The environment that is asked for stays, where a script has another one in some branch: `rails test` sets it to test. */
function asAsked(after: Environment, before: Environment): Environment {
  return ['RAILS_ENV', 'RACK_ENV'].reduce((result, name) => {
    const state = before.stateOf(name);
    const isAsked = state?.known === true && state.origin.kind === 'flag';
    return isAsked && !result.get(name).known ? result.with(name, state) : result;
  }, after);
}

/** Variables where some branches ended: what they disagree about is unknown. */
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
