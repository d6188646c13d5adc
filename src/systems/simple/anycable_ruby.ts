import type { Application } from '../../launch/boot.ts';
import { Recorder } from '../../launch/recorder.ts';
import { assumedBySkipping } from '../../launch/said.ts';
import { agree, assuming, unknown, UNDECIDED, type Traced } from '../../value/traced.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { configured } from '../configured.ts';

/** The constant in an application that has the gem. Source: lib/anycable.rb@v1.6.4 (configure) */
export function anycableConstant(): Recorder {
  return new Recorder('AnyCable', (path) => (path === 'AnyCable.configure' ? { block: 'yield' } : {}));
}

/** `AnyCable.configure do |config| config… end` and `AnyCable.config`, which are the same. */
const GROUPS = ['AnyCable.configure', 'AnyCable.config'];

/**
 * What the application's Ruby sets an option to; null where nothing says it. It counts more than the variable and
 * config/anycable.yml, which were read when the configuration was made, and less than the command line, which is read once
 * the application has booted. Source: lib/anycable/cli.rb@v1.6.4 (run)
 */
export function anycableInRuby(application: Application, key: string): Traced<PsychScalar> | null {
  const method = `${key}=`;
  const possible = application.files
    .flatMap((file) => file.possible.map((call) => ({ call, path: file.path })))
    .findLast(({ call }) => call.method === method);
  if (possible) {
    return unknown(`${possible.path} computes it`, { kind: 'code', at: possible.call.at, from: [] });
  }
  const said = GROUPS.map((group) => configured(application, group, key)).filter((one) => one !== null);
  if (said.length === 0) return null;
  return assuming(agree(UNDECIDED, said), assumedBySkipping(application, new Set([method])));
}
