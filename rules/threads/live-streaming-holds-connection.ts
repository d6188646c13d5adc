import type { StorageProxy } from '../../src/index/storage_proxy.ts';
import type { StreamingAction } from '../../src/index/streaming.ts';
import type { Project } from '../../src/lint/result.ts';
import type { Severity } from '../../src/lint/finding.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { keepsConnections, railsName, reached, steps } from './concurrency.ts';

interface Streaming {
  readonly project: Project;
  /** Null where it is Active Storage that streams. */
  readonly action: StreamingAction | null;
}

/** R49: an action that streams uses the database, and keeps its connection while it streams. */
export const liveStreamingHoldsConnection: Rule = defineRule<Streaming>({
  id: 'live-streaming-holds-connection',
  aliases: [],
  group: 'threads',
  severity: 'warning',
  fix: null,
  summary:
    'An action of ActionController::Live uses the database and can keep its connection for as long as it streams.',
  fineWhen: 'the streams are short, or a CDN asks for each file once',
  check: (project) => [
    ...project.code.streamingActions.map((action) => outcomeOf(project, action)),
    ...project.code.storageProxies.flatMap((proxy) => ofStorage(project, proxy)),
  ],
  say,
});

function outcomeOf(project: Project, action: StreamingAction): Outcome<Streaming> {
  return {
    kind: 'violates',
    severity: severity(project, action),
    assumes: reached(project, action),
    process: null,
    weight: 0,
    database: null,
    at: action.at,
    label: 'streams on a thread of its own',
    related: [
      { at: action.includedAt, message: `makes the actions of ${action.controller} stream` },
      ...steps(action.use),
    ],
    found: { project, action },
  };
}

/** From Rails 7.2 on only a lease outlives the query, and a transaction that is open while something is streamed. */
function severity(project: Project, action: StreamingAction): Severity {
  return keeps(project, action) ? 'warning' : 'info';
}

function keeps(project: Project, { use, inTransaction }: StreamingAction): boolean {
  return keepsConnections(project) !== false || use.hold === 'lease' || inTransaction;
}

/**
 * The blob is looked up on the thread that streams it. Before Rails 7.0 that is the thread of the request, and from 7.2
 * on the query gives its connection back.
 * Source: activestorage/app/controllers/active_storage/base_controller.rb@v6.1.0, @v7.0.0;
 * activestorage/app/controllers/active_storage/blobs/proxy_controller.rb@v7.0.3, @v7.1.5
 */
function ofStorage(project: Project, { environment, conditional, at }: StorageProxy): readonly Outcome<Streaming>[] {
  const rails = project.versions['rails'] ?? null;
  if (environment !== null && environment !== project.environment) return [];
  if (rails === null || !atLeast(version(rails), '7.0') || keepsConnections(project) === false) return [];
  if (conditional)
    return [{ kind: 'unknown', what: 'how Active Storage serves files', reason: 'a condition decides', at }];
  return [
    {
      kind: 'violates',
      severity: 'info',
      assumes: [{ kind: 'reachable', text: 'clients ask for files of Active Storage' }],
      process: null,
      weight: 0,
      database: null,
      at,
      label: 'every file is streamed on a thread of its own',
      related: [],
      found: { project, action: null },
    },
  ];
}

const WAITING = 'and every other request waits for checkout_timeout and raises ActiveRecord::ConnectionTimeoutError.';

function say({ project, action }: Streaming): Sentences {
  const rails = railsName(project);
  if (!action) {
    return {
      message: 'Active Storage streams files through the application, and each stream keeps a connection',
      consequence:
        `It looks the file up on the thread that streams it, and keeps that connection until the client has the file ` +
        `(${rails}). As many downloads at once as the pool has connections, ${WAITING}`,
      arithmetic: null,
      advice: 'put a CDN in front of it, or let clients fetch files from the storage service:',
      snippet: 'config.active_storage.resolve_model_to_route = :rails_storage_redirect',
    };
  }
  const { controller, method, use } = action;
  const outlives = keepsConnections(project) !== false || use.hold === 'lease';
  return {
    message: `${controller}#${method} streams, and its thread uses the database: ${use.path.join(' → ')}`,
    consequence: keeps(project, action)
      ? `Each client that listens keeps a connection until its ${outlives ? `stream ends${afterwards(project)}` : 'transaction ends'} (${rails}). As many ` +
        `clients as the pool has connections, ${WAITING}`
      : `Its thread is one that nobody counted when the pool was sized; each query borrows a connection (${rails}).`,
    arithmetic: null,
    advice: 'load what the stream needs, give the connection back, then stream:',
    snippet: 'ActiveRecord::Base.connection_pool.release_connection',
  };
}

/**
 * From Rails 8.0 on the thread is one of a Concurrent::CachedThreadPool, which lets go of it after a minute without work.
 * Source: actionpack/lib/action_controller/metal/live.rb@v7.2.3, @v8.0.0 (`new_controller_thread`)
 */
function afterwards(project: Project): string {
  const rails = project.versions['rails'] ?? null;
  return rails !== null && atLeast(version(rails), '8.0') ? ', and up to a minute longer' : '';
}
