import type { Span } from '../text/source.ts';

/** A file of the tool's own that cannot be trusted: what is wrong, where, and what could have been meant. */
export class BadConfiguration extends Error {
  readonly at: Span;
  /** The word that is not known, and the ones that are. */
  readonly given: string | null;
  readonly choices: readonly string[];
  /** What lists the choices, where they are too many for a message. */
  readonly listedBy: string | null;
  constructor(
    message: string,
    at: Span,
    given: string | null = null,
    choices: readonly string[] = [],
    listedBy: string | null = null,
  ) {
    super(message);
    this.name = 'BadConfiguration';
    this.at = at;
    this.given = given;
    this.choices = choices;
    this.listedBy = listedBy;
  }
}
