import { AppFiles } from '../../src/launch/files.ts';
import type { Deployment } from '../../src/launch/launch.ts';
import { templateReader } from '../../src/launch/templates.ts';
import { uncountedNoted } from '../../src/lint/uncounted.ts';
import type { DeployedApp } from '../../src/platforms/platform.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { WORK_OF_A_RUN } from '../../src/ruby/host.ts';
import { loadRuby } from '../../src/ruby/parse.ts';
import { SYSTEMS } from '../../src/systems/index.ts';
import { placeOf } from '../../src/text/source.ts';
import { Environment } from '../../src/value/environment.ts';
import { known } from '../../src/value/traced.ts';
import { GemVersion } from '../../src/versions/compare.ts';
import { Versions } from '../../src/versions/versions.ts';
import { grammar } from '../support/lint.ts';

const parser = await loadRuby(grammar);

export interface TestApp extends DeployedApp {
  readonly notes: string[];
}

/** An app of these files. Gems are named with their versions, "kamal 2.6.0", or are taken for 1.0. */
export function app(files: Record<string, string>, gems: readonly string[] = []): TestApp {
  const assumed = new Map(
    gems.map((gem) => {
      const [name, version = '1.0'] = gem.split(' ');
      return [name!, { version: GemVersion.of(version), origin: { kind: 'flag', text: 'gem' } as const }];
    }),
  );
  const notes: string[] = [];
  const note: DeployedApp['unresolved'] = (what, reason, at) =>
    notes.push(`${what}: ${reason} (${placeOf(at).file}:${placeOf(at).line})`);
  const own = new AppFiles(new MemoryTree(files), '.');
  return {
    files: own,
    versions: new Versions({ lockfile: null, constraints: new Map(), assumed }),
    railsEnv: 'production',
    systems: SYSTEMS,
    environmentOf: (process) =>
      Environment.EMPTY.with('RAILS_ENV', known('production', { kind: 'flag', text: process })),
    template: templateReader(own, parser, { left: WORK_OF_A_RUN }),
    unresolved: note,
    uncounted: uncountedNoted(note),
    notes,
  };
}

/** A deployment as text: its name, and a line for every launch. */
export function described(deployment: Deployment): string[] {
  return [
    deployment.name,
    ...deployment.launches.map((launch) => {
      const command = launch.command?.words.map(({ value }) => (value.known ? value.value : '?')).join(' ') ?? '-';
      return `${launch.name} ${launch.system} ${launch.declared ? '' : 'undeclared '}${command}`;
    }),
  ];
}
