import type { YamlSyntaxError } from './cursor.ts';

/** What Psych says, and what it means where Psych's words are about its own workings. */
export function describe(error: YamlSyntaxError, text: string): string {
  const said = error.context ? `${error.message} ${error.context.text}` : error.message;
  const meaning = meaningOf(error, text);
  return meaning ? `${meaning} (Psych: ${said})` : said;
}

/**
 * The offset to show. What is opened and never closed is noticed at the end of the file, and mended where it begins:
 * there Psych points too (`context_mark` in ext/psych/psych_parser.c@v5.2.2).
 */
export function offsetOf(error: YamlSyntaxError): number {
  const unclosed = /^while (?:scanning a quoted scalar|parsing a flow)/.test(error.context?.text ?? '');
  return unclosed ? error.context!.offset : error.offset;
}

function meaningOf(error: YamlSyntaxError, text: string): string | null {
  const letter = text[error.offset] ?? '';
  switch (error.message) {
    case 'found character that cannot start any token':
      if (letter === '\t') return 'a tab cannot indent in YAML';
      return `a value cannot begin with ${letter}: put it in quotes`;
    case 'control characters are not allowed':
      return `the character U+${text.codePointAt(error.offset)!.toString(16).toUpperCase().padStart(4, '0')} is not allowed in YAML`;
    case 'mapping values are not allowed in this context':
      return 'a second ": " stands in one line, or a key is indented under a value that is already complete';
    case 'block sequence entries are not allowed in this context':
      return 'a "- " stands where no list can begin';
    case "could not find expected ':'":
      return 'a line that should be a key has no ":" after it';
    case 'did not find expected key':
      return 'this line is not indented like the keys around it, or is no key';
    case "did not find expected '-' indicator":
      return 'this line is not indented like the items of the list around it, or is no item';
    case 'found unexpected end of stream':
      return 'a quote is never closed';
    case "did not find expected ',' or ']'":
      return 'a [ is never closed, or a comma is missing in it';
    case "did not find expected ',' or '}'":
      return 'a { is never closed, or a comma is missing in it';
    case 'found a tab character that violates indentation':
    case 'found a tab character where an indentation space is expected':
      return 'a tab cannot indent in YAML';
    case 'did not find expected <document start>':
      return 'this line belongs to nothing before it';
    default:
      return null;
  }
}
