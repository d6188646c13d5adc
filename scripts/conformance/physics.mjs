// Compares the predicted demand of small applications with what PostgreSQL sees while they run under load: a real
// PostgreSQL, a real Puma, a real Rails, a real Solid Queue, a real Sidekiq. Prints a table; fails where a number differs.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { get } from 'node:http';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { env, execPath } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free_port.mjs';
import { startPostgres } from './postgres.mjs';
import { startRedis } from './redis.mjs';
import { SHAPES } from './shapes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, '../../dist/cli.js');
const SECONDS = 12;

/**
 * @param {string} gems a folder with the gems of app/Gemfile
 * @param shapes those to measure
 * @returns how many shapes differ
 */
export async function physics(gems, shapes = SHAPES) {
  const postgres = await startPostgres();
  let redis;
  let differing = 0;
  try {
    redis = await startRedis();
    console.log(`${'shape'.padEnd(72)} predicted  measured`);
    for (const shape of shapes) {
      const { predicted, measured } = await run(shape, { postgres, redis }, gems);
      const differs = predicted !== measured;
      if (differs) differing += 1;
      console.log(
        `${shape.name.padEnd(72)} ${String(predicted).padStart(9)} ${String(measured).padStart(9)}${differs ? '  DIFFERS' : ''}`,
      );
    }
  } finally {
    await postgres.stop();
    await redis?.stop();
  }
  console.log(`physics: ${shapes.length} compared, ${differing} different`);
  return differing;
}

async function run(shape, { postgres, redis }, gems) {
  const folder = mkdtempSync(join(tmpdir(), 'rails-pool-lint-shape-'));
  const children = [];
  try {
    cpSync(join(here, 'app'), folder, { recursive: true });
    for (const [path, text] of Object.entries(shape.files)) write(folder, path, text);
    const lines = Object.entries(shape.processes).map(([name, command]) => `${name}: ${command}\n`);
    write(folder, 'Procfile', lines.join(''));
    for (const database of ['shop', 'shop_queue']) {
      postgres.query(`drop database if exists ${database} with (force)`);
      postgres.query(`create database ${database}`);
    }
    const port = await freePort();
    const variables = {
      PORT: String(port),
      PGPORT: String(postgres.port),
      REDIS_URL: redis.url,
      RAILS_ENV: 'production',
      RACK_ENV: 'production',
    };
    const options = {
      cwd: folder,
      env: {
        PATH: `${join(gems, 'bin')}:${env.PATH}`,
        HOME: folder,
        GEM_HOME: gems,
        GEM_PATH: gems,
        LANG: 'C.UTF-8',
        BUNDLE_SILENCE_ROOT_WARNING: '1',
        ...variables,
      },
    };
    execFileSync('bundle', ['install', '--local', '--quiet'], { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    execFileSync('bundle', ['exec', 'ruby', 'prepare.rb', String(shape.jobs ?? 0)], {
      ...options,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const predicted = demandOf(folder, variables);
    for (const command of Object.values(shape.processes)) {
      children.push(
        spawn('sh', ['-c', `exec ${command}`], { ...options, stdio: env.DEBUG ? 'inherit' : 'ignore', detached: true }),
      );
    }
    await up(port);
    const measured = await peakUnderLoad(port, postgres, shape, predicted);
    return { predicted, measured };
  } finally {
    for (const child of children) stop(child);
    await pause(500);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the linter says all servers see together in steady state. */
function demandOf(folder, variables) {
  const set = Object.entries(variables).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const { stdout, stderr } = spawnSync(execPath, [cli, 'budget', '-f', 'json', ...set, folder], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  const { servers } = JSON.parse(stdout).projects[0];
  const demands = servers.map(({ demand }) => demand.value);
  return demands.includes(null) ? null : demands.reduce((sum, demand) => sum + demand, 0);
}

async function up(port) {
  for (let tries = 0; tries < 300; tries += 1) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/up`);
      if (answer.ok) return;
    } catch {
      // Not yet.
    }
    await pause(200);
  }
  throw new Error('the web process does not answer');
}

/**
 * The most connections that PostgreSQL has seen at once, while more requests come than there are threads. Looks for as
 * long as the shape says, whatever it has seen, and up to four times as long for what has not coincided yet.
 */
async function peakUnderLoad(port, postgres, { seconds = SECONDS, crashes = false }, predicted) {
  const load = { on: true };
  const clients = Array.from({ length: 40 }, async () => {
    while (load.on) await request(`http://127.0.0.1:${port}/work`).catch(() => pause(50));
  });
  const counting =
    "select count(*) from pg_stat_activity where backend_type = 'client backend' and datname in ('shop', 'shop_queue')";
  let peak = 0;
  const begin = Date.now();
  let crashAt = seconds / 4;
  const looking = (passed) => passed < seconds || (peak < predicted && passed < 4 * seconds);
  for (let passed = 0; looking(passed); passed = (Date.now() - begin) / 1000) {
    const [[count]] = postgres.query(counting);
    peak = Math.max(peak, Number(count));
    if (crashes && passed > crashAt) {
      killWorker(postgres);
      crashAt += seconds / 4;
    }
    await pause(20);
  }
  load.on = false;
  await Promise.race([Promise.all(clients), pause(5000)]);
  return peak;
}

/** Ends the workers that Solid Queue has registered as the kernel does when memory is short. */
function killWorker(postgres) {
  for (const database of ['shop', 'shop_queue']) {
    const [[table]] = postgres.query("select to_regclass('solid_queue_processes') is not null", database);
    if (table !== 't') continue;
    for (const [pid] of postgres.query("select pid from solid_queue_processes where kind = 'Worker'", database)) {
      try {
        globalThis.process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It has been replaced already.
      }
    }
  }
}

function stop(child) {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    try {
      globalThis.process.kill(-child.pid, signal);
    } catch {
      return;
    }
    spawnSync('sleep', ['1']);
  }
}

function write(folder, path, text) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** One request on a connection of its own: a connection that is kept stays with one worker. */
function request(address) {
  return new Promise((resolve, reject) => {
    get(address, { agent: false }, (answer) => answer.resume().once('end', resolve)).once('error', reject);
  });
}
