import type { Application, Boot } from '../../launch/boot.ts';
import { listed, mentioned } from '../../index/mention.ts';
import { agree, assuming, known, UNDECIDED, type Known, type Traced } from '../../value/traced.ts';
import { settled, type VersionTable } from '../../versions/versions.ts';
import { coerced, toI } from '../coercion.ts';
import { configured } from '../configured.ts';
import { QUERIES_BORROW } from '../leases.ts';
import { isInstalled, possibleRules, ruledDefault } from '../rules.ts';
import type { DatabaseClaim, OutsideConnections } from '../system.ts';
import { ANY_CABLE } from './anycable.ts';
import { NOTHING_INSIDE, type Inside } from './inside.ts';
import { sectionsFor } from './section.ts';

const WORKER = 'actioncable/lib/action_cable/server/configuration.rb';
const LISTENER = 'actioncable/lib/action_cable/subscription_adapter/postgresql.rb';

/** Where the connection that listens to PostgreSQL comes from: a slot of the pool for good, or beside it. */
export const ACTION_CABLE: VersionTable<{ readonly listens: 'nowhere' | 'in the pool' | 'beside the pool' }> = {
  gem: 'rails',
  rows: [
    { since: '0', value: { listens: 'nowhere' }, source: 'railties/lib/rails/all.rb@v4.2.11' },
    { since: '5.0', value: { listens: 'in the pool' }, source: `${LISTENER}@v5.2.8.1` },
    { since: '6.0', value: { listens: 'beside the pool' }, source: `${LISTENER}@v6.1.7.10` },
  ],
};

const DEFAULT_WORKERS = 4;

/**
 * Action Cable in a web process: workers that run channel code, where the application has any, and what listens for
 * broadcasts. Source: actioncable/lib/action_cable/server/worker.rb@v8.1.3.1, per row of ACTION_CABLE
 */
export function actionCableInside(boot: Boot, application: Application): Inside {
  // A server of its own is there for nothing else.
  const standalone = boot.launch.system === 'action_cable';
  if (!standalone && !isLoaded(boot)) return NOTHING_INSIDE;
  const adapters = sectionsFor(boot, ['config/cable.yml']).map((section) => section.text('adapter'));
  const [adapter = null] = adapters;
  if (adapters.some((one) => one !== adapter)) return NOTHING_INSIDE;
  const rows = possibleRules(ACTION_CABLE, boot.versions);
  const listening = adapter === 'postgresql' ? rows[0]!.value.listens : 'nowhere';
  const listener = rows.every(({ value }) => value.listens === rows[0]!.value.listens) ? listening : 'nowhere';
  const own: DatabaseClaim[] = [];
  const outside: OutsideConnections[] = [];
  const one = ruledDefault(rows[0]!, 1, "Action Cable's listener");
  if (listener === 'in the pool') {
    const threadsOf = 'listener of Action Cable';
    own.push({
      on: 'first',
      threadsOf,
      threads: one,
      held: 'loop',
      counts: true,
      part: 'cable listener',
      system: 'action_cable',
    });
  }
  if (listener === 'beside the pool') outside.push({ on: 'first', connections: one });
  if (adapter === 'solid_cable') own.push(solidCableListener(boot));
  const runs = standalone || (hasChannels(boot) && !isElsewhere(application));
  if (ANY_CABLE.test(adapter ?? '') || !runs) return { claims: own, outside };
  const threads = workers(application, rows);
  const claim: DatabaseClaim = {
    on: 'first',
    threadsOf: 'workers of Action Cable',
    threads,
    held: 'brief',
    counts: false,
    part: 'cable worker',
    system: 'action_cable',
  };
  const inside = standalone ? [] : [{ system: 'action_cable', threads } as const];
  return { inside, claims: [...own, claim], outside };
}

/** The engine is loaded with all of Rails, or by its own name. */
function isLoaded(boot: Boot): boolean {
  const text = boot.source('config/application.rb')?.text ?? '';
  return /(?<![^\n])[^#\n]*\b(?:rails\/all|action_cable\/engine)\b/.test(text);
}

/** What `rails new` writes into app/channels runs nothing that asks the database. */
function hasChannels(boot: Boot): boolean {
  const channel = listed(boot.files, /^app\/channels\/(?!application_cable\/).+\.rb$/).length > 0;
  return (
    channel ||
    mentioned(boot.files, /^app\/channels\/application_cable\/.+\.rb$/, /\bidentified_by\b|\bdef\s+connect\b/)
  );
}

/** `config.action_cable.mount_path = nil`: a server of its own runs it. */
function isElsewhere(application: Application): boolean {
  const path = configured(application, 'config.action_cable', 'mount_path');
  return path !== null && path.known && path.value === null;
}

function workers(application: Application, rows: readonly Known<unknown>[]): Traced<number> {
  const said = configured(application, 'config.action_cable', 'worker_pool_size');
  if (said) return coerced(said, toI, () => {});
  const text = `Action Cable runs ${DEFAULT_WORKERS} workers by default`;
  const row = { gem: 'rails', versions: 'every Rails since 5.0', source: `${WORKER}@v8.1.3.1` };
  return assuming(known(DEFAULT_WORKERS, { kind: 'default', text, row } as const), rows[0]!.assumes);
}

/** Whether the thread that polls gives its connection back between two polls. */
export const SOLID_CABLE: VersionTable<boolean> = {
  gem: 'solid_cable',
  rows: [
    { since: '0', value: false, source: 'lib/action_cable/subscription_adapter/solid_cable.rb@v3.0.2' },
    { since: '3.0.4', value: true, source: 'lib/action_cable/subscription_adapter/solid_cable.rb@v3.0.5' },
  ],
};

function solidCableListener(boot: Boot): DatabaseClaim {
  const threadsOf = 'listener of Solid Cable';
  const gives = [SOLID_CABLE, QUERIES_BORROW].some((table) => {
    const answer = settled(agree(UNDECIDED, possibleRules(table, boot.versions)), table.gem);
    return !answer.known || answer.value;
  });
  const row = { gem: 'solid_cable', versions: 'every Solid Cable', source: SOLID_CABLE.rows.at(-1)!.source };
  const threads = known(1, { kind: 'default', text: threadsOf, row } as const);
  const held = gives ? 'brief' : 'loop';
  const installed = isInstalled(boot.versions, 'solid_cable');
  return {
    on: 'cable',
    threadsOf,
    threads,
    held,
    counts: !gives && installed,
    part: 'cable listener',
    system: 'action_cable',
  };
}
