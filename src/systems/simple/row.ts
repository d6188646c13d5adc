import type { Role } from '../../launch/launch.ts';
import type { OptionShape } from '../../launch/options.ts';
import type { Recorder } from '../../launch/recorder.ts';
import { known, type Traced } from '../../value/traced.ts';
import { notStarting } from '../boot_failure.ts';
import type { DatabaseClaim, OutsideConnections, Settings, System } from '../system.ts';
import { Reading } from './reading.ts';

/** A program of which two numbers say everything: one row of the table. */
export interface SimpleRow extends Omit<System, 'boot'> {
  readonly title: string;
  /** Where its numbers were read: `path@tag`. */
  readonly source: string;
  readonly role: Role;
  readonly options: readonly OptionShape[];
  /** What hears, under its constant, what the application makes of the program while it is loaded. */
  readonly listener?: { readonly constant: string; readonly host: () => Recorder };
  readonly counts: (reading: Reading) => Counts;
}

export interface Counts {
  /** Processes of one host that hold connections. */
  readonly processes: Traced<number>;
  /** Request or job threads of each. */
  readonly threads: Traced<number>;
  readonly outside?: readonly OutsideConnections[];
  readonly settings?: Settings;
}

/** The system of a row: it loads the application, and every thread wants a connection for its request or job. */
export function simpleSystem(row: SimpleRow): System {
  return {
    ...row,
    boot(boot, command) {
      if (row.listener) boot.define(row.listener.constant, row.listener.host);
      const reading = new Reading(boot, command, row);
      const { processes, threads, outside, settings } = row.counts(reading);
      const nothing = reading.raised ? notStarting(boot, row.title, reading.raised) : null;
      return {
        processes: [
          {
            role: row.role,
            processesPerHost: nothing ?? processes,
            threads: nothing ?? threads,
            claims: [claimOf(row, nothing ?? threads)],
            ...(outside ? { outside } : {}),
          },
        ],
        settings: settings ?? { processes, threads },
      };
    },
  };
}

function claimOf({ role }: SimpleRow, threads: Traced<number>): DatabaseClaim {
  return role === 'worker'
    ? { on: 'jobs', threadsOf: 'job threads', threads, held: 'job', counts: true }
    : { on: 'every', threadsOf: 'request threads', threads, held: 'request', counts: true };
}

/** One process, as long as nothing starts more. */
export function alone(text: string): Traced<number> {
  return known(1, { kind: 'assumed', text });
}
