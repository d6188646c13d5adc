import { plainText } from '../../erb/rendered.ts';
import type { Boot } from '../../launch/boot.ts';
import type { PsychMapping } from '../../yaml/node.ts';
import { parsePsych } from '../../yaml/psych.ts';

const PATH = 'Passengerfile.json';

/** What stands outside of strings and says nothing; a string is matched so that it is passed over. */
const STRING_OR_GAP = /"(?:[^"\\]|\\[^])*"?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|\t/g;

/**
 * The object in Passengerfile.json; null where there is none. It is JSON with comments.
 * Source: src/ruby_supportlib/phusion_passenger/utils/json.rb@release-6.0.9 (`WSP`)
 */
export function passengerfile(boot: Boot): PsychMapping | null {
  const file = boot.source(PATH);
  if (!file) return null;
  const text = file.text.replaceAll(STRING_OR_GAP, (found) =>
    found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, ' '),
  );
  const { root, problem } = parsePsych({ ...plainText(file), text });
  if (problem) boot.note({ kind: 'parse-error', ...problem, assumes: [] });
  return root?.kind === 'mapping' && !problem ? root : null;
}
