import { describe, expect, it } from 'vitest';
import { quote, secretsOf, withoutSecrets } from '../../src/report/secrets.ts';
import { isSecretName } from '../../src/report/secret_shapes.ts';
import { SourceFile, span } from '../../src/text/source.ts';

/** The file as a reader may see it. */
/** How fast a machine is says nothing of the code: what never ends does not end within this either. */
const HOWEVER_LONG = 600_000;

function shown(path: string, text: string): string {
  const file = new SourceFile(path, text);
  let result = '';
  let at = 0;
  for (const { start, end } of secretsOf(file)) {
    result += `${text.slice(at, start)}***`;
    at = end;
  }
  return result + text.slice(at);
}

describe('names', () => {
  it.each(['password', 'DB_PASSWORD', 'secret_key_base', 'RAILS_MASTER_KEY', 'api-token', 'accessToken', 'apiKey'])(
    '%s is secret',
    (name) => expect(isSecretName(name)).toBe(true),
  );
  it.each(['pool', 'RAILS_MAX_THREADS', 'key', 'keys', 'secretKeyRef', 'passenger', 'monkey'])('%s is not', (name) =>
    expect(isSecretName(name)).toBe(false),
  );
});

describe('YAML', () => {
  const cases: [string, string][] = [
    ['password: hunter2', 'password: ***'],
    ['  password: "hun ter2" # ours', '  password: "***" # ours'],
    ['password: hunter2 # pool: 5', 'password: *** # pool: 5'],
    ['pool: 5 # password: "x"', 'pool: 5 # password: "***"'],
    ['url: postgres://u:p@h/db?pool=5', 'url: postgres://***@h/db?pool=5'],
    ['url: postgres://u:p#x@h/db?pool=5', 'url: postgres://***@h/db?pool=5'],
    ['url: postgres://u:p?x@h/db', 'url: postgres://***@h/db'],
    ['url: <%= "#{ENV["S"]}://u:p@h/db" %>', 'url: <%= "#{ENV["S"]}://***@h/db" %>'],
    ['see https://host.example/?to=me@shop.example', 'see https://host.example/?to=me@shop.example'],
    ['url: postgres://u:p/w@x@h/db?sslpassword=x&pool=3', 'url: postgres://***@h/db?sslpassword=***&pool=3'],
    ['url: postgres://bob:<%= ENV["PW"] %>@h/db', 'url: postgres://***:<%= ENV["PW"] %>@h/db'],
    ['url: <%= ENV.fetch("URL", "postgres://u:p@h") %>', 'url: <%= ENV.fetch("URL", "postgres://***@h") %>'],
    ['password: <%= ENV["DB_PASSWORD"] %>', 'password: <%= ENV["DB_PASSWORD"] %>'],
    ['password: <%= ENV.fetch("PW", "hunter2") %> # x', 'password: <%= ENV.fetch("PW", "***") %> # x'],
    ['password: <%= ENV.fetch("PW") { "hunter2" } %>', 'password: <%= ENV.fetch("PW") { "***" } %>'],
    ['x: <%= ENV["A_TOKEN"] || "hunter2" %>', 'x: <%= ENV["A_TOKEN"] || "***" %>'],
    ['pool: <%= ENV.fetch("RAILS_MAX_THREADS", "5") %>', 'pool: <%= ENV.fetch("RAILS_MAX_THREADS", "5") %>'],
    ['password:\n  hunter2\npool: 5', 'password:\n  ***\npool: 5'],
    ['password: >-\n  hun\n\n  ter2\npool: 5', 'password: ***\n  ***\n\n  ***\npool: 5'],
    ['a: { password: hunter2, pool: 5, "api_key": "a,b" }', 'a: { password: ***, pool: 5, "api_key": "***" }'],
    ['a: &pw x\npassword: *pw\nusername: app', 'a: &pw x\npassword: *pw\nusername: app'],
    ['password: *hunter2\nusername: app', 'password: ****\nusername: app'],
    ['{ pool: 1, "pass\\u0077ord": hunter2 }', '{ pool: 1, "pass\\u0077ord": *** }'],
    ['"pass\\x77ord": hunter2', '"pass\\x77ord": ***'],
    ["password: ''", "password: ''"],
    ['password: ${DB_PASSWORD:-hunter2}', 'password: ${DB_PASSWORD:-***}'],
    ['- POSTGRES_PASSWORD=abc', '- POSTGRES_PASSWORD=***'],
    ['secret:\n  - RAILS_MASTER_KEY\n  - hunter2', 'secret:\n  - RAILS_MASTER_KEY\n  - ***'],
    ['- name: SECRET_KEY_BASE\n  value: abc', '- name: SECRET_KEY_BASE\n  value: ***'],
    ['- value: abc\n  name: A_TOKEN\n- name: B\n  value: c', '- value: ***\n  name: A_TOKEN\n- name: B\n  value: c'],
    [
      'kind: Secret\ndata:\n  url: YWJj\n---\nkind: Pod\ndata:\n  a: b',
      'kind: Secret\ndata:\n  url: ***\n---\nkind: Pod\ndata:\n  a: b',
    ],
    [
      'k: |\n  -----BEGIN RSA PRIVATE KEY-----\n  abc\n  -----END',
      'k: |\n  -----BEGIN RSA PRIVATE KEY-----***-----END',
    ],
  ];
  it.each(cases)('%j', (text, expected) => expect(shown('config/database.yml', text)).toBe(expected));
});

describe('other files', () => {
  const cases: [string, string, string][] = [
    ['Procfile', 'web: SECRET_KEY_BASE=abc A=1 puma --token x', 'web: SECRET_KEY_BASE=*** A=1 puma --token ***'],
    ['Dockerfile', 'CMD ["puma", "--control-token", "x", "-C"]', 'CMD ["puma", "--control-token", "***", "-C"]'],
    ['Dockerfile', "CMD puma --control-token \\\n  'x y' -C", "CMD puma --control-token \\\n  '***' -C"],
    ['compose.yaml', 'command: [puma, --control-token, x, -C]', 'command: [puma, --control-token, ***, -C]'],
    ['compose.yaml', '    - --api-token\n    - x\n    - -C', '    - --api-token\n    - ***\n    - -C'],
    ['compose.yaml', '    - "--api-token"\n    - "x"\n', '    - "--api-token"\n    - "***"\n'],
    ['ecosystem.json', '"args": [\n  "--token",\n  "x"\n]', '"args": [\n  "--token",\n  "***"\n]'],
    ['.env', "export A_KEY='x y'\nDATABASE_URL=postgres://u:p@h", "export A_KEY='***'\nDATABASE_URL=postgres://***@h"],
    ['Dockerfile', 'ENV SECRET_KEY_BASE abc\nENV A=1 B_TOKEN=2', 'ENV SECRET_KEY_BASE ***\nENV A=1 B_TOKEN=***'],
    ['app.json', '"API_TOKEN": {\n  "value": "abc"\n}, "B": "c"', '"API_TOKEN": {\n  "value": "***"\n}, "B": "c"'],
    ['a.rb', 'ENV["X"] = "postgres://u:p@h/db"', 'ENV["X"] = "postgres://***@h/db"'],
    ['a.rb', 'ENV["A_TOKEN"] ||= \'abc\'', 'ENV["A_TOKEN"] ||= \'***\''],
    ['a.rb', 'connect(password: "x", host: "h")', 'connect(password: "***", host: "h")'],
    ['a.rb', 'c = { "password" => "x", "host" => "h" }', 'c = { "password" => "***", "host" => "h" }'],
    ['a.rb', 'ENV.fetch("DB_PASSWORD",\n  "x")\nputs "y"', 'ENV.fetch("DB_PASSWORD",\n  "***")\nputs "y"'],
    ['a.rb', 'ENV.fetch "DB_PASSWORD", "x"', 'ENV.fetch "DB_PASSWORD", "***"'],
    ['a.rb', 'u = "postgres://#{user}:#{pw}@h"', 'u = "postgres://#{user}:#{pw}@h"'],
    ['a.rb', 'belongs_to :a, foreign_key: :user_id', 'belongs_to :a, foreign_key: :user_id'],
  ];
  it.each(cases)('%s %j', (path, text, expected) => expect(shown(path, text)).toBe(expected));
});

describe('sentences', () => {
  it('lose passwords and nothing else', () => {
    expect(withoutSecrets('ENV.fetch("DB_PASSWORD", "x") and the password "is" fine')).toContain('"***"');
    expect(withoutSecrets('DATABASE_URL=postgres://u:p@h/db, A_TOKEN=abc')).toBe(
      'DATABASE_URL=postgres://***@h/db, A_TOKEN=***',
    );
    expect(withoutSecrets('see https://example.com/@team for the password')).toBe(
      'see https://example.com/@team for the password',
    );
    expect(withoutSecrets('--set DB_PASSWORD=x')).toBe('--set DB_PASSWORD=***');
  });
});

it('a quote that begins inside a secret shows nothing of it', () => {
  const file = new SourceFile('config/database.yml', 'password: hunter2\n');
  expect(quote(span(file, 13, 17))).toBe('***');
});

it.each([
  '<%',
  '${a-',
  'password:',
  'a=b://',
  "'",
  'a.',
  'a',
  'a ',
  ' ',
  '"\\\\',
  '-----BEGIN KEY-----',
  'a://<%',
  'a: |\n',
  'value: x\n',
])(
  'text of %j a hundred thousand times over is masked to its end',
  (part) => {
    const text = part.repeat(100_000);
    for (const path of ['a.rb', 'a.yml']) expect(() => shown(path, text)).not.toThrow();
  },
  HOWEVER_LONG,
);

/** What drew a code frame for ever, or ended in a stack overflow. */
const costly: readonly (readonly [string, () => string])[] = [
  ['comments', () => `# ${'a'.repeat(3990)}\n`.repeat(2500)],
  ['spaces', () => `x${' '.repeat(3990)}y\n`.repeat(2500)],
  ['schemes', () => `# ${'a://'.repeat(900)}\n`.repeat(2700)],
  ['interpolations', () => `# ${'a://#{'.repeat(600)}\n`.repeat(2700)],
  ['instructions', () => `ENV A${' '.repeat(3900)}\n`.repeat(2500)],
  ['unclosed quotes', () => `${'a: "'.repeat(999)}\n`.repeat(2500)],
  ['a long secret', () => `password: |\n${'  x\n'.repeat(500_000)}`],
  ['a long list', () => `tokens:\n${'  - x\n'.repeat(500_000)}`],
  ['many fallbacks', () => `# <%= ${'secret("a", '.repeat(500_000)} %>`],
  ['many fallbacks in lines', () => `<%= ${'secret("a",\n'.repeat(100_000)} %>`],
  ['a string', () => `x "${'y'.repeat(10_000_000)}"`],
  ['strings in lines', () => `x "${'\\\\\n'.repeat(300_000)}"`],
];
it.each(costly)(
  '%s are masked to their end',
  (_what, text) => {
    const own = text();
    for (const path of ['config/puma.rb', 'config/database.yml'])
      expect(() => secretsOf(new SourceFile(path, own))).not.toThrow();
  },
  HOWEVER_LONG,
);

it('masks a line whole that it cannot tell secrets in', () => {
  expect(shown('a.yml', `${'a: "'.repeat(1001)}\npool: 5`)).toBe('***\npool: 5');
});
