import type { Boot } from '../../launch/boot.ts';
import type { PsychNode } from '../../yaml/node.ts';
import { entryOf } from '../yaml_keys.ts';

/** What a YAML file says for the environment of the process, in one possible course. */
export interface EnvironmentSection {
  /** The text under a path of keys, a symbol's name included; null where there is none, or where nobody knows it. */
  text(...keys: readonly string[]): string | null;
}

/** The sections of the first of these files that is there, one for every course it can take. */
export function sectionsFor(boot: Boot, paths: readonly string[]): readonly EnvironmentSection[] {
  const path = paths.find((one) => boot.files.kind(one) === 'file');
  if (path === undefined) return [];
  return (boot.yaml(path, null) ?? []).flatMap(({ document }) => {
    const section = under(document.root, boot.railsEnv);
    return section ? [{ text: (...keys) => plain(keys.reduce(under, section as PsychNode | null)) }] : [];
  });
}

function under(node: PsychNode | null, key: string): PsychNode | null {
  if (node?.kind !== 'mapping') return null;
  const entry = entryOf(node, key, 'either');
  return entry.kind === 'node' ? entry.node : null;
}

function plain(node: PsychNode | null): string | null {
  if (node?.kind !== 'scalar' || !node.value.known) return null;
  const { value } = node.value;
  if (typeof value === 'object' && value !== null) return value.type === 'symbol' ? value.name : null;
  return value === null ? null : String(value);
}
