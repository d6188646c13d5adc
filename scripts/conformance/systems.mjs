// What is compared: the rows that the tests hold our model to, and the driver that asks the gem.

/** @typedef {{ id: string, gem: string, rows: string, beside?: (version: string) => readonly [string, string | null][] }} Compared */

/** @type {readonly Compared[]} */
export const SYSTEMS = [
  // Puma counts processors with concurrent-ruby and does not depend on it.
  { id: 'puma', gem: 'puma', rows: 'test/systems/measured/puma.jsonl', beside: () => [['concurrent-ruby', null]] },
  { id: 'sidekiq', gem: 'sidekiq', rows: 'test/systems/measured/sidekiq.jsonl' },
  // Recurring tasks are records, which need a database; fibers (1.6) need async.
  {
    id: 'solid_queue',
    gem: 'solid_queue',
    rows: 'test/systems/measured/solid_queue.jsonl',
    beside: (version) => [['sqlite3', null], ...(/^(0|1\.[0-5])\./.test(version) ? [] : [['async', null]])],
  },
  { id: 'good_job', gem: 'good_job', rows: 'test/systems/measured/good_job.jsonl', beside: () => [['pg', '1.5.9']] },
  // What reads database.yml and merges `shared` is in railties.
  {
    id: 'rails',
    gem: 'activerecord',
    rows: 'test/database/measured/rails.jsonl',
    beside: (version) => [['railties', version]],
  },
  {
    id: 'sequel',
    gem: 'sequel',
    rows: 'test/database/measured/sequel.jsonl',
    beside: () => [
      ['pg', '1.5.9'],
      ['sqlite3', '1.7.3'],
    ],
  },
];
