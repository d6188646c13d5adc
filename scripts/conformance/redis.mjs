// A real Redis for measurements: on the loopback, in memory only, gone afterwards.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free_port.mjs';

/** Starts a server, `url` its address; `stop` ends it and removes its files. Throws where there is none to start. */
export async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-redis-'));
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', settings, { stdio: 'ignore' });
  const ended = new Promise((resolve) => {
    server.once('error', resolve);
    server.once('exit', () => resolve(new Error('Redis has ended')));
  });
  const stop = async () => {
    server.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 100; tries += 1) {
    if (await answers(port)) return { url: `redis://127.0.0.1:${port}/0`, stop };
    const failure = await Promise.race([ended, pause(100)]);
    if (failure) {
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`there is no Redis: install its server (Debian: redis-server). ${failure.message}`);
    }
  }
  await stop();
  throw new Error('Redis does not answer');
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
