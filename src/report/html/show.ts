import type { Project } from '../../lint/result.ts';
import { sectionsOf, titleOf } from '../show.ts';
import { shownProjects } from '../shown.ts';
import { htmlDocument, type Block } from './document.ts';

/** What each launch sees, as one page. */
export function showHtml(projects: readonly Project[], options: { readonly files: readonly string[] }): string {
  const blocks = shownProjects(projects, options.files).flatMap(({ project, launches }) =>
    launches.flatMap((launch): Block[] => [
      { kind: 'heading', level: 2, text: titleOf(project, launch, projects.length > 1) },
      ...sectionsOf(launch, project).flatMap(({ title, rows }): Block[] => [
        { kind: 'heading', level: 3, text: title },
        {
          kind: 'table',
          head: ['key', 'value', 'from'],
          rows: rows.map(({ depth, name, value, history }) => [`${'– '.repeat(depth)}${name}`, value ?? '', history]),
          left: 3,
        },
      ]),
    ]),
  );
  return htmlDocument('rails-pool-lint: the configuration each process sees', blocks);
}
