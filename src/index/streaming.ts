import { argumentsOf, blockOf, classAround, constantName, isMethod, keyword, methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { Code, Collector, Fact } from './collector.ts';
import { membersOf } from './members.ts';
import { Reachability, type DatabaseUse } from './reach.ts';
import { releasing } from './protection.ts';

/** An action that streams through ActionController::Live and uses the database on its thread. */
export interface StreamingAction extends Fact {
  readonly controller: string;
  /** The action. */
  readonly method: string;
  /** Where the controller includes ActionController::Live. */
  readonly includedAt: Fact['at'];
  readonly use: DatabaseUse;
  /** Whether it writes to the stream while a transaction is open. */
  readonly inTransaction: boolean;
}

/** Finds streaming actions that keep a connection while they stream. */
export function streamingActions(): Collector<readonly StreamingAction[]> {
  const found: StreamingAction[] = [];
  return {
    words: /\bActionController::Live\b/,
    collect(file, code) {
      const reachability = new Reachability(code);
      for (const call of file.calls('include')) {
        const live = argumentsOf(call).some((one) => constantName(one) === 'ActionController::Live');
        const controller = live ? classAround(call) : null;
        if (!controller || controller.type !== 'class') continue;
        for (const action of controller.within()) {
          if (!isMethod(action) || classAround(action) !== controller) continue;
          const streams = action.within().filter(isStream);
          if (streams.length === 0 || action.within().some((node) => node.type === 'call' && releasing(node) !== null))
            continue;
          const use = reachability.from(action).use ?? useBefore(action, controller, code, reachability);
          if (!use) continue;
          const name = action.child('name');
          found.push({
            controller: controller.child('name')?.text ?? '',
            method: name?.text ?? '',
            includedAt: call.at,
            use,
            inTransaction: streams.some(isInTransaction),
            at: (name ?? action).at,
            scope: file.scope,
          });
        }
      }
    },
    facts: () => found,
  };
}

/** `response.stream`, `send_stream`, `SSE.new`. */
function isStream(node: CodeNode): boolean {
  if (node.type !== 'call') return false;
  const method = methodName(node) ?? '';
  if (method === 'send_stream') return true;
  const receiver = node.child('receiver');
  if (method === 'stream') return receiver?.text === 'response';
  return method === 'new' && /(?:^|::)SSE$/.test(constantName(receiver) ?? '');
}

function isInTransaction(stream: CodeNode): boolean {
  for (const outer of stream.around()) {
    if (isMethod(outer)) return false;
    if (outer.type === 'call' && blockOf(outer) && /^(?:transaction|with_lock)$/.test(methodName(outer) ?? ''))
      return true;
  }
  return false;
}

const CALLBACK = /^(?:prepend_|append_)?(?:before|around)_action$/;

/**
 * What callbacks do before the action, on the thread that then streams.
 * Source: actionpack/lib/action_controller/metal/live.rb@v7.1.5 (`process`)
 */
function useBefore(
  action: CodeNode,
  controller: CodeNode,
  { classes }: Code,
  reachability: Reachability,
): DatabaseUse | null {
  const macros = [...classes.ancestors(controller)].flatMap((one) => membersOf(one).macros);
  const skipped = new Set(
    macros
      .filter(isSkip)
      .flatMap(argumentsOf)
      .map(({ text }) => text),
  );
  for (const macro of macros) {
    if (!CALLBACK.test(methodName(macro) ?? '') || !isFor(macro, action)) continue;
    const block = blockOf(macro);
    const inBlock = block && reachability.from(block).use;
    if (inBlock) return inBlock;
    for (const given of argumentsOf(macro)) {
      if (given.type !== 'simple_symbol' || skipped.has(given.text)) continue;
      const name = given.text.slice(1);
      const method = classes.method(controller, name, 'instance');
      const use = method && reachability.from(method).use;
      if (use) return { ...use, path: [name, ...use.path], places: [given.at, ...use.places] };
    }
  }
  return null;
}

function isSkip(macro: CodeNode): boolean {
  return methodName(macro) === 'skip_before_action' || methodName(macro) === 'skip_around_action';
}

/** Whether a callback certainly runs before an action: `only:` and `except:` name it in literals, and no `if:` decides. */
function isFor(macro: CodeNode, action: CodeNode): boolean {
  if (keyword(macro, 'if') || keyword(macro, 'unless')) return false;
  const name = action.child('name')?.text ?? '';
  const only = keyword(macro, 'only');
  const except = keyword(macro, 'except');
  if (except && (!areNames(except) || names(except).includes(name))) return false;
  return !only || names(only).includes(name);
}

function areNames(node: CodeNode): boolean {
  return /^(?:simple_symbol|array|symbol_array|string_array|string)$/.test(node.type);
}

function names(node: CodeNode): readonly string[] {
  const items = /^(?:array|symbol_array|string_array)$/.test(node.type) ? node.children : [node];
  return items.map(({ text }) => text.replace(/^:|["']/g, ''));
}
