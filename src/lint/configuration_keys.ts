/** A piece of JSON Schema, draft 7: what the language servers of editors read. */
export type Schema = { readonly [key: string]: unknown };

interface Key {
  /** What it is for, in one sentence; editors show it. */
  readonly description: string;
  readonly schema: Schema;
}

const count = (least: number): Schema => ({ type: 'integer', minimum: least });
const text: Schema = { type: 'string', minLength: 1 };
const texts: Schema = { type: 'array', items: text };
const scalar: Schema = { type: ['string', 'number', 'boolean'] };
const limit: Schema = { oneOf: [count(1), text] };
const byName = (schema: Schema): Schema => ({ type: 'object', additionalProperties: schema });

export const SEVERITIES = ['off', 'info', 'warning', 'error'] as const;

/** The keys of an entry under `ignore`. The reader and the schema know no others. */
export const IGNORE_KEYS = {
  rule: { description: 'The id of a rule, or an older name of it.', schema: text },
  path: {
    description: 'A glob, from the folder of this file: only findings with a place in such a file.',
    schema: text,
  },
  process: { description: 'Only findings about this process.', schema: text },
  database: { description: 'Only findings about this entry of database.yml.', schema: text },
  reason: { description: 'Why it is fine. The report in JSON and SARIF repeats it.', schema: text },
} satisfies Record<string, Key>;

/** The keys of `.rails-pool-lint.yml`. The reader and the schema know no others. */
export const KEYS = {
  rules: {
    description: 'The severity of rules by id; off switches one off.',
    schema: byName({ enum: [...SEVERITIES, false] }),
  },
  env: {
    description: 'Variables that production sets outside of the repository, for every process or for one of them.',
    schema: byName({ oneOf: [scalar, byName(scalar)] }),
  },
  hosts: { description: 'How many copies of a process run: dynos, containers, machines.', schema: byName(count(0)) },
  max_connections: {
    description: 'The connections that the database server allows, or its plan; by server where there are several.',
    schema: { oneOf: [...(limit['oneOf'] as readonly Schema[]), byName(limit)] },
  },
  overhead: {
    description: 'Connections that consoles, migrations and cron jobs need beside the processes (3 unless given).',
    schema: count(0),
  },
  cpus: { description: 'Processors of the machine that production runs on.', schema: count(1) },
  environment: { description: 'The environment to read for (production unless given).', schema: text },
  deployment: {
    description: 'The deployments to look at: heroku, kamal, compose, kubernetes, fly, render, pm2, inferred.',
    schema: { oneOf: [text, texts] },
  },
  exclude: {
    description: 'Globs, from the folder of this file: files and folders that are treated as if they were not there.',
    schema: { oneOf: [text, texts] },
  },
  ignore: {
    description: 'Findings that are known and fine, each with the reason.',
    schema: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['rule', 'reason'],
        properties: propertiesOf(IGNORE_KEYS),
      },
    },
  },
} satisfies Record<string, Key>;

/** The JSON Schema of `.rails-pool-lint.yml`. */
export function configurationSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'The configuration of rails-pool-lint',
    type: ['object', 'null'],
    additionalProperties: false,
    properties: propertiesOf(KEYS),
  };
}

function propertiesOf(keys: Readonly<Record<string, Key>>): Schema {
  return Object.fromEntries(
    Object.entries(keys).map(([name, { description, schema }]) => [name, { description, ...schema }]),
  );
}
