import type { Project } from '../lint/result.ts';
import { projectJson } from './json.ts';
import { printJson } from './print_json.ts';
import { proofsJson } from './proofs.ts';
import { withoutSecrets } from './secrets.ts';
import { isSecretName } from './secret_shapes.ts';
import { entryJson, shownProjects, type Entry, type Part, type ShownLaunch, type ShownProject } from './shown.ts';
import { tracedJson } from './traced.ts';
import { unreadJson } from './unread.ts';

/** What each launch sees, as JSON, version 1. */
export function showJson(projects: readonly Project[], options: { readonly files: readonly string[] }): string {
  return printJson({
    version: 1,
    projects: shownProjects(projects, options.files).map(shownJson),
  });
}

function shownJson({ project, launches }: ShownProject): object {
  const unread = unreadJson(project);
  return { ...projectJson(project), ...unread, processes: launches.map(launchJson), ...proofsJson(project) };
}

function launchJson({ launch, command, env, databases, settings }: ShownLaunch): object {
  return {
    name: launch.name,
    system: launch.system,
    declared: launch.declared,
    command: command && tracedJson(command),
    env: Object.fromEntries(env.map((one) => [one.name, variableJson(one)])),
    databases: Object.fromEntries(
      databases.map(({ name, entries }) => [
        name,
        Object.fromEntries(entries.map((one) => [one.name, entryJson(one)])),
      ]),
    ),
    settings: partJson(settings),
  };
}

function variableJson(entry: Entry): object {
  const json = entryJson(entry);
  return entry.traced.known && entry.traced.value === null ? { ...json, unset: true } : json;
}

function partJson(part: Part, name = ''): unknown {
  switch (part.kind) {
    case 'word':
      return withoutSecrets(part.word);
    case 'traced':
      return tracedJson(part.traced, { secret: isSecretName(name) });
    case 'list':
      return part.items.map((item) => partJson(item, name));
    case 'group':
      return Object.fromEntries(part.parts.map(([inner, one]) => [inner, partJson(one, inner)]));
  }
}
