import type { DatabaseEntry, Setting } from '../../src/database/entry.ts';
import { toFloat } from '../../src/database/setting.ts';
import type { Severity } from '../../src/lint/finding.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { hops, variablesOf, writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import type { Known } from '../../src/value/traced.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { entriesOf, keyOf, settingText, type SeenEntry } from './entries.ts';
import { NEAR } from '../budget/budget-near-limit.ts';
import { withoutLine } from './line_fix.ts';

type Key = 'reaping_frequency' | 'idle_timeout';

interface Disabled {
  readonly key: Key;
  readonly entry: string;
  readonly rails: string;
  readonly written: string;
  readonly raises: boolean;
  /** What has no effect any more without the reaper, of what somebody wrote. */
  readonly lost: readonly string[];
  /** "96 of the 97 connections", where what stays open is missed on the server; null elsewhere. */
  readonly near: string | null;
}

/** R56: nothing closes idle connections any more. */
export const reaperDisabled: Rule = defineRule<Disabled>({
  id: 'reaper-disabled',
  aliases: [],
  group: 'hygiene',
  severity: 'error',
  fix: 'unsafe',
  summary: 'The reaper is switched off, so idle connections are never closed.',
  fineWhen: 'idle connections are closed elsewhere, by a pooler or the server',
  check: (project) => entriesOf(project).flatMap((seen) => outcomesOf(project, seen)),
  say,
});

function outcomesOf(project: Project, seen: SeenEntry): readonly Outcome<Disabled>[] {
  const rails = project.versions['rails'] ?? null;
  // Up to 5.1 the reaper is off unless somebody switches it on, and nothing else closes what is idle.
  if (rails === null || !atLeast(version(rails), '5.2')) return [];
  const { entry } = seen;
  const reaper = entry.settings.get('reaping_frequency');
  if (reaper?.known && isOff(reaper.value)) {
    const raises = raisesOn(reaper.value, rails);
    const lost = lostIn(entry);
    const severity = severityOf(reaper, raises, lost);
    return violation(seen, reaper, severity, { key: 'reaping_frequency', rails, raises, lost, near: null });
  }
  const idle = entry.settings.get('idle_timeout');
  const found: readonly Outcome<Disabled>[] = reaper?.known ? [{ kind: 'holds' }] : [];
  if (!idle?.known || !isOff(idle.value)) return found;
  const raises = raisesOn(idle.value, rails);
  const near = raises ? null : nearOf(project, entry);
  if (!raises && near === null) return found;
  const what = { key: 'idle_timeout', rails, raises, lost: [], near } as const;
  return [...found, ...violation(seen, idle, raises ? 'error' : 'info', what)];
}

/** From 6.1 both values are converted with `to_f`, which nil has and false has not. */
function raisesOn(value: Setting, rails: string): boolean {
  return value === false && atLeast(version(rails), '6.1');
}

function violation(
  { entry, launch, guessed }: SeenEntry,
  setting: Known<Setting>,
  severity: Severity,
  what: Omit<Disabled, 'entry' | 'written'>,
): readonly Outcome<Disabled>[] {
  const key = keyOf(entry, what.key);
  const at = key?.valueAt ?? writtenIn(setting.origin);
  if (!at) return [];
  const edit = key && key.replaced.length === 0 ? withoutLine(key.name, key.valueAt) : null;
  return [
    {
      kind: 'violates',
      severity,
      assumes: allAssumptions(setting.assumes, guessed),
      process: launch.launch.name,
      weight: 0,
      database: entry.name,
      at,
      label: settingText(setting),
      related: hops(setting.origin).map((hop) => ({ at: hop.at, message: `reaches ${entry.name} here` })),
      ...(edit ? { fix: { safety: 'unsafe', description: 'leave it to Rails', edits: [edit] } } : {}),
      found: { ...what, entry: entry.name, written: settingText(setting) },
    },
  ];
}

/** What the processes can open of a server that has little more to give; null where there is room, or nobody knows. */
function nearOf({ servers }: Project, entry: DatabaseEntry): string | null {
  const server = servers.find(({ key }) => key === entry.server?.key);
  if (!server?.demand.known || !server.overhead.known || !server.usable.known) return null;
  const { demand, overhead, usable } = server;
  return demand.value + overhead.value > NEAR * usable.value ? `${demand.value} of ${usable.value}` : null;
}

/** Source: activerecord/lib/active_record/connection_adapters/abstract/connection_pool/reaper.rb@v8.1.3.1 (`run`) */
function isOff(value: Setting): boolean {
  if (value === null || value === false) return true;
  return value !== true && typeof value !== 'object' && toFloat(value) <= 0;
}

/** Settings that somebody wrote and that the reaper alone carries out. */
function lostIn(entry: DatabaseEntry): readonly string[] {
  const size = entry.sizeKey === 'max_connections' ? ['min_connections', 'max_age', 'keepalive'] : [];
  return ['idle_timeout', ...size].filter((name) => {
    const key = keyOf(entry, name);
    return key?.value?.known === true && !isOff(key.value.value);
  });
}

/** `0` is a choice, unless the entry counts on the reaper; a variable that came out empty is an accident. */
function severityOf(setting: Known<Setting>, raises: boolean, lost: readonly string[]): Severity {
  if (raises) return 'error';
  const accident = setting.value === null && variablesOf(setting.origin).length > 0;
  return accident || lost.length > 0 ? 'warning' : 'info';
}

function say({ key, entry, rails, written, raises, lost, near }: Disabled): Sentences {
  if (raises) {
    return {
      message: `${key} of ${entry} is false: Rails ${rails} raises NoMethodError`,
      consequence:
        'From Rails 6.1 the value is converted with to_f, which false does not have: the pool is never built.',
      arithmetic: null,
      advice: `write 0 to switch ${key === 'idle_timeout' ? 'it' : 'the reaper'} off, or delete the line.`,
      snippet: null,
      fineWhen: null,
    };
  }
  if (near !== null) {
    return {
      message: `idle_timeout of ${entry} is ${written}: no idle connection is closed`,
      consequence: 'What a peak opened stays open until the process ends, on a server that has little more to give.',
      arithmetic: `${near} connections can be open at once`,
      advice: 'delete the line: Rails closes them after 300 seconds.',
      snippet: null,
    };
  }
  const also = lost.length > 0 ? ` ${lost.join(', ')} of this entry has no effect.` : '';
  return {
    message: `reaping_frequency of ${entry} is ${written}: the reaper is off`,
    consequence: `Idle connections stay open for good: what a peak opened is held until the process ends.${also}`,
    arithmetic: null,
    advice: 'delete the line: Rails has a default.',
    snippet: null,
  };
}
