import type { Launch, Setting, Word } from '../../launch/launch.ts';
import { passage } from '../../launch/passage.ts';
import { runShell } from '../../launch/shell.ts';
import { Environment } from '../../value/environment.ts';
import { assuming, known, unknown, type Traced } from '../../value/traced.ts';
import { atLeast } from '../../versions/compare.ts';
import type { Versions } from '../../versions/versions.ts';
import type { PsychNode } from '../../yaml/node.ts';
import { keyText } from '../../yaml/read.ts';
import { inImage } from '../dockerfile.ts';
import { readImage, type Image, type Start } from '../docker/image.ts';
import { joined } from '../paths.ts';
import type { DeployedApp } from '../platform.ts';
import { launchesOf, readContainer } from '../started.ts';
import { entriesOf, hostsOf, knownAt, textOf, valueAt, type KamalHost } from './configuration.ts';
import { healthcheckOf } from './healthcheck.ts';
import { FALSE_IS_PASSED_ON, onAllHosts, withEnv } from './environment.ts';
import { withEnvFiles, withEnvOptions } from './options.ts';

/** A role of a Kamal deployment: one container on each of its hosts. */
export interface KamalRole {
  readonly name: string;
  /** The mapping it is written as; a bare list of hosts has none. */
  readonly node: PsychNode | undefined;
  readonly at: PsychNode['at'];
  readonly hosts: readonly KamalHost[] | { readonly unknown: string };
}

/** `servers:` as a list, which is the role `web`, or as roles. Source: lib/kamal/configuration/servers.rb@v2.12.0 */
export function rolesOf(root: PsychNode): readonly KamalRole[] {
  const servers = valueAt(root, 'servers');
  if (servers?.kind === 'sequence') {
    return [{ name: 'web', node: undefined, at: servers.at, hosts: hostsOf(servers) }];
  }
  return entriesOf(servers).map(({ key, value, keyAt }) => ({
    name: keyText(key),
    node: value.kind === 'mapping' ? value : undefined,
    at: keyAt,
    hosts: hostsOf(value.kind === 'mapping' ? valueAt(value, 'hosts') : value),
  }));
}

/** The image that Kamal builds: of `builder.dockerfile`, its target and its arguments. */
export function builtImage(root: PsychNode, app: DeployedApp): Image | null {
  const path = joined('', knownAt(root, 'builder', 'dockerfile') ?? 'Dockerfile');
  const isSaid = valueAt(root, 'builder', 'dockerfile');
  if (path === null || (isSaid && !textOf(isSaid)?.known)) return null;
  const source = app.files.exists(path) ? app.files.source(path) : null;
  const args = entriesOf(valueAt(root, 'builder', 'args')).reduce((all, { key, value }) => {
    const text = textOf(value);
    return text ? all.with(keyText(key), text) : all;
  }, Environment.EMPTY);
  return source ? readImage(source, { target: knownAt(root, 'builder', 'target'), args }) : null;
}

/** What is the same for all roles of a deployment. */
export interface RoleContext {
  readonly image: Image | null;
  readonly destination: string | null;
  readonly turns: (role: KamalRole) => Launch['turns'];
}

/** The launches of a role. */
export function roleLaunches(
  role: KamalRole,
  roles: readonly KamalRole[],
  root: PsychNode,
  { image, destination, turns }: RoleContext,
  app: DeployedApp,
): readonly Launch[] {
  const named = 'unknown' in role.hosts ? [] : role.hosts;
  const passesFalse = doesPassFalse(app.versions);
  const below = withKamal(app.environmentOf(role.name), destination, role);
  const base = withEnvFiles(image ? inImage(image.environment, below) : below, role.node);
  const own = [valueAt(root, 'env'), valueAt(role.node, 'env')].filter((node) => node !== undefined);
  const shared = onAllHosts(named, root, (tags) => withEnv(base, [...own, ...tags], passesFalse));
  const environment = withEnvOptions(shared, role.node);
  const command = commandOf(valueAt(role.node, 'cmd'));
  const lost = (reason: string): readonly Launch[] => {
    app.uncounted(role.name, reason, role.at);
    return [];
  };
  if (command && 'unknown' in command) return lost(command.unknown);
  const reading = readContainer({ image, ...(command ? { command } : {}) }, environment, app);
  if (!reading) return lost('it has no cmd, and no Dockerfile in the repository says what its image starts');
  const at = valueAt(role.node, 'cmd')?.at ?? role.at;
  const setting = settingOf(role, roles, root);
  const probes = healthcheckOf(role, root, image);
  const hosts = countOf(role);
  return launchesOf({ name: role.name, reading, at, hosts, turns: turns(role), setting, probes }, app);
}

/**
 * `env` of the role, which needs a mapping with its hosts; where there is one role only, that of the whole file. Beside
 * variables that stand in it without `clear` and `secret`, one more does too.
 * Source: lib/kamal/configuration/role.rb, lib/kamal/configuration/env.rb@v2.12.0
 */
function settingOf(role: KamalRole, roles: readonly KamalRole[], root: PsychNode): Setting {
  const own = valueAt(role.node, 'env');
  const whole = roles.length === 1 && !own;
  const env = whole ? valueAt(root, 'env') : own;
  const isFlat = env?.kind === 'mapping' && !entriesOf(env).some(({ key }) => ENV_KEYS.has(keyText(key)));
  const hosts =
    role.node || 'unknown' in role.hosts ? [] : [`hosts: [${role.hosts.map(({ name }) => name).join(', ')}]`];
  return {
    file: role.at.file.path,
    inCommand: false,
    write(variable, value) {
      const path = whole ? [] : ['servers:', `${role.name}:`];
      const lines = ['env:', ...(isFlat ? [] : ['clear:']), `${variable}: ${value}`];
      const beside = whole ? [] : hosts.map((line) => `${'  '.repeat(path.length)}${line}`);
      const nested = lines.map((line, index) => `${'  '.repeat(path.length + index)}${line}`);
      return [...path.map((line, index) => `${'  '.repeat(index)}${line}`), ...beside, ...nested].join('\n');
    },
  };
}

const ENV_KEYS: ReadonlySet<string> = new Set(['clear', 'secret', 'tags']);

/** `--env` that Kamal itself gives. Source: lib/kamal/commands/app.rb@v2.12.0 */
function withKamal(environment: Environment, destination: string | null, { at }: KamalRole): Environment {
  const origin = { kind: 'platform', at, from: [] } as const;
  const names = ['KAMAL_VERSION', 'KAMAL_CONTAINER_NAME', 'KAMAL_HOST'];
  const all = names.reduce((one, name) => one.with(name, unknown(`Kamal sets ${name}`, origin)), environment);
  return destination === null ? all : all.with('KAMAL_DESTINATION', known<string | null>(destination, origin));
}

function doesPassFalse(versions: Versions): boolean {
  const installed = versions.of('kamal');
  // Who deploys with a Kamal of their own has a recent one.
  return !installed.known || installed.value === null || atLeast(installed.value, FALSE_IS_PASSED_ON.since);
}

/** One container on each host. */
function countOf({ hosts, at }: KamalRole): Traced<number> {
  const origin = { kind: 'platform', at, from: [] } as const;
  return 'unknown' in hosts ? unknown(hosts.unknown, origin) : known(hosts.length, origin);
}

/** The words of `cmd`: the shell of the host splits them, behind `docker run … image`. */
export function commandOf(node: PsychNode | undefined): Start | { readonly unknown: string } | null {
  const text = textOf(node);
  if (!node || !text) return null;
  if (!text.known) return { unknown: text.reason };
  if (text.value === null || text.value.trim() === '') return null;
  const { assumes } = text;
  let words: readonly Word[] = [];
  const run = runShell(passage(text.value, node.at), Environment.EMPTY, (program) => {
    words = program.words;
    return false;
  });
  if (run.problem) return { unknown: run.problem };
  return {
    kind: 'words',
    words: words.map((word) => ({ ...word, value: assuming(word.value, assumes) })),
    at: node.at,
  };
}

/**
 * `host`, `hosts`, those of `role` and `roles`, or of the hosts with `tag` or `tags`.
 * Source: lib/kamal/configuration/accessory.rb@v2.12.0
 */
export function accessoryHosts(accessory: PsychNode, roles: readonly KamalRole[]): KamalRole['hosts'] {
  const host = valueAt(accessory, 'host');
  if (host) {
    const text = textOf(host);
    return text?.known && text.value !== null ? [{ name: text.value, tags: [], at: host.at }] : [];
  }
  const hosts = valueAt(accessory, 'hosts');
  if (hosts) return hostsOf(hosts);
  const names = new Set(wordsAt(accessory, 'roles', 'role'));
  const tags = new Set(wordsAt(accessory, 'tags', 'tag'));
  return roles.flatMap(({ name, hosts: own }) => {
    if ('unknown' in own) return [];
    return names.has(name) ? own : own.filter((one) => one.tags.some((tag) => tags.has(tag)));
  });
}

/** The texts of a list under one key, or the only one under another. */
function wordsAt(node: PsychNode, several: string, single: string): readonly string[] {
  const list = valueAt(node, several);
  const items = list?.kind === 'sequence' ? list.items : [valueAt(node, single)];
  return items.flatMap((item) => {
    const text = textOf(item);
    return text?.known && text.value !== null ? [text.value] : [];
  });
}
