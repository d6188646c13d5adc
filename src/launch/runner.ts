import type { SourceFile, Span } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import type { Copied, Word } from './launch.ts';

/** The files that a command line means. */
export interface Scripts {
  /** The file of the repository at a path, or null. */
  (path: string): SourceFile | null;
  /** The files at an absolute path with stars in it, each with its path there; absent where no image is known. */
  readonly matching?: (pattern: string) => readonly { readonly path: string; readonly file: SourceFile }[];
  /** What the image has of the repository, in which the command line runs; absent where it runs in none. */
  readonly copies?: readonly Copied[];
}

/** A process that a program like foreman or supervisord starts and keeps running. */
export interface RunProgram {
  /** What the file calls it: `worker`. */
  readonly name: string;
  readonly at: Span;
  /** A line for a shell, or words that no shell sees. */
  readonly start: { readonly line: string } | { readonly words: readonly Word[] };
  readonly environment: Environment;
}

/** What such a program starts, each as often as it runs, or why nobody can tell. */
export type Run =
  | {
      readonly programs: readonly RunProgram[];
      /** What it starts besides, of which nobody can tell; absent where that is all. */
      readonly beside?: string;
    }
  | { readonly unknown: string };

/** Reads words as the call of such a program; null where they are none. */
export type Runner = (words: readonly Word[], environment: Environment, scripts: Scripts) => Run | null;

/** More processes than this run in no container. */
export const MOST_PROGRAMS = 100;
export const TOO_MANY: Run = { unknown: 'it starts more processes than can be followed' };
