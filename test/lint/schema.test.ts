import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationSchema, IGNORE_KEYS, KEYS } from '../../src/lint/configuration_keys.ts';
import { readConfiguration } from '../../src/lint/configuration.ts';
import { SourceFile } from '../../src/text/source.ts';

describe('the JSON Schema of the configuration', () => {
  it('is the one that is shipped', () => {
    const shipped: unknown = JSON.parse(readFileSync(new URL('../../schema.json', import.meta.url), 'utf8'));
    expect(shipped, 'npm run schema').toEqual(configurationSchema());
  });

  it('knows the keys that the reader knows', () => {
    const { properties } = configurationSchema();
    expect(Object.keys(Object(properties))).toEqual(Object.keys(KEYS));
    for (const key of Object.keys(KEYS))
      expect(() => readConfiguration(new SourceFile('x.yml', `${key}:\n`)), key).not.toThrow(/unknown key/);
    const item = `ignore: [{ ${Object.keys(IGNORE_KEYS).join(': a, ')}: a }]\n`;
    expect(readConfiguration(new SourceFile('x.yml', item)).ignore).toHaveLength(1);
  });
});
