import { list } from '../lint/phrases.ts';
import type { ReportedFinding } from '../lint/result.ts';
import { changesNothing, type Upgrade, type UpgradeChange } from '../lint/upgrade.ts';
import type { PoolSize } from '../database/entry.ts';
import { placeOf } from '../text/source.ts';
import type { Traced } from '../value/traced.ts';
import type { Paint } from './ansi.ts';
import { wrap } from './cells.ts';
import { escapeControls } from './characters.ts';
import { projectName } from './project_name.ts';
import { markdownText } from './grid.ts';
import { messageOf } from './message.ts';
import { sentence } from './secrets.ts';
import { shownTrail } from './traced.ts';
import { gemName } from './words.ts';

/** What an upgrade changes, as a title and a line for every number and finding. */
export interface ToldUpgrade {
  readonly title: string;
  readonly lines: readonly string[];
}

/** An upgrade in sentences. */
export function toldUpgrade(upgrade: Upgrade): ToldUpgrade {
  const gems = upgrade.gems.map(({ gem, from, to }) => {
    const now = from.length > 0 ? ` (now ${list(from.map(escapeControls), 'or')})` : '';
    return `${gemName(gem)} ${escapeControls(to)}${now}`;
  });
  const title = `With ${list(gems)}`;
  if (changesNothing(upgrade)) {
    return { title: `${title} no number changes, and no finding comes or goes.`, lines: [] };
  }
  const several = new Set(upgrade.changes.map(({ project }) => project)).size > 1;
  return {
    title: `${title}:`,
    lines: [
      ...upgrade.changes.map((change) => changeLine(change, several)),
      ...upgrade.appearing.map(({ finding, before }) => findingLine(before === null ? 'new' : `${before} →`, finding)),
      ...upgrade.disappearing.map((finding) => findingLine('gone', finding)),
    ],
  };
}

/** The upgrade for a terminal. */
export function upgradeLines(upgrade: Upgrade, width: number, brush: Paint): readonly string[] {
  const { title, lines } = toldUpgrade(upgrade);
  const [first = '', ...rest] = wrap(title, width);
  const body = lines.flatMap((line) =>
    wrap(line, Math.max(30, width - 5)).map((one, at) => (at === 0 ? `   ${one}` : `     ${one}`)),
  );
  return [brush(first, 'bold'), ...rest, ...body];
}

/** The upgrade for a job's summary. */
export function upgradeMarkdown(upgrade: Upgrade): readonly string[] {
  const { title, lines } = toldUpgrade(upgrade);
  return [
    `**${markdownText(title)}**`,
    ...(lines.length > 0 ? [''] : []),
    ...lines.map((line) => `- ${markdownText(line)}`),
  ];
}

function changeLine({ project, kind, processes, of, from, to }: UpgradeChange, several: boolean): string {
  const where = several ? `${projectName(project)}: ` : '';
  // A sum has as many places as terms.
  const isSum = kind === 'demand' || kind === 'peak';
  const step = to && !isSum && shownTrail(to.origin).findLast(({ file }) => file !== undefined);
  const place = step ? ` (${escapeControls(step.file!)}:${step.line})` : '';
  return `${where}${subject(kind, processes, of)}: ${numberText(from)} → ${numberText(to)}${place}`;
}

function subject(kind: UpgradeChange['kind'], processes: readonly string[], of: string | null): string {
  const who = list(processes.map(escapeControls));
  const whose = of === null ? '' : sentence(of);
  switch (kind) {
    case 'pool':
      return `pool of ${whose} in ${who}`;
    case 'threads':
      return `threads of ${who}`;
    case 'processes':
      return `processes of ${who}`;
    case 'demand':
      return `connections of ${whose}`;
    case 'peak':
      return `connections of ${whose} during a deploy`;
  }
}

function numberText(traced: Traced<PoolSize> | null): string {
  if (traced === null) return 'none';
  return traced.known ? String(traced.value) : 'unknown';
}

function findingLine(what: string, finding: ReportedFinding): string {
  const { file, line, column } = placeOf(finding.at);
  const where = `${escapeControls(file)}:${line}:${column}`;
  return `${what} ${finding.severity}[${finding.rule}]: ${messageOf(finding)} (${where})`;
}
