import { BRANCHES, methodName } from './call.ts';
import type { Collector, Fact } from './collector.ts';

/** `config.active_storage.resolve_model_to_route = :rails_storage_proxy`: files are streamed through the application. */
export interface StorageProxy extends Fact {
  /** The environment whose file says so; null where it holds for all of them. */
  readonly environment: string | null;
  /** Whether something around it decides: nobody here follows it. */
  readonly conditional: boolean;
}

const CONFIGURATION = /(?:^|\/)config\/(?:application|(?:environments|initializers)\/.+)\.rb$/;

/** Finds where Active Storage is told to stream files instead of redirecting to them. */
export function storageProxies(): Collector<readonly StorageProxy[]> {
  const found: StorageProxy[] = [];
  return {
    words: /\brails_storage_proxy\b/,
    collect(file) {
      if (!CONFIGURATION.test(file.path)) return;
      const environment = /(?:^|\/)config\/environments\/(\w+)\.rb$/.exec(file.path)?.[1] ?? null;
      for (const node of file.root.within()) {
        if (node.type !== 'assignment' || node.child('right')?.text !== ':rails_storage_proxy') continue;
        const left = node.child('left');
        if (left?.type !== 'call' || methodName(left) !== 'resolve_model_to_route') continue;
        found.push({
          environment,
          conditional: [...node.around()].some(({ type }) => BRANCHES.has(type)),
          at: node.at,
          scope: file.scope,
        });
      }
    },
    facts: () => found,
  };
}
