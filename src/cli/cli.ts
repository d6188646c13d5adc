import { main } from './main.ts';

const INTERRUPTED = 130;

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.once('SIGINT', () => process.exit(INTERRUPTED));

process.exitCode = await main(process.argv.slice(2), {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  stdin: async () => (await import('node:stream/consumers')).buffer(process.stdin),
  env: process.env,
  cwd: process.cwd(),
  isTTY: process.stdout.isTTY ?? false,
  columns: process.stdout.columns,
});
