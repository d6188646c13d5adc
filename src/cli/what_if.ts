import { escapeControls } from '../report/characters.ts';
import type { Severity } from '../lint/finding.ts';
import type { Confidence } from '../value/origin.ts';
import { looksLikePlan, planNamed, PLANS, PLANS_COMMAND } from '../limits/plans.ts';
import { BadCall } from './bad_call.ts';
import type { Call } from './call.ts';
import type { EngineOptions } from '../lint/engine.ts';
import { didYouMean } from './suggest.ts';

type WhatIf = Omit<EngineOptions, 'only' | 'disable'>;

/** What the flags say of production. Throws BadCall. */
export async function whatIf(call: Call): Promise<WhatIf> {
  return {
    environment: call.value('env'),
    deployments: call.values('deployment'),
    set: call.values('set').map(variable),
    cpus: call.value('cpus') === null ? null : wholeNumber('--cpus', call.value('cpus')!, 1, '--cpus 4'),
    hosts: new Map(call.values('hosts').map(hosts)),
    maxConnections: await Promise.all(call.values('max-connections').map(maxConnections)),
    assume: new Map(call.values('assume').map(assumed)),
    minConfidence: await choice(call, 'min-confidence', ['low', 'medium', 'high'] as const, 'low' satisfies Confidence),
  };
}

export function failLevel(call: Call): Promise<Severity> {
  return choice(call, 'fail-level', ['error', 'warning', 'info'] as const, 'warning');
}

/** The value of a flag that knows a few words. */
export async function choice<T extends string>(
  call: Call,
  flag: string,
  words: readonly T[],
  otherwise: T,
): Promise<T> {
  const value = call.value(flag);
  if (value === null) return otherwise;
  const word = words.find((one) => one === value);
  if (word !== undefined) return word;
  const hint = await didYouMean(value, words);
  throw new BadCall(
    `--${flag} does not know \`${escapeControls(value)}\`${hint || `; type one of ${words.join(', ')}`}`,
  );
}

function variable(given: string): EngineOptions['set'][number] {
  const equals = given.indexOf('=');
  const name = equals === -1 ? '' : given.slice(0, equals);
  const colon = name.lastIndexOf(':');
  const key = name.slice(colon + 1);
  const process = colon === -1 ? null : name.slice(0, colon);
  if (!/^[A-Za-z_]\w*$/.test(key) || process === '') {
    // What was given is not repeated after the `=`: it may be a password.
    const shown = escapeControls(equals === -1 ? given : `${name}=…`);
    throw new BadCall(`--set ${shown} sets no variable; type --set KEY=VALUE or --set PROCESS:KEY=VALUE`);
  }
  return { process, key, value: given.slice(equals + 1) };
}

function wholeNumber(flag: string, given: string, least: number, example: string): number {
  const number = /^\d{1,9}$/.test(given) ? Number(given) : NaN;
  if (number >= least) return number;
  const wanted = least === 0 ? 'a whole number' : `a whole number from ${least} on`;
  throw new BadCall(`${flag} needs ${wanted}, not \`${escapeControls(given)}\`; type ${example}`);
}

function hosts(given: string): [string, number] {
  const equals = given.lastIndexOf('=');
  if (equals < 1)
    throw new BadCall(`--hosts needs a process and a number, not \`${escapeControls(given)}\`; type --hosts web=2`);
  const name = given.slice(0, equals);
  return [
    name,
    wholeNumber(`--hosts ${escapeControls(name)}=`, given.slice(equals + 1), 0, `--hosts ${escapeControls(name)}=2`),
  ];
}

async function maxConnections(given: string): Promise<EngineOptions['maxConnections'][number]> {
  const equals = given.lastIndexOf('=');
  const server = equals === -1 ? null : given.slice(0, equals);
  const limit = given.slice(equals + 1);
  const plan = planNamed(limit);
  if (server === '') throw new BadCall('--max-connections names no server before `=`; type --max-connections 100');
  if (plan) return { server, value: plan.limit, plan };
  if (looksLikePlan(limit)) {
    const names = PLANS.map(({ name }) => name);
    const hint = await didYouMean(limit, names);
    throw new BadCall(
      `--max-connections does not know the plan \`${escapeControls(limit)}\`${hint || '; type the number of connections it allows.'} \`${PLANS_COMMAND}\` lists them all`,
    );
  }
  const number = server === null ? '--max-connections 100' : `--max-connections ${escapeControls(server)}=100`;
  const example = `${number}, or a plan: \`${PLANS_COMMAND}\` lists them all`;
  return { server, value: wholeNumber('--max-connections', limit, 1, example) };
}

function assumed(given: string): [string, string] {
  const match = /^([a-z][\w-]*)=(\d+(?:\.\w+)*)$/.exec(given);
  if (!match)
    throw new BadCall(
      `--assume needs a gem and a version, not \`${escapeControls(given)}\`; type --assume rails=8.1.0`,
    );
  return [match[1]!, match[2]!];
}
