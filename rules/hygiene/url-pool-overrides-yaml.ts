import type { WrittenKey } from '../../src/database/entry.ts';
import { plural } from '../../src/lint/phrases.ts';
import type { Project } from '../../src/lint/result.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';
import { sameSpan, type Span } from '../../src/text/source.ts';
import { writtenIn } from '../../src/value/history.ts';
import { allAssumptions } from '../../src/value/origin.ts';
import { assumptionsOf } from '../../src/value/traced.ts';
import { entriesOf, keyOf, settingText, type SeenEntry } from './entries.ts';

interface FromUrl {
  readonly entry: string;
  readonly key: WrittenKey;
  /** What the URL says, and under which key. */
  readonly urlKey: string;
  readonly size: string;
  /** From Rails 8.1 a `max_connections` of the file beats a `pool` of the URL. */
  readonly wins: 'url' | 'file';
}

/** R33: a URL in the repository says another size than database.yml. */
export const urlPoolOverridesYaml: Rule = defineRule<FromUrl>({
  id: 'url-pool-overrides-yaml',
  aliases: [],
  group: 'hygiene',
  severity: 'warning',
  fix: null,
  summary: 'A database URL says another pool size than database.yml, and one of the two has no effect.',
  fineWhen: null,
  check: (project) => entriesOf(project).flatMap((seen) => outcomesOf(project, seen)),
  say,
});

function outcomesOf(project: Project, seen: SeenEntry): readonly Outcome<FromUrl>[] {
  const { entry, launch, guessed } = seen;
  const found = overriding(seen);
  if (!found) return [];
  const { key, urlKey, wins } = found;
  const setting = entry.settings.get(urlKey);
  if (!setting?.known || !key.value?.known) return [];
  const size = settingText(setting);
  if (Number.parseInt(settingText(key.value), 10) === Number.parseInt(size, 10)) return [{ kind: 'holds' }];
  // The rule that finds the pool too small says where the number comes from.
  if (wins === 'url' && isTooSmall(project, seen, writtenIn(setting.origin))) return [];
  const url = writtenIn(setting.origin);
  const places: readonly { readonly at: Span; readonly message: string }[] = [
    ...(url ? [{ at: url, message: `the URL says ${urlKey}=${size}` }] : []),
    { at: key.valueAt, message: `the file says ${settingText(key.value)}` },
  ];
  const [primary, ...related] = places;
  return [
    {
      kind: 'violates',
      severity: 'warning',
      assumes: allAssumptions(assumptionsOf(setting), assumptionsOf(key.value), guessed),
      process: launch.launch.name,
      weight: 0,
      database: entry.name,
      at: primary!.at,
      label: primary!.message,
      related,
      found: { entry: entry.name, key, urlKey, size, wins },
    },
  ];
}

/** The two that contradict each other: the same key in both, or the two names of one size from Rails 8.1 on. */
function overriding({ entry }: SeenEntry): Pick<FromUrl, 'key' | 'urlKey' | 'wins'> | null {
  // What Ruby establishes replaces both.
  if (entry.pool.origin.kind === 'code') return null;
  const fromUrl = (name: string): boolean => entry.settings.get(name)?.origin !== keyOf(entry, name)?.value?.origin;
  const { sizeKey } = entry;
  const key = keyOf(entry, sizeKey);
  if (key && fromUrl(sizeKey)) return { key, urlKey: sizeKey, wins: 'url' };
  if (key && sizeKey === 'max_connections' && entry.settings.has('pool') && !keyOf(entry, 'pool')) {
    return { key, urlKey: 'pool', wins: 'file' };
  }
  return null;
}

/** Whether the pool that the URL makes is too small for a process of the launch, or for another with the same URL. */
function isTooSmall({ processes }: Project, { launch, entry }: SeenEntry, url: Span | null): boolean {
  return processes.some((process) =>
    process.pools.some(({ database, size, verdict }) => {
      if (database.name !== entry.name || verdict.kind !== 'violates') return false;
      if (process.launch === launch.launch) return true;
      const at = writtenIn(size.origin);
      return at !== null && url !== null && sameSpan(at, url);
    }),
  );
}

function say({ entry, key, urlKey, size, wins }: FromUrl): Sentences {
  const written = settingText(key.value);
  if (wins === 'file') {
    return {
      message: `\`pool=${size}\` in the URL of ${entry} has no effect: max_connections is ${written} in database.yml`,
      consequence:
        'From Rails 8.1 max_connections decides where there is one, and db:create and db:drop raise because the two differ.',
      arithmetic: null,
      advice: 'remove it from the URL, or say max_connections there.',
      snippet: null,
    };
  }
  return {
    message: `the URL of ${entry} sets ${urlKey} to ${size}, and database.yml says ${written}`,
    consequence: `What a URL says wins over the file, key by key: the pool has ${plural(size, 'connection')}, not ${written}.`,
    arithmetic: null,
    advice: `remove ${urlKey} from the URL, and let database.yml decide.`,
    snippet: null,
  };
}
