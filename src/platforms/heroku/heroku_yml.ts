import type { CommandReading } from '../../launch/command.ts';
import { readCommand } from '../../launch/command.ts';
import type { Span } from '../../text/source.ts';
import type { Environment } from '../../value/environment.ts';
import { assuming, saidBy } from '../../value/traced.ts';
import { goAt, goText, readGoYaml, type GoNode } from '../../yaml/go.ts';
import { entriesOf, itemsAt, textAt } from '../../yaml/go_read.ts';
import { inImage } from '../dockerfile.ts';
import { readImage, type Image } from '../docker/image.ts';
import { joined } from '../paths.ts';
import type { DeployedApp } from '../platform.ts';
import { readContainer, scriptsIn } from '../started.ts';
import { OF_EVERY_PROCESS } from '../every_process.ts';
import { still, withPostgres } from './addons.ts';

const HEROKU_YML = 'heroku.yml';

/** A process that heroku.yml runs in an image it builds. */
export interface ContainerProcess {
  readonly name: string;
  readonly at: Span;
  read(environment: Environment): CommandReading | null;
}

/**
 * The processes of heroku.yml: those of `run`, and the images of `build.docker` that it says nothing of, which run their
 * own command.
 * Source: devcenter.heroku.com/articles/build-docker-images-heroku-yml
 */
export function containerProcesses(app: DeployedApp): readonly ContainerProcess[] {
  const source = app.files.exists(HEROKU_YML) ? app.files.source(HEROKU_YML) : null;
  if (!source) return [];
  const { roots, problem } = readGoYaml(source);
  if (problem) {
    const message = `Heroku cannot read it: ${problem.message}`;
    app.files.problems.push({ kind: 'parse-error', message, at: problem.at, assumes: [] });
  }
  return roots.flatMap((root) => processesOf(root, app));
}

function processesOf(root: GoNode, app: DeployedApp): readonly ContainerProcess[] {
  const built = goAt(root, 'build', 'docker');
  const images = new Map(
    (built?.kind === 'mapping' ? built.entries : []).map(({ key, value }) => [
      key,
      { at: value.at, path: textAt(value) },
    ]),
  );
  const imageOf = (name: string): Image | null => {
    const path = joined('', images.get(name)?.path ?? '');
    const source = path !== null && path !== '' && app.files.exists(path) ? app.files.source(path) : null;
    return source ? readImage(source) : null;
  };
  const asCreated = (environment: Environment): Environment => withSetup(root, environment);
  const run = goAt(root, 'run');
  const processes = new Map<string, ContainerProcess>();
  for (const { key, value } of run?.kind === 'mapping' ? run.entries : []) {
    const command = commandOf(value);
    const image = imageOf(textAt(goAt(value, 'image')) ?? key);
    const at = command?.at ?? value.at;
    processes.set(key, { name: key, at, read: (environment) => started(command, image, asCreated(environment), app) });
  }
  for (const [name, { at }] of images) {
    if (!processes.has(name))
      processes.set(name, {
        name,
        at,
        read: (environment) => started(null, imageOf(name), asCreated(environment), app),
      });
  }
  return [...processes.values()];
}

/** `setup.config`, and the URL that a database of `setup.addons` sets: what the app is created with. */
function withSetup(root: GoNode, environment: Environment): Environment {
  let result = environment;
  for (const addon of itemsAt(root, 'setup', 'addons')) {
    const plan = textAt(addon, 'plan') ?? textAt(addon) ?? '';
    result = withPostgres(result, plan, textAt(addon, 'as'), addon.at);
  }
  for (const { key, keyAt, value } of entriesOf(goAt(root, 'setup', 'config'))) {
    if (value.kind !== 'scalar' || OF_EVERY_PROCESS.has(key)) continue;
    const at = { file: keyAt.file, start: keyAt.start, end: Math.max(keyAt.end, value.at.end) };
    const text = goText(value);
    const set = saidBy(at, text);
    result = result.with(key, assuming(set, [still(HEROKU_YML)]));
  }
  return result;
}

/** `web: command`, `web: [command]`, or `web: { command: [command], image: other }`. */
function commandOf(node: GoNode): { readonly text: string; readonly at: Span } | null {
  const said = node.kind === 'mapping' ? goAt(node, 'command') : node;
  if (said?.kind === 'sequence') {
    const words = said.items.map((item) => textAt(item));
    const first = said.items[0];
    return first && words.length > 0 ? { text: words.join(' '), at: words.length === 1 ? first.at : said.at } : null;
  }
  const text = textAt(said);
  return said && text !== null ? { text, at: said.at } : null;
}

function started(
  command: { readonly text: string; readonly at: Span } | null,
  image: Image | null,
  environment: Environment,
  app: DeployedApp,
): CommandReading | null {
  const inside = image ? inImage(image.environment, environment) : environment;
  if (!command) return image && readContainer({ image }, inside, app);
  return readCommand(command.text, command.at, inside, app.systems, scriptsIn(image, app));
}
