import type { Copied, Word } from '../../launch/launch.ts';
import type { HealthProbe } from '../../launch/probe.ts';
import type { SourceFile, Span } from '../../text/source.ts';
import { Environment } from '../../value/environment.ts';
import { known, unknown, via } from '../../value/traced.ts';
import { normal, within } from './contents.ts';
import { copiesOfRun, copiesOfStage } from './copying.ts';
import { healthcheckIn } from './healthcheck.ts';
import { instructionsOf, wordsOf, type Instruction, type Line } from './instructions.ts';
import { substituted } from './substitution.ts';

/** What a container is started with: a line for a shell, or words that no shell sees. */
export type Start =
  | { readonly kind: 'line'; readonly text: string; readonly at: Span }
  | { readonly kind: 'words'; readonly words: readonly Word[]; readonly at: Span };

/** An image as its Dockerfile describes it. */
export interface Image {
  /** ENV: what every process in it has. */
  readonly environment: Environment;
  readonly entrypoint: Start | null;
  readonly command: Start | null;
  /** WORKDIR, where it can be told. */
  readonly folder: string | null;
  /** Files and folders of the repository, in the order in which they are copied, and where they are in the image. */
  readonly copies: readonly Copied[];
  /** HEALTHCHECK, where it is a request: what Docker makes of it, and nobody else. */
  readonly healthcheck: HealthProbe | null;
  /** The image of someone else that it is built on; '' where nobody can tell. */
  readonly base: string;
}

export interface BuildOptions {
  /** The stage to build, by name; the last one without. */
  readonly target?: string | null;
  /** Build arguments, above the defaults of the Dockerfile. */
  readonly args?: Environment;
}

/** A stage as it stands after some of its instructions: what its processes inherit, and what only the build sees. */
interface Stage extends Image {
  readonly args: Environment;
  /** Whether CMD stands in this stage itself: an ENTRYPOINT of the stage then leaves it. */
  readonly ownCommand: boolean;
}

const SCRATCH: Stage = {
  environment: Environment.EMPTY,
  args: Environment.EMPTY,
  entrypoint: null,
  command: null,
  ownCommand: false,
  folder: null,
  copies: [],
  healthcheck: null,
  base: '',
};

/**
 * The image that a Dockerfile builds.
 * Source: frontend/dockerfile/dockerfile2llb/convert.go, frontend/dockerfile/instructions/parse.go@v0.17.0 (moby/buildkit)
 */
export function readImage(source: SourceFile, { target = null, args = Environment.EMPTY }: BuildOptions = {}): Image {
  // By name, and by number: the first one is 0. A name begins with a letter.
  const stages = new Map<string, Stage>();
  const wanted = target?.toLowerCase() ?? null;
  let global = Environment.EMPTY;
  let name: string | null = null;
  let number = -1;
  let stage: Stage | null = null;
  for (const instruction of instructionsOf(source)) {
    if (instruction.keyword === 'FROM') {
      if (name !== null && stage) stages.set(name, stage);
      if (stage) stages.set(String(number), stage);
      if (wanted !== null && (name === wanted || String(number) === wanted)) break;
      number += 1;
      const from = readFrom(instruction, global);
      const earlier = /^\d+$/.test(from.image) ? undefined : stages.get(from.image);
      stage = earlier ? { ...earlier, ownCommand: false } : { ...SCRATCH, base: from.image };
      name = from.name;
    } else if (stage) stage = after(instruction, stage, stages, global, args);
    else if (instruction.keyword === 'ARG')
      global = withArguments(instruction, { ...SCRATCH, args: global }, null, args);
  }
  return stage ?? SCRATCH;
}

function after(
  instruction: Instruction,
  stage: Stage,
  stages: ReadonlyMap<string, Stage>,
  global: Environment,
  given: Environment,
): Stage {
  switch (instruction.keyword) {
    case 'ARG':
      return { ...stage, args: withArguments(instruction, stage, global, given) };
    case 'ENV':
      return { ...stage, environment: withVariables(instruction, stage) };
    case 'WORKDIR':
      return { ...stage, folder: folderOf(instruction, stage) };
    case 'COPY':
    case 'ADD':
      return { ...stage, copies: [...stage.copies, ...copiesOf(instruction, stage, stages)] };
    case 'RUN': {
      const { rest } = instruction;
      return { ...stage, copies: copiesOfRun(rest.text, rest.place(), stage.folder, stage.copies) };
    }
    case 'CMD':
      return { ...stage, command: startOf(instruction), ownCommand: true };
    case 'HEALTHCHECK':
      return { ...stage, healthcheck: healthcheckIn(instruction) };
    case 'ENTRYPOINT': {
      // A new entrypoint does not start the command of the image below.
      const command = stage.ownCommand ? stage.command : null;
      return { ...stage, entrypoint: startOf(instruction), command };
    }
    default:
      return stage;
  }
}

/** `["program", "argument"]` is words; everything else is a line that /bin/sh reads. */
function startOf({ rest }: Instruction): Start | null {
  const at = rest.place();
  const strings = jsonStrings(rest);
  if (!strings) return rest.text === '' ? null : { kind: 'line', text: rest.text, at };
  if (strings.length === 0) return null;
  const words = strings.map(({ text, place }) => ({
    value: known(text, { kind: 'literal', at: place } as const),
    at: place,
  }));
  return { kind: 'words', words, at };
}

function jsonStrings(line: Line): readonly { text: string; place: Span }[] | null {
  if (!line.text.startsWith('[')) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.text);
  } catch {
    return null;
  }
  if (!Array.isArray(parsed) || !parsed.every((one) => typeof one === 'string')) return null;
  const places = [...line.text.matchAll(/"(?:[^"\\]|\\.)*"/g)];
  return parsed.map((text: string, index) => {
    const match = places[index]!;
    return { text, place: line.place(match.index, match.index + match[0].length) };
  });
}

/** `COPY docker/start.sh /usr/bin/`, `COPY ["a file", "/usr/bin/"]`, `COPY --from=build /shop /shop`. */
function copiesOf({ rest, escape }: Instruction, stage: Stage, stages: ReadonlyMap<string, Stage>): readonly Copied[] {
  const words = wordsOf(rest, escape).map(({ text }) => text);
  const options = words.slice(
    0,
    Math.max(
      words.findIndex((word) => !word.startsWith('--')),
      0,
    ),
  );
  const first = wordsOf(rest, escape)[options.length];
  const json = first?.text.startsWith('[') ? jsonStrings(rest.from(rest.text.indexOf('['))) : null;
  const paths = json ? json.map(({ text }) => text) : words.slice(options.length);
  const last = paths.pop();
  const written = json && !last?.includes('$') ? (last ?? null) : targetOf(last, { rest, escape }, stage);
  if (written === null) return [];
  const from = options.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  if (from !== undefined) {
    const earlier = stages.get(from.toLowerCase());
    return earlier ? copiesOfStage(paths, written, earlier.copies, stage.folder, rest.place()) : [];
  }
  const to = within(stage.folder, written);
  return paths.flatMap((path): readonly Copied[] => {
    if (path.startsWith('<<'))
      return [{ from: null, to, reason: 'it is written into the Dockerfile', at: rest.place() }];
    const source = normal(path).slice(1) || '.';
    const name = source.slice(source.lastIndexOf('/') + 1);
    if (source === '.') return [{ from: source, to }];
    if (/[*?$]/.test(source)) return [];
    const inFolder = { from: source, to: normal(`${to}/${name}`) };
    // Of a folder the content is copied; without a slash at the end nobody can tell whether the target is one.
    if (path.endsWith('/')) return [{ from: source, to }];
    if (paths.length > 1) return [inFolder, ...(name.includes('.') ? [] : [{ from: source, to }])];
    return [inFolder, { from: source, to }];
  });
}

/** Where COPY puts it, with the variables of the stage in their places; null where nobody can tell. */
function targetOf(target: string | undefined, { rest, escape }: Pick<Instruction, 'rest' | 'escape'>, stage: Stage) {
  if (target === undefined || !target.includes('$')) return target ?? null;
  const written = substituted(rest, escape, (name, at) => lookup(stage, name, at));
  return written.known ? (written.value.trim().split(/\s+/).at(-1) ?? null) : null;
}

function folderOf({ rest, escape }: Instruction, stage: Stage): string | null {
  const written = substituted(rest, escape, (name, at) => lookup(stage, name, at));
  if (!written.known) return null;
  if (written.value.startsWith('/')) return written.value;
  return stage.folder === null ? null : `${stage.folder.replace(/\/$/, '')}/${written.value}`;
}

/** `FROM [--platform=…] image [AS name]`; names of stages do not heed case. */
function readFrom({ rest, escape }: Instruction, global: Environment): { image: string; name: string | null } {
  const words = wordsOf(rest, escape).filter((word) => !word.text.startsWith('--'));
  const [image, as, name] = words;
  const written = image ? substituted(image, escape, (variable, at) => global.get(variable, at)) : null;
  const named = as?.text.toUpperCase() === 'AS' && name ? name.text.toLowerCase() : null;
  return { image: written?.known ? written.value.toLowerCase() : '', name: named };
}

/** What a build argument is: what `--build-arg` says, which stands in no repository, else its default. */
function withArguments(
  { rest, escape }: Instruction,
  stage: Stage,
  global: Environment | null,
  given: Environment,
): Environment {
  let { args } = stage;
  for (const word of wordsOf(rest, escape)) {
    const at = word.place();
    const [variable, value] = splitAssignment(word);
    if (variable === null) continue;
    const said = given.stateOf(variable);
    if (said) args = args.with(variable, said);
    else if (value) {
      const written = substituted(value, escape, (name, place) => lookup({ ...stage, args }, name, place));
      const taken = via(written, (from) => ({ kind: 'fallback', variable, at, from: [from] }));
      const assumes = [{ kind: 'unset', variable } as const];
      args = args.with(
        variable,
        taken.known ? known(taken.value, taken.origin, [...taken.assumes, ...assumes]) : taken,
      );
    } else {
      const reason = `${variable} is an argument of the build that nothing in the repository sets`;
      const outside = unknown<string | null>(reason, { kind: 'platform', at, from: [] });
      args = args.with(variable, global?.stateOf(variable) ?? outside);
    }
  }
  return args;
}

/** Within one instruction every substitution sees what was there before it. */
function withVariables({ rest, escape }: Instruction, stage: Stage): Environment {
  let { environment } = stage;
  for (const { variable, value, at } of assignmentsOf(rest, escape)) {
    const written = substituted(value, escape, (name, place) => lookup(stage, name, place));
    const literal = written.known && written.origin.kind === 'literal';
    environment = environment.with(
      variable,
      via(written, (from) => ({ kind: 'platform', at, from: literal ? [] : [from] })),
    );
  }
  return environment;
}

function lookup({ environment, args }: Stage, name: string, at: ReturnType<Line['place']>) {
  // ENV hides an argument of the same name.
  return environment.declares(name) || !args.declares(name) ? environment.get(name, at) : args.get(name, at);
}

interface Assignment {
  readonly variable: string;
  readonly value: Line;
  readonly at: ReturnType<Line['place']>;
}

/** `ENV a=b c=d`, or the old form `ENV a the rest of the line`. */
function assignmentsOf(rest: Line, escape: string): readonly Assignment[] {
  const words = wordsOf(rest, escape);
  const [first] = words;
  if (!first) return [];
  if (!first.text.includes('=')) {
    const value = rest.from(first.text.length).trimmed();
    return value.text === '' ? [] : [{ variable: first.text, value, at: rest.place() }];
  }
  return words.flatMap((word) => {
    const [variable, value] = splitAssignment(word);
    return variable !== null && value ? [{ variable, value, at: word.place() }] : [];
  });
}

function splitAssignment(word: Line): readonly [string | null, Line | null] {
  const equals = word.text.indexOf('=');
  const name = equals === -1 ? word.text : word.text.slice(0, equals);
  // A quoted name is legal and nobody writes one.
  if (!/^[A-Za-z_][\w.-]*$/.test(name)) return [null, null];
  return [name, equals === -1 ? null : word.from(equals + 1)];
}
