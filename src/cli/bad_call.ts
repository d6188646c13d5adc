/** A call that cannot be answered: the message says what to type instead. Exit code 2. */
export class BadCall extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadCall';
  }
}

/** The engine has its own class of that name: what counts is that the message is meant for people. */
export function isBadCall(error: unknown): error is Error {
  return error instanceof Error && error.name === 'BadCall';
}
