import type { Boot } from '../../launch/boot.ts';
import { known, unknown, type Traced, UNDECIDED } from '../../value/traced.ts';
import type { RaisedAt } from '../raised.ts';
import { repositoryPath } from '../repository_path.ts';
import { fileOfApp, type AppFile } from '../uncommitted.ts';
import type { SolidQueueLine, Starter } from './command_line.ts';
import type { ReadBy, SolidQueueRules } from './rules.ts';
import { sectionFor, type Section } from './section.ts';
import { agree } from '../../value/traced.ts';
import { isKey } from '../yaml_keys.ts';

/** The section of the configuration file, one for every course the file can take. */
export interface SectionReading {
  readonly sections: readonly Section[];
  readonly raised: RaisedAt | null;
}

const EMPTY: Section = { kind: 'empty', assumes: [] };

/** Reads config/queue.yml, or what takes its place. Source: lib/solid_queue/configuration.rb, per row of SOLID_QUEUE_RULES */
export function readSections(boot: Boot, line: SolidQueueLine, rules: SolidQueueRules): SectionReading {
  const named = line.config ?? fromVariable(boot, 'SOLID_QUEUE_CONFIG', rules.configVariable, line.starter);
  if (named && !named.known) {
    return { sections: [{ kind: 'open', reason: named.reason, origin: named.origin }], raised: null };
  }
  const path = named?.value ?? null;
  if (path === null) return defaultFile(boot, line, rules);
  const found = repositoryPath(path, boot.files);
  if (found.kind === 'elsewhere') {
    const open: Section = { kind: 'open', reason: `${path} is not in the repository`, origin: named!.origin };
    return { sections: [open], raised: null };
  }
  const there = found.kind === 'missing' ? fileOfApp(found.path, 'by name', boot) : null;
  if (there) return { sections: [{ kind: 'open', reason: notCommitted(there), origin: named!.origin }], raised: null };
  if (found.kind === 'missing') {
    if (!rules.missingFileRaises) return { sections: [EMPTY], raised: null };
    const message = `Configuration file for Solid Queue not found in ${path}`;
    return { sections: [], raised: { error: 'RuntimeError', message, origin: named!.origin, assumes: named!.assumes } };
  }
  return read(boot, found.path);
}

/** A sample shows what the file may look like; how many workers are in the file, it does not say. */
function notCommitted(there: AppFile): string {
  return there.kind === 'open' ? there.reason : `it is a copy of ${there.path}, which is not committed itself`;
}

function defaultFile(boot: Boot, line: SolidQueueLine, rules: SolidQueueRules): SectionReading {
  if (boot.files.kind(rules.file) !== 'missing') return read(boot, rules.file);
  if (!rules.jobsNamesDefault || line.starter !== 'bin/jobs') return { sections: [EMPTY], raised: null };
  const message = `Configuration file for Solid Queue not found in ${rules.file}`;
  const text = `bin/jobs reads ${rules.file}`;
  return { sections: [], raised: { error: 'RuntimeError', message, origin: { kind: 'assumed', text }, assumes: [] } };
}

function read(boot: Boot, path: string): SectionReading {
  const worlds = boot.yaml(path, null) ?? [];
  const sections = worlds.flatMap(({ document }) =>
    document.problem ? [] : [sectionFor(document.root, boot.railsEnv)],
  );
  return { sections, raised: null };
}

/** A variable that this version reads for this way of starting; null where it reads none, or where it is unset. */
export function fromVariable(
  boot: Boot,
  variable: string,
  readBy: ReadBy,
  starter: Starter,
): Traced<string | null> | null {
  if (readBy === 'nobody' || (readBy === 'rake' && starter === 'bin/jobs')) return null;
  const state = boot.environment.get(variable);
  return state.known && state.value === null ? null : state;
}

/**
 * Whether config/recurring.yml has tasks for this environment: an entry with a schedule.
 * Source: lib/solid_queue/configuration.rb@v1.5.0 (recurring_tasks)
 */
export function hasRecurringTasks(boot: Boot, line: SolidQueueLine, rules: SolidQueueRules): Traced<boolean> {
  const named =
    line.recurring ?? fromVariable(boot, 'SOLID_QUEUE_RECURRING_SCHEDULE', rules.configVariable, line.starter);
  if (named && !named.known) return unknown(named.reason, named.origin);
  const found = repositoryPath(named?.value ?? 'config/recurring.yml', boot.files);
  if (found.kind === 'elsewhere') {
    return unknown(`${found.path} is not in the repository`, named?.origin ?? { kind: 'assumed', text: found.path });
  }
  const worlds = found.kind === 'file' ? boot.yaml(found.path, null) : null;
  if (!worlds) return known(false, { kind: 'assumed', text: `there is no ${found.path}` });
  return agree(
    UNDECIDED,
    worlds.map(({ document }) => {
      if (document.problem)
        return unknown<boolean>(document.problem.message, { kind: 'literal', at: document.problem.at });
      return scheduled(sectionFor(document.root, boot.railsEnv), found.path);
    }),
  );
}

function scheduled(section: Section, path: string): Traced<boolean> {
  switch (section.kind) {
    case 'open':
      return unknown(section.reason, section.origin);
    case 'raises':
      return unknown(section.message, { kind: 'literal', at: section.node.at });
    case 'empty':
      return known(false, { kind: 'assumed', text: `${path} is empty` }, section.assumes);
    case 'mapping': {
      const { mapping } = section;
      const task = mapping.entries.find(
        ({ value }) => value.kind === 'mapping' && value.entries.some(({ key }) => isKey(key, 'schedule', 'either')),
      );
      if (task) return known(true, { kind: 'literal', at: task.keyAt }, section.assumes);
      if (mapping.open !== null) return unknown(mapping.open, { kind: 'literal', at: mapping.at });
      return known(false, { kind: 'literal', at: mapping.at }, [...section.assumes, ...mapping.absent]);
    }
  }
}
