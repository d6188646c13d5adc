import type { AppFiles } from '../../launch/files.ts';
import type { Setting } from '../../launch/launch.ts';
import type { SourceFile, Span } from '../../text/source.ts';
import { Environment, type VariableState } from '../../value/environment.ts';
import { known, unknown, via } from '../../value/traced.ts';
import { goAt, goText, type GoNode, type GoScalar } from '../../yaml/go.ts';
import { OF_EVERY_PROCESS } from '../every_process.ts';
import { folderOf, joined } from '../paths.ts';
import { envFileVariables, type FileVariable } from './env_file.ts';
import { rawFileVariables } from './raw_env_file.ts';
import { entriesOf } from '../../yaml/go_read.ts';
import type { ComposeService } from './model.ts';

/**
 * The variables of a service, above those of its image: `env_file` in order, then `environment`. An env file that is
 * not in the repository may set anything.
 * @param passedOn what compose has itself: the `.env` beside its file
 * Source: types/project.go@v2.9.1 (WithServicesEnvironmentResolved, compose-spec/compose-go)
 */
export function serviceEnvironment(
  service: ComposeService,
  base: Environment,
  passedOn: Environment,
  files: AppFiles,
): Environment {
  const own = ownVariables(service, passedOn);
  let environment = base;
  for (const file of envFiles(service)) {
    const source = file.path !== null && files.exists(file.path) ? files.source(file.path) : null;
    const variables = source ? file.read(source, over(passedOn, own)) : null;
    if (!variables) {
      const why = source ? 'which compose does not accept' : 'which is not in the repository';
      const reason = `it may be set in ${file.written}, ${why}`;
      const origin = { kind: 'platform', at: file.at, from: [] } as const;
      environment = environment.opened(reason, origin, (name) => OF_EVERY_PROCESS.has(name));
      continue;
    }
    for (const { name, value } of variables) {
      const state = value ?? (passedOn.declares(name) ? passedOn.get(name, file.at) : null);
      if (state) environment = environment.with(name, state);
    }
  }
  return over(own, environment);
}

/** Everything of the first over the second. */
function over(first: Environment, second: Environment): Environment {
  return first.names.reduce((environment, name) => environment.with(name, first.stateOf(name)!), second);
}

/** `environment`, as a map or as a list; what is written without a value comes from where compose is run. */
function ownVariables(service: ComposeService, passedOn: Environment): Environment {
  let environment = Environment.EMPTY;
  const set = (name: string, state: VariableState | null, at: Span) => {
    const origin = { kind: 'platform', at, from: [] } as const;
    if (state) {
      const literal = state.origin.kind === 'literal';
      environment = environment.with(
        name,
        via(state, (from) => ({ ...origin, from: literal ? [] : [from] })),
      );
    } else if (passedOn.declares(name)) environment = environment.with(name, passedOn.get(name, at));
    else environment = environment.with(name, unknown(`${name} is set where compose is run`, origin));
  };
  for (const layer of service.layers.get('environment') ?? []) {
    for (const { key, keyAt, value } of entriesOf(layer)) {
      if (value.kind !== 'scalar') continue;
      const isSet = !(value.value.known && value.value.value === null);
      const at = { file: keyAt.file, start: keyAt.start, end: Math.max(keyAt.end, value.at.end) };
      set(key, isSet ? goText(value) : null, value.at.file === keyAt.file ? at : value.at);
    }
    if (layer.kind !== 'sequence') continue;
    for (const item of layer.items) {
      if (item.kind !== 'scalar' || item.written === null) continue;
      const equals = item.written.indexOf('=');
      const name = equals === -1 ? item.written : item.written.slice(0, equals);
      set(name.trim(), equals === -1 ? null : item.part(equals + 1, item.written.length), item.at);
    }
  }
  return environment;
}

/**
 * `environment` of the service, as a map or as a list, as it is there. One that stands above the service is shared with
 * others, and a key of the service's own takes its place.
 */
export function settingIn({ name, at, layers }: ComposeService): Setting {
  const last = layers.get('environment')?.at(-1);
  const isShared = last !== undefined && last.at.file === at.file && last.at.start < at.start;
  const note = isShared ? ' # and the variables it shares with other services now' : '';
  const isList = last?.kind === 'sequence';
  return {
    file: at.file.path,
    inCommand: false,
    write: (variable, value) =>
      [
        'services:',
        `  ${name}:`,
        `    environment:${note}`,
        `      ${isList ? `- ${variable}=${value}` : `${variable}: ${value}`}`,
      ].join('\n'),
  };
}

interface EnvFile {
  /** In the tree; null where it leaves it, or where nobody can tell. */
  readonly path: string | null;
  readonly written: string;
  readonly at: Span;
  /** Its variables; null where compose refuses it, or where nobody can tell how it is read. */
  readonly read: (file: SourceFile, known: Environment) => readonly FileVariable[] | null;
}

/** `env_file: one`, `[one, two]`, `[{ path: one, required: false, format: raw }]`. */
export function envFiles(service: ComposeService): readonly EnvFile[] {
  const items = (service.layers.get('env_file') ?? []).flatMap((layer): readonly GoNode[] =>
    layer.kind === 'sequence' ? layer.items : [layer],
  );
  return items.flatMap((item): readonly EnvFile[] => {
    const path = item.kind === 'scalar' ? item : goAt(item, 'path');
    if (path?.kind !== 'scalar' || path.written === null) return [];
    return [{ path: pathOf(path), written: path.written, at: path.at, read: readerOf(goAt(item, 'format')) }];
  });
}

/** Source: dotenv/format.go@v2.9.1 (compose-spec/compose-go), cmd/compose/compose.go@v2.30.0 (docker/compose) */
function readerOf(format: GoNode | undefined): EnvFile['read'] {
  if (format?.kind !== 'scalar') return envFileVariables;
  const text = goText(format);
  const name = text.known ? (text.value ?? '') : null;
  if (name === '' || name === '.env') return envFileVariables;
  return name === 'raw' ? rawFileVariables : () => null;
}

/** A path in a compose file, from the root of the tree: relative to the file it is written in. */
export function pathOf(node: GoScalar): string | null {
  const text = goText(node);
  if (!text.known || text.value === null) return null;
  return joined(folderOf(node.at.file.pathInTree), text.value);
}

/** A variable as it stands, or nil where nothing says anything of it. */
export function stateOf(environment: Environment, name: string): VariableState {
  return environment.stateOf(name) ?? known(null, { kind: 'unset', variable: name, at: null });
}
