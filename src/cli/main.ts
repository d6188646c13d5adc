import { withoutCommands } from '../report/commands.ts';
import type { Parts, Terminal } from './engine.ts';

const OK = 0;
/** The answer cannot be trusted: a bad call, nothing to look at, or a fault of this program. */
const UNTRUSTED = 2;

/**
 * The program, without the process around it.
 * @returns the exit code
 */
export async function main(argv: readonly string[], given: Terminal, injected?: Parts): Promise<number> {
  // Names of the repository stand in complaints too.
  const terminal: Terminal = { ...given, stderr: (text) => given.stderr(withoutCommands(text, 'text')) };
  try {
    const { readCall } = await import('./call.ts');
    const call = await readCall(argv);
    if (call.help) {
      const { help } = await import('./help.ts');
      terminal.stdout(help(call.commandTyped ? call.command : null));
      return OK;
    }
    const parts = injected ?? (await import('./parts.ts')).parts;
    if (call.version) {
      terminal.stdout(`rails-pool-lint ${parts.version()}\n`);
      return OK;
    }
    switch (call.command) {
      case 'rules':
        return await (await import('./rules.ts')).rulesCommand(call, terminal, parts);
      case 'explain':
        return await (await import('./explain.ts')).explainCommand(call, terminal, parts);
      case 'init':
        return await (await import('./init.ts')).initCommand(call, terminal, parts);
      default:
        return await (await import('./analyse.ts')).analyseCommand(call, terminal, parts);
    }
  } catch (error) {
    const { explainFailure } = await import('./failure.ts');
    terminal.stderr(await explainFailure(error, argv.includes('--verbose')));
    return UNTRUSTED;
  }
}
