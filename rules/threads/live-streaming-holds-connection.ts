import type { StreamingAction } from '../../src/index/streaming.ts';
import type { Project } from '../../src/lint/result.ts';
import type { Severity } from '../../src/lint/finding.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { keepsConnections, railsName, reached, steps } from './concurrency.ts';

interface Streaming {
  readonly project: Project;
  readonly action: StreamingAction;
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
  fineWhen: 'the streams are short',
  check: (project) => project.code.streamingActions.map((action) => outcomeOf(project, action)),
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

/** From Rails 7.2 on only a lease outlives the query. */
function severity(project: Project, { use }: StreamingAction): Severity {
  return keepsConnections(project) !== false || use.hold === 'lease' ? 'warning' : 'info';
}

function say({ project, action: { controller, method, use } }: Streaming): Sentences {
  const rails = railsName(project);
  const keeps = keepsConnections(project) !== false || use.hold === 'lease';
  return {
    message: `${controller}#${method} streams, and its thread uses the database: ${use.path.join(' → ')}`,
    consequence: keeps
      ? `Each client that listens keeps a connection until its stream ends (${rails}). As many clients as the pool has ` +
        'connections, and every other request waits for checkout_timeout and raises ActiveRecord::ConnectionTimeoutError.'
      : `Its thread is one that nobody counted when the pool was sized; each query borrows a connection (${rails}).`,
    arithmetic: null,
    advice: 'load what the stream needs, give the connection back, then stream:',
    snippet: 'ActiveRecord::Base.connection_pool.release_connection',
  };
}
