import type { Boot } from '../../launch/boot.ts';
import { Recorder, type Treatment } from '../../launch/recorder.ts';
import { everythingSaid } from '../../launch/said.ts';
import { span, type Span } from '../../text/source.ts';
import { writtenIn } from '../../value/history.ts';
import { allAssumptions } from '../../value/origin.ts';
import { agree, assuming, unknown, UNDECIDED, type Traced } from '../../value/traced.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { plainValue } from '../coercion.ts';
import { repositoryPath } from '../repository_path.ts';

/** The file a program is told to read, or null where it reads none; unknown where it is not in the checkout. */
export function configFile(
  boot: Boot,
  named: Traced<string | null> | null,
  otherwise: string | null,
): string | Traced<never> | null {
  if (!named || (named.known && named.value === null)) {
    return otherwise !== null && boot.files.kind(otherwise) === 'file' ? otherwise : null;
  }
  if (!named.known) return unknown(named.reason, named.origin);
  const found = repositoryPath(named.value ?? '', boot.files);
  return found.kind === 'file' ? found.path : unknown(`${named.value} is not in the repository`, named.origin);
}

/** `GovukUnicorn.configure(self)`: the last place where a file hands the server to other code. */
function handedOver(boot: Boot, path: string): Span | null {
  const source = boot.source(path);
  const found = [...(source?.text ?? '').matchAll(/(?<![^\n])[^#\n]*[(,\s]\bself\b(?![.\w])/g)].at(-1);
  if (!source || !found) return null;
  const end = found.index + found[0].length;
  return span(source, end - 'self'.length, end);
}

/**
 * What a file of configuration says last with one call: `worker_processes 3`, or below a block `service.count 3`. Null
 * where no course says it.
 * @param path as in `everythingSaid`
 * @param blocks how blocks on the way are run
 */
export function lastSaid(
  boot: Boot,
  file: string,
  path: string,
  blocks: Readonly<Record<string, Treatment>> = {},
): Traced<PsychScalar> | null {
  const worlds = boot.ruby(file, () => new Recorder('', (at) => blocks[at] ?? {})) ?? [];
  const method = path.split('.').at(-1);
  const said = worlds.flatMap((world): readonly (Traced<PsychScalar> | null)[] => {
    if (world.failure) return [];
    const calls = world.self instanceof Recorder ? everythingSaid(world.self.calls) : [];
    const last = calls.findLast((one) => one.path === path)?.call;
    const perhaps = world.possible.findLast((one) => one.method === method);
    if (perhaps) return [unknown<PsychScalar>(perhaps.reason, { kind: 'code', at: perhaps.at, from: [] })];
    if (world.stopped)
      return [unknown<PsychScalar>(world.stopped.reason, { kind: 'code', at: world.stopped.at, from: [] })];
    const skipped = world.skipped.filter((one) => one.method === method).map(({ assumes }) => assumes);
    const value = last?.args[0];
    return [value ? assuming(plainValue(value), allAssumptions(last.assumes, ...skipped)) : null];
  });
  const values = said.filter((one) => one !== null);
  const handed = handedOver(boot, file);
  if (handed && values.every((value) => (writtenIn(value.origin)?.start ?? 0) < handed.start)) {
    return unknown('code that this tool does not run configures it', { kind: 'code', at: handed, from: [] });
  }
  if (values.length === 0) return null;
  const joined = agree(UNDECIDED, values);
  return values.length === said.length ? joined : unknown(UNDECIDED, joined.origin);
}
