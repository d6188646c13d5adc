import type { Span } from '../text/source.ts';

/** A file of the tool's own that cannot be trusted: what is wrong, where, and what could have been meant. */
export class BadConfiguration extends Error {
  readonly at: Span;
  /** The word that is not known, and the ones that are. */
  readonly given: string | null;
  readonly choices: readonly string[];
  constructor(message: string, at: Span, given: string | null = null, choices: readonly string[] = []) {
    super(message);
    this.name = 'BadConfiguration';
    this.at = at;
    this.given = given;
    this.choices = choices;
  }
}
