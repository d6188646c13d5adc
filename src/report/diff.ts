import { createTwoFilesPatch } from 'diff';
import { SourceFile } from '../text/source.ts';
import { escapeControls } from './characters.ts';
import { MASK, secretsIn } from './secrets.ts';

/** What an edit changes in a file, as a unified diff with git's prefixes. Secrets are masked on both sides. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const options = {
    context: 3,
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  };
  const [from, to] = [before, after].map((text) => shown(new SourceFile(path, text)));
  const name = escapeControls(path);
  return createTwoFilesPatch(`a/${name}`, `b/${name}`, from!, to!, undefined, undefined, options);
}

function shown(file: SourceFile): string {
  let text = '';
  let behind = 0;
  for (const { start, end } of secretsIn(file, 0, file.text.length)) {
    text += file.text.slice(behind, start) + MASK;
    behind = end;
  }
  text += file.text.slice(behind);
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  return mark + text.slice(mark.length).replaceAll(/[^\r\n\t]+|\r(?!\n)/g, (part) => escapeControls(part));
}
