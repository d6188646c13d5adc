import type { Boot } from '../../launch/boot.ts';
import { span, type Span } from '../../text/source.ts';
import { NOTHING_ASSUMED, type Assumption } from '../../value/origin.ts';
import type { PsychMapping } from '../../yaml/node.ts';
import { keyText } from '../../yaml/read.ts';
import { placeOfOrigin } from '../place.ts';
import { repositoryPath } from '../repository_path.ts';
import type { Remark } from '../system.ts';
import { entryOf } from '../yaml_keys.ts';
import type { SolidQueueLine } from './command_line.ts';
import { fromVariable } from './files.ts';
import type { SolidQueueRules } from './rules.ts';

const OLD = 'config/solid_queue.yml';
const NEW = 'config/queue.yml';

/**
 * What this version and this way of starting leave unread: a file under the name of other versions, variables that
 * `bin/jobs` hides, a path that is not there, other environments, `processes` in async mode.
 * Source: lib/solid_queue/configuration.rb and lib/solid_queue/cli.rb, per row of SOLID_QUEUE_RULES
 */
export function ignoredBySolidQueue(
  boot: Boot,
  line: SolidQueueLine,
  rules: SolidQueueRules,
  forks: boolean,
): readonly Remark[] {
  const named = line.config ?? fromVariable(boot, 'SOLID_QUEUE_CONFIG', rules.configVariable, line.starter);
  const found: Remark[] = [...hiddenVariables(boot, line, rules)];
  if (named) found.push(...missingFile(boot, named, rules));
  else found.push(...otherName(boot, rules));
  const path =
    named?.known && named.value !== null ? repositoryPath(named.value, boot.files).path : named ? null : rules.file;
  const worlds = path === null ? null : boot.files.kind(path) === 'file' ? boot.yaml(path, null) : null;
  const roots = (worlds ?? []).map(({ document }) => document.root);
  const [root] = roots;
  if (roots.length !== 1 || root?.kind !== 'mapping') return found;
  found.push(...otherEnvironments(boot, root, path!));
  if (!forks) found.push(...processesInAsync(boot, root));
  if (!rules.fibers) found.push(...fibersBefore(boot, root));
  return found;
}

function otherName(boot: Boot, rules: SolidQueueRules): readonly Remark[] {
  const other = rules.file === NEW ? OLD : NEW;
  const file = boot.files.kind(other) === 'file' ? boot.source(other) : null;
  if (!file) return [];
  const why =
    boot.files.kind(rules.file) === 'missing'
      ? `This version of Solid Queue reads ${rules.file}, which is not there: it runs with its defaults.`
      : `This version of Solid Queue reads ${rules.file}: what ${other} says has no effect.`;
  const lineEnd = file.text.indexOf('\n');
  const at = span(file, 0, lineEnd === -1 ? file.text.length : lineEnd);
  return [ignored(other, why, `move what counts into ${rules.file}, and remove ${other}.`, at)];
}

interface HiddenVariable {
  readonly name: string;
  readonly readBy: SolidQueueRules['configVariable'];
  readonly since: string;
}

/** `bin/jobs` passes defaults of its own where it came before the variable. */
function hiddenVariables(boot: Boot, line: SolidQueueLine, rules: SolidQueueRules): readonly Remark[] {
  if (line.starter !== 'bin/jobs') return [];
  const all: readonly HiddenVariable[] = [
    { name: 'SOLID_QUEUE_CONFIG', readBy: rules.configVariable, since: '1.0.0' },
    { name: 'SOLID_QUEUE_SKIP_RECURRING', readBy: rules.skipRecurringVariable, since: '1.2.2' },
    { name: 'SOLID_QUEUE_SUPERVISOR_MODE', readBy: rules.modeVariable, since: '1.3.2' },
  ];
  return all.flatMap(({ name, readBy, since }) => {
    const state = boot.environment.stateOf(name);
    const at = state ? placeOfOrigin(state.origin) : null;
    if (readBy !== 'rake' || !state?.known || state.value === null || !at) return [];
    const why = `bin/jobs of this version passes its own default over the variable; from ${since} on it reads it.`;
    return [ignored(name, why, 'say it as an option of bin/jobs, or update Solid Queue.', at)];
  });
}

function missingFile(
  boot: Boot,
  named: NonNullable<SolidQueueLine['config']>,
  rules: SolidQueueRules,
): readonly Remark[] {
  const at = placeOfOrigin(named.origin);
  if (!named.known || named.value === null || rules.missingFileRaises || !at) return [];
  if (repositoryPath(named.value, boot.files).kind !== 'missing') return [];
  const why = `There is no ${named.value}: Solid Queue runs with its defaults, 3 threads and one dispatcher.`;
  return [ignored(named.value, why, 'name the file that is there.', at, named.assumes)];
}

const KNOWN = new Set(['workers', 'dispatchers', 'scheduler']);
const ENVIRONMENTS = new Set(['development', 'test', 'staging', 'production']);

/** Sections for other environments only: this one gets the defaults. */
function otherEnvironments(boot: Boot, root: PsychMapping, path: string): readonly Remark[] {
  if (root.open !== null || root.absent.length > 0) return [];
  const names = root.entries.map((entry) => keyText(entry.key));
  const other = root.entries.find((entry) => ENVIRONMENTS.has(keyText(entry.key)));
  if (names.includes(boot.railsEnv) || names.some((name) => KNOWN.has(name)) || !other) return [];
  const why = `${path} has no section for ${boot.railsEnv}: Solid Queue runs with its defaults, 3 threads and one dispatcher.`;
  return [ignored(path, why, `add a section for ${boot.railsEnv}.`, other.keyAt)];
}

function workersIn(boot: Boot, root: PsychMapping): readonly PsychMapping[] {
  const own = entryOf(root, boot.railsEnv, 'either');
  const section = own.kind === 'node' && own.node.kind === 'mapping' ? own.node : root;
  const workers = entryOf(section, 'workers', 'either');
  if (workers.kind !== 'node' || workers.node.kind !== 'sequence') return [];
  return workers.node.items.filter((item) => item.kind === 'mapping');
}

/** `fibers` came with 1.6.0: before, such a worker has threads, three where it says no number. */
function fibersBefore(boot: Boot, root: PsychMapping): readonly Remark[] {
  return workersIn(boot, root).flatMap((item) => {
    const entry = entryOf(item, 'fibers', 'either');
    if (entry.kind !== 'node' || entry.node.kind !== 'scalar') return [];
    const why = 'Solid Queue reads fibers from 1.6.0 on: this worker runs its jobs on threads.';
    return [ignored('fibers', why, 'update Solid Queue, or say threads.', entry.node.at)];
  });
}

function processesInAsync(boot: Boot, root: PsychMapping): readonly Remark[] {
  return workersIn(boot, root).flatMap((item) => {
    const entry = entryOf(item, 'processes', 'either');
    if (entry.kind !== 'node' || entry.node.kind !== 'scalar') return [];
    const { value } = entry.node;
    if (!value.known || value.value === 1n || value.value === null) return [];
    const why =
      'In async mode every worker entry runs once, as threads of the supervisor: processes counts for nothing.';
    return [ignored('processes', why, 'raise threads, or run Solid Queue in fork mode.', entry.node.at, value.assumes)];
  });
}

function ignored(
  what: string,
  why: string,
  advice: string,
  at: Span,
  assumes: readonly Assumption[] = NOTHING_ASSUMED,
): Remark {
  return { kind: 'ignored-configuration', what, why, advice, at, assumes };
}
