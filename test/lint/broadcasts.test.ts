import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

const gems = {
  rails: '8.0.2',
  puma: '7.2.0',
  sidekiq: '7.3.9',
  solid_cable: '3.0.7',
  'turbo-rails': '2.0.11',
  pg: '1.5.9',
};
const FILES = {
  'Gemfile.lock': lockfile(gems),
  'config/cable.yml': 'production:\n  adapter: solid_cable\n  connects_to:\n    database:\n      writing: cable\n',
  'config/database.yml':
    'production:\n  primary:\n    adapter: postgresql\n    pool: 20\n  cable:\n    adapter: postgresql\n    pool: 6\n',
  Procfile: 'web: bundle exec puma -t 5:5\nworker: bundle exec sidekiq -c 10\n',
};

/** The threads of the worker that may want the cable database; null where it has no pool of it. */
async function onCable(files: Record<string, string>): Promise<unknown> {
  const { projects, findings } = await lintFiles({ ...FILES, ...files });
  const worker = projects[0]!.processes.find(({ name }) => name === 'worker');
  const pool = worker?.pools.find(({ database }) => database.name === 'cable');
  const threads = pool?.claims.map((claim) => claim.threads.known && [claim.threads.value, claim.threads.assumes]);
  return [threads ?? null, findings.map(({ rule, severity, database }) => [rule, severity, database])];
}

const ALL = [{ kind: 'reachable', text: 'all of its jobs broadcast' }];

describe('the database of Solid Cable', () => {
  it.each([
    ['app/jobs/ping_job.rb', 'ActionCable.server.broadcast("a", {})'],
    ['app/models/message.rb', 'broadcasts_to :room'],
    ['app/models/message.rb', 'after_save { broadcast_replace_later_to room }'],
    ['app/services/notify.rb', 'RoomChannel.broadcast_to(room, body: 1)'],
  ])('is used by jobs where %s broadcasts: %j', async (path, code) => {
    const found = [['secondary-pool-smaller-than-threads', 'info', 'cable']];
    expect(await onCable({ [path]: `${code}\n` })).toEqual([[[10, ALL]], found]);
  });

  it.each([
    ['app/channels/room_channel.rb', 'broadcast_to(room, {})'],
    ['app/controllers/rooms_controller.rb', 'ActionCable.server.broadcast("a", {})'],
    ['app/jobs/ping_job.rb', '# ActionCable.server.broadcast("a", {})\nbroadcast_release_metadata'],
  ])('is not where only %s does: %j', async (path, code) => {
    expect(await onCable({ [path]: `${code}\n` })).toEqual([null, []]);
  });
});
