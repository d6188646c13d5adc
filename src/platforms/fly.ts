import { readCommand, type CommandReading } from '../launch/command.ts';
import type { Deployment, Launch, Setting } from '../launch/launch.ts';
import { span, type SourceFile } from '../text/source.ts';
import { combine, known, type Traced } from '../value/traced.ts';
import { once } from './copies.ts';
import { inImage } from './dockerfile.ts';
import { readImage, type Image } from './docker/image.ts';
import { checksOf } from './fly/checks.ts';
import { NotToml, readToml, tomlAt, type TomlTable, type TomlValue } from './fly/toml.ts';
import { folderOf, joined } from './paths.ts';
import type { DeployedApp, Platform } from './platform.ts';
import { withVariable } from './setting.ts';
import { launchesOf, readContainer, scriptsIn } from './started.ts';

/** The one group of an app that names none. */
const WHOLE_APP = 'app';

/**
 * fly.toml: process groups, each on machines of its own, with the variables of the app. How many machines there are
 * stands in no file. A file of the environment's own (`fly.production.toml`) takes the place of the other.
 * Source: reference/configuration.html.md, launch/processes.html.md (superfly/docs)
 */
export const fly: Platform = {
  kind: 'fly',
  read(app) {
    const path = [`fly.${app.railsEnv}.toml`, 'fly.toml'].find((one) => app.files.exists(one));
    const source = path === undefined ? null : app.files.source(path);
    const table = source && tableOf(source, app);
    if (!source || !table) return [];
    const launches = launchesIn(table, source, app);
    return launches.length === 0 ? [] : [{ kind: 'fly', name: 'fly', launches } satisfies Deployment];
  },
};

function tableOf(source: SourceFile, app: DeployedApp): TomlTable | null {
  try {
    return readToml(source);
  } catch (error) {
    if (!(error instanceof NotToml)) throw error;
    const at = span(source, error.offset, error.offset);
    app.files.problems.push({ kind: 'parse-error', message: `fly cannot read it: ${error.message}`, at, assumes: [] });
    return null;
  }
}

function launchesIn(table: TomlTable, source: SourceFile, app: DeployedApp): readonly Launch[] {
  const image = imageOf(table, source, app);
  const groups = tomlAt(table, 'processes');
  const entries: readonly (readonly [string, TomlValue | null])[] =
    groups?.kind === 'table' && groups.entries.size > 0 ? [...groups.entries] : [[WHOLE_APP, null]];
  const names = entries.map(([name]) => name);
  const strategy = tomlAt(table, 'deploy', 'strategy');
  return entries.flatMap(([name, command]) => {
    const at = command?.at ?? groups?.at ?? span(source, 0, 0);
    const reading = readingOf(name, command, table, image, app);
    if (!reading) {
      app.uncounted(name, 'nothing says what its image starts', at);
      return [];
    }
    const overlap = overlapOf(strategy?.kind === 'scalar' ? strategy.value : 'rolling');
    const setting = settingOf(name, command !== null, source);
    const probes = checksOf(name, names, table);
    return launchesOf({ name, reading, at, hosts: once(name), overlap, setting, probes }, app);
  });
}

/**
 * `[env]` is for every group. The command of one is split into words and run without a shell, so that an assignment in
 * front of it would be taken for the program: `env` sets it.
 * Source: InitCmd of internal/appconfig/processgroups.go (superfly/flyctl)
 */
function settingOf(name: string, isGroup: boolean, { path }: SourceFile): Setting {
  return {
    file: path,
    inCommand: isGroup,
    write(variable, value, command) {
      if (!isGroup) return `[env]\n  ${variable} = "${value}"`;
      const line = withVariable(variable, value, command.replace(/^env\s+/, ''), 'env');
      return `[processes]\n  ${name} = ${JSON.stringify(line)}`;
    },
  };
}

function readingOf(
  name: string,
  command: TomlValue | null,
  table: TomlTable,
  image: Image | null,
  app: DeployedApp,
): CommandReading | null {
  const below = app.environmentOf(name);
  let environment = image ? inImage(image.environment, below) : below;
  const variables = tomlAt(table, 'env');
  for (const [variable, value] of variables?.kind === 'table' ? variables.entries : []) {
    if (value.kind === 'scalar')
      environment = environment.with(variable, known(value.value, { kind: 'platform', at: value.at, from: [] }));
  }
  if (command?.kind !== 'scalar') return image && readContainer({ image }, environment, app);
  // It takes the place of CMD, and an entrypoint of the image still runs before it.
  return image?.entrypoint
    ? readContainer({ image, command: { kind: 'line', text: command.value, at: command.at } }, environment, app)
    : readCommand(command.value, command.at, environment, app.systems, scriptsIn(image, app));
}

function imageOf(table: TomlTable, source: SourceFile, app: DeployedApp): Image | null {
  const build = tomlAt(table, 'build');
  if (tomlAt(build, 'image')) return null;
  const written = tomlAt(build, 'dockerfile');
  const path = joined(folderOf(source.pathInTree), written?.kind === 'scalar' ? written.value : 'Dockerfile');
  const dockerfile = path !== null && app.files.exists(path) ? app.files.source(path) : null;
  const target = tomlAt(build, 'build-target');
  return dockerfile ? readImage(dockerfile, { target: target?.kind === 'scalar' ? target.value : null }) : null;
}

/** A machine is taken down before it is replaced; `bluegreen` doubles them, `canary` starts one more. */
function overlapOf(strategy: string): (copies: Traced<number>) => Traced<number> {
  if (strategy === 'bluegreen') return (copies) => combine(null, [copies], (count) => count * 2);
  if (strategy === 'canary') return (copies) => combine(null, [copies], (count) => count + 1);
  return (copies) => copies;
}
