import type { ForkHook, LoadedClient } from '../../src/index/clients.ts';
import type { ForkSite } from '../../src/index/forks.ts';
import { isConjectured } from '../../src/launch/launch.ts';
import type { BootedLaunch, Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Assumption } from '../../src/value/origin.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf, type Traced } from '../../src/value/traced.ts';
import { every, pumaLaunches, some, type PumaLaunch } from './puma_launches.ts';

interface Crossing {
  readonly client: LoadedClient;
  readonly process: string;
  readonly forks: string;
  /** Where the application itself forks; null where it is the server, or a job system. */
  readonly site: ForkSite | null;
}

/** R42: a socket that Active Record knows nothing of is shared by the master and everything it forks. */
export const nonArConnectionCrossesFork: Rule = defineRule<Crossing>({
  id: 'non-ar-connection-crosses-fork',
  aliases: ['missing-worker-boot-reconnect'],
  group: 'fork',
  severity: 'error',
  fix: null,
  summary:
    'A Sequel, PG, Mysql2 or Trilogy connection is opened before the server forks, and its workers share the socket.',
  fineWhen: 'nothing asks the database before the fork, so that no socket is open yet',
  check: (project) =>
    project.code.loadedClients.flatMap((client) => [
      ...forksOf(project).map((fork) => outcomeOf(project.code.forkHooks, client, fork)),
      ...project.code.forkSites.flatMap((site) => ofSite(client, site)),
    ]),
  say,
});

/** A program that loads the app and forks: certainly, or perhaps. */
interface Fork {
  readonly process: string;
  readonly by: string;
  readonly certain: boolean;
  readonly reason: string;
  readonly assumes: readonly Assumption[];
}

function forksOf(project: Project): readonly Fork[] {
  const pumas = pumaLaunches(project).flatMap((puma): readonly Fork[] => {
    const { boot, server, workers, preload, assumes } = puma;
    const isCluster = (count: number): boolean => count > 0;
    if (forksFirstWorker(puma)) {
      const by = 'Puma forks its other workers from the first one, which has loaded the app (fork_worker)';
      const from = allAssumptions(assumptionsOf(workers), assumes);
      return [{ process: boot.launch.name, by, certain: true, reason: '', assumes: from }];
    }
    if (!some(workers, isCluster) || !(server.appFirst || some(preload, Boolean))) return [];
    const open = workers.known ? preload : workers;
    const isSurelyPuma = !servedByPassenger(project);
    const unknown = open.known ? 'whether the app is preloaded is not known' : open.reason;
    return [
      {
        process: boot.launch.name,
        by: 'Puma forks its workers after it has loaded the app',
        certain: isSurelyPuma && every(workers, isCluster) && (server.appFirst || every(preload, Boolean)),
        reason: isSurelyPuma
          ? unknown
          : 'the Gemfile names Passenger beside Puma, and a Procfile can be for development',
        assumes: allAssumptions(assumptionsOf(workers), server.appFirst ? [] : assumptionsOf(preload), assumes),
      },
    ];
  });
  return [...pumas, ...project.launches.flatMap(otherFork)];
}

/** Source: lib/puma/cluster.rb, lib/puma/cluster/worker.rb@v6.6.0 (`spawn_workers`, `run`) */
function forksFirstWorker({ workers, preload, forkWorker, server }: PumaLaunch): boolean {
  if (server.appFirst || some(preload, Boolean) || !forkWorker) return false;
  return every(forkWorker, Boolean) && every(workers, (count) => count > 1);
}

/** No file has to say that Passenger serves, and it forks by rules of its own. */
function servedByPassenger({ gems, deployment }: Project): boolean {
  if (!isConjectured(deployment)) return false;
  return ['passenger', 'capistrano-passenger'].some((name) => {
    const gem = gems.of(name);
    return gem.known && gem.value !== null;
  });
}

/** Pitchfork always forks a loaded app, Unicorn with `preload_app true`, Resque a child for every job. */
function otherFork({ launch, settings }: BootedLaunch): readonly Fork[] {
  const assumes: readonly Assumption[] = launch.declared ? [] : [{ kind: 'undeclared', process: launch.name }];
  const fork = { process: launch.name, certain: true, reason: '', assumes };
  if (launch.system === 'resque') return [{ ...fork, by: 'Resque forks a child for every job' }];
  if (launch.system === 'pitchfork')
    return [{ ...fork, by: 'Pitchfork forks its workers after it has loaded the app' }];
  const preload = settings['preload_app'] as Traced<boolean> | undefined;
  if (launch.system !== 'unicorn' || !preload || !some(preload, Boolean)) return [];
  const reason = preload.known ? '' : preload.reason;
  const by = 'Unicorn forks its workers after it has loaded the app';
  return [
    { ...fork, by, certain: every(preload, Boolean), reason, assumes: allAssumptions(assumes, assumptionsOf(preload)) },
  ];
}

function outcomeOf(hooks: readonly ForkHook[], client: LoadedClient, fork: Fork): Outcome<Crossing> {
  if (hooks.some((hook) => takesCareOf(hook, client))) return { kind: 'holds' };
  const what = `${client.call} where ${fork.process} forks`;
  if (!fork.certain) return { kind: 'unknown', what, reason: fork.reason, at: client.at };
  if (client.lazy) return { kind: 'unknown', what, reason: LAZY, at: client.at };
  return {
    kind: 'violates',
    severity: isSequel(client) ? 'error' : 'warning',
    assumes: allAssumptions(fork.assumes, opened(client)),
    process: fork.process,
    weight: 0,
    database: null,
    at: client.at,
    label: 'opened before the fork',
    related: [],
    found: { client, process: fork.process, forks: fork.by, site: null },
  };
}

const LAZY = 'test: false opens nothing until something asks';

/** Initializers always run before the fork, other files only where something loads them. */
function opened({ scope, condition, at }: LoadedClient): readonly Assumption[] {
  const loaded: Assumption = { kind: 'reachable', text: `${at.file.path} is loaded before the fork` };
  const made: Assumption = { kind: 'reachable', text: `production decides for it: ${condition}` };
  return [...(scope === 'boot' ? [] : [loaded]), ...(condition === null ? [] : [made])];
}

/** The application forks while it runs: by then the client is connected, and the child has the same socket. */
function ofSite(client: LoadedClient, site: ForkSite): readonly Outcome<Crossing>[] {
  if (site.scope === 'script') return [];
  if (site.disconnects) return [{ kind: 'holds' }];
  if (client.lazy) {
    return [{ kind: 'unknown', what: `${client.call} where ${site.call} forks`, reason: LAZY, at: client.at }];
  }
  return [
    {
      kind: 'violates',
      severity: 'warning',
      assumes: allAssumptions(opened(client), [
        { kind: 'reachable', text: `production runs ${site.method ?? site.call}` },
      ]),
      process: null,
      weight: 0,
      database: null,
      at: site.at,
      label: 'the child has the sockets of its parent',
      related: [{ at: client.at, message: `${client.call} is open by then` }],
      found: { client, process: '', forks: '', site },
    },
  ];
}

function isSequel({ library }: LoadedClient): boolean {
  return library === 'sequel' || library === 'rom';
}

/** A hook that names Active Record only leaves other libraries alone. */
function takesCareOf({ text }: ForkHook, client: LoadedClient): boolean {
  if (client.holder !== null && text.includes(client.holder)) return true;
  if (isSequel(client) && /Sequel|ROM\b|\bDB\b/.test(text)) return true;
  return !/ActiveRecord/.test(text);
}

function say({ client, process, forks, site }: Crossing): Sentences {
  const { call, holder } = client;
  if (site) {
    const close = isSequel(client) ? 'Sequel::DATABASES.each(&:disconnect)' : `${holder ?? 'CONNECTION'}.close`;
    return {
      message: `${site.call} forks${site.method === null ? '' : ` in ${site.method}`} while ${call} is open, and the child shares its socket`,
      consequence:
        "Two processes that write to one socket read each other's answers, and the child closes the session of both when " +
        'it ends, whether it asked anything or not. Active Record takes care of its own from Rails 5.2 on.',
      arithmetic: null,
      advice: isSequel(client)
        ? 'disconnect before the fork; Sequel connects again on demand, in parent and child:'
        : 'close it before the fork, and open it again on both sides:',
      snippet: close,
    };
  }
  return {
    message: `${call} is opened before ${process} forks, and its workers share the socket`,
    consequence:
      `${forks}. Two workers that write to one socket read each other's answers: wrong rows, protocol errors, ` +
      'closed connections.',
    arithmetic: null,
    // A client that is only closed stays closed in the workers.
    advice: isSequel(client)
      ? 'disconnect before the fork; Sequel connects again on demand:'
      : 'hand it to a pool, which opens it when it is first asked, and again in a forked process (connection_pool 2.4 or later):',
    snippet: isSequel(client)
      ? 'before_fork { Sequel::DATABASES.each(&:disconnect) }'
      : `${holder ?? 'CONNECTION'} = ConnectionPool.new { ${call}(…) }`,
  };
}
