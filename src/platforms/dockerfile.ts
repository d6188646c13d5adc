import type { AppFiles } from '../launch/files.ts';
import type { SourceFile } from '../text/source.ts';
import { Environment } from '../value/environment.ts';
import { known, unknown, via } from '../value/traced.ts';
import { instructionsOf, wordsOf, type Instruction, type Line } from './docker/instructions.ts';
import { substituted } from './docker/substitution.ts';

/** Where the image of an app is described. */
const PATH = 'Dockerfile';

/** Environments for which nobody builds the image that production runs. */
const NOT_DEPLOYED = new Set(['development', 'test']);

/**
 * What every process of the app's image has: the ENV of its Dockerfile, below everything that is said of the process
 * itself. An image for development or tests is not the one that runs anywhere else.
 */
export function dockerEnvironment(files: AppFiles, base: Environment): Environment {
  const source = files.exists(PATH) ? files.source(PATH) : null;
  if (!source) return base;
  const image = imageEnvironment(source);
  if (isAnotherEnvironment(image, base)) return base;
  return image.names
    .filter((name) => !base.declares(name))
    .reduce((environment, name) => environment.with(name, image.stateOf(name)!), base);
}

function isAnotherEnvironment(image: Environment, base: Environment): boolean {
  const name = ['RAILS_ENV', 'RACK_ENV'].map((variable) => image.get(variable)).find((one) => one.known && one.value);
  const asked = base.get('RAILS_ENV');
  return name?.known === true && NOT_DEPLOYED.has(name.value ?? '') && asked.known && asked.value !== name.value;
}

/** A stage as it stands after some of its instructions: what its processes inherit, and what only the build sees. */
interface Stage {
  readonly environment: Environment;
  readonly args: Environment;
}

const SCRATCH: Stage = { environment: Environment.EMPTY, args: Environment.EMPTY };

/** The variables of the image that the last stage builds. */
export function imageEnvironment(source: SourceFile): Environment {
  const stages = new Map<string, Stage>();
  let global = Environment.EMPTY;
  let name: string | null = null;
  let stage: Stage | null = null;
  for (const instruction of instructionsOf(source)) {
    if (instruction.keyword === 'FROM') {
      if (name !== null && stage) stages.set(name, stage);
      const from = readFrom(instruction, global);
      stage = stages.get(from.image) ?? SCRATCH;
      name = from.name;
    } else if (stage) stage = after(instruction, stage, global);
    else if (instruction.keyword === 'ARG') global = withArguments(instruction, { ...SCRATCH, args: global }, null);
  }
  return stage?.environment ?? Environment.EMPTY;
}

function after(instruction: Instruction, stage: Stage, global: Environment): Stage {
  if (instruction.keyword === 'ARG') return { ...stage, args: withArguments(instruction, stage, global) };
  if (instruction.keyword === 'ENV') return { ...stage, environment: withVariables(instruction, stage) };
  return stage;
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
function withArguments({ rest, escape }: Instruction, stage: Stage, global: Environment | null): Environment {
  let { args } = stage;
  for (const word of wordsOf(rest, escape)) {
    const at = word.place();
    const [variable, value] = splitAssignment(word);
    if (variable === null) continue;
    if (value) {
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
