import type { Environment } from '../../value/environment.ts';
import { combine, saidBy, unknown } from '../../value/traced.ts';
import type { PsychNode } from '../../yaml/node.ts';
import { OF_EVERY_PROCESS } from '../every_process.ts';
import { textOf, valueAt } from './configuration.ts';

/** What the shell of the host expands in what Kamal quotes. Source: lib/kamal/utils.rb@v2.9.0 (escape_ascii_shell_value) */
const EXPANDED = /\$\{[^}]{0,200}\}/;

/**
 * `options: { env-file: … }` of a role: files of the host, which nobody can see here. docker reads them beneath every
 * `--env`. Source: lib/kamal/configuration/role.rb@v2.9.0 (option_args), cli/command/container/opts.go@v28.5.2 (docker/cli)
 */
export function withEnvFiles(environment: Environment, role: PsychNode | undefined): Environment {
  return options(role, 'env-file').reduce((below, node) => {
    const text = textOf(node);
    const path = text?.known ? text.value : '--env-file';
    const reason = `it may be set in ${path}, a file of the host`;
    return below.opened(reason, { kind: 'platform', at: node.at, from: [] }, (name) => OF_EVERY_PROCESS.has(name));
  }, environment);
}

/** `options: { env: "A=1" }` of a role, or a list of such: behind `env`, so these count. Source: as for `withEnvFiles` */
export function withEnvOptions(environment: Environment, role: PsychNode | undefined): Environment {
  return options(role, 'env').reduce((below, node) => {
    const text = textOf(node);
    const written = text?.known ? (text.value ?? '') : '';
    const [, name, value] = /^([^=]+)(=[^]*)?$/.exec(written) ?? [];
    if (!text || name === undefined) return below;
    const origin = { kind: 'platform', at: node.at, from: [] } as const;
    if (value === undefined)
      return below.with(name, unknown(`${name} is set on the host where Kamal runs docker`, origin));
    if (EXPANDED.test(value)) return below.with(name, unknown(`the shell of the host decides ${name}`, origin));
    return below.with(
      name,
      saidBy(
        node.at,
        combine(null, [text], (): string | null => value.slice(1)),
      ),
    );
  }, environment);
}

/** An option of `docker run`, as often as it is given. Source: lib/kamal/utils.rb@v2.9.0 (optionize) */
function options(role: PsychNode | undefined, name: string): readonly PsychNode[] {
  const node = valueAt(role, 'options', name);
  return node?.kind === 'sequence' ? node.items : node ? [node] : [];
}
