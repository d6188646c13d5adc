import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goodJob } from '../../src/systems/good_job.ts';
import { puma } from '../../src/systems/puma.ts';
import { sidekiq } from '../../src/systems/sidekiq.ts';
import { solidQueue } from '../../src/systems/solid_queue.ts';
import type { System } from '../../src/systems/system.ts';
import { bootCase, shown } from './harness.ts';

/**
 * What the gems themselves made of these files, variables and command lines, version by version, with four processors:
 * Puma::CLI, Sidekiq::CLI, Solid Queue's supervisor and GoodJob's schedulers (`npm run conformance` asks them again).
 * The keys of `is` are versions.
 */
interface Measured {
  readonly files: Record<string, string>;
  readonly env: Record<string, string>;
  readonly line: string;
  readonly is: Record<string, string>;
}

type Outcome = ReturnType<typeof bootCase>;

interface Expected {
  readonly given: Omit<Measured, 'is'>;
  readonly is: string;
}

/** What is expected of each version of a gem. */
function measured(gem: string): readonly (readonly [version: string, expected: readonly Expected[]])[] {
  const text = readFileSync(new URL(`measured/${gem}.jsonl`, import.meta.url), 'utf8');
  const versions = new Map<string, Expected[]>();
  for (const line of text.trimEnd().split('\n')) {
    const { is: answers, ...given } = JSON.parse(line) as Measured;
    for (const [key, is] of Object.entries(answers)) {
      for (const version of key.split(' ')) {
        const expected = versions.get(version) ?? [];
        versions.set(version, expected);
        expected.push({ given, is });
      }
    }
  }
  return [...versions];
}

function answer(system: System, given: Expected['given'], version: string, show: (outcome: Outcome) => string): string {
  const early = system.id === 'solid_queue' && /^0\.[0-8]\./.test(version);
  const files = Object.fromEntries(
    Object.entries(given.files).map(([path, text]) => [
      early && path === 'config/queue.yml' ? 'config/solid_queue.yml' : path,
      text,
    ]),
  );
  const outcome = bootCase(system, {
    files,
    env: given.env,
    command: given.line,
    gems: { [system.gem]: version },
    cpus: 4,
  });
  return outcome.problems.length > 0 ? 'raises' : show(outcome);
}

function holdsTo(system: System, show: (outcome: Outcome) => string): void {
  it.each(measured(system.gem))(`${system.gem} %s`, (version, expected) => {
    const differences = expected.flatMap(({ given, is }) => {
      const ours = answer(system, given, version, show);
      return ours === is ? [] : [`${JSON.stringify(given)}: ${is}, not ${ours}`];
    });
    expect(differences).toEqual([]);
  });
}

describe('the gems themselves', () => {
  holdsTo(
    puma,
    ({ settings }) =>
      `${String(shown(settings['threads_min']))}..${String(shown(settings['threads_max']))} workers ${String(shown(settings['workers']))}` +
      (shown(settings['preload_app']) === true ? ' preload' : ''),
  );

  holdsTo(sidekiq, ({ settings }) =>
    (shown(settings['capsules']) as { name: string; concurrency: number }[])
      .map(({ name, concurrency }) => `${name} ${concurrency}`)
      .join(', '),
  );

  holdsTo(goodJob, ({ settings }) => {
    const pools = shown(settings['pools']) as { threads: number }[];
    return pools.map(({ threads }) => threads).join('+') || '0';
  });

  holdsTo(solidQueue, ({ settings }) => {
    const entries = shown(settings['workers']) as { threads: number; fibers?: number; processes: number }[];
    const workers = entries.flatMap(({ threads, fibers, processes }) =>
      Array.from({ length: processes }, () => (fibers === undefined ? threads : `${fibers} fibers`)),
    );
    const dispatchers = (settings['dispatchers'] as readonly unknown[]).length;
    const scheduler = shown(settings['scheduler']) === true ? ', scheduler' : '';
    return `workers ${workers.join('+') || 0}, dispatchers ${dispatchers}${scheduler}, ${String(shown(settings['mode']))}`;
  });
});
