import type { AppFiles } from '../launch/files.ts';
import type { SourceFile } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import { readImage, type Image } from './docker/image.ts';

/** Where the image of an app is described. */
const PATH = 'Dockerfile';

/** Environments for which nobody builds the image that production runs. */
const NOT_DEPLOYED = new Set(['development', 'test']);

/**
 * What every process of the app's image has: the ENV of its Dockerfile, below everything that is said of the process
 * itself. An image for development or tests is not the one that runs anywhere else.
 */
export function dockerEnvironment(files: AppFiles, base: Environment): Environment {
  const image = imageOf(files, base);
  return image ? inImage(image.environment, base) : base;
}

/** The image of the app; null where nothing in the repository describes the one that runs there. */
export function imageOf(files: AppFiles, base: Environment): Image | null {
  return imageIn(files.exists(PATH) ? files.source(PATH) : null, base);
}

/** The image that a platform runs for which only its name is known: of the app's Dockerfile, wherever its only one is. */
export function deployedImageOf(files: AppFiles, base: Environment): Image | null {
  if (files.exists(PATH)) return imageOf(files, base);
  const sources = files.tree
    .list()
    .filter((path) => NAME.test(path) && !FOR_NO_DEPLOYMENT.test(path))
    .flatMap((path) => files.source(path) ?? [])
    .filter(({ text }) => COPIES_THE_APP.test(text));
  return sources.length === 1 ? imageIn(sources[0]!, base) : null;
}

const NAME = /^(?!\.)(?:[^/]+\/){0,3}(?:Dockerfile(?:[.-][\w-]+)?|[\w.-]+\.Dockerfile)$/i;
const FOR_NO_DEPLOYMENT =
  /(?:^|[/._-])(?:dev|develop|development|devcontainer|test|tests|spec|ci|local|example|review|demo|vendor|node_modules)(?=$|[/._-])/i;
/** The whole repository or its Gemfile: what holds a database or a web server beside the app gets neither. */
const COPIES_THE_APP = /^[ \t]*(?:COPY|ADD)[ \t]+(?:--\S+[ \t]+)*(?:\.\/?|(?:\.\/)?Gemfile\S*)[ \t]/im;

function imageIn(source: SourceFile | null, base: Environment): Image | null {
  if (!source) return null;
  const image = readImage(source);
  return isAnotherEnvironment(image.environment, base) ? null : image;
}

/** What is said of a process itself, above the ENV of its image. */
export function inImage(image: Environment, base: Environment): Environment {
  return image.names
    .filter((name) => !base.declares(name))
    .reduce((environment, name) => environment.with(name, image.stateOf(name)!), base);
}

function isAnotherEnvironment(image: Environment, base: Environment): boolean {
  const name = ['RAILS_ENV', 'RACK_ENV'].map((variable) => image.get(variable)).find((one) => one.known && one.value);
  const asked = base.get('RAILS_ENV');
  return name?.known === true && NOT_DEPLOYED.has(name.value ?? '') && asked.known && asked.value !== name.value;
}

/** The variables of the image that the last stage builds. */
export function imageEnvironment(source: SourceFile): Environment {
  return readImage(source).environment;
}
