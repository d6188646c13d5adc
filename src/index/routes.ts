import { argumentsOf, blockOf, keyword, literalName, methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';

/** A path that config/routes.rb answers, written out in full. */
export interface Route {
  /** `/api/health`, without a slash at its end. */
  readonly path: string;
  /** `api/health#show`; null where it answers by itself. */
  readonly action: { readonly controller: string; readonly name: string } | null;
  /** The block of a lambda or proc that answers. */
  readonly body: CodeNode | null;
}

export const ROUTE_METHODS = ['get', 'match', 'resource'] as const;

/**
 * What a call in config/routes.rb routes a GET to; null where it is not written in literals. `resource :health` is read
 * for its show alone. Source: actionpack/lib/action_dispatch/routing/mapper.rb@v8.1.3.1
 */
export function routeOf(call: CodeNode): Route | null {
  if (call.child('receiver')) return null;
  const around = surroundings(call);
  if (!around) return null;
  const [first = null] = call.child('arguments')?.children ?? [];
  const pair = first?.type === 'pair' ? first : null;
  const method = methodName(call);
  const written = literalName(pair?.child('key') ?? first);
  if (written === null || /[:*(]/.test(written)) return null;
  const own = method === 'resource' ? (literalName(keyword(call, 'path')) ?? written) : written;
  const path = joined(around.path, own);
  const isToKeyword = /^:?to:?$/.test(pair?.child('key')?.text ?? '');
  const target = keyword(call, 'to') ?? (isToKeyword ? null : (pair?.child('value') ?? null));
  const body = target?.type === 'lambda' ? target.child('body') : target && blockOf(target);
  if (body) return { path, action: null, body };
  const action = method === 'resource' ? shownBy(call, written) : actionOf(call, method, target ?? first, written);
  return action && { path, action: { ...action, controller: joined(around.module, action.controller) }, body: null };
}

/** Source: …/mapper.rb@v8.1.3.1 (`SingletonResource`): the controller is called after the plural. */
function shownBy(call: CodeNode, name: string): NonNullable<Route['action']> | null {
  const only = keyword(call, 'only');
  if (only && !/\bshow\b/.test(only.text)) return null;
  return { controller: literalName(keyword(call, 'controller')) ?? `${name}s`, name: 'show' };
}

function actionOf(
  call: CodeNode,
  method: string | null,
  target: CodeNode | null,
  written: string,
): NonNullable<Route['action']> | null {
  const controller = literalName(keyword(call, 'controller'));
  const action = literalName(keyword(call, 'action'));
  if (controller !== null) return { controller, name: action ?? written.replace(/^\//, '') };
  const said = literalName(target);
  // `get "health/show"` names its controller and action itself.
  const parts =
    /^\/?([\w/]+)#(\w+[?!]?)$/.exec(said ?? '') ?? (method === 'get' ? /^([\w/]+)\/(\w+)$/.exec(said ?? '') : null);
  return parts ? { controller: parts[1]!, name: parts[2]! } : null;
}

interface Surroundings {
  readonly path: string;
  readonly module: string;
}

/** What `namespace` and `scope` around a route add to it; null where something else does. */
function surroundings(call: CodeNode): Surroundings | null {
  let path = '';
  let module = '';
  for (const outer of call.around()) {
    const taken = outer.type === 'block' || outer.type === 'do_block' ? outer.parent : null;
    if (!taken) continue;
    const method = methodName(taken) ?? '';
    if (NOTHING_ADDED.test(method)) continue;
    if (method !== 'namespace' && method !== 'scope') return null;
    const [first = null] = argumentsOf(taken);
    const name = first ? literalName(first) : '';
    const given = keyword(taken, 'path');
    const below = keyword(taken, 'module');
    const ownPath = given ? literalName(given) : name;
    const ownModule = below ? literalName(below) : method === 'namespace' ? name : '';
    if (ownPath === null || ownModule === null || /[:*(]/.test(ownPath)) return null;
    path = joined(ownPath, path);
    module = joined(ownModule, module);
  }
  return { path, module };
}

const NOTHING_ADDED =
  /^(?:draw|routes|constraints|defaults|authenticate|authenticated|unauthenticated|devise_scope|with_options)$/;

function joined(before: string, after: string): string {
  const parts = `${before}/${after}`.split('/').filter((part) => part !== '');
  return before.startsWith('/') || after.startsWith('/') ? `/${parts.join('/')}` : parts.join('/');
}
