import { goodJob } from './good_job.ts';
import { puma } from './puma.ts';
import { sidekiq } from './sidekiq.ts';
import { solidQueue } from './solid_queue.ts';
import type { System } from './system.ts';

/** Every program this tool knows, servers first. */
export const SYSTEMS: readonly System[] = [puma, sidekiq, solidQueue, goodJob];
