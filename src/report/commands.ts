/** A line that GitHub's runner takes for a command, whatever it is indented by. */
const COMMAND = /(?<![^\r\n\u2028\u2029])([^\S\r\n\u2028\u2029]*):(?=:)/g;

/** For people, a blank parts what would be read together; `##[` is the older kind, which may stand anywhere in a line. */
const PARTED = (text: string): string => text.replace(COMMAND, '$1: ').replaceAll('##[', '## [');
const IN_JSON = (text: string): string => text.replaceAll('##[', '#\\u0023[');
const IN_XML = (text: string): string => text.replace(COMMAND, '$1&#58;').replaceAll('##[', '#&#35;[');

/** How the other formats write the same text. That of `github` is made of commands, and escapes what it is told. */
const BY_FORMAT: Readonly<Record<string, (text: string) => string>> = {
  json: IN_JSON,
  sarif: IN_JSON,
  gitlab: IN_JSON,
  junit: IN_XML,
  html: IN_XML,
  github: (text) => text,
};

/**
 * A report in which no text of a repository is a workflow command, wherever it is printed.
 * Source: src/Runner.Common/ActionCommand.cs@v2.328.0 of actions/runner (TryParseV2, TryParse)
 */
export function withoutCommands(text: string, format: string): string {
  return (BY_FORMAT[format] ?? PARTED)(text);
}
