import type { RenderedText } from '../erb/rendered.ts';
import type { FileTree } from '../repo/tree.ts';
import type { Evaluation, Host, HostObject, PossibleCall, SkippedCall } from '../ruby/host.ts';
import type { SourceFile, Span } from '../text/source.ts';
import type { Environment, VariableState } from '../value/environment.ts';
import type { Assumption } from '../value/origin.ts';
import type { Versions } from '../versions/versions.ts';
import type { PsychDocument } from '../yaml/node.ts';
import type { Launch } from './launch.ts';
import type { RecordedCall } from './recorder.ts';

/**
 * One process being booted on paper. What one file sets, the next one sees: `environment` moves on with every file.
 * Reads are worlds: one, or up to eight where a condition cannot be decided; join what you make of them with `agree`.
 */
export interface Boot {
  readonly launch: Launch;
  /** The process's own RAILS_ENV, else its RACK_ENV, else the environment asked for. */
  readonly railsEnv: string;
  readonly versions: Versions;
  readonly files: FileTree;
  readonly environment: Environment;
  /** Processors of the machine, when the user said (`--cpus`). */
  readonly cpus: number | null;
  /** The file, or null where there is none, or where it cannot be read (then that has been noted). */
  source(path: string): SourceFile | null;
  /** Answers a constant from here on: `define('Sidekiq', () => …)` before the files that ask for it are read. */
  define(constant: string, host: () => HostObject): void;
  /** Sets a variable as the program itself does before it loads the app: `sidekiq -e staging` exports RAILS_ENV. */
  export(variable: string, state: VariableState): void;
  /** Evaluates a Ruby file. The hosts come back with what they were told, one per world. Null where there is no file. */
  ruby(path: string, self: () => HostObject): readonly RubyWorld[] | null;
  /**
   * Evaluates one call of a Ruby file alone, wherever it stands in it: `Sidekiq.configure_embed do … end` in a hook.
   * What the rest of the file would give it is unknown. Null where the file has no such call.
   */
  call(path: string, receiver: string, method: string): EvaluatedCall | null;
  /** Renders a template and reads it as Psych would, world by world. Null where there is no file. */
  yaml(path: string, trimMode: null | '-'): readonly YamlWorld[] | null;
  /**
   * Boots the application itself, once: application.rb, the environment, database.yml, the initializers, in that
   * order. Systems call it where their program loads the app: after puma.rb for `puma`, before it for `rails server`.
   */
  application(): Application;
  /** Something that stops a reading or a boot. Said twice, it is noted once. */
  note(problem: BootProblem): void;
}

export interface RubyWorld extends Evaluation<Host> {
  /** The receiver that `self` made for this world. */
  readonly self: HostObject;
}

export interface EvaluatedCall {
  /** What it said to the constants it talked to, world by world. */
  readonly worlds: readonly (readonly RecordedCall[])[];
  readonly at: Span;
  /** The calls whose blocks, and the methods whose bodies, it stands in, outermost first. */
  readonly within: readonly string[];
}

export interface YamlWorld {
  readonly rendered: RenderedText;
  readonly document: PsychDocument;
}

/**
 * What the application's Ruby said, file by file in boot order; within a file, one list of calls per possible world.
 * The calls hang under the constant they were made on: `Rails` (for `config.…` too: `Rails.application.config`),
 * `Sidekiq`, `SolidQueue`.
 */
export interface Application {
  readonly files: readonly ApplicationFile[];
}

export interface ApplicationFile {
  readonly path: string;
  readonly worlds: readonly (readonly RecordedCall[])[];
  /** Calls that did not happen because a condition said no, where the condition rests on an assumption. */
  readonly skipped: readonly SkippedCall[];
  /** Calls of which nobody can say whether they happen. */
  readonly possible: readonly PossibleCall[];
  /** The file itself where some world does not get to its end: what stands behind is not heard. Null otherwise. */
  readonly cutShort: SourceFile | null;
}

/** A problem as the process that met it: null where the file itself cannot be read. */
export interface NotedProblem extends BootProblem {
  readonly process: string | null;
}

export interface BootProblem {
  /** A file that cannot be read as what it is, Ruby in it that certainly raises, or a file that was given up on. */
  readonly kind: 'parse-error' | 'boot-failure' | 'unread';
  readonly message: string;
  readonly at: Span;
  readonly assumes: readonly Assumption[];
  /** Whether it stops every process that loads the application, wherever in it the file is. */
  readonly stopsBoot?: true;
  /** What a rule of its own speaks of: sizes of a pool that contradict each other. */
  readonly about?: 'pool-sizes';
  /** The other place of a contradiction. */
  readonly beside?: Span;
}
