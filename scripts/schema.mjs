// Writes schema.json, the JSON Schema of .rails-pool-lint.yml, from the keys that its reader knows. It is committed, so
// that building needs nothing that it describes, and shipped as dist/schema.json. A test fails where the two differ.
//
//   npm run schema

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { root } from './build.mjs';
import { sources } from './sources.mjs';

const [{ configurationSchema }] = await sources('src/lint/configuration_keys.ts');
const text = await format(JSON.stringify(configurationSchema()), { parser: 'json', printWidth: 120 });
writeFileSync(join(root, 'schema.json'), text);
