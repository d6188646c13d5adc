import type { FileTree } from '../repo/tree.ts';

/** Where a path of a running process is in the checkout. */
export type RepositoryPath =
  | { readonly kind: 'file'; readonly path: string }
  /** Inside the app, and there is no such file. */
  | { readonly kind: 'missing'; readonly path: string }
  /** An absolute path that the checkout knows nothing of. */
  | { readonly kind: 'elsewhere'; readonly path: string };

/**
 * Finds a file that a process names, relative to the root of the app. An absolute path such as /app/config/puma.rb is
 * the app's own where its end is a file of the app, and so is one from a folder above the app.
 */
export function repositoryPath(text: string, files: FileTree): RepositoryPath {
  const steps: string[] = [];
  for (const step of text.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else steps.push(step);
  }
  const relative = steps.join('/');
  if (!text.startsWith('/')) {
    if (steps[0] === '..') return { kind: 'elsewhere', path: text };
    // `apps/shop/config/puma.rb` of an app in apps/shop: it is started from a folder above.
    const isAbove = steps.length > 2 && files.kind(steps[0]!) === 'missing';
    const ours = isAbove ? endOf(steps.slice(1), files) : null;
    if (ours !== null) return { kind: 'file', path: ours };
    return { kind: files.kind(relative) === 'file' ? 'file' : 'missing', path: relative };
  }
  const ours = endOf(steps, files);
  return ours === null ? { kind: 'elsewhere', path: text } : { kind: 'file', path: ours };
}

/** The longest end of a path that is a file of the app in one of its folders, or null. */
function endOf(steps: readonly string[], files: FileTree): string | null {
  for (let from = 0; from < steps.length - 1; from += 1) {
    const path = steps.slice(from).join('/');
    if (files.kind(path) === 'file') return path;
  }
  return null;
}
