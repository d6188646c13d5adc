import type { Application, ApplicationFile } from '../../launch/boot.ts';
import { Recorder, type RecordedCall } from '../../launch/recorder.ts';
import { everythingSaid } from '../../launch/said.ts';
import { RubySymbol, type Value } from '../../ruby/values.ts';
import { span, type Span } from '../../text/source.ts';
import { agree, assuming, known, unknown, UNDECIDED, type Traced } from '../../value/traced.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { plainValue } from '../coercion.ts';

/**
 * What Ruby made of Shoryuken while the application was loaded, before its own options are read.
 * Source: lib/shoryuken/environment_loader.rb@v7.0.3 (setup_options)
 */
export interface ShoryukenState {
  /** `Shoryuken.options[:concurrency]`; null where it is left alone. */
  readonly concurrency: Traced<PsychScalar> | null;
  /** By the name as Ruby has it: `"fast"` and `:fast` are two. */
  readonly groups: ReadonlyMap<string, ShoryukenGroup>;
}

export interface ShoryukenGroup {
  /** Nil where it takes what everything else takes. */
  readonly concurrency: Traced<PsychScalar>;
  /** Whether a queue was added to it: without any it does nothing. */
  readonly polls: boolean;
}

/** The constant in a process that is Shoryuken. Source: lib/shoryuken/options.rb@v7.0.3 (configure_server, server?) */
export function shoryukenServer(): Recorder {
  return new Recorder('Shoryuken', (path) => (path === 'Shoryuken.configure_server' ? { block: 'yield' } : {}));
}

/** Calls that decide how many threads there are. Source: lib/shoryuken/options.rb@v7.0.3 */
const DECIDING: ReadonlySet<string> = new Set(['add_group', 'add_queue']);

const WRITTEN = /\badd_(?:group|queue)\b/g;

/** The state that the files of the application leave, or where one says what nobody can follow. */
export function shoryukenInRuby({ files }: Application): ShoryukenState | Traced<never> {
  let state: ShoryukenState = { concurrency: null, groups: new Map() };
  for (const file of files) {
    const doubt = doubtIn(file);
    if (doubt) return unfollowed(file, doubt);
    const ends: ShoryukenState[] = [];
    for (const calls of file.worlds) {
      const end = stateAfter(state, calls);
      if ('file' in end) return unfollowed(file, end);
      ends.push(end);
    }
    if (ends.length > 0) state = joined(ends);
  }
  return state;
}

/** The key of a group of that name. */
export function groupKey(kind: 'string' | 'symbol', name: string): string {
  return `${kind} ${name}`;
}

function unfollowed({ path }: ApplicationFile, at: Span): Traced<never> {
  return unknown(`${path} computes it`, { kind: 'code', at, from: [] });
}

/** A call of which nobody can say whether it happens, or one behind the end of what can be followed. */
function doubtIn(file: ApplicationFile): Span | null {
  const possible = file.possible.find(({ method }) => DECIDING.has(method));
  if (possible) return possible.at;
  const source = file.cutShort;
  if (!source) return null;
  const heard = file.worlds.flatMap((calls) => saidTo(calls).map(({ at }) => at));
  const first = [...source.text.matchAll(WRITTEN)].find(
    ({ index }) => !heard.some(({ start, end }) => start <= index && index < end),
  );
  return first ? span(source, first.index, first.index + first[0].length) : null;
}

/** The calls on Shoryuken itself, and on what `configure_server` hands its block, which is the same. */
function saidTo(calls: readonly RecordedCall[]): readonly RecordedCall[] {
  return everythingSaid(calls)
    .filter(({ path }) => /^Shoryuken(?:\.configure_server)?\.(?:add_group|add_queue|options\.\[\]=)$/.test(path))
    .map(({ call }) => call);
}

/** What one course of a file leaves, or the call that names a group nobody knows. */
function stateAfter(before: ShoryukenState, calls: readonly RecordedCall[]): ShoryukenState | Span {
  let { concurrency } = before;
  const groups = new Map(before.groups);
  for (const { method, args, at, assumes } of saidTo(calls)) {
    if (method === '[]=') {
      const [key, value] = args;
      if (value && keyOf(key) === groupKey('symbol', 'concurrency')) concurrency = assuming(plainValue(value), assumes);
      continue;
    }
    const isGroup = method === 'add_group';
    const key = keyOf(args[isGroup ? 0 : 2]);
    if (key === null) return at;
    const there = groups.get(key);
    if (!isGroup) {
      if (there) groups.set(key, { ...there, polls: true });
      continue;
    }
    const said = args[1] ? plainValue(args[1]) : null;
    const silent = said === null || (said.known && said.value === null);
    const nothing = concurrency ?? known<PsychScalar>(null, { kind: 'literal', at });
    if (!there) groups.set(key, { concurrency: assuming(silent ? nothing : said, assumes), polls: false });
  }
  return { concurrency, groups };
}

function keyOf(name: Value | undefined): string | null {
  if (!name?.known) return null;
  if (name.value instanceof RubySymbol) return groupKey('symbol', name.value.name);
  const text = plainValue(name);
  return text.known && typeof text.value === 'string' ? groupKey('string', text.value) : null;
}

function joined(worlds: readonly ShoryukenState[]): ShoryukenState {
  const [first, ...others] = worlds as [ShoryukenState, ...ShoryukenState[]];
  if (others.length === 0) return first;
  const names = [...new Set(worlds.flatMap(({ groups }) => [...groups.keys()]))];
  return {
    concurrency: joinedNumber(worlds.map((world) => world.concurrency)),
    groups: new Map(
      names.map((name) => {
        const found = worlds.map(({ groups }) => groups.get(name));
        const polls = found.some((group) => group?.polls === true);
        const sure = found.every((group) => group?.polls === polls);
        const number = joinedNumber(found.map((group) => group?.concurrency ?? null))!;
        return [name, { concurrency: sure ? number : unknown(UNDECIDED, number.origin), polls }];
      }),
    ),
  };
}

/** Null where no course says it; where only some do, it is not known. */
function joinedNumber(said: readonly (Traced<PsychScalar> | null)[]): Traced<PsychScalar> | null {
  const there = said.filter((one) => one !== null);
  if (there.length === 0) return null;
  const number = agree(UNDECIDED, there);
  return there.length === said.length ? number : unknown(UNDECIDED, number.origin);
}
