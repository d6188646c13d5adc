import { keyword, literalName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { Collector } from './collector.ts';

/**
 * What of an application works in another role than `writing`. The pools of a role that nothing switches to stay empty.
 * Source: activerecord/lib/active_record/connection_handling.rb@v8.1.3.1 (connected_to, connecting_to)
 */
export interface SwitchedRoles {
  /** Roles that some call names, sorted. */
  readonly roles: readonly string[];
  /** A call takes its role from somewhere: it may be any. */
  readonly any: boolean;
  /**
   * Whether requests switch to `reading` by themselves, where the application has set up that middleware.
   * Source: activerecord/lib/active_record/middleware/database_selector.rb@v8.1.3.1
   */
  readonly selector: boolean;
}

const SWITCHES = ['connected_to', 'connected_to_many', 'connected_to_all_shards', 'connecting_to'];

/** Finds `connected_to(role: :reading)` and what switches by itself: `config.active_record.database_selector`. */
export function switchedRoles(): Collector<SwitchedRoles> {
  const roles = new Set<string>();
  let any = false;
  let selector = false;
  return {
    words: /\bconnect(?:ed|ing)_to|\bdatabase_selector\b|\bDatabaseSelector\b/,
    collect(file) {
      for (const call of file.calls(...SWITCHES)) {
        const named = rolesOf(call);
        if (named === null) any = true;
        else for (const role of named) roles.add(role);
      }
      selector ||= file.calls('database_selector').length > 0 || namesMiddleware(file.root);
    },
    facts: () => ({ roles: [...roles].toSorted(), any, selector }),
  };
}

/** The roles of one call; none where it keeps the one it finds, null where nobody can tell. */
function rolesOf(call: CodeNode): readonly string[] | null {
  const role = keyword(call, 'role');
  if (role) {
    const name = nameOf(role);
    return name === null ? null : [name];
  }
  // Rails 6.0 and 6.1: `connected_to(database: { reading: :replica })`
  const database = keyword(call, 'database');
  if (database?.type === 'hash')
    return database.children.flatMap((pair) => pair.child('key')?.text.replace(/^[:"']+|(?<![:"'])[:"']+$/g, '') ?? []);
  const given = call.child('arguments')?.children ?? [];
  return given.some(({ type }) => type === 'hash_splat_argument' || type === 'forward_argument') ? null : [];
}

function nameOf(role: CodeNode): string | null {
  const written = literalName(role);
  if (written !== null) return written;
  return /^(?:::)?ActiveRecord(?:::Base)?\.(reading|writing)_role$/.exec(role.text)?.[1] ?? null;
}

function namesMiddleware(root: CodeNode): boolean {
  for (const { type, text } of root.within())
    if (type === 'scope_resolution' && text.endsWith('Middleware::DatabaseSelector')) return true;
  return false;
}
