import type { SourceFile, Span } from '../text/source.ts';
import type { Classes } from './classes.ts';
import type { CodeNode } from './code_node.ts';
import type { Models } from './models.ts';
import type { CodeScope } from './scope.ts';

/** One file of the application's Ruby, parsed. */
export interface CodeFile {
  /** Inside the tree of the app. */
  readonly path: string;
  readonly source: SourceFile;
  readonly scope: CodeScope;
  readonly root: CodeNode;
  /** Every call of the file by the name of its method, in the order of the text. */
  calls(...methods: readonly string[]): readonly CodeNode[];
}

/** What collectors may ask of the rest of the application. */
export interface Code {
  readonly models: Models;
  readonly classes: Classes;
  /** Another file of the application, parsed; null where there is none. */
  file(path: string): CodeFile | null;
}

/**
 * Somebody who looks for one kind of fact. The pass reads every file once, and parses those in which any collector's
 * words stand; a collector is shown the files that contain its own.
 */
export interface Collector<Facts> {
  /** For words that stand in many files: the paths (inside the app) that can hold such a fact. */
  readonly reads?: RegExp;
  /**
   * Without the flag g. Matched against the bytes as latin1, so it may only speak of ASCII. What it repeats has an end:
   * it meets files of a megabyte.
   */
  readonly words: RegExp;
  /** What such a file contains somewhere as well. */
  readonly also?: RegExp;
  collect(file: CodeFile, code: Code): void;
  /** What was found, once every file was shown. */
  facts(): Facts;
}

/** A fact has a place, and a scope that says what runs it. */
export interface Fact {
  readonly at: Span;
  readonly scope: CodeScope;
}
