import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

// The process around the program. Needs a built dist/, which `npm test` makes first.

const cli = join(import.meta.dirname, '../../dist/cli.js');

describe('the process', () => {
  it('ends in silence when nobody reads on', async () => {
    const child = spawn(process.execPath, [cli, 'rules', '-f', 'json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('has an exit code and keeps its reports and its complaints apart', async () => {
    const child = spawn(process.execPath, [cli, '--nonsense'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('unknown flag');
  });
});
