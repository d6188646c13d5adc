import type { Severity } from '../lint/finding.ts';
import { list, plural } from '../lint/phrases.ts';
import type { LintResult, Project } from '../lint/result.ts';
import { placeOf } from '../text/source.ts';
import type { Paint } from './ansi.ts';
import { wrap } from './cells.ts';
import { escapeControls } from './characters.ts';
import { messageWithoutSecrets, sentence } from './secrets.ts';
import { noDatabase } from './no_database.ts';
import { counterexamples, provedText } from './proofs.ts';
import { tally } from './tally.ts';
import { notRead } from './unread.ts';
import { gemName, reaches } from './words.ts';

/** The last lines: how much was found, how much was proved, what nobody can tell. */
export function closing(
  result: LintResult,
  options: { readonly verbose: boolean; readonly failLevel: Severity; readonly width: number },
  brush: Paint,
): readonly string[] {
  const { errors, warnings, infos, suppressed } = tally(result.findings);
  const lines: string[] = [];
  if (options.verbose)
    lines.push(...unresolved(result, options.width, brush), ...otherwise(result, options.width, brush));
  const found = [
    errors > 0 && plural(errors, 'error'),
    warnings > 0 && plural(warnings, 'warning'),
    infos > 0 && plural(infos, 'info'),
  ].filter((part) => part !== false);
  const hidden = infos > 0 && !options.verbose && !reaches('info', options.failLevel);
  const ignored = suppressed > 0 ? `, ${suppressed} suppressed` : '';
  if (found.length > 0) {
    const where = result.projects.length > 1 ? ` in ${result.projects.length} projects` : '';
    const hint = hidden ? ` (--verbose prints the ${infos === 1 ? 'info' : 'infos'})` : '';
    const style = errors > 0 ? 'red' : warnings > 0 ? 'yellow' : 'cyan';
    lines.push(
      `${brush(found.join(', '), style, 'bold')}${where}${ignored}${hint}.`,
      ...wrap(checked(result, options), options.width),
    );
  } else {
    const nothing = `No findings${ignored}. Read ${read(result.projects)}: ${proved(result, options)}.`;
    const [first = '', ...rest] = wrap(nothing, options.width);
    lines.push(first.replace(/^No findings/, brush('No findings', 'green', 'bold')), ...rest);
  }
  lines.push(...notRead(result.projects).flatMap((one) => wrap(one, options.width)));
  return lines;
}

function unresolved(result: LintResult, width: number, brush: Paint): readonly string[] {
  if (result.unresolved.length === 0) return [];
  const lines = [brush('Cannot be told:', 'bold')];
  for (const { what, reason, at } of result.unresolved) {
    const place = at && placeOf(at);
    const where = place ? ` (${escapeControls(place.file)}:${place.line}:${place.column})` : '';
    const [first = '', ...rest] = wrap(
      `${sentence(what)}: ${escapeControls(messageWithoutSecrets(reason))}${where}`,
      Math.max(30, width - 5),
    );
    lines.push(`   ${first}`, ...rest.map((line) => `     ${line}`));
  }
  return [...lines, ''];
}

/** What would not hold with another value of a variable. */
function otherwise(result: LintResult, width: number, brush: Paint): readonly string[] {
  const said = counterexamples(result.projects);
  if (said.length === 0) return [];
  const lines = said.flatMap((one) => {
    const [first = '', ...rest] = wrap(one, Math.max(30, width - 5));
    return [`   ${first}`, ...rest.map((line) => `     ${line}`)];
  });
  return [brush('Holds as configured, but:', 'bold'), ...lines, ''];
}

/**
 * "Checked 31 pools and 9 budgets: 28 hold, 1 violated, 2 cannot be told (--verbose says why)."
 * A condition is judged for each process, a finding speaks of every process that shares its place.
 */
function checked(result: LintResult, options: { readonly verbose: boolean }): string {
  const { holds, violated, unknown } = result.verdicts;
  const all = holds + violated + unknown;
  const { errors, warnings, infos, suppressed } = tally(result.findings);
  const told = errors + warnings + infos;
  const fewer = told > 0 && told < violated ? ` (told in ${plural(told, 'finding')})` : '';
  const parts = [`${holds} ${holds === 1 ? 'holds' : 'hold'}`, `${violated} violated${fewer}`];
  if (unknown > 0) parts.push(`${unknown} cannot be told${options.verbose ? '' : ' (--verbose says why)'}`);
  const { pools, servers } = sizes(result.projects);
  const isWhole = suppressed === 0;
  const what =
    isWhole && pools + servers === all && servers > 0
      ? `${plural(pools, 'pool')} and ${plural(servers, 'budget')}`
      : isWhole && pools === all
        ? plural(all, 'pool')
        : plural(all, 'condition');
  return `Checked ${what}: ${parts.join(', ')}.`;
}

function sizes(projects: readonly Project[]): { pools: number; servers: number } {
  let pools = 0;
  let servers = 0;
  for (const project of projects) {
    servers += project.servers.length;
    for (const process of project.processes) pools += process.pools.length;
  }
  return { pools, servers };
}

/** "Rails 8.0.2, Puma 6.6.0, Solid Queue 1.1.3"; every version once, in the order of the projects. */
function read(projects: readonly Project[]): string {
  const gems = new Map<string, Set<string>>();
  for (const project of projects)
    for (const [gem, version] of Object.entries(project.versions)) {
      if (version === null) continue;
      const versions = gems.get(gem) ?? new Set();
      gems.set(gem, versions.add(version));
    }
  const named = [...gems].map(([gem, versions]) => `${gemName(gem)} ${list([...versions].map(escapeControls))}`);
  const apps = new Set(projects.map((project) => project.root)).size;
  const what = named.length > 0 ? named.join(', ') : 'configuration without known versions';
  return apps > 1 ? `${plural(apps, 'app')} (${what})` : what;
}

function proved(result: LintResult, options: { readonly verbose: boolean }): string {
  const { holds, violated, unknown } = result.verdicts;
  const kinds = new Set(
    result.projects.flatMap((project) => project.processes.map((one) => `${one.name}\n${one.role}`)),
  );
  const { pools, servers } = sizes(result.projects);
  const all = holds + violated + unknown;
  const processes = plural(kinds.size, 'kind of process', 'kinds of process');
  if (pools === 0) return `${processes}, ${noDatabase(result.projects)}`;
  const start = `${processes}, ${plural(pools, 'pool')}`;
  // What is suppressed is neither among those that hold nor among those that do not.
  if (tally(result.findings).suppressed > 0 && all === holds)
    return `${start}; ${plural(holds, 'other condition')} ${holds === 1 ? 'holds' : 'hold'}`;
  if (all === 0) return `${start}; no condition was checked`;
  if (all === holds && (all === pools || all === pools + servers))
    return `${start}, ${pools === 1 ? 'and it holds' : 'all hold'}${provedText(result.projects)}`;
  if (all === holds) {
    const conditions = all === 1 ? '1 condition holds' : `all ${all} conditions hold`;
    return `${start}; ${conditions}${provedText(result.projects)}`;
  }
  const parts = [`${holds} of ${all} conditions hold`];
  if (violated > 0) parts.push(`${violated} violated`);
  if (unknown > 0) parts.push(`${unknown} cannot be told${options.verbose ? '' : ' (--verbose says why)'}`);
  return `${start}; ${parts.join(', ')}`;
}
