import type { Severity } from '../../lint/finding.ts';
import type { LintResult, ReportedFinding } from '../../lint/result.ts';
import type { Upgrade } from '../../lint/upgrade.ts';
import { placeOf } from '../../text/source.ts';
import { escapeControls } from '../characters.ts';
import { closing } from '../closing.ts';
import { frames } from '../frame.ts';
import { messageOf } from '../message.ts';
import { secretFreeSnippet, sentence } from '../secrets.ts';
import { spoken } from '../tally.ts';
import { unless } from '../words.ts';
import { htmlDocument, type Block } from './document.ts';
import { upgradeBlocks } from './upgrade.ts';

/** Nothing is wrapped: the browser does that. */
const WIDTH = 10_000;
const FRAME_WIDTH = 110;

/** The findings as one page. */
export function lintHtml(
  result: LintResult,
  options: { readonly failLevel: Severity; readonly upgrade?: Upgrade | null },
): string {
  const findings = spoken(result);
  const said = closing(result, { verbose: true, failLevel: options.failLevel, width: WIDTH }, (text) => text);
  const ends = said.slice(findings.length > 0 ? -2 : -1);
  const untold = result.unresolved.map(({ what, reason, at }) => {
    const place = at && placeOf(at);
    return [sentence(what), sentence(reason), place ? `${escapeControls(place.file)}:${place.line}` : ''];
  });
  const blocks: Block[] = [
    ...ends.map((text, index): Block => ({ kind: 'text', text, strong: index === 0 })),
    ...(options.upgrade ? upgradeBlocks(options.upgrade) : []),
    ...findings.map(findingBlock),
  ];
  if (untold.length > 0) {
    const head = ['what', 'why', 'where'];
    blocks.push({ kind: 'heading', level: 2, text: 'Cannot be told' }, { kind: 'table', head, rows: untold, left: 3 });
  }
  return htmlDocument('rails-pool-lint', blocks);
}

function findingBlock(finding: ReportedFinding): Block {
  const { file, line, column } = placeOf(finding.at);
  const told: readonly (readonly [string, string | null])[] = [
    ['In production', finding.consequence && sentence(finding.consequence)],
    ['Arithmetic', finding.arithmetic && sentence(finding.arithmetic)],
    ['What to do', sentence(finding.advice)],
    ['Unless', unless(finding.assumes)],
    ['Fine when', finding.fineWhen && sentence(finding.fineWhen)],
  ];
  return {
    kind: 'finding',
    severity: finding.severity,
    rule: finding.rule,
    place: `${escapeControls(file)}:${line}:${column}`,
    message: messageOf(finding),
    frame: frames(finding, FRAME_WIDTH, (text) => text, 'bold').join('\n'),
    details: told.flatMap(([label, text]) => {
      if (text === null || text === '') return [];
      const code = label === 'What to do' && finding.snippet !== null ? secretFreeSnippet(finding.snippet) : null;
      return [{ label, text, code: code?.join('\n') ?? null }];
    }),
  };
}
