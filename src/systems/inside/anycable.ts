import { mentioned } from '../../index/mention.ts';
import type { Boot } from '../../launch/boot.ts';
import { wordNames } from '../../launch/words.ts';
import { assuming, assumptionsOf, known, type Traced } from '../../value/traced.ts';
import { coerced, toI } from '../coercion.ts';
import { isInstalled } from '../rules.ts';
import { ANYCABLE_THREADS, anycableSizeInFile } from '../simple/anycable.ts';
import { anycableInRuby } from '../simple/anycable_ruby.ts';
import type { Booted, BootedProcess, DatabaseClaim, Settings } from '../system.ts';
import { sharing } from './inside.ts';
import { sectionsFor } from './section.ts';

const RAILTIE = 'lib/anycable/rails/railtie.rb@v1.6.2';
/** Names of the adapter. Source: lib/anycable/rails.rb@v1.6.2 (ADAPTER_ALIASES) */
export const ANY_CABLE = /^any_?cable$/;

/**
 * The processes of Puma with the RPC server of AnyCable inside, where `embedded: true` asks for it: what loads config.ru
 * starts it, so it runs in every worker that does, or else in the master: threads do not outlive a fork.
 * Source: see `RAILTIE` (the block `server`), railties/lib/rails/application.rb@v6.1.7.10 (load_server)
 */
export function withEmbeddedAnyCable(boot: Boot, { processes, settings }: Booted): readonly BootedProcess[] {
  if (boot.launch.system !== 'puma' || !isEmbedded(boot) || !loadsServer(boot)) return processes;
  const threads = rpcThreads(boot);
  const shape = { on: 'first', threadsOf: 'RPC threads of AnyCable', held: 'brief', counts: false } as const;
  const claim: DatabaseClaim = { ...shape, threads, system: 'anycable' };
  const part = { inside: [{ system: 'anycable', threads }], claims: [claim] } as const;
  if (!loadsInMaster(settings)) return processes.map((one) => (one.role === 'web' ? sharing(one, [part]) : one));
  const row = { gem: 'anycable', versions: 'every AnyCable', source: RAILTIE };
  const master = known(1, { kind: 'default', text: 'one master loads the application', row } as const);
  return [...processes, { role: 'cable', processesPerHost: master, threads, claims: [claim] }];
}

/** Nothing of it runs behind another adapter, or without a server for gRPC in the bundle. */
function isEmbedded(boot: Boot): boolean {
  if (!isInstalled(boot.versions, 'anycable') && !isInstalled(boot.versions, 'grpc')) return false;
  const adapters = sectionsFor(boot, ['config/cable.yml']).map((section) => section.text('adapter'));
  if (adapters.length === 0 || !adapters.every((adapter) => ANY_CABLE.test(adapter ?? ''))) return false;
  const ruby = anycableInRuby(boot.application(), 'embedded');
  if (ruby) return ruby.known && ruby.value !== null && ruby.value !== false;
  const variable = boot.environment.get('ANYCABLE_EMBEDDED');
  if (variable.known && variable.value !== null) return isTrue(variable.value);
  const said = sectionsFor(boot, ['config/anycable.yml']).map((section) => section.text('embedded'));
  return said.length > 0 && said.every(isTrue);
}

/** What a text becomes. Source: lib/anyway/auto_cast.rb@v2.9.1 */
function isTrue(text: string | null): boolean {
  return text !== null && !/^(?:f|false|n|no|nil|null|)$/i.test(text);
}

/** `rails server` asks for it, and since Rails 6.1 the generated config.ru does. */
function loadsServer(boot: Boot): boolean {
  const { command } = boot.launch;
  const isRails = command !== null && wordNames(command.words)[0] === 'rails';
  return isRails || mentioned(boot.files, /^config\.ru$/, /\bload_server\b/);
}

function rpcThreads(boot: Boot): Traced<number> {
  const ruby = anycableInRuby(boot.application(), 'rpc_pool_size');
  if (ruby && !(ruby.known && ruby.value === null)) return coerced(ruby, toI, () => {});
  const variable = boot.environment.get('ANYCABLE_RPC_POOL_SIZE');
  const said = variable.known && variable.value === null ? anycableSizeInFile(boot) : variable;
  if (said) return coerced(said, toI, () => {});
  const text = `AnyCable answers with ${ANYCABLE_THREADS} threads by default`;
  const row = { gem: 'anycable', versions: 'every AnyCable', source: 'lib/anycable/grpc/config.rb@v1.6.4' };
  return assuming(known(ANYCABLE_THREADS, { kind: 'default', text, row } as const), assumptionsOf(variable));
}

/** A cluster that preloads: only the master reads config.ru. */
function loadsInMaster({ workers, preload_app: preloads }: Settings): boolean {
  return isTracedAs(workers, (count) => Number(count) > 0) && isTracedAs(preloads, (value) => value === true);
}

function isTracedAs(leaf: Settings[string] | undefined, holds: (value: unknown) => boolean): boolean {
  if (typeof leaf !== 'object' || !('known' in leaf)) return false;
  return leaf.known && holds(leaf.value);
}
