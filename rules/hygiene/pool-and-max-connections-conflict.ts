import type { DatabaseEntry } from '../../src/database/entry.ts';
import type { NotedProblem } from '../../src/launch/boot.ts';
import type { Fix, RelatedPlace } from '../../src/lint/finding.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences, type Violation } from '../../src/lint/rule.ts';
import type { Span } from '../../src/text/source.ts';
import { writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { entriesOf, keyOf, settingText, type SeenEntry } from './entries.ts';
import { areSiblings, renamed, withoutLine } from './line_fix.ts';

type Conflict =
  | { readonly kind: 'boot'; readonly problem: NotedProblem }
  /** Only a URL says the other size: nothing raises, and the file has no say. */
  | { readonly kind: 'url'; readonly entry: string; readonly pool: string; readonly maxConnections: string };

/** R31: two names of one size that say different things. */
export const poolAndMaxConnectionsConflict: Rule = defineRule<Conflict>({
  id: 'pool-and-max-connections-conflict',
  aliases: [],
  group: 'hygiene',
  severity: 'error',
  fix: 'unsafe',
  summary: 'From Rails 8.1 `pool` contradicts `max_connections` or `min_connections`: the boot raises.',
  fineWhen: null,
  check: (project) => [...raised(project), ...entriesOf(project).flatMap(fromUrl)],
  say,
});

function raised({ problems }: Project): readonly Outcome<Conflict>[] {
  return problems
    .filter(({ about }) => about === 'pool-sizes')
    .map((problem) => {
      const { at, beside, assumes, process } = problem;
      const places = beside ? [{ at: beside, message: 'contradicts it' }] : [];
      const fix = fixOf(problem);
      const found = { kind: 'boot', problem } as const;
      return violation({ severity: 'error', assumes, process, at, related: places, ...(fix ? { fix } : {}), found });
    });
}

/** One name for the size: the other line goes where both stand in one mapping, and is renamed where it is inherited. */
function fixOf({ at, beside }: NotedProblem): Fix | null {
  if (!beside) return null;
  const hasSize = /max_connections\s*:/.test(at.file.line(at.file.position(at.start).line));
  const isDropped = hasSize && areSiblings(at, beside);
  const edit = isDropped ? withoutLine('pool', beside) : renamed('pool', beside, 'max_connections');
  const description = isDropped ? 'keep max_connections alone' : 'call the size max_connections';
  return edit && { safety: 'unsafe', description, edits: [edit] };
}

/** From 8.1 on `max_connections` decides, wherever it comes from; only tasks that build the hash anew raise. */
function fromUrl({ launch, entry, guessed }: SeenEntry): readonly Outcome<Conflict>[] {
  const pool = keyOf(entry, 'pool');
  const other = entry.sizeKey === 'max_connections' ? entry.settings.get('max_connections') : undefined;
  if (!pool?.value?.known || !other?.known || keyOf(entry, 'max_connections')) return [];
  const [size, bound] = [settingText(pool.value), settingText(other)];
  if (pool.value.value === null || pool.value.value === false) return [];
  if (Number.parseInt(size, 10) === Number.parseInt(bound, 10)) return [{ kind: 'holds' }];
  const at = placeOf(entry) ?? pool.valueAt;
  return [
    violation({
      severity: 'warning',
      assumes: allAssumptions(assumptionsOf(pool.value), assumptionsOf(other), guessed),
      process: launch.launch.name,
      at: pool.valueAt,
      related: [{ at, message: 'the URL says max_connections' }],
      found: { kind: 'url', entry: entry.name, pool: size, maxConnections: bound },
    }),
  ];
}

function placeOf(entry: DatabaseEntry): Span | null {
  const setting = entry.settings.get('max_connections');
  return setting ? writtenIn(setting.origin) : null;
}

type Own = Pick<Violation<Conflict>, 'severity' | 'assumes' | 'process' | 'at' | 'fix' | 'found'> & {
  readonly related: readonly RelatedPlace[];
};

function violation(own: Own): Outcome<Conflict> {
  return { kind: 'violates', weight: 0, database: null, label: '', ...own };
}

function say(found: Conflict): Sentences {
  const advice = 'keep max_connections, and delete pool.';
  if (found.kind === 'boot') {
    return {
      message: found.problem.message,
      consequence: `${found.problem.process ?? 'The process'} raises while it reads the file and does not start, whatever environment the section is for.`,
      arithmetic: null,
      advice,
      snippet: null,
    };
  }
  const { entry, pool, maxConnections } = found;
  return {
    message: `\`pool\` of ${entry} is ${pool} in the file, and \`max_connections\` ${maxConnections} in the URL`,
    consequence: `From Rails 8.1 max_connections decides: the pool has ${maxConnections}. db:create and db:drop raise because the two differ.`,
    arithmetic: null,
    advice,
    snippet: null,
  };
}
