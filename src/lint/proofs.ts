import type { Launch } from '../launch/launch.ts';
import { decidesAlone, proofsOf, TRIED, type Proof } from '../model/proof.ts';
import type { Process } from '../model/process.ts';
import type { SharedWork } from '../ruby/host.ts';
import type { VariableState } from '../value/environment.ts';
import { known } from '../value/traced.ts';
import { bootWhole, type BootContext } from './boots.ts';

/** What all trials of one run may do together, in steps of the evaluator. */
export const WORK_OF_PROOFS = 600_000;

/** What one boot costs besides what its files do. */
const BOOT = 300;

/** The states of a variable that are tried: one object for each value, however many launches try it. */
const TRIED_STATES: ReadonlyMap<string | null, VariableState> = new Map(
  TRIED.map((value) => [value, known(value, { kind: 'assumed', text: 'tried' })]),
);

/**
 * What is true of the pools of one deployment for every value of the variables they depend on: each value is tried by
 * booting the launch as it would be with it, by the same code that boots it as it is.
 * @param work is used up by it; what is not told by then is not proved
 */
export function proofsIn(
  launches: readonly Launch[],
  processes: readonly Process[],
  context: BootContext,
  work: SharedWork,
): readonly Proof[] {
  return launches.flatMap((launch) => {
    // What a launch starts goes by its name: only the launch itself has its command.
    const own = processes.filter((process) => process.declared && process.name === launch.name);
    const isOne = launches.filter(({ name }) => name === launch.name).length === 1;
    if (own.length === 0 || !isOne) return [];
    const { command, environment } = launch;
    return proofsOf(
      own,
      (variable) => decidesAlone(variable, command, environment),
      (variable, value) => {
        work.left -= BOOT;
        const tried: Launch = { ...launch, environment: environment.with(variable, TRIED_STATES.get(value)!) };
        const boots = work.left < 0 ? [] : bootWhole(tried, { ...context, work, trial: true });
        return work.left < 0 ? null : boots.flatMap((boot) => boot.processes);
      },
    );
  });
}
