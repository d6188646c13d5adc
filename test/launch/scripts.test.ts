import { describe, expect, it } from 'vitest';
import { readCommand } from '../../src/launch/command.ts';
import { SYSTEMS } from '../../src/systems/index.ts';
import { placeOf, SourceFile, span } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { known } from '../../src/value/traced.ts';

function read(command: string, files: Record<string, string>, environment = Environment.EMPTY) {
  const source = new SourceFile('Procfile', command);
  const scripts = (path: string) => {
    const name = path.replace(/^\.\//, '');
    return files[name] === undefined ? null : new SourceFile(name, files[name]);
  };
  return readCommand(command, span(source, 0, command.length), environment, SYSTEMS, scripts);
}

function started(command: string, files: Record<string, string>, environment = Environment.EMPTY): string[] {
  const { candidates, unresolved } = read(command, files, environment);
  if (unresolved !== null) return [unresolved];
  return candidates.map(({ command: { words } }) =>
    words.map(({ value }) => (value.known ? value.value : '?')).join(' '),
  );
}

describe('a script of the repository', () => {
  it('starts nothing of its own where it is given nothing to start', () => {
    expect(started('bin/entry', { 'bin/entry': '#!/bin/sh\nrm -f tmp/server.pid\nexec "$@"' })).toEqual([]);
    expect(started('bin/entry', { 'bin/entry': '#!/bin/sh\nexec "$@"' })).toEqual([]);
    expect(started('bin/entry', { 'bin/entry': '#!/bin/sh\nCMD="$@"\n$CMD' })).toEqual([]);
  });

  it.each([
    ['bin/web', { 'bin/web': '#!/bin/sh\nset -e\nbundle exec puma -t 5\n' }, 'puma -t 5'],
    ['./bin/web', { 'bin/web': '#!/usr/bin/env bash\nexec puma' }, 'puma'],
    ['bash bin/web', { 'bin/web': 'puma' }, 'puma'],
    ['bash -e bin/web', { 'bin/web': 'puma' }, 'puma'],
    ['./start.sh', { 'start.sh': 'puma' }, 'puma'],
    ['bin/entry puma -w 2', { 'bin/entry': '#!/bin/sh\nrails db:prepare\nexec "$@"' }, 'puma -w 2'],
    ['bin/entry puma', { 'bin/entry': '#!/bin/sh\nexec "${@}"' }, 'puma'],
    ['bin/entry puma -t 5', { 'bin/entry': '#!/bin/sh\nCMD="$@"\necho "Running $CMD"\n$CMD' }, 'puma -t 5'],
    ['bin/entry sidekiq -c 9', { 'bin/entry': '#!/bin/sh\nexec bash -c "bundle exec $*"' }, 'sidekiq -c 9'],
    ['bin/entry', { 'bin/entry': '#!/bin/sh\nexec >log/web.log\nexec puma' }, 'puma'],
    ['bin/entry web', { 'bin/entry': '#!/bin/sh\ncase "$1" in\nweb) puma ;;\njobs) sidekiq ;;\nesac' }, 'puma'],
    [
      'bin/entry jobs 7',
      { 'bin/entry': '#!/bin/sh\ncase $1 in\nweb) puma ;;\njobs) sidekiq -c $2 ;;\nesac' },
      'sidekiq -c 7',
    ],
    ['bin/entry x', { 'bin/entry': '#!/bin/sh\ncase $1 in\nweb) puma ;;\n*) sidekiq ;;\nesac' }, 'sidekiq'],
    ['bin/entry web', { 'bin/entry': '#!/bin/sh\nif [ "$1" = "web" ]; then puma; else sidekiq; fi' }, 'puma'],
    ['bin/entry', { 'bin/entry': '#!/bin/sh\nif [ -z "$1" ]; then puma; else sidekiq; fi' }, 'puma'],
    [
      'bin/entry x',
      { 'bin/entry': '#!/bin/sh\nif [ "$1" = a ]; then puma; elif [ "$1" = x ]; then sidekiq; fi' },
      'sidekiq',
    ],
    ['bin/entry web', { 'bin/entry': '#!/bin/bash\nif [[ $1 == web ]]; then puma; else sidekiq; fi' }, 'puma'],
    ['bin/entry web', { 'bin/entry': '#!/bin/bash\nif [[ -n "$1" ]]; then puma; else sidekiq; fi' }, 'puma'],
    [
      'bin/entry web',
      { 'bin/entry': '#!/bin/bash\nif [[ $1 == w* ]]; then puma; else puma -w 2; fi' },
      'a condition of the shell decides which program runs',
    ],
    ['bin/entry web puma', { 'bin/entry': '#!/bin/sh\nshift\nexec "$@"' }, 'puma'],
    ['bin/web', { 'bin/web': '#!/bin/sh\nbin/more', 'bin/more': '#!/bin/sh\nsidekiq' }, 'sidekiq'],
    ['bin/web', { 'bin/web': '#!/bin/sh\nrails s & sidekiq & wait' }, 'rails s|sidekiq'],
    ['sh -c \'exec "$0"\' puma', {}, '?'],
  ])('%s: %j', (command, files, expected) =>
    expect(started(command, files as Record<string, string>)).toEqual(expected.split('|')),
  );

  it('passes on what it exports', () => {
    const { candidates } = read('bin/web', { 'bin/web': '#!/bin/sh\nexport DB_POOL=7\nOTHER=1\nexec puma' });
    expect(candidates[0]!.environment.get('DB_POOL')).toMatchObject({ value: '7' });
    expect(candidates[0]!.environment.declares('OTHER')).toBe(false);
  });

  it('is the place of the words it writes', () => {
    const { candidates } = read('bin/web', { 'bin/web': '#!/bin/sh\nexec puma -t 5' });
    expect(placeOf(candidates[0]!.command.words[2]!.at)).toMatchObject({ file: 'bin/web', line: 2, column: 14 });
  });

  it('in Ruby is not read by a shell', () => {
    expect(started('bin/web', { 'bin/web': '#!/usr/bin/env ruby\nexec "puma"' })).toEqual(['bin/web']);
  });

  it('decides nothing by a variable that is only assumed to be unset', () => {
    const files = { 'bin/web': '#!/bin/sh\nif [ "$JOBS" = "1" ]; then sidekiq; else puma; fi' };
    expect(started('bin/web', files)).toEqual(['a condition of the shell decides which program runs']);
    const set = Environment.EMPTY.with('JOBS', known('1', { kind: 'flag', text: 'JOBS=1' }));
    expect(started('bin/web', files, set)).toEqual(['sidekiq']);
  });

  it('that starts itself ends', () => {
    expect(started('bin/web', { 'bin/web': '#!/bin/sh\nbin/web' })).toEqual(['bin/web']);
  });
});
