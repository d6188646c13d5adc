import type { Finding } from '../lint/finding.ts';
import { cut, escapeControls } from './characters.ts';
import type { ReportedFinding } from '../lint/result.ts';
import { messageWithoutSecrets, secretFreeSnippet, sentence } from './secrets.ts';
import { unless } from './words.ts';

/** What a finding says, for people, with the processes that it also holds for. */
export function messageOf(finding: Pick<Finding, 'message' | 'process' | 'processes'>): string {
  const others = otherProcesses(finding);
  return escapeControls(messageWithoutSecrets(finding.message)) + (others === '' ? '' : ` (also ${others})`);
}

/** The processes of a finding but the worst one, which its message is about. */
export function otherProcesses({ process, processes }: Pick<Finding, 'process' | 'processes'>): string {
  return [...new Set(processes)]
    .filter((name) => name !== process)
    .map((name) => cut(escapeControls(name), 60))
    .join(', ');
}

/** Everything a finding teaches but what it says first, line by line, for formats that are plain text. */
export function explanationOf(finding: ReportedFinding): readonly string[] {
  const condition = unless(finding.assumes);
  const parts = [
    finding.consequence && `In production: ${sentence(finding.consequence)}`,
    finding.arithmetic && `Arithmetic: ${sentence(finding.arithmetic)}`,
    `What to do: ${sentence(finding.advice)}`,
    ...(finding.snippet === null ? [] : secretFreeSnippet(finding.snippet).map((line) => `    ${line}`)),
    condition && `Unless ${condition}`,
  ];
  return parts.filter((part) => part !== null).filter((part) => part !== '');
}
