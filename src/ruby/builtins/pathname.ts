import type { Call, Table } from '../call.ts';
import { send } from '../dispatch.ts';
import { basename, dirname, expand, REPOSITORY_ROOT } from '../paths.ts';
import { RubyObject, type RubyValue } from '../values.ts';

export function pathnameOf(c: Call, name: string): RubyValue {
  const object = new RubyObject(c.m.classes.get('Pathname')!);
  object.variables.set('@path', c.make(name));
  return object;
}

function path(c: Call): string {
  return c.textOf(c.see((c.self.value as RubyObject).variables.get('@path')!))!;
}

/** One path below another; an absolute one replaces it. */
function below(base: string, part: string): string {
  if (part.startsWith('/')) return part;
  const joined = base === '.' ? part : `${base.replace(/(?<!\/)\/+$/, '')}/${part}`;
  return joined.startsWith('/') ? expand(joined, '/') : joined;
}

/** The methods of File that take the path first. */
function asFile(name: string) {
  return (c: Call) => {
    const type = c.m.classes.get('File')!;
    const first = (c.self.value as RubyObject).variables.get('@path')!;
    const self = { known: true as const, value: type, origin: c.self.origin, assumes: c.self.assumes };
    return send(c.m, self, name, { args: [first, ...c.args], named: c.named, block: c.block }, c.at);
  };
}

export const PATHNAME: Table = {
  join: (c) =>
    pathnameOf(
      c,
      c.args.reduce((base, _, i) => below(base, c.str(i)), path(c)),
    ),
  '+': (c) => pathnameOf(c, below(path(c), c.str(0))),
  '/': (c) => pathnameOf(c, below(path(c), c.str(0))),
  to_s: path,
  to_path: path,
  to_str: path,
  inspect: (c) => `#<Pathname:${path(c)}>`,
  dirname: (c) => pathnameOf(c, dirname(path(c))),
  parent: (c) => pathnameOf(c, dirname(path(c))),
  basename: (c) => pathnameOf(c, basename(path(c))),
  expand_path: (c) => pathnameOf(c, expand(path(c), REPOSITORY_ROOT)),
  realpath: (c) => pathnameOf(c, expand(path(c), REPOSITORY_ROOT)),
  cleanpath: (c) => pathnameOf(c, path(c).startsWith('/') ? expand(path(c), '/') : path(c)),
  'absolute?': (c) => path(c).startsWith('/'),
  'relative?': (c) => !path(c).startsWith('/'),
  ...Object.fromEntries(
    ['exist?', 'file?', 'directory?', 'readable?', 'read', 'binread', 'readlines', 'extname'].map((name) => [
      name,
      asFile(name),
    ]),
  ),
};
