import type { Process } from '../model/process.ts';
import { escapeControls } from './characters.ts';

type Named = Pick<Process, 'name' | 'role'>;

/** What a process is called: its launch, and its part in it where the launch has several: "jobs dispatcher". */
export function processName({ name, role }: Named, among: readonly Named[]): string {
  const several = among.filter((one) => one.name === name).length > 1;
  return several && role !== 'web' ? `${escapeControls(name)} ${role}` : escapeControls(name);
}
