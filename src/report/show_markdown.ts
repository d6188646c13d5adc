import type { Project } from '../lint/result.ts';
import { markdownTable, markdownText } from './grid.ts';
import { sectionsOf, titleOf } from './show.ts';
import { shownProjects } from './shown.ts';

/** What each launch sees, as tables of Markdown. */
export function showMarkdown(projects: readonly Project[], options: { readonly files: readonly string[] }): string {
  const lines: string[] = [];
  for (const { project, launches } of shownProjects(projects, options.files))
    for (const launch of launches) {
      lines.push(`## ${markdownText(titleOf(project, launch, projects.length > 1))}`, '');
      for (const { title, rows } of sectionsOf(launch, project)) {
        const body = rows.map(({ depth, name, value, history }) => [
          `${'– '.repeat(depth)}${name}`,
          value ?? '',
          history,
        ]);
        lines.push(`### ${markdownText(title)}`, '', ...markdownTable(['key', 'value', 'from'], body, 3), '');
      }
    }
  return lines.length > 0 ? `${lines.join('\n').trimEnd()}\n` : '';
}
