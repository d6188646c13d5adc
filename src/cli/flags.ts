export const COMMANDS = ['lint', 'budget', 'show', 'explain', 'rules', 'init'] as const;
export type Command = (typeof COMMANDS)[number];

export interface Flag {
  readonly name: string;
  readonly short?: string;
  /** What its value is called in the help; a flag without one takes no value. */
  readonly value?: string;
  readonly repeatable?: boolean;
  /** The commands that know it; every one of them where this is absent. */
  readonly only?: readonly Command[];
  /** The commands that do something with it, where every command accepts it. */
  readonly matters?: readonly Command[];
  readonly help: string;
}

/** The commands that read a repository. */
const READING: readonly Command[] = ['lint', 'budget', 'show', 'explain', 'init'];

/** Every flag, in the order of the help. */
export const FLAGS: readonly Flag[] = [
  {
    name: 'env',
    matters: READING,
    short: 'e',
    value: 'NAME',
    help: 'the environment to read for (default: production)',
  },
  {
    name: 'deployment',
    matters: READING,
    value: 'NAME',
    repeatable: true,
    help: 'look at this deployment only: heroku, kamal, compose …',
  },
  {
    name: 'set',
    matters: READING,
    value: '[PROCESS:]KEY=VALUE',
    repeatable: true,
    help: 'a variable that production sets',
  },
  { name: 'cpus', matters: READING, value: 'N', help: 'processors of the machine' },
  {
    name: 'hosts',
    matters: READING,
    value: 'PROCESS=N',
    repeatable: true,
    help: 'copies of a process: dynos, containers, machines',
  },
  {
    name: 'max-connections',
    matters: READING,
    value: '[SERVER=]N|PLAN',
    repeatable: true,
    help: 'what the database server allows, or its plan (`explain plans`)',
  },
  {
    name: 'assume',
    matters: READING,
    value: 'GEM=VERSION',
    repeatable: true,
    help: 'read as if this version were installed',
  },
  { name: 'config', matters: READING, short: 'c', value: 'FILE', help: 'the configuration file' },
  { name: 'no-config', matters: READING, help: 'read no configuration file' },
  { name: 'format', short: 'f', value: 'NAME', repeatable: true, help: 'how to print (default: text)' },
  { name: 'output-file', short: 'o', value: 'FILE', repeatable: true, help: 'where to: pairs with the -f before it' },
  { name: 'color', value: 'WHEN', help: 'auto, always or never (NO_COLOR and FORCE_COLOR are honoured)' },
  { name: 'quiet', short: 'q', matters: ['lint'], help: 'findings only, without the closing lines' },
  { name: 'verbose', matters: ['lint'], help: 'everything: infos, every finding in full, what cannot be told' },
  { name: 'help', short: 'h', help: 'print this' },
  { name: 'version', short: 'V', help: 'print the version' },
  { name: 'only', value: 'RULE', repeatable: true, only: ['lint'], help: 'these rules or groups only' },
  { name: 'disable', value: 'RULE', repeatable: true, only: ['lint'], help: 'not these rules or groups' },
  {
    name: 'fail-level',
    value: 'SEVERITY',
    only: ['lint'],
    help: 'exit 1 from here on: error, warning (default), info',
  },
  {
    name: 'min-confidence',
    value: 'CONFIDENCE',
    only: ['lint'],
    help: 'report from here on: low (default), medium, high',
  },
  { name: 'exit-zero', only: ['lint'], help: 'exit 0 whatever is found' },
  { name: 'fix', only: ['lint'], help: 'apply the fixes that leave every value as it is' },
  { name: 'unsafe-fixes', only: ['lint'], help: 'apply the others too: read what they change' },
  { name: 'diff', only: ['lint'], help: 'print what fixes would change, and write nothing' },
  { name: 'suppress-all', only: ['lint'], help: 'write every finding to .rails-pool-lint-suppressions.json' },
  { name: 'prune-suppressions', only: ['lint'], help: 'remove from there what finds nothing any more' },
  { name: 'stdin-filename', value: 'FILE', only: ['lint'], help: 'read this one file from standard input' },
  {
    name: 'changed-lines',
    value: 'FILE',
    only: ['lint'],
    help: 'only findings on lines that this unified diff changes; - is stdin',
  },
  {
    name: 'annotate-changed',
    value: 'FILE',
    only: ['lint'],
    help: 'keep all findings, annotated on lines this unified diff changes',
  },
  { name: 'compare', value: 'FILE', only: ['budget'], help: 'compare with an earlier budget' },
];

/** The formats of each command. */
export const FORMATS: Readonly<Record<Command, readonly string[]>> = {
  lint: ['text', 'concise', 'json', 'sarif', 'github', 'gitlab', 'junit', 'markdown', 'html'],
  budget: ['text', 'json', 'markdown', 'html'],
  show: ['text', 'json', 'markdown', 'html'],
  explain: ['text'],
  rules: ['text', 'json'],
  init: ['text'],
};

export function isKnownTo(flag: Flag, command: Command): boolean {
  return !flag.only || flag.only.includes(command);
}
