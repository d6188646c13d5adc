// What is compared: the rows that the tests hold our model to, and the driver that asks the gem.

/** @typedef {{ id: string, gem: string, rows: string, beside?: readonly [string, string | null][] }} Compared */

/** @type {readonly Compared[]} */
export const SYSTEMS = [
  // Puma counts processors with concurrent-ruby and does not depend on it.
  { id: 'puma', gem: 'puma', rows: 'test/systems/measured/puma.jsonl', beside: [['concurrent-ruby', null]] },
  { id: 'sidekiq', gem: 'sidekiq', rows: 'test/systems/measured/sidekiq.jsonl' },
  // Recurring tasks are records, which need a database.
  {
    id: 'solid_queue',
    gem: 'solid_queue',
    rows: 'test/systems/measured/solid_queue.jsonl',
    beside: [['sqlite3', '1.7.3']],
  },
  { id: 'good_job', gem: 'good_job', rows: 'test/systems/measured/good_job.jsonl', beside: [['pg', '1.5.9']] },
  { id: 'rails', gem: 'activerecord', rows: 'test/database/measured/rails.jsonl' },
  {
    id: 'sequel',
    gem: 'sequel',
    rows: 'test/database/measured/sequel.jsonl',
    beside: [
      ['pg', '1.5.9'],
      ['sqlite3', '1.7.3'],
    ],
  },
];
