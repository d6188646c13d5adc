import type { Span } from '../text/source.ts';
import { classAround, isMethod, methodName, qualifiedName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { Code, CodeFile, Collector, Fact } from './collector.ts';
import { isPublic } from './members.ts';
import { Reachability } from './reach.ts';
import { ROUTE_METHODS, routeOf } from './routes.ts';

/** A health check that needs a connection of the pool to answer. */
export interface HealthCheck extends Fact {
  /** `HealthController#show`, `GET /health`. */
  readonly name: string;
  /** The paths that are routed to it, as far as routes say so in literals. */
  readonly paths: readonly string[];
  /** Whether its name tells that it is a health check; the others are one only where a probe asks for them. */
  readonly isNamedSo: boolean;
  /** `ActiveRecord::Base.connection`. */
  readonly uses: string;
  readonly usedAt: Span;
}

const CONTROLLER =
  /(?:^|\/)app\/controllers\/(?:.+\/)?(?:health(?:z|_?checks?|_?status)?|heartbeat|readiness|liveness|ping|probe)_controller\.rb$/;
const ROUTES = /(?:^|\/)config\/routes(?:\/.+)?\.rb$/;
/** Paths that somebody asks to learn whether a process is well: by their last part. */
const PATH =
  /\/_?(?:health\w*|healthz|livez?|readyz?|live(?:ness)?|alive|ready|readiness|up|ping|pulse|status|heartbeat|monitor|probe)(?:\.json)?$/;
/** Of these, those that nothing but a health check is called. */
const CHECK = /^\/(?:\w+\/)?_?(?:health(?:z|[-_]?checks?|[-_]?status)?|livez|readyz|liveness|readiness|heartbeat)$/;
/** Routes that answer by themselves are named by nothing else. */
const NAMED = /\/(?:health\w*|healthz|livez?|readyz?|liveness|readiness|up|ping|status|heartbeat)$/;

/** Finds health checks that ask the database: controllers called so, and what the routes of such paths lead to. */
export function healthChecks(): Collector<readonly HealthCheck[]> {
  const found: HealthCheck[] = [];
  return {
    reads: new RegExp(`${CONTROLLER.source}|${ROUTES.source}`),
    // An action, or a route.
    words: /\b(?:def|get|match|resource)\b/,
    collect(file, code) {
      const reachability = new Reachability(code);
      if (CONTROLLER.test(file.path)) found.push(...actionsOf(file, reachability));
      else found.push(...routesOf(file, code, reachability));
    },
    facts: () => merged(found),
  };
}

/** A check that is found by its name and by its routes is one. */
function merged(found: readonly HealthCheck[]): readonly HealthCheck[] {
  const byPlace = new Map<string, HealthCheck>();
  for (const check of found) {
    const key = `${check.at.file.path}:${check.at.start}:${check.name}`;
    const same = byPlace.get(key);
    const paths = [...new Set([...(same?.paths ?? []), ...check.paths])];
    byPlace.set(key, { ...check, paths, isNamedSo: check.isNamedSo || (same?.isNamedSo ?? false) });
  }
  return [...byPlace.values()];
}

function actionsOf(file: CodeFile, reachability: Reachability): readonly HealthCheck[] {
  return file.root.within().flatMap((action): readonly HealthCheck[] => {
    const owner = classAround(action);
    if (!isMethod(action) || !owner || !isPublic(action)) return [];
    return checkIn(action, reachability, {
      name: nameOf(action, owner),
      paths: [],
      isNamedSo: true,
      scope: file.scope,
    });
  });
}

/** `get "/health", to: ->(env) { … }`, `get "/status", to: "pages#status"`. */
function routesOf(file: CodeFile, { classes }: Code, reachability: Reachability): readonly HealthCheck[] {
  return file.calls(...ROUTE_METHODS).flatMap((call): readonly HealthCheck[] => {
    const route = routeOf(call);
    const path = `/${(route?.path ?? '').replace(/^\//, '')}`;
    if (!route || !PATH.test(path)) return [];
    if (route.body) {
      const said = { name: `GET ${path}`, paths: [path], isNamedSo: NAMED.test(path), scope: 'request' } as const;
      return checkIn(route.body, reachability, said);
    }
    const controller = route.action && classes.inFile(`controllers/${route.action.controller}_controller.rb`);
    const action = controller && classes.method(controller, route.action.name, 'instance');
    if (!controller || !action) return [];
    const name = nameOf(action, controller);
    return checkIn(action, reachability, { name, paths: [path], isNamedSo: CHECK.test(path), scope: 'request' });
  });
}

function nameOf(action: CodeNode, controller: CodeNode): string {
  return `${qualifiedName(controller)}#${action.child('name')?.text ?? ''}`;
}

/** A borrowed connection is one of the pool all the same. */
function checkIn(
  body: CodeNode,
  reachability: Reachability,
  said: Pick<HealthCheck, 'name' | 'paths' | 'isNamedSo' | 'scope'>,
): readonly HealthCheck[] {
  const used = useIn(body, reachability);
  return used ? [{ ...said, ...used, at: used.usedAt }] : [];
}

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
