import { write } from './analyse.ts';
import { BadCall } from './bad_call.ts';
import type { Call } from './call.ts';
import type { Parts, Terminal } from './engine.ts';
import { rulesNamed, unknownRule } from './selection.ts';

/** The page of a rule, or what an error message means. */
export async function explainCommand(call: Call, terminal: Terminal, parts: Parts): Promise<number> {
  const [asked, ...more] = call.positionals;
  if (asked === undefined || asked.trim() === '')
    throw new BadCall('explain needs a rule; type rails-pool-lint explain RULE, or rails-pool-lint rules to list them');
  if (more.length > 0) {
    // Without quotes the shell splits a message into words.
    throw new BadCall(`explain takes one rule, or one error message in quotes; type rails-pool-lint explain "…"`);
  }
  const rules = await parts.rules();
  const found = rulesNamed(rules, asked);
  if (found.length === 0) throw new BadCall(await unknownRule(rules, asked, false));
  const pages = found.map((rule) => parts.page(rule) ?? `# ${rule.id}\n\n${rule.summary}\n`);
  for (const output of call.outputs) write(pages.map((page) => `${page.trimEnd()}\n`).join('\n'), output, terminal);
  return 0;
}
