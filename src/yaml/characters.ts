/** Character classes of libyaml 0.2.5 (`src/yaml_private.h`), on UTF-16 code units. The end of the text reads as NUL. */

const NUL = 0;
const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

export function isBreak(code: number): boolean {
  return code === LF || code === CR || code === 0x85 || code === 0x2028 || code === 0x2029;
}

export function isBreakOrEnd(code: number): boolean {
  return isBreak(code) || code === NUL;
}

export function isBlankOrEnd(code: number): boolean {
  return code === SPACE || code === TAB || code === LF || code === NUL || isBreak(code);
}

/** Letters and digits of ASCII, `_` and `-`: what anchors, handles and directive names are made of. */
export function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    code === 45
  );
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** The value of a hexadecimal digit, or -1. */
export function hexDigit(code: number): number {
  if (isDigit(code)) return code - 48;
  if (code >= 65 && code <= 70) return code - 55;
  if (code >= 97 && code <= 102) return code - 87;
  return -1;
}

/** The first character that libyaml's reader refuses, or -1. */
export function firstForbidden(text: string): number {
  return text.search(FORBIDDEN);
}

const FORBIDDEN = /[^\t\n\r\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
