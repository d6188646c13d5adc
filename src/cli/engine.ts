import type { App, EngineOptions } from '../lint/engine.ts';
import type { LintResult } from '../lint/result.ts';
import type { Rule } from '../lint/rule.ts';
import type { FileTree } from '../repo/tree.ts';

export type RuleDescription = Pick<Rule, 'id' | 'aliases' | 'group' | 'severity' | 'fix' | 'summary'>;

/** What the command line needs of the rest of the program, each part loaded when it is first asked for. */
export interface Parts {
  /** The roots of the apps in a tree, sorted, "." for the tree itself. */
  appRoots(tree: FileTree): Promise<readonly string[]>;
  /** Whether the root of a tree is one. */
  isApp(tree: FileTree): Promise<boolean>;
  /** `only` holds the rules to run, by id. */
  analyse(apps: readonly App[], options: EngineOptions): Promise<LintResult>;
  rules(): Promise<readonly RuleDescription[]>;
  /** The page of a rule, as Markdown; null where it has none. */
  page(rule: RuleDescription): string | null;
  version(): string;
}

/** Where the program runs: injected, so that tests call it in-process. */
export interface Terminal {
  stdout(text: string): void;
  stderr(text: string): void;
  /** All of standard input. */
  stdin(): Promise<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** Of standard output. */
  readonly isTTY: boolean;
  readonly columns: number | undefined;
}
