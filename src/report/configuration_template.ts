import { list } from '../lint/phrases.ts';
import type { Project } from '../lint/result.ts';
import { escapeControls } from './characters.ts';
import { readVariables, type ReadVariable } from './read_variables.ts';

/**
 * A configuration for these projects in which everything is commented out: prose behind `##`, and behind `#` lines that
 * are right as they are when they are uncommented, one by one or all together.
 * @param schema where an editor finds the schema
 */
export function configurationTemplate(projects: readonly Project[], schema: string): string {
  const blocks = [
    [
      `# yaml-language-server: $schema=${schema}`,
      '##',
      ...prose(
        'What production knows and this repository does not say. Nothing here is needed; what is said here is believed. ' +
          'Take the # away from a line to use it, and look at `rails-pool-lint show` for what follows from it.',
      ),
    ],
    variables(readVariables(projects)),
    hosts(projects),
    limits(projects),
    [
      ...prose('Connections that consoles, migrations and cron jobs need beside the processes.'),
      ...example('overhead: 3'),
    ],
    [
      ...prose('Processors of the machine: what `Etc.nprocessors` and WEB_CONCURRENCY=auto count.'),
      ...example('cpus: 2'),
    ],
    [
      ...prose('The environment that is read.'),
      ...example(`environment: ${quoted(projects[0]?.environment ?? 'production')}`),
    ],
    deployments(projects),
    [
      ...prose('Files and folders that are treated as if they were not there, as globs from this folder.'),
      ...example('exclude:', '  - docs/**'),
    ],
    [
      ...prose('How bad a rule is, by its id: off, info, warning or error. `rails-pool-lint rules` lists them.'),
      ...example('rules:', '  budget-exceeds-max-connections: error'),
    ],
    [
      ...prose(
        'Findings that are known and fine, with the reason. path, process and database narrow one down. In a file that ' +
          'has comments, a comment says it closer to the place:',
        'rails-pool-lint: ignore[rule] -- reason',
      ),
      ...example(
        'ignore:',
        '  - rule: pool-smaller-than-sidekiq-concurrency',
        '    path: config/database.yml',
        '    process: worker',
        '    reason: most jobs never touch the database',
      ),
    ],
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function variables(all: readonly ReadVariable[]): readonly string[] {
  const unsaid = all.filter(({ name }) => isUnsaid(name));
  const said = all.filter(({ name }) => !isUnsaid(name));
  const shown = said.filter((one) => exampleOf(one) !== null);
  const others = said.filter((one) => exampleOf(one) === null);
  const lines = [
    ...prose(
      'Variables that the configuration reads and nothing in the repository sets to a value that can be seen. Where ' +
        'production sets one, say so: findings that rest on its absence then go, or become certain. A process of its own ' +
        'name below `env` has its own values.',
    ),
    ...example('env:'),
  ];
  if (shown.length === 0) lines.push(...example('  RAILS_MAX_THREADS: 5'));
  const width = Math.max(0, ...shown.map((one) => entry(one).length));
  for (const one of shown) lines.push(...example(`${entry(one).padEnd(width)}  # ${described(one)}`));
  if (others.length > 0) {
    lines.push(...prose('Read too, and nobody can guess what they hold:'));
    for (const one of others) lines.push(`##   ${escapeControls(one.name)}: ${described(one)}`);
  }
  if (unsaid.length > 0) {
    const names = list(unsaid.map(({ name }) => escapeControls(name)));
    lines.push(...prose(`Read too, as addresses and secrets, which decide no number: ${names}.`));
  }
  return lines;
}

function entry(variable: ReadVariable): string {
  return `  ${quoted(variable.name)}: ${exampleOf(variable)}`;
}

function described(variable: ReadVariable): string {
  const { hidden, processes, readAt, fallback } = variable;
  const readers = `read by ${list(processes.map(escapeControls))}`;
  const where = readAt === null ? '' : ` at ${escapeControls(readAt)}`;
  const shown = exampleOf(variable);
  const unset = fallback === null ? '' : `; ${fallback} while it is unset`;
  const invented = fallback === null && shown !== null ? `; ${shown} is only an example` : '';
  return `${readers}${where}${hidden ? '; set, nobody can see to what' : unset}${invented}`;
}

/** A number: what is taken while it is unset, else any where the name says that it holds one; null for other variables. */
function exampleOf({ name, fallback }: ReadVariable): string | null {
  if (fallback !== null) return fallback;
  if (/THREADS|POOL|CONCURRENCY|WORKERS|PROCESSES|CONNECTIONS|SIZE|COUNT|MAX|MIN/.test(name)) return '5';
  return null;
}

/** Addresses and secrets: they decide no number, and do not belong into a file that is committed. */
function isUnsaid(name: string): boolean {
  return /PASS|SECRET|TOKEN|KEY|CREDENTIAL|USER|(?:URL|HOST|PORT|SOCKET)$/i.test(name);
}

function hosts(projects: readonly Project[]): readonly string[] {
  const names = new Set(
    projects.flatMap(({ launches }) => launches.flatMap(({ launch }) => (launch.declared ? [launch.name] : []))),
  );
  return [
    ...prose('How many copies of each process run: dynos, containers, machines. One, unless the deployment says it.'),
    ...(names.size === 0 ? [] : example('hosts:', ...[...names].map((name) => `  ${quoted(name)}: 1`))),
  ];
}

function limits(projects: readonly Project[]): readonly string[] {
  const names = [...new Set(projects.flatMap(({ servers }) => servers.map(({ name }) => name)))];
  const one =
    names.length < 2
      ? example('max_connections: 100')
      : example('max_connections:', ...names.map((name) => `  ${quoted(name)}: 100`));
  return [
    ...prose(
      'What the database server allows: the answer to SHOW max_connections, or a plan such as heroku:standard-0.',
    ),
    ...one,
  ];
}

function deployments(projects: readonly Project[]): readonly string[] {
  const kinds = [...new Set(projects.map(({ deployment }) => deployment))];
  return [
    ...prose('The deployments that count. They are alternatives: each is judged for itself.'),
    ...example('deployment:', ...kinds.map((kind) => `  - ${kind}`)),
  ];
}

/** As YAML takes it for a text. */
function quoted(name: string): string {
  const isPlain = /^[A-Za-z_][\w.-]*$/.test(name) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(name);
  return isPlain ? name : JSON.stringify(escapeControls(name));
}

function example(...lines: readonly string[]): readonly string[] {
  return lines.map((line) => `# ${line}`);
}

const WIDTH = 100;

function prose(...paragraphs: readonly string[]): readonly string[] {
  return paragraphs.flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '##';
    for (const word of paragraph.split(' ')) {
      if (line.length + 1 + word.length > WIDTH) {
        lines.push(line);
        line = '##';
      }
      line += ` ${word}`;
    }
    return [...lines, line];
  });
}
