import { readCommand, readWords, type CommandReading } from '../launch/command.ts';
import type { Launch, Setting, Word } from '../launch/launch.ts';
import { span, spanText, type SourceFile, type Span } from '../text/source.ts';
import type { Environment } from '../value/environment.ts';
import type { Assumption, Origin } from '../value/origin.ts';
import { assuming, combine, known, saidBy, unknown, via, type Traced } from '../value/traced.ts';
import { once } from './copies.ts';
import type { DeployedApp, Platform } from './platform.ts';
import { ECOSYSTEM_FILES } from './pm2/files.ts';
import { asScalar, NotJavaScript, readModule, type Scalar, type Value } from './pm2/javascript.ts';

/** PM2's ecosystem file: what it starts, how often, with which variables. It is read and never run. */
export const pm2: Platform = {
  kind: 'pm2',
  read(app) {
    const path = ECOSYSTEM_FILES.find((one) => app.files.exists(one));
    const source = path === undefined ? null : app.files.source(path);
    if (!source) return [];
    const launches = appsOf(source, app).flatMap((one) => launchesOf(one, app));
    return launches.length === 0 ? [] : [{ kind: 'pm2', name: 'pm2', launches }];
  },
};

type AppEntry = Extract<Value, { kind: 'object' }>;

function appsOf(source: SourceFile, app: DeployedApp): readonly AppEntry[] {
  const lost = (reason: string, at: Span) => {
    app.unresolved('the apps of PM2', reason, at);
    return [];
  };
  try {
    const exported = readModule(source, app.environmentOf(''));
    const apps = exported?.kind === 'object' ? (exported.entries.get('apps') ?? exported) : exported;
    if (!apps) return lost('the file exports no apps', span(source, 0, 0));
    const list = apps.kind === 'list' ? apps.items : [apps];
    return list.flatMap((one) => {
      if (one.kind === 'object') return [one];
      return lost(one.kind === 'unknown' ? one.reason : 'it is no object', one.at);
    });
  } catch (error) {
    if (!(error instanceof NotJavaScript)) throw error;
    const at = span(source, error.offset ?? 0, error.offset ?? 0);
    if (error.offset === null) return lost(error.message, at);
    const message = `the file is no JavaScript: ${error.message}`;
    app.files.problems.push({ kind: 'parse-error', message, at, assumes: [] });
    return [];
  }
}

/** Programs that are no Ruby: an app of Node beside the Rails app is none of ours. */
const OF_NODE = /(?:^|\/)(?:node|bun|deno|npm|npx|yarn|pnpm|python3?|php)$|\.(?:[cm]?[jt]s|py|php)$/;

function launchesOf(entry: AppEntry, app: DeployedApp): readonly Launch[] {
  const script = textOf(entry, 'script');
  const label = nameOf(entry, script);
  const lost = (reason: string): readonly Launch[] => {
    app.uncounted(label, reason, entry.at);
    return [];
  };
  if (!script) return lost('it has no script');
  if (!script.value.known) return lost(script.value.reason);
  const interpreter = textOf(entry, 'interpreter') ?? textOf(entry, 'exec_interpreter');
  if ([script, interpreter].some((one) => one?.value.known === true && OF_NODE.test(one.value.value))) return [];
  const reading = readingOf(entry, script, interpreter, environmentOf(entry, label, app), app);
  if (reading.unresolved !== null) return lost(reading.unresolved);
  const found = reading.candidates.filter(({ system }) => system !== null);
  if (found.length === 0) return lost(`\`${script.value.value}\` starts no program this version knows`);
  return found.map(({ command, system, environment }) => ({
    name: label,
    command,
    system: system!.id,
    environment,
    declared: true,
    hosts: instancesOf(entry, label),
    // Outside of its cluster mode, which is Node's, PM2 stops a process before it starts the next.
    overlap: (copies) => copies,
    setting: settingOf(entry, label, app),
  }));
}

/** `env` of the app, or that of the environment where it has one, which wins. */
function settingOf(entry: AppEntry, label: string, { railsEnv }: DeployedApp): Setting {
  const own = `env_${railsEnv}`;
  const key = entry.entries.has(own) ? own : 'env';
  return {
    file: entry.at.file.path,
    inCommand: false,
    write: (variable, value) => `{\n  name: ${JSON.stringify(label)},\n  ${key}: { ${variable}: ${value} },\n}`,
  };
}

function nameOf(entry: AppEntry, script: Text | null): string {
  const name = textOf(entry, 'name');
  if (name?.value.known) return name.value.value;
  // PM2 takes the name of the script without its extension.
  const path = script?.value.known ? script.value.value : 'app';
  return (path.split('/').at(-1) ?? path).replace(/\.[^.]+$/, '');
}

/**
 * What PM2 starts: `interpreter script args`; a script with blanks goes to a shell.
 * Source: lib/Common.js of Unitech/pm2
 */
function readingOf(
  entry: AppEntry,
  script: Text,
  interpreter: Text | null,
  environment: Environment,
  app: DeployedApp,
): CommandReading {
  const line = script.value.known ? script.value.value : '';
  const inside = span(script.at.file, script.at.start + 1, script.at.end - 1);
  if (line.trim().includes(' ') && spanText(inside) === line)
    return readCommand(line, inside, environment, app.systems);
  const first = interpreter?.value.known === true && interpreter.value.value !== 'none' ? [interpreter] : [];
  const words = [...first, script].flatMap(wordsOf).concat(argumentsOf(entry.entries.get('args')));
  return readWords(words, entry.at, environment, app.systems);
}

function argumentsOf(args: Value | undefined): readonly Word[] {
  if (!args) return [];
  const items = args.kind === 'list' ? args.items : [args];
  return items.flatMap((item) => wordsOf({ value: asText(asScalar(item)), at: item.at }));
}

/** The words of a text, each where it stands in the file if it stands there as it is. */
function wordsOf({ value, at }: Text): readonly Word[] {
  if (!value.known) return [{ value, at }];
  const literal = spanText(at).slice(1, -1) === value.value;
  return [...value.value.matchAll(/\S+/g)].map((match) => {
    const start = at.start + 1 + match.index;
    const place = literal ? span(at.file, start, start + match[0].length) : at;
    return { value: known(match[0], value.origin, value.assumes), at: place };
  });
}

interface Text {
  readonly value: Traced<string>;
  readonly at: Span;
}

function textOf(entry: AppEntry, key: string): Text | null {
  const value = entry.entries.get(key);
  if (!value) return null;
  const scalar = asScalar(value);
  return scalar.known && scalar.value === null ? null : { value: asText(scalar), at: value.at };
}

function asText(scalar: Traced<Scalar>): Traced<string> {
  return combine(null, [scalar], String);
}

/** `env` always; `env_production` where PM2 is told `--env production`, as whoever wrote it must mean. */
function environmentOf(entry: AppEntry, name: string, app: DeployedApp): Environment {
  const own = `env_${app.railsEnv}`;
  const told: Assumption = { kind: 'reachable', text: `PM2 is started with --env ${app.railsEnv}` };
  const always = withVariables(app.environmentOf(name), entry.entries.get('env'), []);
  return withVariables(always, entry.entries.get(own), [told]);
}

function withVariables(
  environment: Environment,
  block: Value | undefined,
  assumes: readonly Assumption[],
): Environment {
  if (block?.kind !== 'object') return environment;
  let result = environment;
  for (const [name, value] of block.entries) {
    const scalar = asScalar(value);
    // A variable that is undefined is not handed on.
    if (scalar.known && scalar.value === null) continue;
    result = result.with(name, assuming(saidBy(value.at, asText(scalar)), assumes));
  }
  return result;
}

/** `instances`: a number, as text too; "max", 0 and negative ones count processors. Source: lib/God.js of Unitech/pm2 */
function instancesOf(entry: AppEntry, name: string): Traced<number> {
  const value = entry.entries.get('instances');
  if (!value) return once(name);
  const scalar = asScalar(value);
  const step = (from: Origin): Origin => ({ kind: 'platform', at: value.at, from: [from] });
  const said = via(
    combine(null, [scalar], (count) => (count === 'max' ? 0 : Number.parseInt(String(count), 10))),
    step,
  );
  if (!said.known || said.value >= 1) return said;
  return unknown('it depends on the processors of the machine: say --hosts', said.origin);
}
