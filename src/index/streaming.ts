import { argumentsOf, classAround, constantName, isMethod, methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { Collector, Fact } from './collector.ts';
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
          if (!isMethod(action) || classAround(action) !== controller || !streams(action)) continue;
          const { use } = reachability.from(action);
          if (!use || action.within().some((node) => node.type === 'call' && releasing(node) !== null)) continue;
          const name = action.child('name');
          found.push({
            controller: controller.child('name')?.text ?? '',
            method: name?.text ?? '',
            includedAt: call.at,
            use,
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
function streams(action: CodeNode): boolean {
  return action.within().some((node) => {
    if (node.type !== 'call') return false;
    const method = methodName(node) ?? '';
    if (method === 'send_stream') return true;
    const receiver = node.child('receiver');
    if (method === 'stream') return receiver?.text === 'response';
    return method === 'new' && /(?:^|::)SSE$/.test(constantName(receiver) ?? '');
  });
}
