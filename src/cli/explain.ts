import { analysisOf, write } from './analyse.ts';
import { BadCall } from './bad_call.ts';
import type { Call } from './call.ts';
import type { Parts, RuleDescription, Terminal } from './engine.ts';
import { rulesNamed, unknownRule } from './selection.ts';
import { usesColor, widthOf } from './terminal.ts';
import { choice } from './what_if.ts';

/** The page of a rule, what an error message means, or the plans that `--max-connections` knows. */
export async function explainCommand(call: Call, terminal: Terminal, parts: Parts): Promise<number> {
  const [asked, ...more] = call.positionals;
  if (asked === undefined || asked.trim() === '')
    throw new BadCall('explain needs a rule; type rails-pool-lint explain RULE, or rails-pool-lint rules to list them');
  if (more.length > 0) {
    // Without quotes the shell splits a message into words.
    throw new BadCall(`explain takes one rule, or one error message in quotes; type rails-pool-lint explain "…"`);
  }
  if (asked === 'plans') {
    const { plansText } = await import('../report/plans.ts');
    for (const output of call.outputs) write(plansText(), output, terminal);
    return 0;
  }
  const rules = await parts.rules();
  const found = rulesNamed(rules, asked);
  if (found.length === 0) return explainMessage(asked, rules, call, terminal, parts);
  const pages = found.map((rule) => parts.page(rule) ?? `# ${rule.id}\n\n${rule.summary}\n`);
  const when = await choice(call, 'color', ['auto', 'always', 'never'] as const, 'auto');
  for (const output of call.outputs) {
    const toFile = output.file !== null;
    const color = usesColor(when, terminal, toFile);
    const shown =
      color || (terminal.isTTY && !toFile) ? await onTerminal(pages, widthOf(terminal, toFile), color) : pages;
    write(shown.map((one) => `${one.trimEnd()}\n`).join('\n'), output, terminal);
  }
  return 0;
}

/** Pages as people read them; what is piped stays Markdown. */
async function onTerminal(pages: readonly string[], width: number, color: boolean): Promise<readonly string[]> {
  const { page } = await import('../report/page.ts');
  return pages.map((markdown) => page(markdown, { color, width }));
}

/** Which limit an error message names, and what in the repository of the working directory feeds it. */
async function explainMessage(
  asked: string,
  rules: readonly RuleDescription[],
  call: Call,
  terminal: Terminal,
  parts: Parts,
): Promise<number> {
  const { knownMessage } = await import('../report/error_messages.ts');
  const message = knownMessage(asked);
  if (!message) {
    if (/^[\w-]+$/.test(asked)) throw new BadCall(await unknownRule(rules, asked, false));
    throw new BadCall(
      'this error message names no connection limit; type one such as "could not obtain a connection from the pool" or "sorry, too many clients already"',
    );
  }
  const when = await choice(call, 'color', ['auto', 'always', 'never'] as const, 'auto');
  const result = await analysisOf(call, [], terminal, parts);
  const { explained } = await import('../report/explained.ts');
  const { secretsOf } = await import('../report/secrets.ts');
  const { hiding, secretValues } = await import('../report/secret_values.ts');
  const values = secretValues(result, secretsOf);
  for (const output of call.outputs) {
    const toFile = output.file !== null;
    const options = { color: usesColor(when, terminal, toFile), width: widthOf(terminal, toFile) };
    write(
      hiding(values, () => explained(message, result.projects, options)),
      output,
      terminal,
    );
  }
  return 0;
}
