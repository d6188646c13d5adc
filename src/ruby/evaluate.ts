import type { Span } from '../text/source.ts';
import type { Evaluation, EvaluationInput, Failure, Host, Stop } from './host.ts';
import { evaluateNode } from './eval/node.ts';
import { Machine, type Printer, TOO_MUCH_WORK, unknownAt } from './machine.ts';
import { Jump, NotKnown, RaisedError, Stopped } from './signals.ts';
import type { Program } from './syntax.ts';
import type { Value } from './values.ts';

/** Two to the number of conditions that may be undecided. */
const MOST_WORLDS = 8;

/** A world together with what was printed in it. */
export interface World<H extends Host> {
  readonly evaluation: Evaluation<H>;
  readonly printer: Printer | null;
}

/**
 * Evaluates a program as Ruby would run it, without running it: pure in (program, environment, files, host). One
 * evaluation for every course that undecidable conditions leave open, at most eight, the one that decides them all for
 * true first. Never throws; a program that does not parse, too much work, and whatever else cannot be followed end as
 * unknown values with a reason.
 */
export function evaluate<H extends Host>(program: Program, input: EvaluationInput<H>): Evaluation<H>[] {
  return evaluateWorlds(program, input, () => null).map((world) => world.evaluation);
}

/** The same with a printer for each world, for templates. */
export function evaluateWorlds<H extends Host>(
  program: Program,
  input: EvaluationInput<H>,
  printer: () => Printer | null,
): World<H>[] {
  const worlds: World<H>[] = [];
  const queue: (readonly boolean[])[] = [[]];
  while (queue.length > 0 && worlds.length < MOST_WORLDS) {
    const chosen = queue.shift()!;
    const host = input.host();
    const m = new Machine(program, host, input.environment, input.files, chosen, input.work);
    m.printer = printer();
    const evaluation = run(m, program, host);
    worlds.push({ evaluation, printer: m.printer });
    // Depth first: worlds that share their first decisions stand together.
    queue.unshift(...m.untried.toReversed());
  }
  return worlds;
}

function run<H extends Host>(m: Machine, program: Program, host: H): Evaluation<H> {
  let failure: Failure | null = null;
  let stopped: Stop | null = null;
  let value: Value;
  const at = program.body.at;
  if (program.problem?.unread) {
    stopped = { reason: program.problem.message, at: program.problem.at };
    m.printer?.hole(stopped.at, stopped.reason);
    value = unknownAt(stopped.at, stopped.reason);
  } else if (program.problem) {
    const { message, at: place } = program.problem;
    failure = { error: 'SyntaxError', message, at: place, assumes: [] };
    value = unknownAt(place, message);
  } else {
    try {
      value = m.scope('method', () => evaluateNode(m, program.body, m.topFrame()));
    } catch (signal) {
      if (signal instanceof RaisedError) {
        const place = signal.at ?? at;
        failure = { error: signal.className, message: signal.message, at: place, assumes: signal.assumes };
        value = unknownAt(place, `raises ${signal.className}: ${signal.message}`);
      } else if (signal instanceof Jump) {
        value = signal.value;
      } else {
        stopped = stopOf(signal, at);
        m.printer?.hole(stopped.at, stopped.reason);
        value = unknownAt(stopped.at, stopped.reason);
      }
    }
  }
  m.finished = true;
  return {
    decisions: m.decisions,
    value,
    host,
    environment: m.environment,
    failure,
    skipped: m.skipped,
    possible: m.possible,
    reads: m.reads,
    noticed: [...m.noticed.values()],
    constants: m.top.constants,
    stopped,
  };
}

function stopOf(signal: unknown, at: Span): Stop {
  if (signal instanceof Stopped) return { reason: signal.reason, at: signal.at };
  if (signal instanceof NotKnown) return { reason: signal.value.reason, at };
  // The engine's own stack or string limits: the last resort behind the budgets.
  if (signal instanceof RangeError) return { reason: TOO_MUCH_WORK, at };
  // A defect of the evaluator must not take the whole run down: what it was reading is unknown.
  const text = signal instanceof Error ? signal.message : String(signal);
  return { reason: `this tool failed here (${text})`, at };
}
