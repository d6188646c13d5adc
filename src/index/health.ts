import { classAround, isMethod, keyword, methodName, qualifiedName } from './call.ts';
import type { CodeFile, Collector, Fact } from './collector.ts';
import type { CodeNode } from './code_node.ts';
import type { Span } from '../text/source.ts';
import { Reachability } from './reach.ts';

/** A health check that needs a connection of the pool to answer. */
export interface HealthCheck extends Fact {
  /** `HealthController#show`, `GET /health`. */
  readonly name: string;
  /** `ActiveRecord::Base.connection`. */
  readonly uses: string;
  readonly usedAt: Span;
}

const CONTROLLER =
  /(?:^|\/)app\/controllers\/(?:.+\/)?(?:health(?:z|_?checks?|_?status)?|heartbeat|readiness|liveness|ping|probe)_controller\.rb$/;
const ROUTE =
  /^["']\/?(?:health\w*|healthz|healthcheck|livez?|readyz?|liveness|readiness|up|ping|status|heartbeat)["']$/;

/** Finds health checks that ask the database: controllers called so, and routes that answer by themselves. */
export function healthChecks(): Collector<readonly HealthCheck[]> {
  const found: HealthCheck[] = [];
  return {
    reads: (path) => CONTROLLER.test(path) || /(?:^|\/)config\/routes(?:\/.+)?\.rb$/.test(path),
    words: /\bconnection\b|\bSELECT 1\b|with_connection|[A-Z]\w*\.(?:first|count|exists\?|any\?|take|last|all|find)/,
    collect(file, code) {
      const reachability = new Reachability(code);
      if (CONTROLLER.test(file.path)) found.push(...actionsOf(file, reachability));
      else found.push(...routesOf(file, reachability));
    },
    facts: () => found,
  };
}

function actionsOf(file: CodeFile, reachability: Reachability): readonly HealthCheck[] {
  return [...file.root.within()].flatMap((action): readonly HealthCheck[] => {
    const owner = classAround(action);
    if (!isMethod(action) || !owner) return [];
    const used = useIn(action, reachability);
    const name = `${qualifiedName(owner)}#${action.child('name')?.text ?? ''}`;
    return used ? [{ name, ...used, at: used.usedAt, scope: file.scope }] : [];
  });
}

/** `get "/health", to: ->(env) { … }`, `proc { … }`. */
function routesOf(file: CodeFile, reachability: Reachability): readonly HealthCheck[] {
  return file.calls('get', 'match').flatMap((call): readonly HealthCheck[] => {
    const [path] = call.child('arguments')?.children ?? [];
    const written = path?.type === 'pair' ? path.child('key') : path;
    if (!written || !ROUTE.test(written.text)) return [];
    const target = path?.type === 'pair' ? path.child('value') : keyword(call, 'to');
    const body = target?.type === 'lambda' ? target.child('body') : (target?.child('block') ?? null);
    const used = body && useIn(body, reachability);
    return used ? [{ name: `GET ${written.text.slice(1, -1)}`, ...used, at: used.usedAt, scope: 'request' }] : [];
  });
}

/** A borrowed connection is one of the pool all the same. */
function useIn(body: CodeNode, reachability: Reachability): Pick<HealthCheck, 'uses' | 'usedAt'> | null {
  const { use, protection } = reachability.from(body);
  if (use) return { uses: use.path.join(' → '), usedAt: use.places[0]! };
  if (!protection || !/connection/.test(protection.text)) return null;
  for (const node of body.within()) {
    const method = node.type === 'call' ? methodName(node) : null;
    if (method === protection.text) return { uses: method, usedAt: node.child('method')?.at ?? node.at };
  }
  return null;
}
