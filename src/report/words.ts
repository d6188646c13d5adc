import type { Severity } from '../lint/finding.ts';
import { list } from '../lint/phrases.ts';
import type { Assumption } from '../value/origin.ts';
import { escapeControls } from './characters.ts';

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** Whether a severity reaches a threshold. */
export function reaches(severity: Severity, threshold: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold);
}

/** What would make a finding untrue, from what it assumes; null where nothing is assumed. */
export function unless(assumes: readonly Assumption[]): string | null {
  const unset = new Set<string>();
  const unread = new Set<string>();
  const others = new Set<string>();
  for (const assumption of assumes) {
    if (assumption.kind === 'unset') {
      unset.add(escapeControls(assumption.variable));
      if (assumption.unread !== undefined) unread.add(escapeControls(assumption.unread));
    } else if (assumption.kind === 'undeclared') {
      const process = escapeControls(assumption.process);
      others.add(`${process} does not run in production: no process of the deployment starts it`);
    } else if (assumption.kind === 'version') {
      others.add(`the version of ${assumption.gem} is another one: say which with --assume ${assumption.gem}=VERSION`);
    } else others.add(`this assumption is wrong: ${escapeControls(assumption.text)}`);
  }
  const parts = [...others];
  if (unset.size > 0) {
    const where = unread.size > 0 ? ` (not read: ${list([...unread])})` : '';
    parts.unshift(`${list([...unset], 'or')} is set elsewhere${where}: say so under env: in .rails-pool-lint.yml`);
  }
  return parts.length > 0 ? parts.join('; or ') : null;
}

/** The names people know gems by, for the ids every JSON uses. */
const GEMS: Readonly<Record<string, string>> = {
  rails: 'Rails',
  activerecord: 'Active Record',
  puma: 'Puma',
  unicorn: 'Unicorn',
  pitchfork: 'Pitchfork',
  passenger: 'Passenger',
  falcon: 'Falcon',
  sidekiq: 'Sidekiq',
  solid_queue: 'Solid Queue',
  solid_cache: 'Solid Cache',
  solid_cable: 'Solid Cable',
  good_job: 'GoodJob',
  delayed_job: 'Delayed Job',
  resque: 'Resque',
  que: 'Que',
  shoryuken: 'Shoryuken',
  karafka: 'Karafka',
  sneakers: 'Sneakers',
  sucker_punch: 'Sucker Punch',
  active_job_async: 'Active Job (async)',
  action_cable: 'Action Cable',
  anycable: 'AnyCable',
  sequel: 'Sequel',
  'rom-sql': 'ROM',
  hanami: 'Hanami',
};

/** The name people know a gem by; its id where it has no other. */
export function gemName(id: string): string {
  return GEMS[id] ?? escapeControls(id);
}

const ADAPTERS: Readonly<Record<string, string>> = {
  postgresql: 'PostgreSQL',
  postgis: 'PostgreSQL',
  mysql2: 'MySQL',
  trilogy: 'MySQL',
  sqlite3: 'SQLite',
  // As Sequel calls them.
  postgres: 'PostgreSQL',
  mysql: 'MySQL',
  sqlite: 'SQLite',
  sqlserver: 'SQL Server',
};

/** The database that an adapter speaks to; the adapter where it is none of these. */
export function adapterName(adapter: string): string {
  return ADAPTERS[adapter] ?? escapeControls(adapter);
}
