import type { DeployedService } from '../../launch/launch.ts';
import { Environment } from '../../value/environment.ts';
import type { PsychNode } from '../../yaml/node.ts';
import { keyText } from '../../yaml/read.ts';
import { serverKind } from '../docker/servers.ts';
import { joined } from '../paths.ts';
import { entriesOf, knownAt, textOf, valueAt } from './configuration.ts';
import { withEnv } from './environment.ts';
import { accessoryHosts, commandOf, type KamalRole } from './roles.ts';

/**
 * The accessories that are database servers or poolers, under the names by which others reach them: the container's on
 * Kamal's network, and the hosts it publishes its port on.
 * Source: lib/kamal/configuration/accessory.rb, lib/kamal/commands/accessory.rb@v2.12.0
 */
export function servicesOf(root: PsychNode, roles: readonly KamalRole[]): readonly DeployedService[] {
  return entriesOf(valueAt(root, 'accessories')).flatMap(({ key, keyAt, value }): readonly DeployedService[] => {
    const start = commandOf(valueAt(value, 'cmd'));
    const words = start && 'kind' in start && start.kind === 'words' ? start.words : null;
    const program = words?.[0]?.value;
    const image = knownAt(value, 'image') ?? '';
    const kind = serverKind(image, program?.known ? program.value : null);
    if (!kind) return [];
    const name = knownAt(value, 'service') ?? `${knownAt(root, 'service') ?? ''}-${keyText(key)}`;
    const hosts = accessoryHosts(value, roles);
    const env = valueAt(value, 'env');
    return [
      {
        kind,
        image,
        names: [...new Set([name, ...('unknown' in hosts ? [] : hosts.map((host) => host.name))])],
        at: keyAt,
        command: words,
        environment: env ? withEnv(Environment.EMPTY, [env], true) : Environment.EMPTY,
        mounts: mountsOf(valueAt(value, 'files')),
      },
    ];
  });
}

/** `config/postgresql.conf:/etc/postgresql/postgresql.conf`, or `{ local, remote }`. */
function mountsOf(files: PsychNode | undefined): readonly { from: string; to: string }[] {
  if (files?.kind !== 'sequence') return [];
  return files.items.flatMap((item) => {
    const text = textOf(item);
    const [local, remote] = text?.known
      ? (text.value ?? '').split(':')
      : [knownAt(item, 'local'), knownAt(item, 'remote')];
    const from = local ? joined('', local) : null;
    return from !== null && remote ? [{ from, to: remote }] : [];
  });
}
