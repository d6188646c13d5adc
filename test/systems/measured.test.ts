import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goodJob } from '../../src/systems/good_job.ts';
import { puma } from '../../src/systems/puma.ts';
import { sidekiq } from '../../src/systems/sidekiq.ts';
import { solidQueue } from '../../src/systems/solid_queue.ts';
import type { System } from '../../src/systems/system.ts';
import { bootCase, shown } from './harness.ts';

/**
 * What the gems themselves made of these files, variables and command lines, version by version: Puma::CLI,
 * Sidekiq::CLI, SolidQueue::Configuration (with its Cli) and GoodJob's schedulers, run on Ruby 3.1 with four processors. The keys of `is`
 * are versions.
 */
interface Measured {
  readonly files: Record<string, string>;
  readonly env: Record<string, string>;
  readonly line: string;
  readonly is: Record<string, string>;
}

type Outcome = ReturnType<typeof bootCase>;

function measured(gem: string): readonly Measured[] {
  const text = readFileSync(new URL(`measured/${gem}.jsonl`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Measured);
}

function compare(system: System, row: Measured, version: string, show: (outcome: Outcome) => string): string {
  const early = system.id === 'solid_queue' && /^0\.[0-8]\./.test(version);
  const files = Object.fromEntries(
    Object.entries(row.files).map(([path, text]) => [
      early && path === 'config/queue.yml' ? 'config/solid_queue.yml' : path,
      text,
    ]),
  );
  const outcome = bootCase(system, {
    files,
    env: row.env,
    command: row.line,
    gems: { [system.gem]: version },
    cpus: 4,
  });
  return outcome.problems.length > 0 ? 'raises' : show(outcome);
}

function differences(system: System, show: (outcome: Outcome) => string): readonly string[] {
  return measured(system.gem).flatMap((row) =>
    Object.entries(row.is).flatMap(([versions, expected]) =>
      versions.split(' ').flatMap((version) => {
        const actual = compare(system, row, version, show);
        const { files, env, line } = row;
        return actual === expected
          ? []
          : [`${version} ${JSON.stringify({ files, env, line })}: ${expected}, not ${actual}`];
      }),
    ),
  );
}

describe('the gems themselves', () => {
  it('Puma 4.3.12 to 8.0.2', () => {
    const show = ({ settings }: Outcome) =>
      `${String(shown(settings['threads_min']))}..${String(shown(settings['threads_max']))} workers ${String(shown(settings['workers']))}` +
      (shown(settings['preload_app']) === true ? ' preload' : '');
    expect(differences(puma, show)).toEqual([]);
  });

  it('Sidekiq 4.2.10 to 7.3.9', () => {
    const show = ({ settings }: Outcome) =>
      (shown(settings['capsules']) as { name: string; concurrency: number }[])
        .map(({ name, concurrency }) => `${name} ${concurrency}`)
        .join(', ');
    expect(differences(sidekiq, show)).toEqual([]);
  });

  it('GoodJob 1.4.1 to 4.10.2', () => {
    const show = ({ settings }: Outcome) => {
      const pools = shown(settings['pools']) as { threads: number }[];
      return pools.map(({ threads }) => threads).join('+') || '0';
    };
    expect(differences(goodJob, show)).toEqual([]);
  });

  it('Solid Queue 0.2.2 to 1.5.0', () => {
    const show = ({ settings }: Outcome) => {
      const entries = shown(settings['workers']) as { threads: number; processes: number }[];
      const workers = entries.flatMap(({ threads, processes }) => Array.from({ length: processes }, () => threads));
      const dispatchers = (settings['dispatchers'] as readonly unknown[]).length;
      const scheduler = shown(settings['scheduler']) === true ? ', scheduler' : '';
      return `workers ${workers.join('+') || 0}, dispatchers ${dispatchers}${scheduler}, ${String(shown(settings['mode']))}`;
    };
    expect(differences(solidQueue, show)).toEqual([]);
  });
});
