import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../src/text/source.ts';
import { writtenIn } from '../../../src/value/history.ts';
import { launches, variables } from './harness.ts';

function service(body: string): string {
  const lines = body.split('\n').map((line) => `    ${line}`);
  return ['services:', '  web:', '    image: shop', '    command: puma', ...lines].join('\n');
}

// What compose makes of these files, by its source (compose-go v2.9.1).

describe('environment', () => {
  it.each([
    ['environment:\n  A: 1\n  B: two', { A: '1', B: 'two' }],
    ['environment:\n  - A=1\n  - B=two words', { A: '1', B: 'two words' }],
    ['environment:\n  - "A=b=c"', { A: 'b=c' }],
    ['environment:\n  A: "010"\n  B: 010\n  C: 1_000\n  D: 0x10', { A: '010', B: '8', C: '1000', D: '16' }],
    ['environment:\n  A: 1.0\n  B: 1e3\n  C: .5', { A: '1', B: '1000', C: '0.5' }],
    // Only true and false are booleans in Go: yes, on and off are what they are.
    ['environment:\n  A: true\n  B: yes\n  C: off\n  D: "false"', { A: 'true', B: 'yes', C: 'off', D: 'false' }],
    ['environment:\n  A: ""', { A: '' }],
    ['environment:\n  - A=', { A: '' }],
    ['environment:\n  A:\n  B: ~', { A: '? A is set where compose is run', B: '? B is set where compose is run' }],
    ['environment:\n  - A', { A: '? A is set where compose is run' }],
    ['environment: {A: 1, B: 2}', { A: '1', B: '2' }],
  ])('%j', (body, expected) => expect(variables(service(body))).toEqual(expected));

  it('takes its anchors and merges, explicit keys first and earlier merges before later ones', () => {
    const text = [
      'x-database: &database',
      '  DB_POOL: 5',
      '  DB_HOST: db',
      'x-jobs: &jobs',
      '  DB_POOL: 9',
      '  QUEUE: mail',
      'services:',
      '  web:',
      '    image: shop',
      '    command: puma',
      '    environment:',
      '      DB_HOST: other',
      '      <<: [*database, *jobs]',
    ].join('\n');
    expect(variables(text)).toEqual({ DB_HOST: 'other', DB_POOL: '5', QUEUE: 'mail' });
  });

  it('knows where a value is written, and the merge it came through', () => {
    const text = 'x-e: &e\n  DB_POOL: 5\n' + service('environment:\n  <<: *e');
    const state = launches(text)[0]!.environment.get('DB_POOL');
    expect(state).toMatchObject({ value: '5', assumes: [] });
    expect(placeOf(writtenIn(state.origin)!)).toMatchObject({ line: 2 });
  });
});

describe('variables of compose', () => {
  it.each([
    ['${DB_POOL:-5}', '5'],
    ['${DB_POOL-5}', '5'],
    ['${DB_POOL:-}', ''],
    ['${DB_POOL:-${OTHER:-7}}', '7'],
    ['a${DB_POOL:-5}b', 'a5b'],
    ['${DB_POOL:+x}', ''],
    ['$$DB_POOL', '$DB_POOL'],
    ['$${DB_POOL}', '${DB_POOL}'],
    ['price $$5', 'price $5'],
    ['$DB_POOL', '? DB_POOL is set where compose is run; nothing in the repository sets it'],
    ['${DB_POOL}', '? DB_POOL is set where compose is run; nothing in the repository sets it'],
    ['${DB_POOL:?say how many}', '? DB_POOL is set where compose is run; nothing in the repository sets it'],
    ['5$', '? compose refuses it: a dollar that begins no variable is written $$'],
  ])('%s with nothing set', (written, expected) =>
    expect(variables(service(`environment:\n  A: "${written}"`))).toEqual({ A: expected }),
  );

  it.each([
    ['${DB_POOL:-5}', '8'],
    ['${DB_POOL}', '8'],
    ['$DB_POOL', '8'],
    ['${DB_POOL:?x}', '8'],
    ['${DB_POOL:+x}', 'x'],
    ['${EMPTY:-5}', '5'],
    ['${EMPTY-5}', ''],
    ['${EMPTY:+x}', ''],
    ['${EMPTY+x}', 'x'],
    ['${NESTED}', '8 threads'],
  ])('%s with an .env beside the file', (written, expected) => {
    const env = 'DB_POOL=8\nEMPTY=\nNESTED="${DB_POOL} threads"\n';
    expect(variables(service(`environment:\n  A: "${written}"`), { '.env': env })).toEqual({ A: expected });
  });

  it('rest on what they took the fallback for', () => {
    const state = launches(service('environment:\n  A: ${DB_POOL:-5}'))[0]!.environment.get('A');
    expect(state).toMatchObject({ value: '5', assumes: [{ kind: 'unset', variable: 'DB_POOL' }] });
  });

  it('do not give a process the .env beside the file', () => {
    expect(variables(service('environment:\n  A: 1'), { '.env': 'DB_POOL=8' })).toEqual({ A: '1' });
  });
});

describe('env_file', () => {
  const files = { 'app.env': 'A=1\nB=2 # two\n', 'more.env': "B='$C'\nC=3\n" };
  it.each([
    ['env_file: app.env', { A: '1', B: '2' }],
    ['env_file: [app.env, ./more.env]', { A: '1', B: '$C', C: '3' }],
    ['env_file:\n  - path: app.env\n    required: true', { A: '1', B: '2' }],
    ['env_file: app.env\nenvironment:\n  A: 9', { A: '9', B: '2' }],
    ['env_file: app.env\nenvironment:\n  A: ""', { A: '', B: '2' }],
  ])('%j', (body, expected) => expect(variables(service(body), files)).toEqual(expected));

  it('that is not in the repository may set anything that is not said beside it', () => {
    const text = service('env_file: secret.env\nenvironment:\n  A: 1');
    const [launch] = launches(text);
    expect(launch!.environment.get('A')).toMatchObject({ value: '1' });
    expect(launch!.environment.get('DB_POOL')).toMatchObject({
      known: false,
      reason: 'it may be set in secret.env, which is not in the repository',
    });
    expect(launch!.environment.get('RAILS_ENV')).toMatchObject({ value: 'production' });
  });

  it.each([
    ['A=1', { A: '1' }],
    ['export A=1', { A: '1' }],
    ['A: 1', { A: '1' }],
    ['A = 1', { A: '1' }],
    ['A="1 # 2"', { A: '1 # 2' }],
    ['A=1#2', { A: '1#2' }],
    ['# A=1\nB=2', { B: '2' }],
    ['A="x\\ny"', { A: 'x\ny' }],
    ["A='x\\ny'", { A: 'x\\ny' }],
    ['A="two\nlines"\nB=2', { A: 'two\nlines', B: '2' }],
    ['B=2\nA=${B}0', { B: '2', A: '20' }],
    ['A="\\$B"', { A: '$B' }],
    ['A=1\nA=2', { A: '2' }],
    ['\uFEFFA=1', { A: '1' }],
    ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['', {}],
  ])('reads %j', (text, expected) =>
    expect(variables(service('env_file: app.env'), { 'app.env': text })).toEqual(expected),
  );

  it.each(['A="1', 'a b=1', '=1'])('refuses %j as a whole', (text) => {
    const [launch] = launches(service('env_file: app.env'), { 'app.env': text });
    expect(launch!.environment.get('A')).toMatchObject({
      known: false,
      reason: 'it may be set in app.env, which compose does not accept',
    });
  });

  const raw = (format: string) => service(`env_file:\n  - path: app.env\n    required: false\n    format: ${format}`);

  it.each([
    ['A=1', { A: '1' }],
    ['A="1"', { A: '"1"' }],
    ["A='$B'", { A: "'$B'" }],
    ['A=$B\nB=${A:-2}', { A: '$B', B: '${A:-2}' }],
    ['A=1 # 2 ', { A: '1 # 2 ' }],
    ['A=\\n', { A: '\\n' }],
    ['  A= 1', { A: ' 1' }],
    [' # A=1\n\n\t\nB=2', { B: '2' }],
    ['A=1=2\r\nB=\r\n', { A: '1=2', B: '' }],
    ['A: 1', 'refused'],
    ['A:1', {}],
    ['A', {}],
    ['1=1', { 1: '1' }],
    ['A=1\nA=2', { A: '2' }],
    ['\uFEFFA=1', { A: '1' }],
    ['export A=1', 'refused'],
    ['A =1', 'refused'],
    ['=1', 'refused'],
  ])('with `format: raw` is read as it stands: %j', (text, expected) => {
    const [launch] = launches(raw('raw'), { 'app.env': text });
    if (expected === 'refused') expect(launch!.environment.get('A').known).toBe(false);
    else expect(variables(raw('raw'), { 'app.env': text })).toEqual(expected);
  });

  it('is read as ever in a format of that name, and not at all in one that compose does not know', () => {
    const text = { 'app.env': 'A="1"' };
    expect(variables(raw('.env'), text)).toEqual({ A: '1' });
    expect(variables(raw('""'), text)).toEqual({ A: '1' });
    expect(launches(raw('json'), text)[0]!.environment.get('A')).toMatchObject({
      reason: 'it may be set in app.env, which compose does not accept',
    });
    expect(launches(raw('${FORMAT}'), text)[0]!.environment.get('A').known).toBe(false);
  });

  it('takes a bare name of a raw file from where compose is run', () => {
    expect(variables(raw('raw'), { 'app.env': 'A=1\nA\nB=2\nB\n', '.env': 'A=7' })).toEqual({ A: '7', B: '2' });
  });
});

describe('the image below', () => {
  it('gives its ENV where the service says nothing', () => {
    const text = 'services:\n  web:\n    build: .\n    environment:\n      DB_POOL: 9';
    const Dockerfile = 'FROM ruby\nENV DB_POOL=5 MALLOC=2\nCMD ["puma"]';
    expect(variables(text, { Dockerfile })).toEqual({ DB_POOL: '9', MALLOC: '2' });
  });

  it('is built with the arguments of the service', () => {
    const text = 'services:\n  web:\n    build: {context: ., args: {THREADS: 7}}';
    const Dockerfile = 'FROM ruby\nARG THREADS=3\nENV DB_POOL=$THREADS\nCMD puma';
    expect(variables(text, { Dockerfile })).toEqual({ DB_POOL: '7' });
  });
});
