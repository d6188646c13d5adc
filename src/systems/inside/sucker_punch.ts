import type { Application, Boot } from '../../launch/boot.ts';
import { mentions } from '../../index/mention.ts';
import { known, type Traced } from '../../value/traced.ts';
import { configured } from '../configured.ts';
import { isInstalled } from '../rules.ts';
import { NOTHING_INSIDE, type Inside } from './inside.ts';

const ROW = { gem: 'sucker_punch', versions: 'every SuckerPunch', source: 'lib/sucker_punch/job.rb@v3.2.0' };
const DEFAULT_WORKERS = 2;

/**
 * SuckerPunch runs every job class on a pool of its own in the process that queues it; behind Active Job all jobs are
 * one class. Source: lib/sucker_punch/job.rb@v3.2.0, lib/active_job/queue_adapters/sucker_punch_adapter.rb@v7.2.2
 */
export function suckerPunchInside(boot: Boot, application: Application): Inside {
  if (!isInstalled(boot.versions, 'sucker_punch')) return NOTHING_INSIDE;
  const adapter = configured(application, 'config.active_job', 'queue_adapter');
  const name = adapter?.known ? adapter.value : null;
  const behindActiveJob = typeof name === 'object' && name?.type === 'symbol' && name.name === 'sucker_punch';
  const classes = mentions(boot.files, /^(?:app|lib)\/.+\.rb$/, /\binclude\s+SuckerPunch::Job\b/);
  const counts = classes.map(({ text }) => Number(/^[ \t]*workers\s+(\d+)/m.exec(text)?.[1] ?? DEFAULT_WORKERS));
  const total = [...counts, ...(behindActiveJob ? [DEFAULT_WORKERS] : [])].reduce((sum, count) => sum + count, 0);
  if (total === 0) return NOTHING_INSIDE;
  const text = `SuckerPunch runs ${DEFAULT_WORKERS} threads for each job class that says nothing else`;
  const threads: Traced<number> = known(total, { kind: 'default', text, row: ROW });
  return {
    inside: [{ system: 'sucker_punch', threads }],
    claims: [{ on: 'jobs', threadsOf: 'job threads', threads, held: 'job', counts: true, system: 'sucker_punch' }],
  };
}
