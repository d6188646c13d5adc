import { paint } from '../report/ansi.ts';
import { printJson } from '../report/print_json.ts';
import { write } from './analyse.ts';
import { BadCall } from './bad_call.ts';
import type { Call } from './call.ts';
import type { Parts, RuleDescription, Terminal } from './engine.ts';
import { usesColor } from './terminal.ts';
import { choice } from './what_if.ts';

/** Every rule: id, group, severity, one line. */
export async function rulesCommand(call: Call, terminal: Terminal, parts: Parts): Promise<number> {
  if (call.positionals.length > 0)
    throw new BadCall('rules takes no path; type rails-pool-lint explain RULE to read about one');
  const when = await choice(call, 'color', ['auto', 'always', 'never'] as const, 'auto');
  const rules = await parts.rules();
  for (const output of call.outputs) {
    const color = usesColor(when, terminal, output.file !== null);
    write(output.format === 'json' ? asJson(rules) : asText(rules, color), output, terminal);
  }
  return 0;
}

function asJson(rules: readonly RuleDescription[]): string {
  return printJson({
    version: 1,
    rules: rules.map(({ id, aliases, group, severity, fix, summary }) => ({
      id,
      aliases: [...aliases],
      group,
      severity,
      fix,
      summary,
      docs: `rules/${group}/${id}.md`,
    })),
  });
}

function asText(rules: readonly RuleDescription[], color: boolean): string {
  const brush = paint(color);
  const ids = Math.max(0, ...rules.map(({ id }) => id.length));
  const groups = Math.max(0, ...rules.map(({ group }) => group.length));
  const lines = rules.map(({ id, aliases, group, severity, fix, summary }) => {
    const fixed = fix === null ? '' : ` [${fix === 'safe' ? '--fix' : '--unsafe-fixes'}]`;
    const also = aliases.length > 0 ? ` (also: ${aliases.join(', ')})` : '';
    const style = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'cyan';
    return `${brush(id.padEnd(ids), 'bold')}  ${group.padEnd(groups)}  ${brush(severity.padEnd(7), style)}  ${summary}${fixed}${also}\n`;
  });
  return lines.join('');
}
