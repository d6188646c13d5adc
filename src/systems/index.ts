import { actionCable } from './action_cable.ts';
import { goodJob } from './good_job.ts';
import { puma } from './puma.ts';
import { sidekiq } from './sidekiq.ts';
import { SIMPLE_JOBS } from './simple/jobs.ts';
import { SIMPLE_SERVERS } from './simple/servers.ts';
import { solidQueue } from './solid_queue.ts';
import type { System } from './system.ts';

/** Every program this tool knows, servers first; a server of Action Cable before the Puma that it is. */
export const SYSTEMS: readonly System[] = [
  actionCable,
  puma,
  ...SIMPLE_SERVERS,
  sidekiq,
  solidQueue,
  goodJob,
  ...SIMPLE_JOBS,
];
