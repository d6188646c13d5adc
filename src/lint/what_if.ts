import type { Launch } from '../launch/launch.ts';
import { Environment } from '../value/environment.ts';
import type { Plan } from '../limits/plans.ts';
import type { StatedLimit } from '../model/servers.ts';
import type { Assumption, Origin } from '../value/origin.ts';
import { known, type Known } from '../value/traced.ts';
import type { Configuration } from './configuration.ts';
import type { EngineOptions } from './engine.ts';

/** What the user says of production, from the configuration file and the flags, the flags last. */
export class WhatIf {
  readonly environment: string;
  readonly deployments: readonly string[];
  /** Whether it is this run that asks for them, and not the configuration file. */
  readonly asksForDeployments: boolean;
  readonly overhead: Known<number> | null;
  readonly cpus: number | null;
  /** Limits of servers, the flags' before the configuration file's. */
  readonly maxConnections: readonly StatedLimit[];
  readonly #variables: readonly Variable[];
  readonly #hosts: ReadonlyMap<string, Known<number>>;

  constructor(options: EngineOptions, configuration: Configuration | null) {
    this.environment = options.environment ?? configuration?.environment ?? 'production';
    this.deployments = options.deployments.length > 0 ? options.deployments : (configuration?.deployments ?? []);
    this.asksForDeployments = options.deployments.length > 0;
    this.overhead = configuration?.overhead ? known(configuration.overhead.value, configuration.overhead.origin) : null;
    this.cpus = options.cpus ?? configuration?.cpus?.value ?? null;
    this.maxConnections = [
      ...options.maxConnections.map(({ server, value, plan }) => {
        const text = `--max-connections ${server === null ? '' : `${server}=`}${plan?.name ?? value}`;
        return { server, ...stated(value, { kind: 'flag', text }, plan ?? null) };
      }),
      ...(configuration?.maxConnections ?? []).map(({ server, value, origin, plan }) => ({
        server,
        ...stated(value, origin, plan),
      })),
    ];
    this.#variables = [
      ...(configuration?.env ?? []),
      ...options.set.map(({ process, key, value }) => {
        const text = `--set ${process === null ? '' : `${process}:`}${key}=${value}`;
        return { process, key, value, origin: { kind: 'flag', text } as const };
      }),
    ];
    this.#hosts = new Map([
      ...[...(configuration?.hosts ?? [])].map(([name, one]) => [name, known(one.value, one.origin)] as const),
      ...[...options.hosts].map(([name, value]) => [name, flag(value, `--hosts ${name}=${value}`)] as const),
    ]);
  }

  /** What every process has before its platform says anything. */
  environmentOf(process: string): Environment {
    const origin: Origin = { kind: 'flag', text: `--env ${this.environment}` };
    let environment = Environment.EMPTY;
    for (const name of ['RAILS_ENV', 'RACK_ENV', 'HANAMI_ENV']) {
      environment = environment.with(name, known<string | null>(this.environment, origin));
    }
    return this.#told(environment, process);
  }

  /** A launch as the user knows it: their word on a variable or a count beats every file's. */
  corrected(launch: Launch): Launch {
    const hosts = this.#hosts.get(launch.name) ?? launch.hosts;
    return { ...launch, hosts, environment: this.#told(launch.environment, launch.name) };
  }

  #told(environment: Environment, process: string): Environment {
    let result = environment;
    for (const only of [null, process]) {
      for (const { process: of, key, value, origin } of this.#variables) {
        if (of === only) result = result.with(key, known<string | null>(value, origin));
      }
    }
    return result;
  }
}

interface Variable {
  readonly process: string | null;
  readonly key: string;
  readonly value: string;
  readonly origin: Origin;
}

/** A limit somebody stated; that of a plan which only third parties publish is nothing to be certain of. */
function stated(value: number, origin: Origin, plan: Plan | null): Omit<StatedLimit, 'server'> {
  if (!plan) return { limit: known(value, origin), reserved: null };
  const row = { gem: plan.name, versions: plan.name, source: plan.source };
  const text = `${plan.name} keeps ${plan.reserved} of ${plan.limit} connections for itself`;
  const assumes: readonly Assumption[] = plan.byVendor
    ? []
    : [{ kind: 'reachable', text: `${plan.name} allows ${plan.limit} connections, as third parties say` }];
  return { limit: known(value, origin, assumes), reserved: known(plan.reserved, { kind: 'default', text, row }) };
}

function flag(value: number, text: string): Known<number> {
  return known(value, { kind: 'flag', text });
}
