import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GOOD_JOB_RULES } from '../../src/systems/good_job/rules.ts';
import { ACTION_CABLE, SOLID_CABLE } from '../../src/systems/inside/action_cable.ts';
import { ACTIVE_JOB_ASYNC } from '../../src/systems/inside/active_job_async.ts';
import { ASYNC_QUERIES } from '../../src/systems/inside/async_queries.ts';
import { QUERIES_BORROW } from '../../src/systems/leases.ts';
import { PUMA_RULES } from '../../src/systems/puma/rules.ts';
import { SIDEKIQ_RULES } from '../../src/systems/sidekiq/rules.ts';
import { QUE_WORKERS } from '../../src/systems/simple/que.ts';
import { KARAFKA_THREADS } from '../../src/systems/simple/karafka.ts';
import { SOLID_QUEUE_RULES } from '../../src/systems/solid_queue/rules.ts';
import { version } from '../../src/versions/compare.ts';
import type { VersionTable } from '../../src/versions/versions.ts';

const TABLES: Readonly<Record<string, VersionTable<unknown>>> = {
  ACTION_CABLE,
  ACTIVE_JOB_ASYNC,
  ASYNC_QUERIES,
  GOOD_JOB_RULES,
  KARAFKA_THREADS,
  PUMA_RULES,
  QUERIES_BORROW,
  QUE_WORKERS,
  SIDEKIQ_RULES,
  SOLID_CABLE,
  SOLID_QUEUE_RULES,
};

const SYSTEMS = new URL('../../src/systems/', import.meta.url);

/** The names of the tables that the room declares. */
function declared(): readonly string[] {
  const files = readdirSync(SYSTEMS, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  return files.flatMap((path) =>
    [...readFileSync(new URL(path, SYSTEMS), 'utf8').matchAll(/\bconst (\w+): VersionTable</g)].map(
      ([, name]) => name!,
    ),
  );
}

describe('the version tables', () => {
  it('are all of those that there are', () => {
    expect(declared().toSorted()).toEqual(Object.keys(TABLES).toSorted());
  });

  const rows = Object.entries(TABLES).flatMap(([name, { rows: all }]) =>
    all.map((row, index) => ({ name, row, index })),
  );

  it.each(rows)('$name since $row.since: $row.source', ({ row }) => {
    expect(row.source).toMatch(/^(?:[a-z]+\/)*\S+@v?\d+\.\d+/);
  });

  it.each(Object.entries(TABLES))('%s rises, and no two rows say the same', (_, { rows: all }) => {
    all.slice(1).forEach((row, index) => {
      const before = all[index]!;
      expect(version(before.since).compare(version(row.since))).toBeLessThan(0);
      expect(row.value).not.toEqual(before.value);
    });
  });

  // The tag has to have what the row says: it is of that version, or of a later one before the next row.
  it.each(rows)('$name since $row.since is read in a version it holds for', ({ name, row, index }) => {
    const tag = version(/@v?([\d.]+)$/.exec(row.source)![1]!);
    const next = TABLES[name]!.rows[index + 1];
    expect(tag.compare(version(row.since))).toBeGreaterThanOrEqual(0);
    if (next) expect(tag.compare(version(next.since))).toBeLessThan(0);
  });
});
