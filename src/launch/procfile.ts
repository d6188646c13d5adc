import { span, type SourceFile, type Span } from '../text/source.ts';

/** A line of a Procfile: `name: command`. */
export interface ProcfileEntry {
  readonly name: string;
  readonly command: string;
  readonly at: Span;
}

/**
 * The entries of a Procfile, in order, a name that stands there twice both times. Lines of any other form are ignored.
 * Source: lib/foreman/procfile.rb@v0.90.0
 */
export function procfileLines(source: SourceFile): readonly ProcfileEntry[] {
  const entries: ProcfileEntry[] = [];
  for (let number = 1; number <= source.lineCount; number += 1) {
    const line = source.line(number);
    const match = /^\uFEFF?([A-Za-z0-9_-]+):\s*(\S[^\n]*)$/.exec(line.trimEnd());
    if (!match) continue;
    const [, name, command] = match as unknown as [string, string, string];
    const start = source.lineStart(number) + line.indexOf(command, line.indexOf(':') + 1);
    entries.push({ name, command, at: span(source, start, start + command.length) });
  }
  return entries;
}

/** The processes that Heroku makes of a Procfile: of two entries with one name the last counts. */
export function procfileEntries(source: SourceFile): readonly ProcfileEntry[] {
  const entries = new Map<string, ProcfileEntry>();
  for (const entry of procfileLines(source)) {
    entries.delete(entry.name);
    entries.set(entry.name, entry);
  }
  return [...entries.values()];
}
