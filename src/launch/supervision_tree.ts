import type { Environment } from '../value/environment.ts';
import type { Word } from './launch.ts';
import type { Run, Scripts } from './runner.ts';
import { wordNames } from './words.ts';

/** Programs whose services are scripts in folders of the image: s6 and runit. */
const TREES: Readonly<Record<string, readonly string[]>> = {
  's6-svscan': ['/etc/services.d/*/run', '/etc/s6-overlay/s6-rc.d/*/run'],
  init: ['/etc/services.d/*/run', '/etc/s6-overlay/s6-rc.d/*/run'],
  my_init: ['/etc/service/*/run', '/etc/rc.local'],
  runsvdir: ['/etc/service/*/run', '/etc/sv/*/run'],
};
const SHOWN = 3;

/**
 * `/init` of s6-overlay, `my_init` of phusion's images, `runsvdir`: what they start stands in scripts, each in a language
 * and an environment of its own, and is not followed; the scripts are named. What stands behind `/init` runs too.
 * Source: README.md@v3.2.0.0 (just-containers/s6-overlay)
 */
export function readSupervisionTree(words: readonly Word[], environment: Environment, scripts: Scripts): Run | null {
  const [name = '', ...rest] = wordNames(words);
  const path = words[0]?.value;
  if (!Object.hasOwn(TREES, name) || !path?.known || (name === 'init' && path.value !== '/init')) return null;
  const found = TREES[name]!.flatMap((pattern) => scripts.matching?.(pattern) ?? []).map(({ file }) => file.path);
  const shown = found.slice(0, SHOWN).join(', ');
  const more = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : '';
  const reason =
    found.length === 0
      ? 'what it starts lies in folders of its image'
      : `it runs ${shown}${more}, which ${found.length === 1 ? 'is' : 'are'} not followed`;
  // `runsvdir /etc/service` names a folder, no program.
  if (name !== 'init' || words.length === 1) return { unknown: reason };
  const start = { words: words.slice(1) };
  const program = { name: rest[0]!, at: words[1]!.at, start, environment };
  return found.length === 0 ? { programs: [program] } : { programs: [program], beside: reason };
}
