import { describe, expect, it } from 'vitest';
import { fly } from '../../src/platforms/fly.ts';
import { readToml, tomlAt } from '../../src/platforms/fly/toml.ts';
import { placeOf, SourceFile } from '../../src/text/source.ts';
import { known } from '../../src/value/traced.ts';
import { app, described } from './harness.ts';

const DOCKERFILE = `FROM ruby
ENV RAILS_MAX_THREADS=4
ENTRYPOINT ["/rails/bin/docker-entrypoint"]
CMD ["./bin/rails", "server"]
`;
const ENTRYPOINT = '#!/bin/bash -e\nexec "${@}"\n';
const image = { Dockerfile: DOCKERFILE, 'bin/docker-entrypoint': ENTRYPOINT };

function read(text: string, files: Record<string, string> = image) {
  const given = app({ ...files, 'fly.toml': text });
  const [deployment, ...more] = fly.read(given);
  expect(more).toEqual([]);
  return {
    launches: deployment?.launches ?? [],
    lines: deployment ? described(deployment) : [],
    notes: given.notes,
    problems: given.files.problems.map(({ message }) => message),
  };
}

describe('fly.toml', () => {
  it('is one launch for every process group, in the image of the app', () => {
    const { lines, launches, notes } = read(`
app = "shop"

[env]
  RAILS_MAX_THREADS = "7"
  WEB_CONCURRENCY = 2

[processes]
app = "bin/rails server"
jobs = "bundle exec sidekiq -c 25"
clock = "bin/clock"
`);
    expect(lines).toEqual(['fly', 'app puma bin/rails server', 'jobs sidekiq sidekiq -c 25']);
    expect(notes).toEqual([
      'process clock: `bin/clock` is no program this version knows; it is not counted (fly.toml:11)',
    ]);
    expect(launches[0]?.environment.get('RAILS_MAX_THREADS')).toMatchObject({ value: '7' });
    expect(launches[1]?.environment.get('WEB_CONCURRENCY')).toMatchObject({ value: '2' });
    expect(launches[0]?.hosts).toMatchObject({ value: 1, origin: { kind: 'assumed' } });
  });

  it('without process groups runs what the image says', () => {
    const { lines, launches } = read('app = "shop"\n');
    expect(lines).toEqual(['fly', 'app puma ./bin/rails server']);
    expect(launches[0]?.environment.get('RAILS_MAX_THREADS')).toMatchObject({ value: '4' });
    expect(read('[build]\nimage = "somebody/else"\n').notes).toHaveLength(1);
  });

  it('of the environment takes the place of the other', () => {
    const production = '[processes]\nweb = "puma"\n';
    expect(read('[processes]\napp = "sidekiq"\n', { 'fly.production.toml': production }).lines).toEqual([
      'fly',
      'web puma puma',
    ]);
  });

  it.each([
    ['', 2],
    ['strategy = "rolling"', 2],
    ['strategy = "immediate"', 2],
    ['strategy = "canary"', 3],
    ['strategy = "bluegreen"', 4],
  ])('with [deploy] %s has %i of 2 machines during a deploy', (deploy, peak) => {
    const [launch] = read(`[deploy]\n${deploy}\n`).launches;
    expect(launch?.overlap?.(known(2, { kind: 'flag', text: 'n' }))).toMatchObject({ value: peak });
  });

  it('that is no TOML is a problem at its place', () => {
    expect(read('app = \n').problems).toEqual([expect.stringMatching(/^fly cannot read it: /)]);
  });
});

describe('TOML', () => {
  it('nests headers, dotted keys and lists of tables, and knows where each value stands', () => {
    const root = readToml(new SourceFile('fly.toml', 'a.b = 1\n[c]\nd = { e = "x" }\n[[vm]]\nn = 1\n[[vm]]\nn = 2\n'));
    expect(tomlAt(root, 'a', 'b')).toMatchObject({ value: '1' });
    expect(tomlAt(root, 'c', 'd', 'e')).toMatchObject({ value: 'x' });
    const vm = tomlAt(root, 'vm');
    expect(vm?.kind === 'list' ? vm.items.map((item) => tomlAt(item, 'n')) : null).toMatchObject([
      { value: '1' },
      { value: '2' },
    ]);
    expect(placeOf(tomlAt(root, 'c', 'd', 'e')!.at)).toMatchObject({ line: 3, column: 11 });
  });
});
