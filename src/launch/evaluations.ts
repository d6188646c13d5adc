import type { Evaluation, SharedWork } from '../ruby/host.ts';
import { RememberedPrograms } from '../ruby/remembered_programs.ts';
import type { ProgramParser } from '../ruby/syntax.ts';
import { RubyString, RubySymbol, type Value } from '../ruby/values.ts';
import type { Environment, VariableState, Watch } from '../value/environment.ts';
import type { WorldHost } from './world_host.ts';

/** What the constants of a process are, for comparing: the same object wherever they are the same thing. */
export type Constants = (name: string) => object | null | undefined;

/** What one evaluation asked of the world around it. */
export class Asked implements Watch {
  readonly variables = new Set<string>();
  readonly constants = new Set<string>();
  /** It asked for something that cannot be compared: all variables, the databases. */
  open = false;

  one(name: string): void {
    this.variables.add(name);
  }

  all(): void {
    this.open = true;
  }
}

type Worlds = readonly Evaluation<WorldHost>[];

interface Kept<W extends Worlds> {
  readonly worlds: W;
  /** World by world: the variables that it left in another state. */
  readonly changes: readonly (readonly (readonly [string, VariableState])[])[];
  /** The steps it took, which whoever uses it again is charged with. */
  readonly steps: number;
}

/** Evaluations that asked the same questions, by the answers they got. */
interface Group {
  readonly variables: readonly string[];
  readonly constants: readonly string[];
  readonly byAnswers: Map<string, Kept<Worlds>>;
}

/** More kinds of questions than this are not worth the search. */
const MOST_GROUPS = 8;

/**
 * The evaluations of the files of one app. An evaluation is a pure function of its file and of what it asks the world
 * around it, so one that was made for another process, another deployment or another value of a variable stands for
 * every process that would answer all of its questions the same. "The same" is the very same object, never an equal
 * one: what cannot be compared, or could be changed by whoever uses it, is evaluated again.
 */
export class Evaluations {
  readonly programs: RememberedPrograms;
  readonly #kept = new Map<string, Group[]>();
  readonly #numbers = new WeakMap<object, number>();
  readonly #definedBy = new WeakMap<object, () => void>();
  readonly #shared = new Map<string, unknown>();
  #next = 1;

  constructor(parser: ProgramParser) {
    this.programs = new RememberedPrograms(parser);
  }

  /** A value that is the same for every process of the app. */
  shared<T>(name: string, make: () => T): T {
    if (!this.#shared.has(name)) this.#shared.set(name, make());
    return this.#shared.get(name) as T;
  }

  /**
   * The worlds of a file, evaluated before or now.
   * @param key the file, how it is read, and whatever else decides it that is neither variable nor constant
   * @param keeps whether to remember it, and to charge the work of what is used again; a trial does neither
   * @param evaluate tells `asked` what it asks for
   */
  worldsOf<W extends Worlds>(
    key: string,
    environment: Environment,
    constants: Constants,
    work: SharedWork,
    keeps: boolean,
    evaluate: (environment: Environment, asked: Asked) => W,
  ): W {
    for (const group of this.#kept.get(key) ?? []) {
      const kept = group.byAnswers.get(this.#answers(group, environment, constants)) as Kept<W> | undefined;
      if (!kept || (keeps && work.left < kept.steps)) continue;
      if (keeps) work.left -= kept.steps;
      return kept.worlds.map((world, index) => ({
        ...world,
        environment: kept.changes[index]!.reduce((all, [name, state]) => all.with(name, state), environment),
      })) as unknown as W;
    }
    const asked = new Asked();
    const before = work.left;
    const worlds = evaluate(environment.watched(asked), asked).map((world) => ({
      ...world,
      environment: world.environment.watched(null),
    })) as unknown as W;
    const touched = [...asked.constants].map(constants).filter(isChangeable);
    for (const value of touched) this.#definedBy.get(value)?.();
    if (!keeps || asked.open || touched.length > 0 || work.left < 0) return worlds;
    const kept = { worlds, changes: worlds.map((world) => changes(environment, world)), steps: before - work.left };
    this.#keep(key, kept, asked, environment, constants);
    return worlds;
  }

  #keep<W extends Worlds>(
    key: string,
    kept: Kept<W>,
    asked: Asked,
    environment: Environment,
    constants: Constants,
  ): void {
    const groups = this.#kept.get(key) ?? [];
    this.#kept.set(key, groups);
    const variables = [...asked.variables].toSorted();
    const names = [...asked.constants].toSorted();
    const same = (one: Group): boolean =>
      one.variables.join('\0') === variables.join('\0') && one.constants.join('\0') === names.join('\0');
    let group = groups.find(same);
    if (!group) {
      if (groups.length >= MOST_GROUPS) return;
      group = { variables, constants: names, byAnswers: new Map() };
      groups.push(group);
    }
    const { byAnswers } = group;
    const answers = this.#answers(group, environment, constants);
    byAnswers.set(answers, kept);
    for (const world of kept.worlds)
      for (const value of world.constants.values())
        if (isChangeable(value)) this.#definedBy.set(value, () => void byAnswers.delete(answers));
  }

  #answers({ variables, constants: names }: Group, environment: Environment, constants: Constants): string {
    const answers = [
      environment.unseen,
      ...variables.map((name) => environment.stateOf(name)),
      ...names.map(constants),
    ];
    return answers.map((answer) => this.#number(answer)).join(' ');
  }

  #number(answer: object | null | undefined): number {
    if (!answer) return 0;
    const known = this.#numbers.get(answer);
    if (known !== undefined) return known;
    this.#numbers.set(answer, this.#next);
    return this.#next++;
  }
}

/** The variables that a world left in another state than it found them in. */
function changes(before: Environment, { environment }: Evaluation<WorldHost>): Kept<Worlds>['changes'][number] {
  return environment.names.flatMap((name) => {
    const state = environment.stateOf(name);
    return state && state !== before.stateOf(name) ? [[name, state] as const] : [];
  });
}

/**
 * What a file that asks for a constant could change in it. Whoever does gets it as its own file left it; from then on
 * that file is evaluated for each process anew.
 */
function isChangeable(value: object | null | undefined): value is Value {
  if (!value || !('known' in value)) return false;
  const { known, value: content } = value as { known: boolean; value?: unknown };
  if (!known) return true;
  if (typeof content !== 'object' || content === null || content instanceof RubySymbol) return false;
  return !(content instanceof RubyString && content.frozen);
}
