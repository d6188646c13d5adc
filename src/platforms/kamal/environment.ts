import type { Environment } from '../../value/environment.ts';
import { agree, unknown, via } from '../../value/traced.ts';
import type { PsychNode } from '../../yaml/node.ts';
import { keyText } from '../../yaml/read.ts';
import { entriesOf, textOf, valueAt, type KamalHost } from './configuration.ts';

/** From this version `false` is passed on as "false"; before, it was a name without a value, which sets nothing. */
export const FALSE_IS_PASSED_ON = { since: '2.3.0', source: 'lib/kamal/utils.rb@v2.3.0 (argumentize)' };

/**
 * `env:` as a flat map, or as `clear` and `secret`, over an environment. What is clear beats a secret of the same name:
 * Docker takes `--env` over `--env-file`. An empty value sets nothing.
 * Source: lib/kamal/configuration/env.rb, lib/kamal/configuration/role.rb@v2.12.0
 */
export function withEnv(environment: Environment, layers: readonly PsychNode[], passesFalse: boolean): Environment {
  let result = environment;
  for (const layer of layers) {
    for (const item of itemsOf(valueAt(layer, 'secret'))) {
      const text = textOf(item);
      if (!text?.known || text.value === null) continue;
      const name = text.value.split(':')[0]!;
      const origin = { kind: 'platform', at: item.at, from: [] } as const;
      result = result.with(name, unknown(`${name} is a secret of Kamal`, origin));
    }
  }
  for (const layer of layers) {
    for (const { key, keyAt, value } of entriesOf(clearOf(layer))) {
      const text = textOf(value);
      if (!text || (text.known && !isPassedOn(text.value, value, passesFalse))) continue;
      const at = { file: keyAt.file, start: keyAt.start, end: Math.max(keyAt.end, value.at.end) };
      const literal = text.origin.kind === 'literal';
      const set = via(text, (from) => ({ kind: 'platform', at, from: literal ? [] : [from] }));
      result = result.with(keyText(key), set);
    }
  }
  return result;
}

function isPassedOn(text: string | null, node: PsychNode, passesFalse: boolean): boolean {
  if (text === null || text.trim() === '') return false;
  const isFalse = node.kind === 'scalar' && node.value.known && node.value.value === false;
  return passesFalse || !isFalse;
}

function clearOf(env: PsychNode): PsychNode | undefined {
  const isFlat = !valueAt(env, 'clear') && !valueAt(env, 'secret') && !valueAt(env, 'tags');
  return isFlat ? env : valueAt(env, 'clear');
}

function itemsOf(node: PsychNode | undefined): readonly PsychNode[] {
  return node?.kind === 'sequence' ? node.items : [];
}

/** What the processes of a role have on all its hosts; where tags make them differ, nobody can say what "the" value is. */
export function onAllHosts(
  hosts: readonly KamalHost[],
  root: PsychNode,
  shared: (tags: readonly PsychNode[]) => Environment,
): Environment {
  const tagsOf = (host: KamalHost) => host.tags.flatMap((tag) => valueAt(root, 'env', 'tags', tag) ?? []);
  const worlds = hosts.length === 0 ? [shared([])] : hosts.map((host) => shared(tagsOf(host)));
  const names = new Set(worlds.flatMap((world) => world.names));
  return [...names].reduce((all, name) => {
    const states = worlds.map((world) => world.stateOf(name) ?? world.get(name));
    return states.every((state) => state === states[0])
      ? all
      : all.with(name, agree(`${name} differs from host to host`, states));
  }, worlds[0]!);
}
