import type { AppFiles } from '../launch/files.ts';
import type { RubyParser } from '../ruby/parse.ts';
import { connectedDatabases } from './connections.ts';
import { readCode } from './pass.ts';
import { threads, type ThreadFacts } from './threads.ts';

/** What the application's own Ruby says about connections. Shared by all deployments of the app. */
export interface CodeFacts {
  /** Entries of database.yml that classes connect to. */
  readonly connected: readonly string[];
  readonly threads: ThreadFacts;
}

export const NO_CODE: CodeFacts = { connected: [], threads: { sites: [], pools: [] } };

/**
 * Reads the application's Ruby once, for every collector.
 * @param isForeign says which paths belong to another app further down
 */
export function codeFacts(files: AppFiles, parser: RubyParser, isForeign?: (path: string) => boolean): CodeFacts {
  const collectors = { connected: connectedDatabases(), threads: threads() };
  readCode(files, parser, Object.values(collectors), isForeign);
  return { connected: collectors.connected.facts(), threads: collectors.threads.facts() };
}
