import type { Finding } from '../lint/finding.ts';
import { cut, escapeControls } from './characters.ts';
import { messageWithoutSecrets } from './secrets.ts';

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
