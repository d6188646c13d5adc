// Where a healthy tree can be broken: read from what the linter says of it, so that a fault is put where it counts.

/**
 * @typedef {{ path: string, line: number }} Place  line is 1-based
 * @typedef {{
 *   read(path: string): string | null,
 *   pool: Place | null,      the line that sizes the first pool of the web process, in a file of the tree
 *   poolKey: string,         pool, or max_connections
 *   threads: number | null,  request threads of one web process
 *   threadsAt: Place | null, where they are written
 *   threadsUnset: boolean,   whether the number is a fallback of RAILS_MAX_THREADS, which nothing sets
 *   shared: boolean,         whether the line of the pool sizes other databases of the process too
 *   demand: number | null,   connections that can be open at once on the first server
 *   gems: Record<string, string | null>,
 *   queuePool: Place | null, the line that sizes the pool of Solid Queue's database
 * }} Site
 * @typedef {{ rule: string, at: Place | null, must?: boolean }} Expected  at null: anywhere; must defaults to true
 * @typedef {{ files: Record<string, string>, expect: readonly Expected[] }} Mutant  files: by path, what replaces them
 * @typedef {{ name: string, mutants(site: Site): readonly Mutant[] }} Operator
 */

/** The site of the first app of a tree; null where the linter finds no web process with a database in it. */
export function siteOf(result, read, { placeOf, writtenIn, unsetVariables }) {
  const processes = result.projects.flatMap((project) => project.processes.map((process) => ({ project, process })));
  const web = processes.find(({ process }) => process.system === 'puma' && process.pools.length > 0);
  if (!web) return null;
  const [first] = web.process.pools;
  const queue = processes.flatMap(({ process }) =>
    process.system === 'solid_queue' && process.role === 'worker'
      ? process.pools.filter(({ claims }) => claims.some(({ system, counts }) => counts && system === 'solid_queue'))
      : [],
  );
  const named = queue.find(({ purpose }) => purpose === 'queue') ?? queue[0];
  const [server] = web.project.servers;
  const sameLine = (one, other) => one && other && one.file.path === other.file.path && one.start === other.start;
  const placed = (at) => {
    if (!at) return null;
    const { line } = placeOf(at);
    return read(at.file.pathInTree) === null ? null : { path: at.file.pathInTree, line };
  };
  const { threads } = web.process;
  return {
    read,
    pool: placed(first.database.sizeAt),
    poolKey: first.database.sizeKey,
    threads: threads.known ? threads.value : null,
    threadsUnset: threads.known && unsetVariables(threads.origin).includes('RAILS_MAX_THREADS'),
    shared: web.process.pools.filter(({ database }) => sameLine(database.sizeAt, first.database.sizeAt)).length > 1,
    demand: server?.demand.known && server.reserved.known ? server.demand.value : null,
    threadsAt: threads.known ? placed(writtenIn(threads.origin)) : null,
    gems: web.project.versions,
    queuePool: placed(named?.database.sizeAt),
  };
}

/** A text with one line (1-based) replaced by what `change` makes of it; null where that changes nothing. */
export function withLine(text, line, change) {
  const lines = text.split('\n');
  const before = lines[line - 1];
  if (before === undefined) return null;
  const after = change(before);
  if (after === null || after === before) return null;
  lines[line - 1] = after;
  return lines.join('\n');
}

/** The file of the pool with another value in it; null where the pool is written nowhere. */
export function withPool({ read, pool }, value) {
  if (!pool) return null;
  return withLine(read(pool.path), pool.line, (line) => {
    const key = /^(\s*(?:- )?["']?:?(?:pool|max_connections)["']?:\s*)/.exec(line)?.[1];
    return key === undefined ? null : key + value(line.slice(key.length));
  });
}

/** Gemfile.lock with another version of a gem, or with a gem it did not have; null without a Gemfile.lock. */
export function withGem({ read }, name, version) {
  const lock = read('Gemfile.lock');
  if (lock === null) return null;
  const pattern = new RegExp(`^    ${name} \\([^)]*\\)$`, 'm');
  if (pattern.test(lock)) return lock.replace(pattern, `    ${name} (${version})`);
  return lock
    .replace(/^  specs:$/m, `  specs:\n    ${name} (${version})`)
    .replace(/^DEPENDENCIES$/m, `DEPENDENCIES\n  ${name}`);
}

/** A rule that speaks of the pool where it is written. */
export function atPool({ pool }, rule, must = true) {
  return { rule, at: pool, must };
}

/** One mutant of the file of the pool, or none. */
export function ofPool(site, value, ...rules) {
  const text = withPool(site, value);
  if (text === null) return [];
  return [{ files: { [site.pool.path]: text }, expect: rules.map((rule) => atPool(site, rule)) }];
}

/** Whether the version of a gem is at least `major.minor`; false where it is absent. */
export function atLeast({ gems }, gem, wanted) {
  const numbers = (text) => text.split('.').map(Number);
  const own = gems[gem] === null || gems[gem] === undefined ? null : numbers(gems[gem]);
  if (own === null) return false;
  const [major, minor = 0] = numbers(wanted);
  return own[0] > major || (own[0] === major && (own[1] ?? 0) >= minor);
}

/**
 * Code that nobody should have written, as a new file beside a model of its own, and the line of it that must be named.
 * @param {string} line the first line that holds this text
 */
export function withCode({ read, gems }, path, lines, line, rule) {
  const model = 'app/models/mutated_photo.rb';
  if (!gems.rails || read(path) !== null || read(model) !== null) return [];
  const files = {
    [model]: 'class MutatedPhoto < ApplicationRecord\nend\n',
    [path]: `${lines.join('\n')}\n`,
  };
  const at = { path, line: lines.findIndex((one) => one.includes(line)) + 1 };
  return [{ files, expect: [{ rule, at }] }];
}
