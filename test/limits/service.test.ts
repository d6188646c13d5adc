import { describe, expect, it } from 'vitest';
import { limitOfService, type LimitFiles, type StartedServer } from '../../src/limits/service.ts';
import { committedLimit } from '../../src/limits/committed.ts';
import { SourceFile, span, placeOf } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { writtenIn } from '../../src/value/history.ts';
import { confidenceOf } from '../../src/value/origin.ts';
import { known, unknown, type Traced } from '../../src/value/traced.ts';

const COMPOSE = new SourceFile('compose.yaml', 'services: {}\n');
const AT = span(COMPOSE, 0, 8);

function word(text: string): { readonly value: Traced<string> } {
  return { value: known(text, { kind: 'literal', at: AT }) };
}

function server(kind: StartedServer['kind'], given: Partial<StartedServer> = {}): StartedServer {
  const image = kind === 'mysql' ? 'mysql:8' : 'postgres:17';
  return { kind, image, names: ['db'], at: AT, command: null, environment: Environment.EMPTY, mounts: [], ...given };
}

function files(given: Record<string, string> = {}): LimitFiles {
  return {
    source: (path) => (given[path] === undefined ? null : new SourceFile(path, given[path])),
    list: () => Object.keys(given).toSorted(),
  };
}

function limit(given: StartedServer, texts: Record<string, string> = {}): number | null {
  const { limit: found } = limitOfService(given, files(texts));
  return found.known ? found.value : null;
}

describe('a started PostgreSQL allows', () => {
  it.each([
    ['-c max_connections=200', 200],
    ['-cmax_connections=200', 200],
    ['--max_connections=200', 200],
    ['--max-connections=200', 200],
    ['-N 200', 200],
    ['-c shared_buffers=1GB -c max_connections=200 -c max_connections=250', 250],
    ['-c shared_buffers=1GB', 100],
  ])('what its command says: postgres %s', (options, wanted) => {
    const command = ['postgres', ...options.split(' ')].map(word);
    expect(limit(server('postgresql', { command }))).toBe(wanted);
  });

  it('its default where nothing says otherwise, which is nothing to be certain of', () => {
    const found = limitOfService(server('postgresql'), files()).limit;
    expect(found.known && [found.value, confidenceOf(found.assumes)]).toEqual([100, 'medium']);
  });

  it('its default in a plain image only', () => {
    const allows = (image: string) => limit(server('postgresql', { image }));
    expect(
      ['postgres', 'postgres:17-alpine', 'registry.example/library/postgres:16', 'pgvector/pgvector:pg17'].map(allows),
    ).toEqual([100, 100, 100, 100]);
    expect(['timescale/timescaledb:latest-pg16', 'bitnami/postgresql:17', ''].map(allows)).toEqual([null, null, null]);
  });

  it('nobody knows what where a word of its command is unknown and none states it', () => {
    const open = { value: unknown<string>('DB_OPTIONS is not set', { kind: 'literal', at: AT }) };
    expect(limit(server('postgresql', { command: [word('postgres'), open] }))).toBeNull();
    expect(limit(server('postgresql', { command: [word('-c'), word('max_connections=300'), open] }))).toBe(300);
  });

  it('what a mounted configuration file says, and points at the line', () => {
    const mounts = [{ from: './docker/postgres', to: '/etc/postgresql' }];
    const command = ['postgres', '-c', 'config_file=/etc/postgresql/postgresql.conf'].map(word);
    const texts = { 'docker/postgres/postgresql.conf': "port = 5432\nmax_connections = '250'   # was 100\n" };
    const found = limitOfService(server('postgresql', { command, mounts }), files(texts)).limit;
    expect(found.known && found.value).toBe(250);
    expect(placeOf(writtenIn(found.origin)!)).toMatchObject({
      file: 'docker/postgres/postgresql.conf',
      line: 2,
      column: 19,
    });
    expect(limit(server('postgresql', { command, mounts: [] }), texts)).toBeNull();
  });

  it('what is mounted into its data directory says', () => {
    const mounts = [{ from: './pg.conf', to: '/var/lib/postgresql/data/postgresql.conf' }];
    expect(limit(server('postgresql', { mounts }), { 'pg.conf': 'MAX_CONNECTIONS 80\n' })).toBe(80);
  });

  it('what initdb and an image with a variable for it are told', () => {
    const variable = (name: string, value: string) =>
      Environment.EMPTY.with(name, known<string | null>(value, { kind: 'literal', at: AT }));
    const initdb = variable('POSTGRES_INITDB_ARGS', '--data-checksums -c max_connections=180');
    expect(limit(server('postgresql', { environment: initdb }))).toBe(180);
    expect(limit(server('postgresql', { environment: variable('POSTGRESQL_MAX_CONNECTIONS', '70') }))).toBe(70);
  });

  it('its own reserve where one is set', () => {
    const reserved = (options: string): number | null => {
      const found = limitOfService(server('postgresql', { command: options.split(' ').map(word) }), files()).reserved;
      return found?.known ? found.value : null;
    };
    expect(reserved('postgres -c superuser_reserved_connections=5')).toBe(5);
    expect(reserved('postgres -c superuser_reserved_connections=5 -c reserved_connections=4')).toBe(9);
    expect(reserved('postgres -c reserved_connections=4')).toBe(7);
    expect(reserved('postgres')).toBeNull();
  });
});

describe('a started MySQL allows', () => {
  it('what its command says, else what a mounted option file says, else 151', () => {
    const command = ['mysqld', '--max-connections=400'].map(word);
    const mounts = [{ from: './mysql', to: '/etc/mysql/conf.d' }];
    const texts = {
      'mysql/client.cnf': '[client]\nmax_connections = 9\n',
      'mysql/server.cnf': '[mysqld]\nmax-connections=300\n',
    };
    expect(limit(server('mysql', { command, mounts }), texts)).toBe(400);
    expect(limit(server('mysql', { mounts }), texts)).toBe(300);
    expect(limit(server('mysql'))).toBe(151);
  });
});

describe('a configuration file in the repository', () => {
  it('is taken where it is the only one, and assumed to be in use', () => {
    const found = committedLimit('postgresql', files({ 'ops/postgresql.conf': 'max_connections = 300\n' }));
    expect(found?.limit.known && [found.limit.value, confidenceOf(found.limit.assumes)]).toEqual([300, 'medium']);
    expect(committedLimit('mysql', files({ 'ops/my.cnf': '[mysqld]\nmax_connections=90\n' }))?.limit).toMatchObject({
      value: 90,
    });
  });

  it('is not taken where there are two, where it is one of development, or where it states nothing', () => {
    const conf = 'max_connections = 300\n';
    expect(committedLimit('postgresql', files({ 'a/postgresql.conf': conf, 'b/postgresql.conf': conf }))).toBeNull();
    expect(committedLimit('postgresql', files({ '.devcontainer/postgresql.conf': conf }))).toBeNull();
    expect(committedLimit('postgresql', files({ 'ops/postgresql.conf': '#max_connections = 100\n' }))).toBeNull();
  });
});
