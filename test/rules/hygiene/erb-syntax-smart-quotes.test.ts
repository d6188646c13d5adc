import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../../support/lint.ts';

const FILES = { 'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }) };

function database(line: string): string {
  return `production:\n  adapter: postgresql\n  database: shop\n  ${line}\n  host: db.example\n`;
}

async function lint(files: Record<string, string>) {
  const { findings } = await lintFiles({ ...FILES, ...files });
  return findings;
}

describe('erb-syntax-smart-quotes', () => {
  it.each([
    ['pool: <%= ENV.fetch(\u201CX\u201D, 5) %>', 'pool: <%= ENV.fetch("X", 5) %>'],
    ['pool: <%= ENV[\u2018X\u2019] || 5 %>', "pool: <%= ENV['X'] || 5 %>"],
    ['pool: <%= ENV.fetch("X",\u00A05) %>', 'pool: <%= ENV.fetch("X", 5) %>'],
    ['pool: <%=\u00A0ENV.fetch("X", 5) %>', 'pool: <%= ENV.fetch("X", 5) %>'],
    ['pool: <%= ENV.fetch("X", 7).to_i \u2013 2 %>', 'pool: <%= ENV.fetch("X", 7).to_i - 2 %>'],
    ["pool: <%= ENV.fetch('X\u2019, 5) %>", "pool: <%= ENV.fetch('X', 5) %>"],
    ['\u201Cpool\u201D: 7', '"pool": 7'],
    ['\u00A0pool: 7', 'pool: 7'],
    ['pool\u00A0: 7', 'pool: 7'],
    ['pool:\u00A07', 'pool: 7'],
  ])('finds and repairs %j', async (line, plain) => {
    const text = database(line);
    const findings = await lint({ 'config/database.yml': text });
    expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(['error erb-syntax-smart-quotes']);
    const { fix } = findings[0]!;
    let repaired = text;
    for (const { at, text: by } of fix!.edits.toReversed()) {
      repaired = repaired.slice(0, at.start) + by + repaired.slice(at.end);
    }
    expect(fix!.safety).toBe('safe');
    expect(repaired).toBe(database(plain));
    expect(await lint({ 'config/database.yml': repaired })).toEqual([]);
  });

  it('names the cause of a size of 0', async () => {
    const findings = await lint({ 'config/database.yml': database('pool: \u201C7\u201D') });
    expect(findings.map(({ rule }) => rule)).toEqual(['erb-syntax-smart-quotes', 'pool-zero-or-not-a-number']);
    // Ruby strips no no-break space: "\u00A07".to_i is 0.
    const blank = await lint({ 'config/database.yml': database('pool: \u00A07') });
    expect(blank.map(({ rule }) => rule)).toEqual(['erb-syntax-smart-quotes', 'pool-zero-or-not-a-number']);
  });

  it('finds the string that a curly quote does not close, wherever the parser stumbles over it', async () => {
    const text = `default: &default\n  host: <%= ENV.fetch("DB_HOST") { "db.example" } %>\n  pool: <%= ENV.fetch("X\u201D, 5) %>\n  username: <%= ENV["DB_USER"] %>\n\nproduction:\n  <<: *default\n  adapter: postgresql\n`;
    const findings = await lint({ 'config/database.yml': text });
    expect(findings.map(({ rule, at }) => [rule, at.file.position(at.start).line])).toEqual([
      ['erb-syntax-smart-quotes', 3],
    ]);
  });

  it('reads puma.rb too', async () => {
    const puma = 'threads 5, ENV.fetch(\u201CRAILS_MAX_THREADS\u201D, 5)\n';
    const findings = await lint({ 'config/database.yml': database('pool: 5'), 'config/puma.rb': puma });
    expect(findings.map(({ rule }) => rule)).toEqual(['erb-syntax-smart-quotes']);
  });

  it.each([
    'pool: 5 # what \u201Cpool\u201D means',
    'pool: <%= 5 # \u201Cfive\u201D\n %>',
    'username: caf\u00E9',
    'application_name: \u201CShop\u201D',
    'application_name: <%= "Shop \u2013 web" %>',
  ])('is silent about %j', async (line) => {
    expect(await lint({ 'config/database.yml': database(line) })).toEqual([]);
  });

  it('leaves other mistakes to parse-error', async () => {
    const files = {
      'config/database.yml': database('pool: <%= ENV.fetch("X", 5 %>\n  application_name: \u201CShop\u201D'),
    };
    expect((await lint(files)).map(({ rule }) => rule)).toEqual(['parse-error']);
  });
});
