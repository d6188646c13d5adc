import type { System } from '../system.ts';
import { anycable } from './anycable.ts';
import { delayedJob } from './delayed_job.ts';
import { karafka } from './karafka.ts';
import { que } from './que.ts';
import { resque } from './resque.ts';
import { simpleSystem } from './row.ts';
import { shoryuken } from './shoryuken.ts';
import { sneakers } from './sneakers.ts';

/** Programs that run jobs or answer for sockets and of which two numbers say everything. */
export const SIMPLE_JOBS: readonly System[] = [delayedJob, resque, que, shoryuken, karafka, sneakers, anycable].map(
  simpleSystem,
);
