import type { ApplicationFile, Boot, EvaluatedCall } from '../../launch/boot.ts';
import { initializers, listed } from '../../index/mention.ts';
import { type Assumption, allAssumptions } from '../../value/origin.ts';
import { assuming, combine, type Traced, unknown } from '../../value/traced.ts';
import { sharing } from '../inside/inside.ts';
import type { RaisedAt } from '../raised.ts';
import type { Versions } from '../../versions/versions.ts';
import { isInstalled, possibleRules, ruledDefault } from '../rules.ts';
import { configuredByRuby, type SidekiqState } from '../sidekiq/capsules.ts';
import { SidekiqModule } from '../sidekiq/ruby.ts';
import { SIDEKIQ_RULES } from '../sidekiq/rules.ts';
import type { Booted } from '../system.ts';
import type { PumaSettings } from './resolve.ts';

const METHOD = 'configure_embed';

/** Where a Puma is told to run Sidekiq: its configuration, the application's own plugins, and config.ru. */
const WRITTEN_IN = /^(?:config\/puma(?:\/[^/]+)?\.rb|lib\/puma\/plugin\/[^/]+\.rb|config\.ru)$/;

/** One for all boots of an app: what was evaluated with it is known again. */
const LISTENERS = new WeakMap<Versions, () => SidekiqModule>();

/** Lets a web process that embeds a Sidekiq hear what it is configured with. */
export function listenForEmbeddedSidekiq(boot: Boot): void {
  if (!isInstalled(boot.versions, 'sidekiq')) return;
  const places = [...listed(boot.files, WRITTEN_IN), ...initializers(boot.files)];
  if (!places.some((path) => boot.source(path)?.text.includes(METHOD))) return;
  const version = boot.versions.of('sidekiq');
  const listener =
    LISTENERS.get(boot.versions) ??
    (() => new SidekiqModule({ server: false, embeds: true, version, concurrency: null }));
  LISTENERS.set(boot.versions, listener);
  boot.define('Sidekiq', listener);
}

/**
 * Puma with the Sidekiq that `Sidekiq.configure_embed` runs among its threads. It reads neither sidekiq.yml nor
 * RAILS_MAX_THREADS. Source: lib/sidekiq.rb@v7.3.9 (configure_embed), lib/sidekiq/embedded.rb@v7.3.9
 */
export function withEmbeddedSidekiq(boot: Boot, booted: Booted, worlds: readonly PumaSettings[]): Booted {
  const [web, ...others] = booted.processes;
  if (!web || !isInstalled(boot.versions, 'sidekiq')) return booted;
  const found = embedded(boot, worlds, booted.settings['workers'] as Traced<number>);
  if (!found) return booted;
  const threads = assuming(threadsOf(boot, found.call), found.assumes);
  const shared = sharing(web, [
    {
      inside: [{ system: 'sidekiq', threads }],
      claims: [{ on: 'jobs', threadsOf: 'job threads', threads, held: 'job', counts: true, system: 'sidekiq' }],
    },
  ]);
  return { ...booted, processes: [shared, ...others] };
}

interface Embedded {
  readonly call: EvaluatedCall | null;
  readonly assumes: readonly Assumption[];
}

/** The call in a file that this Puma reads, where it runs in the processes that serve requests. */
function embedded(boot: Boot, worlds: readonly PumaSettings[], workers: Traced<number>): Embedded | null {
  const starting = worlds.filter(({ raised }) => raised === null);
  const hooks = new Set(starting.flatMap((world) => world.hooks.map(({ name }) => name)));
  const plugins = new Set(starting.flatMap((world) => world.plugins));
  for (const path of listed(boot.files, WRITTEN_IN)) {
    const plugin = /^lib\/puma\/plugin\/(.+)\.rb$/.exec(path)?.[1];
    if (plugin !== undefined && !plugins.has(plugin)) continue;
    const call = boot.call(path, 'Sidekiq', METHOD);
    if (!call || !runsInWeb(call.within, hooks, workers)) continue;
    const assumes = plugin === undefined ? [] : allAssumptions(...starting.map(({ pluginsAssume }) => pluginsAssume));
    return { call, assumes };
  }
  const inApplication = boot.application().files.some((file) => file.worlds.some((calls) => calls.some(embeds)));
  return inApplication ? { call: null, assumes: [] } : null;
}

type Calls = ApplicationFile['worlds'][number];

function embeds({ method, below }: Calls[number]): boolean {
  return method === 'Sidekiq' && below.some((call) => call.method === METHOD);
}

const IN_WORKERS = /^(?:on|before)_worker_(?:boot|fork)$|^after_worker_boot$/;
const IN_THE_MASTER = /^(?:on|after)_booted$/;

/** Hooks of workers run only where there are workers; where there are, what starts after booting is in the master. */
function runsInWeb(within: readonly string[], hooks: ReadonlySet<string>, workers: Traced<number>): boolean {
  const hook = within.find((name) => IN_WORKERS.test(name) || IN_THE_MASTER.test(name));
  if (hook === undefined) return true;
  if (within[0] === hook && !hooks.has(hook)) return false;
  if (!workers.known) return true;
  return IN_WORKERS.test(hook) === workers.value > 0;
}

/** Threads of all capsules, after the blocks of `configure_server` and the one of the call itself. */
function threadsOf(boot: Boot, call: EvaluatedCall | null): Traced<number> {
  const rules = possibleRules(SIDEKIQ_RULES, boot.versions).find(({ value }) => value.capsules);
  if (!rules) return unknown('this version of Sidekiq cannot be embedded', boot.versions.of('sidekiq').origin);
  const two = ruledDefault(rules, 2, 'an embedded Sidekiq runs 2 threads by default');
  const five = ruledDefault(rules, rules.value.concurrency, 'capsules inherit this number');
  const queues = ruledDefault(rules, 'default', 'Sidekiq works on the queue "default"');
  const before: SidekiqState = { inherited: five, capsules: [{ name: 'default', concurrency: two, queues }] };
  const { files } = boot.application();
  const own: readonly ApplicationFile[] = call
    ? [{ path: call.at.file.path, worlds: call.worlds, skipped: [], possible: [], cutShort: null }]
    : [];
  let raised: Omit<RaisedAt, 'assumes'> | null = null;
  const state = configuredByRuby(before, { files: [...files, ...own] }, true, (what, at) => {
    raised ??= { ...what, origin: { kind: 'code', at: at.at, from: [] } };
  });
  const counts = state.capsules.map(({ concurrency }) => concurrency);
  return counts.length === 1
    ? counts[0]!
    : combine(null, counts, (...all) => (all as readonly number[]).reduce((sum, one) => sum + one, 0));
}
