import type { HealthProbe, ProbeDecides } from '../../launch/probe.ts';
import { known, unknown, type Traced } from '../../value/traced.ts';
import { durationIn, pathIn } from '../probing.ts';
import { tomlAt, type TomlTable, type TomlValue } from './toml.ts';

/**
 * The HTTP checks of a process group. Those of a service decide whether its proxy sends requests; those at the top only
 * whether a deploy goes on. Neither ends a machine.
 * Source: reference/health-checks.html.markerb, reference/configuration.html.markerb (superfly/docs)
 */
export function checksOf(group: string, groups: readonly string[], table: TomlTable): readonly HealthProbe[] {
  const isFor = (value: TomlValue): boolean => {
    const named = tomlAt(value, 'processes');
    const names =
      named?.kind === 'list' ? named.items.flatMap((one) => (one.kind === 'scalar' ? [one.value] : [])) : [];
    return names.length === 0 ? group === defaultOf(groups) : names.includes(group);
  };
  const services = listAt(table, 'services').filter(isFor);
  const http = tomlAt(table, 'http_service');
  const web = http && isFor(http) ? [http] : [];
  const all = tomlAt(table, 'checks');
  const top = all?.kind === 'table' ? [...all.entries.values()].filter((one) => isHttp(one) && isFor(one)) : [];
  return [
    ...web.flatMap((one) => listAt(one, 'checks')).map((one) => probe('http_service.checks', 'requests', one, http)),
    ...services.flatMap((one) =>
      listAt(one, 'http_checks').map((check) => probe('services.http_checks', 'requests', check, one)),
    ),
    ...top.map((one) => probe('checks', 'deploy', one, one)),
  ];
}

/** The group of what names none. Source: DefaultProcessName of internal/appconfig/processgroups.go (superfly/flyctl) */
function defaultOf(groups: readonly string[]): string | undefined {
  return groups.includes('app') ? 'app' : groups.toSorted()[0];
}

function listAt(value: TomlValue | undefined, key: string): readonly TomlValue[] {
  const found = tomlAt(value, key);
  return found?.kind === 'list' ? found.items : [];
}

function isHttp(check: TomlValue): boolean {
  const type = tomlAt(check, 'type');
  return type?.kind === 'scalar' && type.value === 'http';
}

function probe(name: string, decides: ProbeDecides, check: TomlValue, service: TomlValue | undefined): HealthProbe {
  const path = tomlAt(check, 'path');
  const port = tomlAt(service, 'port') ?? tomlAt(service, 'internal_port');
  const { at } = path ?? check;
  return {
    name,
    decides,
    path:
      path?.kind === 'scalar'
        ? pathIn(known<string | null>(path.value, { kind: 'literal', at }), at)
        : known('/', { kind: 'platform', at, from: [] }),
    port: port?.kind === 'scalar' ? port.value : null,
    period: durationAt(check, 'interval'),
    timeout: durationAt(check, 'timeout'),
    failures: null,
    at,
  };
}

function durationAt(check: TomlValue, key: string): Traced<number> {
  const node = tomlAt(check, key);
  if (node?.kind === 'scalar')
    return durationIn(known<string | null>(node.value, { kind: 'literal', at: node.at }), node.at);
  return unknown(`nothing says its ${key}`, { kind: 'platform', at: check.at, from: [] });
}
