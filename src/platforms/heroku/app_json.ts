import { findNodeAtLocation, type Node } from 'jsonc-parser';
import type { AppFiles } from '../../launch/files.ts';
import type { Launch } from '../../launch/launch.ts';
import { readJson } from '../../text/json.ts';
import { span, type SourceFile, type Span } from '../../text/source.ts';
import type { Environment } from '../../value/environment.ts';
import { known, unknown } from '../../value/traced.ts';
import { OF_EVERY_PROCESS } from '../every_process.ts';
import { still, withPostgres } from './addons.ts';

const PATH = 'app.json';
const NOTHING = { root: null, problem: null };

/** A review app is what it creates most often. */
const STILL = still(PATH);

/**
 * What app.json says of the dynos of an app. Source: devcenter.heroku.com/articles/app-json-schema
 */
export interface AppManifest {
  /** The variables of the app above those it has anyway. */
  over(environment: Environment): Environment;
  /** How many dynos of a process the formation has; null where it says nothing, or none. */
  quantityOf(process: string): Launch['hosts'] | null;
}

/** app.json of the app; null where there is none, or where it is no JSON, which is noted. */
export function appManifest(files: AppFiles, railsEnv: string): AppManifest | null {
  const file = files.exists(PATH) ? files.source(PATH) : null;
  const { root, problem } = file ? readJson(file) : NOTHING;
  if (problem) files.problems.push({ kind: 'parse-error', ...problem, assumes: [] });
  if (!file || root?.type !== 'object') return null;
  // `environments: { review: { env, formation } }` says more of one of them.
  const own = findNodeAtLocation(root, ['environments', railsEnv]);
  const scopes = own ? [root, own] : [root];
  return {
    over: (environment) =>
      scopes.reduce((before, scope) => withVariables(withAddons(before, scope, file), scope, file), environment),
    quantityOf(process) {
      const found = scopes
        .flatMap((scope) => findNodeAtLocation(scope, ['formation', process, 'quantity']) ?? [])
        .at(-1);
      const quantity: unknown = found?.value;
      if (!found || typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1) return null;
      return known(quantity, { kind: 'platform', at: placeOf(found, file), from: [] }, [STILL]);
    },
  };
}

function withVariables(environment: Environment, scope: Node, file: SourceFile): Environment {
  let result = environment;
  for (const property of findNodeAtLocation(scope, ['env'])?.children ?? []) {
    const [key, value] = property.children ?? [];
    const name: unknown = key?.value;
    if (typeof name !== 'string' || !key || !value || OF_EVERY_PROCESS.has(name)) continue;
    const stated: unknown = value.type === 'object' ? findNodeAtLocation(value, ['value'])?.value : value.value;
    const origin = { kind: 'platform', at: placeOf(property, file), from: [] } as const;
    const state =
      typeof stated === 'string'
        ? known<string | null>(stated, origin, [STILL])
        : unknown<string | null>(`${name} is set when the app is created`, origin);
    result = result.with(name, state);
  }
  return result;
}

function withAddons(environment: Environment, scope: Node, file: SourceFile): Environment {
  let result = environment;
  for (const addon of findNodeAtLocation(scope, ['addons'])?.children ?? []) {
    const plan: unknown = addon.type === 'object' ? findNodeAtLocation(addon, ['plan'])?.value : addon.value;
    const as: unknown = addon.type === 'object' ? findNodeAtLocation(addon, ['as'])?.value : undefined;
    if (typeof plan !== 'string') continue;
    result = withPostgres(result, plan, typeof as === 'string' ? as : null, placeOf(addon, file));
  }
  return result;
}

function placeOf({ offset, length }: Node, file: SourceFile): Span {
  return span(file, offset, offset + length);
}
