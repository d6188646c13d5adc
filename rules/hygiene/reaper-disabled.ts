import type { DatabaseEntry, Setting } from '../../src/database/entry.ts';
import { toFloat } from '../../src/database/setting.ts';
import type { Severity } from '../../src/lint/finding.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import type { Span } from '../../src/text/source.ts';
import { hops, variablesOf, writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import type { Known } from '../../src/value/traced.ts';
import { atLeast, version } from '../../src/versions/compare.ts';
import { entriesOf, keyOf, settingText, type SeenEntry } from './entries.ts';
import { withoutLine } from './line_fix.ts';

interface Disabled {
  readonly entry: string;
  readonly rails: string;
  readonly written: string;
  readonly raises: boolean;
  /** What has no effect any more without the reaper, of what somebody wrote. */
  readonly lost: readonly string[];
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

function outcomesOf(project: Project, { entry, launch, guessed }: SeenEntry): readonly Outcome<Disabled>[] {
  const rails = project.versions['rails'] ?? null;
  const setting = entry.settings.get('reaping_frequency');
  const at = placeOf(entry);
  // Up to 5.1 the reaper is off unless somebody switches it on.
  if (rails === null || !atLeast(version(rails), '5.2') || !setting?.known || !at) return [];
  if (!isOff(setting.value)) return [{ kind: 'holds' }];
  const raises = setting.value === false && atLeast(version(rails), '6.1');
  const lost = lostIn(entry);
  const key = keyOf(entry, 'reaping_frequency');
  const edit = key && key.replaced.length === 0 ? withoutLine(key.name, key.valueAt) : null;
  return [
    {
      kind: 'violates',
      severity: severityOf(setting, raises, lost),
      assumes: allAssumptions(setting.assumes, guessed),
      process: launch.launch.name,
      weight: 0,
      database: entry.name,
      at,
      label: settingText(setting),
      related: hops(setting.origin).map((hop) => ({ at: hop.at, message: `reaches ${entry.name} here` })),
      ...(edit ? { fix: { safety: 'unsafe', description: 'leave it to Rails', edits: [edit] } } : {}),
      found: { entry: entry.name, rails, written: settingText(setting), raises, lost },
    },
  ];
}

function placeOf(entry: DatabaseEntry): Span | null {
  const setting = entry.settings.get('reaping_frequency');
  return keyOf(entry, 'reaping_frequency')?.valueAt ?? (setting ? writtenIn(setting.origin) : null);
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

function say({ entry, rails, written, raises, lost }: Disabled): Sentences {
  if (raises) {
    return {
      message: `reaping_frequency of ${entry} is false: Rails ${rails} raises NoMethodError`,
      consequence:
        'From Rails 6.1 the value is converted with to_f, which false does not have: the pool is never built.',
      arithmetic: null,
      advice: 'write 0 to switch the reaper off, or delete the line',
      snippet: null,
      fineWhen: null,
    };
  }
  const also = lost.length > 0 ? ` ${lost.join(', ')} of this entry has no effect.` : '';
  return {
    message: `reaping_frequency of ${entry} is ${written}: the reaper is off`,
    consequence: `Idle connections stay open for good: what a peak opened is held until the process ends.${also}`,
    arithmetic: null,
    advice: 'delete the line: Rails has a default',
    snippet: null,
  };
}
