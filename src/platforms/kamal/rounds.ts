import type { Launch, Turn } from '../../launch/launch.ts';
import { combine, known, unknown, type Traced } from '../../value/traced.ts';
import { atLeast, type GemVersion } from '../../versions/compare.ts';
import type { Versions } from '../../versions/versions.ts';
import type { PsychNode } from '../../yaml/node.ts';
import { entriesOf, knownAt, textOf, valueAt } from './configuration.ts';
import { accessoryHosts, type KamalRole } from './roles.ts';

/**
 * What changed in the order of a deploy. In every version a host starts the new container of a role before it stops the
 * old one, whether the role stands behind the proxy or not.
 * Source: lib/kamal/cli/app.rb@v1.0.0, lib/kamal/cli/app/boot.rb@v1.5.0 to v2.12.0
 */
const ORDER = {
  /** Accessories count for a share of the hosts, which is at least one. lib/kamal/configuration.rb, boot.rb@v1.5.0 */
  accessoriesCount: '1.5.0',
  /** Hosts of the primary role come first. lib/kamal/commander/specifics.rb@v1.5.0 */
  primaryFirst: '1.5.0',
  /** Hosts that have accessories only take a place in a round too. lib/kamal/commander/specifics.rb@v2.1.1 */
  accessoriesTakePart: '2.1.1',
  /** They do so no longer; `app_hosts`. lib/kamal/cli/app.rb, lib/kamal/commander/specifics.rb@v2.6.0 */
  rolesOnly: '2.6.0',
  /** `app_hosts` of 2.6.0 were in the order of the names of the roles. lib/kamal/commander/specifics.rb@v2.6.1 */
  primaryFirstAgain: '2.6.1',
  /** `boot.parallel_roles`. lib/kamal/cli/app.rb, lib/kamal/sshkit_with_ext.rb@v2.10.0 (on_roles) */
  parallelRoles: '2.10.0',
};

/**
 * When a deploy replaces the containers of each role: `boot.limit` hosts at a time, all hosts of a round at once; on one
 * host role after role, unless `boot.parallel_roles` says otherwise.
 * Source: lib/kamal/cli/app.rb (boot, host_boot_groups), lib/kamal/sshkit_with_ext.rb (on_roles)@v2.12.0
 */
export function turnsOf(
  roles: readonly KamalRole[],
  root: PsychNode,
  versions: Versions,
): (role: KamalRole) => NonNullable<Launch['turns']> {
  const since = behaviourOf(versions);
  const limit = limitOf(roles, root, since);
  const roundOf = limit && combine(null, [limit], (most) => roundsBy(most, roles, root, since));
  const isParallel = since(ORDER.parallelRoles) && knownAt(root, 'boot', 'parallel_roles') === 'true';
  const blind = roles.map(({ hosts }) => hosts).find((hosts) => 'unknown' in hosts);
  return (role) => {
    const place = (host: string): string => (isParallel ? `${role.name} on ${host}` : host);
    const origin = { kind: 'platform', at: role.at, from: [] } as const;
    if (blind && 'unknown' in blind) return () => unknown(blind.unknown, origin);
    const names = namesOf(role.hosts);
    const own = names.toSorted().join(', ');
    return (copies) => {
      if (!copies.known || copies.value === names.length || !roundOf) {
        const all = roundOf ?? known<ReadonlyMap<string, number>>(new Map(), origin);
        // Without a limit it is no matter which hosts there are beside the ones that are named.
        return combine(null, [copies, all], (count, rounds): readonly Turn[] =>
          Array.from({ length: count }, (_, index) => names[index] ?? `host ${index + 1} of ${own}`).map((host) => ({
            round: rounds.get(host) ?? 0,
            place: place(host),
          })),
        );
      }
      return unknown(`in which order \`boot.limit\` takes ${copies.value} hosts of ${role.name} is not known`, origin);
    };
  };
}

type Behaviour = (since: string) => boolean;

/** Who deploys with a Kamal of their own has a recent one. */
function behaviourOf(versions: Versions): Behaviour {
  const installed = versions.of('kamal');
  const version: GemVersion | null = installed.known ? installed.value : null;
  return (since) => version === null || atLeast(version, since);
}

/** In which round each host has its turn. */
function roundsBy(
  most: number,
  roles: readonly KamalRole[],
  root: PsychNode,
  since: Behaviour,
): ReadonlyMap<string, number> {
  const byName = roles.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const takesPart = since(ORDER.accessoriesTakePart) && !since(ORDER.rolesOnly);
  const beside = takesPart ? accessoriesOf(root, roles) : [];
  const hosts = [...new Set([...byName.map((role) => role.hosts), ...beside].flatMap(namesOf))];
  const isSorted = since(ORDER.primaryFirst) && (!since(ORDER.rolesOnly) || since(ORDER.primaryFirstAgain));
  const primary = roles.find(({ name }) => name === (knownAt(root, 'primary_role') ?? 'web'));
  const first = new Set(isSorted && primary ? namesOf(primary.hosts) : []);
  const order = [...hosts.filter((host) => first.has(host)), ...hosts.filter((host) => !first.has(host))];
  return new Map(order.map((host, index) => [host, Math.floor(index / most)]));
}

/** `boot.limit`: so many hosts at a time, or a share of all of them; null for all at once. */
function limitOf(roles: readonly KamalRole[], root: PsychNode, since: Behaviour): Traced<number> | null {
  const node = valueAt(root, 'boot', 'limit');
  const text = textOf(node);
  if (!node || !text || (text.known && text.value === null)) return null;
  const accessories = since(ORDER.accessoriesCount) ? accessoriesOf(root, roles) : [];
  const lists = [...roles.map(({ hosts }) => hosts), ...accessories];
  const origin = { kind: 'platform', at: node.at, from: [] } as const;
  const blind = lists.find((hosts) => 'unknown' in hosts);
  const isShare = !text.known || text.value!.endsWith('%');
  if (blind && 'unknown' in blind && isShare) return unknown(blind.unknown, origin);
  const hosts = new Set(lists.flatMap(namesOf)).size;
  const limit = combine(null, [text], (written) => sizeOf(written ?? '', hosts));
  const isUsable = !limit.known || limit.value >= 1;
  return isUsable ? limit : unknown('`boot.limit` is neither a number of hosts nor a share of them', origin);
}

function sizeOf(written: string, hosts: number): number {
  const number = Number.parseInt(written, 10);
  return written.endsWith('%') ? Math.max(Math.floor((hosts * number) / 100), 1) : number;
}

function accessoriesOf(root: PsychNode, roles: readonly KamalRole[]): readonly KamalRole['hosts'][] {
  return entriesOf(valueAt(root, 'accessories')).map(({ value }) => accessoryHosts(value, roles));
}

function namesOf(hosts: KamalRole['hosts']): readonly string[] {
  return 'unknown' in hosts ? [] : hosts.map(({ name }) => name);
}
