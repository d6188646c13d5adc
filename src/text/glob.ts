/**
 * A pattern as a question to paths: `*` and `?` stay in one folder, `**` does not, and with a slash behind it it is any
 * folders or none. Every other sign means itself. A path is answered in as many steps as it and the pattern have signs,
 * multiplied: patterns come from the repository, and none of them may have every division of a path tried.
 * @param hidden whether the signs that stand for others stand for the dot at the beginning of a name too
 */
export function glob(pattern: string, hidden: 'matched' | 'passed over' = 'matched'): (path: string) => boolean {
  const signs = [...pattern.matchAll(/\*\*\/|\*\*|[^]/g)].map(([sign]) => sign);
  const least = signs.filter((sign) => !sign.startsWith('*')).length;
  // Most paths of a tree are told apart by how they begin or end.
  const [head = ''] = /^[^*?]*/.exec(pattern) ?? [];
  const [tail = ''] = /(?<![^*?])[^*?]*$/.exec(pattern) ?? [];
  // The slash behind `**` may stand for no folder at all.
  const end = tail.replace(/^\//, '');
  return (path) =>
    path.length >= least && path.startsWith(head) && path.endsWith(end) && matches(path, signs, hidden === 'matched');
}

function matches(path: string, signs: readonly string[], hidden: boolean): boolean {
  // Whether the signs so far can end before each character of the path, and behind its last one.
  let ends = Array.from({ length: path.length + 1 }, (_, at) => at === 0);
  for (const sign of signs) {
    ends = after(sign, ends, path, hidden);
    if (!ends.includes(true)) return false;
  }
  return ends[path.length]!;
}

function after(sign: string, ends: readonly boolean[], path: string, hidden: boolean): boolean[] {
  const next: boolean[] = [];
  let begun = false;
  for (const [at, ended] of ends.entries()) {
    const before = path[at - 1];
    const isDot = !hidden && before === '.' && (at === 1 || path[at - 2] === '/');
    if (isDot) begun = false;
    if (sign === '*') next.push(ended || (before !== '/' && !isDot && next[at - 1] === true));
    else if (sign === '**') next.push((begun ||= ended));
    else if (sign === '**/') {
      next.push(ended || (begun && before === '/'));
      begun ||= ended;
    } else next.push(ends[at - 1] === true && (sign === before || (sign === '?' && before !== '/' && !isDot)));
  }
  return next;
}
