import type { DatabaseEntry } from '../../src/database/entry.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences, type Violation } from '../../src/lint/rule.ts';
import type { Process } from '../../src/model/process.ts';
import type { Environment } from '../../src/value/environment.ts';
import { variablesOf, writtenIn } from '../../src/value/history.ts';
import type { Assumption } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';

type Found = {
  readonly process: Process;
  readonly entry: DatabaseEntry;
  readonly variable: string;
} & (
  | { readonly kind: 'own url' }
  /** Only the first entry takes DATABASE_URL. */
  | { readonly kind: 'no host'; readonly first: string }
);

/** R34: a URL that a deployment sets and an entry does not take. */
export const urlEnvNotApplied: Rule = defineRule<Found>({
  id: 'url-env-not-applied',
  aliases: [],
  group: 'deployment',
  severity: 'warning',
  fix: null,
  summary: 'A deployment sets a database URL that an entry of database.yml does not take.',
  fineWhen: null,
  check: (project) =>
    project.processes.filter(({ declared }) => declared).flatMap((process) => outcomesOf(project, process)),
  say,
});

function outcomesOf(project: Project, process: Process): readonly Outcome<Found>[] {
  const booted = project.launches.find(({ launch }) => launch === process.launch);
  const [first] = booted?.databases ?? [];
  if (!first || !booted) return [];
  const { environment } = booted.launch;
  return process.pools.flatMap(({ database }) => [
    ...ownUrl(process, database, environment),
    ...noHost(process, database, first, environment),
  ]);
}

/** Rails merges `<NAME>_DATABASE_URL` into an entry only where its YAML has no `url`. */
function ownUrl(process: Process, entry: DatabaseEntry, environment: Environment): readonly Outcome<Found>[] {
  const general = entry.name === 'primary' && isSet(environment, 'DATABASE_URL');
  const variable = general ? 'DATABASE_URL' : variableOf(entry);
  const url = entry.keys.find(({ name }) => name === 'url');
  if (!isSet(environment, variable) || !url?.value) return [];
  const read = variablesOf(url.value.origin);
  if (read.includes(variable)) return [{ kind: 'holds' }];
  const what = `whether ${entry.name} takes ${variable}`;
  if (!url.value.known) return [{ kind: 'unknown', what, reason: url.value.reason, at: url.valueAt }];
  // DATABASE_URL is set by many platforms unasked; a URL from another variable is then somebody's choice.
  if (url.value.value === null || (general && read.length > 0)) return [{ kind: 'holds' }];
  return [
    violation(
      { kind: 'own url', process, entry, variable },
      url.valueAt,
      'the url that is taken',
      assumptionsOf(url.value),
    ),
  ];
}

/** Without a host of its own, an entry beside the first one connects to this very machine. */
function noHost(
  process: Process,
  entry: DatabaseEntry,
  first: DatabaseEntry,
  environment: Environment,
): readonly Outcome<Found>[] {
  const isServer = entry.adapter.known && entry.adapter.value !== null && !entry.adapter.value.startsWith('sqlite');
  if (entry.name === first.name || !isServer || !entry.at || !isSet(environment, 'DATABASE_URL')) return [];
  const has = ['host', 'hostaddr', 'socket', 'url'].some((key) => entry.settings.has(key));
  const told = ['PGHOST', 'PGHOSTADDR', 'PGSERVICE', variableOf(entry)].some((name) => environment.declares(name));
  if (has || told) return [{ kind: 'holds' }];
  const variable = variableOf(entry);
  return [
    violation({ kind: 'no host', process, entry, variable, first: first.name }, entry.at, 'it has no host', [
      { kind: 'unset', variable },
    ]),
  ];
}

function violation(
  found: Found,
  at: Violation<Found>['at'],
  label: string,
  assumes: readonly Assumption[],
): Outcome<Found> {
  const { process, entry } = found;
  const setBy = process.launch.environment.stateOf(found.kind === 'own url' ? found.variable : 'DATABASE_URL');
  const place = setBy && writtenIn(setBy.origin);
  return {
    kind: 'violates',
    severity: 'warning',
    assumes,
    process: process.name,
    weight: 0,
    database: entry.name,
    at,
    label,
    related: place ? [{ at: place, message: 'the URL that is set' }] : [],
    found,
  };
}

function variableOf({ name }: DatabaseEntry): string {
  return `${name.toUpperCase()}_DATABASE_URL`;
}

function isSet(environment: Environment, name: string): boolean {
  const state = environment.stateOf(name);
  return state !== undefined && !(state.known && (state.value === null || state.value === ''));
}

function say(found: Found): Sentences {
  const { process, entry, variable } = found;
  if (found.kind === 'own url') {
    return {
      message: `${variable} is set for ${process.name} and has no effect: ${entry.name} has a url of its own`,
      consequence: `${entry.name} connects to what its url says. Rails takes ${variable} only where the entry has no url.`,
      arithmetic: null,
      advice: 'drop the url, or read the variable in it:',
      snippet: `url: <%= ENV["${variable}"] %>`,
    };
  }
  return {
    message: `DATABASE_URL is only for ${found.first}: ${entry.name} has no host in ${process.name}`,
    consequence:
      `${entry.name} connects to a server on the same machine or container, where most likely none runs: what needs ` +
      'it fails with "connection refused" or "no such file or directory".',
    arithmetic: null,
    advice: `set ${variable} too, or give the entry a url:`,
    snippet: `url: <%= ENV["${variable}"] %>`,
  };
}
