// A real PostgreSQL for measurements: a fresh cluster in a temporary folder, on the loopback, owned by nobody in
// particular (PostgreSQL refuses to run as root), gone afterwards.

import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, getuid } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free_port.mjs';

/** Where the programs of PostgreSQL are: on PATH, or where Debian keeps them. Throws where there is none. */
function programs() {
  const folders = (env.PATH ?? '').split(':');
  const debian = '/usr/lib/postgresql';
  if (existsSync(debian)) folders.push(...readdirSync(debian).map((version) => join(debian, version, 'bin')));
  const found = folders.find((folder) =>
    ['initdb', 'postgres', 'psql'].every((name) => existsSync(join(folder, name))),
  );
  if (!found) throw new Error('there is no PostgreSQL: install its server (Debian: postgresql)');
  return found;
}

/** Starts a server. `query` gives rows as arrays of texts; `stop` ends it and removes its files. */
export async function startPostgres({ maxConnections = 200 } = {}) {
  const bin = programs();
  const folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const asRoot = getuid?.() === 0;
  const user = asRoot ? { uid: 65534, gid: 65534 } : {};
  if (asRoot) chownSync(folder, user.uid, user.gid);
  const options = { ...user, cwd: folder, env: { PATH: env.PATH, LC_ALL: 'C' } };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync'], {
    ...options,
    stdio: 'ignore',
  });
  const settings = ['-p', port, '-c', `max_connections=${maxConnections}`, '-c', 'fsync=off'].map(String);
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-h', '127.0.0.1', '-k', folder, ...settings], {
    ...options,
    stdio: 'ignore',
  });
  const query = (sql, database = 'postgres') =>
    execFileSync(
      join(bin, 'psql'),
      ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', database, '-AtqXc', sql],
      { env: { PATH: env.PATH }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    )
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('|'));
  const stop = async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGQUIT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries += 1) {
    try {
      query('select 1');
      return { port, query, stop };
    } catch (error) {
      if (tries > 100 || server.exitCode !== null) {
        await stop();
        throw error;
      }
      await pause(100);
    }
  }
}
