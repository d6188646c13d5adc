import type { Project } from '../lint/result.ts';
import { placeOf } from '../text/source.ts';
import { escapeControls } from './characters.ts';

/** "Not read: helm/shop/Chart.yaml, a Helm chart, which may start and set something else.", each once. */
export function notRead(projects: readonly Project[]): readonly string[] {
  const said = projects.flatMap(({ unread = [] }) =>
    unread.map(({ path, what }) => `${escapeControls(path)}, ${what}`),
  );
  return [...new Set(said)].map((one) => `Not read: ${one}, which may start and set something else.`);
}

/** The same as JSON; nothing where everything was read. */
export function unreadJson({ unread = [] }: Project): object {
  if (unread.length === 0) return {};
  return { unread: unread.map(({ what, at }) => ({ what, ...placeOf(at) })) };
}
