import { describe, expect, it } from 'vitest';
import { readCommand, readWords } from '../../src/launch/command.ts';
import { readOptions } from '../../src/launch/options.ts';
import { WRAPPERS } from '../../src/launch/wrappers.ts';
import { puma } from '../../src/systems/puma.ts';
import { sidekiq } from '../../src/systems/sidekiq.ts';
import { placeOf, SourceFile, span } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { known, unknown } from '../../src/value/traced.ts';

const SYSTEMS = [puma, sidekiq];

function read(text: string, environment = Environment.EMPTY) {
  const file = new SourceFile('Procfile', text);
  return readCommand(text, span(file, 0, text.length), environment, SYSTEMS);
}

/** What a line starts: system and words, `?` for a word that is not known. */
function starts(text: string, environment = Environment.EMPTY): string[] {
  return read(text, environment).candidates.map((candidate) => {
    const words = candidate.command.words.map(({ value }) => (value.known ? value.value : '?'));
    return `${candidate.system?.id ?? 'nobody'}: ${words.join(' ')}`;
  });
}

function set(variables: Record<string, string>): Environment {
  let environment = Environment.EMPTY;
  for (const [name, value] of Object.entries(variables))
    environment = environment.with(name, known(value, { kind: 'flag', text: name }));
  return environment;
}

describe('programs', () => {
  it.each([
    ['puma', 'puma: puma'],
    ['bundle exec puma -C config/puma.rb', 'puma: puma -C config/puma.rb'],
    ['bin/puma -t 5', 'puma: bin/puma -t 5'],
    ['./bin/rails server', 'puma: ./bin/rails server'],
    ['bin/rails s -p $PORT', 'puma: bin/rails s -p '],
    ['$WRAPPER puma', 'puma: puma'],
    ['bundle exec rails server -p 3000', 'puma: rails server -p 3000'],
    ['bundle exec rackup -p 3000', 'puma: rackup -p 3000'],
    ['bundle exec hanami server', 'puma: hanami server'],
    ['pumactl -F config/puma.rb start', 'puma: pumactl -F config/puma.rb start'],
    ['bundle exec sidekiq -c 25', 'sidekiq: sidekiq -c 25'],
    ['/usr/local/bin/bundle exec /app/bin/sidekiq', 'sidekiq: /app/bin/sidekiq'],
    ['bundle exec sidekiqswarm', 'sidekiq: sidekiqswarm'],
  ])('%s', (line, expected) => expect(starts(line)).toEqual([expected]));

  it.each([
    'bundle exec rails server -u thin',
    'bundle exec rails s --using=webrick',
    'bundle exec rails server unicorn',
    'bundle exec rackup -s thin',
    'bundle exec rake jobs:work',
    'pumactl stop',
    'bundle install',
  ])('nobody: %s', (line) => expect(starts(line)[0]).toMatch(/^nobody: /));
});

describe('wrappers', () => {
  it.each([
    'RAILS_ENV=production puma -w 2',
    'env A=b -u C puma -w 2',
    'env -i PATH=/bin puma -w 2',
    'env -- puma -w 2',
    'exec puma -w 2',
    'exec -a web puma -w 2',
    'bundle exec --gemfile Gemfile.next puma -w 2',
    'sh -c "puma -w 2"',
    "bash -lc 'bundle exec puma -w 2'",
    `bash -c "exec bundle exec puma -w 2"`,
    `sh -c 'bash -c "puma -w 2"'`,
    '/bin/bash -e -o pipefail -c "puma -w 2"',
    'nice puma -w 2',
    'nice -n 10 puma -w 2',
    'nice -10 puma -w 2',
    'ionice -c 2 -n 7 nice -n 19 puma -w 2',
    'time -p puma -w 2',
    'timeout 60 puma -w 2',
    'timeout -k 5 --signal=TERM 60 puma -w 2',
    'setsid --wait puma -w 2',
    'nohup puma -w 2 > log/puma.log 2>&1',
    'dumb-init -- puma -w 2',
    'dumb-init -r 15:2 puma -w 2',
    'tini -- puma -w 2',
    'tini -s -g -- bundle exec puma -w 2',
    'jemalloc.sh puma -w 2',
    'chamber exec app/production -- puma -w 2',
    'chamber exec app -r 3 -- bundle exec puma -w 2',
    'doppler run -- puma -w 2',
    'doppler run --config prd -- puma -w 2',
    'dotenv -f .env.production puma -w 2',
    'bundle exec dotenv -f .env.production bundle exec puma -w 2',
    'dotenvx run -f .env.production -- puma -w 2',
    'op run --env-file=.env -- puma -w 2',
    'infisical run --env=prod -- puma -w 2',
    'with_env puma -w 2',
    'bin/thrust puma -w 2',
    'bin/start-nginx bundle exec puma -w 2',
    'bin/start-pgbouncer bundle exec puma -w 2',
    'newrelic-admin run-program puma -w 2',
    'gosu app bundle exec puma -w 2',
    'su-exec app:app puma -w 2',
    'sudo -u deploy -E puma -w 2',
    'chpst -u app puma -w 2',
    'envdir /etc/app puma -w 2',
    'rbenv exec puma -w 2',
    'mise x -- puma -w 2',
    'rvm 3.2.1 do bundle exec puma -w 2',
    'stdbuf -oL puma -w 2',
    'ruby -S puma -w 2',
    'wait-for-it.sh db:5432 -t 60 -- puma -w 2',
    './docker-entrypoint.sh bundle exec puma -w 2',
    '/rails/bin/docker-entrypoint ./bin/puma -w 2',
    'some-unknown-wrapper --quiet -- puma -w 2',
    'LD_PRELOAD=/usr/lib/libjemalloc.so.2 bundle exec puma -w 2',
    'cd /app && bundle exec puma -w 2',
    'rm -f tmp/pids/server.pid && bundle exec puma -w 2',
    'bundle exec rails db:migrate; bundle exec puma -w 2',
    'bundle check || bundle install && bundle exec puma -w 2',
    'set -e; export A=1; exec puma -w 2',
    '(cd app && puma -w 2)',
    '{ puma -w 2; }',
    'puma -w 2 | tee log/web.log',
    'puma -w 2 2>&1 | rotatelogs log',
    'while true; do puma -w 2; done',
    'echo starting && puma -w 2 && echo stopped',
    '[ -f tmp/x ] && rm tmp/x; puma -w 2',
    'if [ -n "$MIGRATE" ]; then rails db:migrate; fi; puma -w 2',
  ])('%s', (line) => {
    const [started, ...more] = starts(line);
    expect(started).toMatch(/^puma: (?:\S*\/)?puma -w 2$/);
    expect(more).toEqual([]);
  });

  it('names what it skipped', () => {
    const [candidate] = read('nice -n 10 bundle exec puma').candidates;
    expect(candidate!.command.wrappers).toEqual(['nice', '-n', '10', 'bundle', 'exec']);
  });

  it('knows every wrapper under one name only', () => {
    const names = WRAPPERS.flatMap((wrapper) => wrapper.names);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('places', () => {
  it('keeps the place of every word', () => {
    const file = new SourceFile('Procfile', 'web: bundle exec puma\nworker: bundle exec sidekiq -c 25\n');
    const start = file.lineStart(2) + 'worker: '.length;
    const text = 'bundle exec sidekiq -c 25';
    const { candidates } = readCommand(text, span(file, start, start + text.length), Environment.EMPTY, SYSTEMS);
    const place = placeOf(candidates[0]!.command.words[2]!.at);
    expect(place).toEqual({ file: 'Procfile', line: 2, column: 32, endLine: 2, endColumn: 34 });
  });

  it('keeps it inside the quotes of sh -c', () => {
    const [candidate] = read(`sh -c "sidekiq -c 25"`).candidates;
    const place = placeOf(candidate!.command.words[2]!.at);
    expect([place.column, place.endColumn]).toEqual([19, 21]);
  });

  it('finds words again where a format changed the text', () => {
    const file = new SourceFile('compose.yml', `command: >\n  bundle exec\n  sidekiq -c 25\n`);
    const at = span(file, 9, file.text.length);
    const { candidates } = readCommand('bundle exec sidekiq -c 25\n', at, Environment.EMPTY, SYSTEMS);
    expect(placeOf(candidates[0]!.command.words[2]!.at).column).toBe(14);
  });
});

describe('variables before the command', () => {
  it('belong to that launch', () => {
    const { candidates, environment } = read('RAILS_MAX_THREADS=10 DB_POOL="12" bundle exec sidekiq');
    const inherited = candidates[0]!.environment;
    expect(inherited.get('RAILS_MAX_THREADS')).toMatchObject({ known: true, value: '10', assumes: [] });
    expect(inherited.get('DB_POOL')).toMatchObject({ value: '12' });
    expect(environment.declares('RAILS_MAX_THREADS')).toBe(false);
    const { origin } = inherited.stateOf('RAILS_MAX_THREADS')!;
    expect(origin).toMatchObject({ kind: 'platform', at: { start: 0, end: 20 } });
  });

  it.each([
    ['env A=1 puma', '1'],
    ['export A=1 && puma', '1'],
    ['A=1; export A; puma', '1'],
    ['A=1; puma', null],
    ['set -a; A=1; puma', '1'],
    ['export A=1; unset A; puma', null],
    ['export A=1; env -u A puma', null],
    ['export A=1; A=2 puma', '2'],
    ['B=1; export A=$B; puma', '1'],
    ['A=x; A+=y; export A; puma', 'xy'],
    ['(export A=1); puma', null],
    ['export A="a b"; puma', 'a b'],
    [`sh -c 'export A=1; exec puma'`, '1'],
    ['false || export A=1; puma', '?'],
    ['[ -n "$X" ] && export A=1; puma', '?'],
    ['if [ "$X" = 1 ]; then export A=1; else export A=2; fi; puma', '?'],
    ['if [ "$X" = 1 ]; then export A=1; else export A=1; fi; puma', '1'],
    ['case $X in a) export A=1 ;; esac; puma', '?'],
    ['export A=$(nproc); puma', '?'],
  ])('%s', (line, value) => {
    const state = read(line).candidates[0]!.environment.get('A');
    expect(state.known ? state.value : '?').toBe(value);
  });

  it('keeps the candidates of what a condition decides', () => {
    const state = read('if [ "$X" ]; then export A=1; else export A=2; fi; puma').candidates[0]!.environment.get('A');
    expect(state.known ? [] : state.candidates!.map((one) => one.value)).toEqual(['1', '2']);
  });
});

describe('expansions', () => {
  const last = (line: string, environment?: Environment) =>
    read(line, environment).candidates[0]!.command.words.at(-1)!.value;

  it('takes the fallback of an unset variable, and assumes so', () => {
    expect(last('sidekiq -c ${SIDEKIQ_CONCURRENCY:-5}')).toMatchObject({
      known: true,
      value: '5',
      origin: { kind: 'fallback', variable: 'SIDEKIQ_CONCURRENCY' },
      assumes: [{ kind: 'unset', variable: 'SIDEKIQ_CONCURRENCY' }],
    });
  });

  it.each([
    ['sidekiq -c ${C:-5}', {}, '5'],
    ['sidekiq -c ${C-5}', {}, '5'],
    ['sidekiq -c ${C:-5}', { C: '' }, '5'],
    ['sidekiq -c "${C-5}"', { C: '' }, ''],
    ['sidekiq -c ${C:-5}', { C: '9' }, '9'],
    ['sidekiq -c $C', { C: '9' }, '9'],
    ['sidekiq -c "$C"', {}, ''],
    ['sidekiq -c ${C:?must be set}', { C: '9' }, '9'],
    ['sidekiq -c ${C:+7}', { C: '9' }, '7'],
    ['sidekiq -c "${C:+7}"', {}, ''],
    ['sidekiq -c ${A:-${B:-4}}', {}, '4'],
    ["sidekiq -c '$C'", { C: '9' }, '$C'],
    ['sidekiq -c $C$C', { C: '9' }, '99'],
    ['puma -t ${MIN:-1}:${MAX:-5}', { MAX: '8' }, '1:8'],
    ['puma $OPTS', { OPTS: '-t 3:3  -w 2' }, '2'],
    ['puma -p $PORT', { PORT: '5000' }, '5000'],
  ])('%s with %j', (line, variables, value) => {
    expect(last(line, set(variables as Record<string, string>))).toMatchObject({ known: true, value });
  });

  it.each([
    'sidekiq -c $(nproc)',
    'sidekiq -c $((2 * 2))',
    'sidekiq -c ${C:?}',
    'sidekiq -c $1',
    'sidekiq -c ${C%x}',
    'sidekiq -c `nproc`',
  ])('cannot tell %s', (line) => expect(last(line).known).toBe(false));

  it('cannot tell a variable that is unknown', () => {
    const environment = Environment.EMPTY.with('C', unknown('a secret', { kind: 'assumed', text: 'secret' }));
    expect(last('sidekiq -c ${C:-5}', environment)).toMatchObject({ known: false, reason: 'a secret' });
  });

  it('remembers what is not there because a variable is unset', () => {
    const assumes = [{ kind: 'unset', variable: 'PUMA_OPTS' }];
    expect(last('puma $PUMA_OPTS')).toMatchObject({ value: '', assumes });
    const { command } = read('puma $PUMA_OPTS').candidates[0]!;
    expect(readOptions(command, 1, [])).toMatchObject({ open: null, assumes, rest: [] });
  });

  it('does not take the next option for a value that is not there', () => {
    const { command } = read('puma -p $PORT -t 3').candidates[0]!;
    const options = readOptions(command, 1, [
      { key: 'port', short: 'p', takes: 'value' },
      { key: 'threads', short: 't', takes: 'value' },
    ]);
    expect(options.options.map((option) => [option.key, option.value?.known ? option.value.value : '?'])).toEqual([
      ['port', '?'],
      ['threads', '3'],
    ]);
  });
});

describe('several programs', () => {
  it('keeps what runs in the background', () => {
    expect(starts('bundle exec sidekiq & bundle exec puma')).toEqual(['sidekiq: sidekiq', 'puma: puma']);
    expect(starts('puma & sidekiq & wait')).toEqual(['puma: puma', 'sidekiq: sidekiq']);
  });

  it('does not go on after a server in the foreground', () => {
    expect(starts('bundle exec puma; bundle exec sidekiq')).toEqual(['puma: puma']);
    expect(starts('exec bin/other; puma')).toEqual(['nobody: bin/other']);
  });

  it('cannot tell which one a condition starts', () => {
    const reading = read('if [ "$ROLE" = web ]; then puma; else sidekiq; fi');
    expect(reading).toMatchObject({
      candidates: [],
      unresolved: 'a condition of the shell decides which program runs',
    });
  });

  it('takes the last one where nobody knows any', () => {
    expect(starts('bin/setup && bin/start-everything --now')).toEqual(['nobody: bin/start-everything --now']);
  });
});

describe('lines no shell reads', () => {
  it.each(['puma "unterminated', "puma 'x", 'puma )', 'if puma', 'puma ${', 'puma $(', '((('])('%s', (line) => {
    const reading = read(line);
    expect(reading.candidates).toEqual([]);
    expect(reading.unresolved).toMatch(/^a shell cannot read it/);
  });

  it.each([
    ['(', 30_000],
    ['sh -c ', 3000],
    ['$(', 9000],
    ['{ ', 9000],
    ['env ', 4000],
    ['nice ', 3000],
    ['puma; ', 3000],
    ['true; ', 3000],
    ['${A:-', 3000],
  ])('survives %s × %i', (piece, times) => {
    expect(() => read(piece.repeat(times))).not.toThrow();
  });

  it('has nothing to say of an empty line', () => {
    expect(read('')).toMatchObject({ candidates: [], unresolved: null });
    expect(read('# a comment')).toMatchObject({ candidates: [], unresolved: null });
  });
});

describe('words without a shell', () => {
  it('are taken as they are', () => {
    const file = new SourceFile('Dockerfile', 'CMD ["bundle", "exec", "sidekiq", "-c", "$C"]');
    const at = span(file, 4, file.text.length);
    const words = ['bundle', 'exec', 'sidekiq', '-c', '$C'].map((word) => ({
      value: known(word, { kind: 'literal' as const, at }),
      at,
    }));
    const { candidates } = readWords(words, at, Environment.EMPTY, SYSTEMS);
    expect(candidates[0]!.command.words.at(-1)!.value).toMatchObject({ value: '$C' });
    const shell = ['sh', '-c', 'sidekiq -c ${C:-7}'].map((word) => ({
      value: known(word, { kind: 'literal' as const, at }),
      at,
    }));
    const inner = readWords(shell, at, Environment.EMPTY, SYSTEMS);
    expect(inner.candidates[0]!.command.words.at(-1)!.value).toMatchObject({ value: '7' });
  });
});
