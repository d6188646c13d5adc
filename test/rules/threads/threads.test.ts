import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';
import { MODELS, service } from '../../index/code.ts';

const RULES = new Set(['thread-new-in-loop', 'thread-new-without-executor', 'parallel-exceeds-pool']);

interface Shop {
  readonly rails?: string;
  readonly pool?: string;
  readonly path?: string;
}

/** What the rules about threads say of a service: severity, rule, arithmetic. */
async function said(body: string, { rails = '7.1.5', pool = '5', path = 'app/services/work.rb' }: Shop = {}) {
  const { findings, unresolved } = await lintFiles({
    ...MODELS,
    'Gemfile.lock': lockfile({ rails, puma: '6.6.0', pg: '1.5.9' }),
    'config/database.yml': `production:\n  adapter: postgresql\n  pool: ${pool}\n`,
    [path]: service(body),
  });
  return {
    findings: findings.filter(({ rule }) => RULES.has(rule)),
    unresolved: unresolved.map(({ what }) => what),
  };
}

async function verdicts(body: string, shop: Shop = {}): Promise<string[]> {
  return (await said(body, shop)).findings.map(({ severity, rule }) => `${severity} ${rule}`);
}

const QUERY = 'ids.each { |id| Thread.new { Photo.find(id) } }';
const WRITE = 'ids.each { |id| Thread.new { Photo.find(id).destroy! } }';

describe('thread-new-in-loop', () => {
  it('is a warning up to Rails 7.1, whatever the thread does', async () => {
    for (const rails of ['5.2.8', '6.1.7', '7.0.8', '7.1.5']) {
      expect(await verdicts(QUERY, { rails })).toEqual(['warning thread-new-in-loop']);
    }
  });

  it('is a warning from Rails 7.2 on for what holds a connection, and info for plain queries', async () => {
    for (const rails of ['7.2.0', '8.0.2', '8.1.0']) {
      expect(await verdicts(QUERY, { rails })).toEqual(['info thread-new-in-loop']);
      expect(await verdicts(WRITE, { rails })).toEqual(['warning thread-new-in-loop']);
      const lease = 'ids.each { Thread.new { ActiveRecord::Base.connection.execute("SELECT 1") } }';
      expect(await verdicts(lease, { rails })).toEqual(['warning thread-new-in-loop']);
    }
  });

  it('counts: as many threads as fit beside the one that starts them are no fault of numbers', async () => {
    const times = (count: number) => `${count}.times { Thread.new { Photo.count } }`;
    expect(await verdicts(times(4))).toEqual(['info thread-new-without-executor']);
    expect(await verdicts(times(5))).toEqual(['warning thread-new-in-loop']);
    const [finding] = (await said(times(5))).findings;
    expect(finding!.arithmetic).toBe('5 threads + the one that starts them = 6 > pool 5');
    expect(finding!.confidence).toBe('medium');
  });

  it('counts at most as many as the elements that are asked for', async () => {
    const first = (count: number) => `ids.first(${count}).each { |id| Thread.new { Photo.find(id) } }`;
    expect(await verdicts(first(4))).toEqual(['info thread-new-without-executor']);
    const [finding] = (await said(first(5))).findings;
    expect([finding!.rule, finding!.arithmetic]).toEqual(['thread-new-in-loop', null]);
  });

  it('speaks of one thread where each is waited for before the next, and cannot tell where some are', async () => {
    expect(await verdicts('ids.each { |id| Thread.new { Photo.find(id) }.join }')).toEqual([
      'info thread-new-without-executor',
    ]);
    const some = 'ids.each { |id| all << Thread.new { Photo.find(id) }; all.shift.join if all.size > 3 }';
    const { findings, unresolved } = await said(some);
    expect(findings.map(({ rule }) => rule)).toEqual(['thread-new-without-executor']);
    expect(unresolved).toContain('how many threads of Thread.new run at once');
  });

  it('leaves numbers to the executor that runs the work', async () => {
    const pool = (count: number) =>
      `pool = Concurrent::FixedThreadPool.new(${count})\nids.each { |id| Concurrent::Promises.future_on(pool) { Photo.find(id) } }`;
    expect(await verdicts(pool(4))).toEqual(['info thread-new-without-executor']);
    expect((await verdicts(pool(5))).toSorted()).toEqual([
      'info thread-new-without-executor',
      'warning parallel-exceeds-pool',
    ]);
  });

  it('is info where somebody runs it by hand, for fibers, and on a pool without a bound', async () => {
    expect(await verdicts(WRITE, { path: 'lib/tasks/work.rake' })).toEqual(['info thread-new-in-loop']);
    expect(await verdicts(WRITE, { path: 'script/work.rb' })).toEqual(['info thread-new-in-loop']);
    expect(await verdicts('ids.each { |id| Async { Photo.find(id).destroy! } }')).toEqual(['info thread-new-in-loop']);
    expect(await verdicts(WRITE, { rails: '8.1.0', pool: '-1' })).toEqual(['info thread-new-in-loop']);
  });

  it('is silent about protected bodies, and info where an exception jumps over the release', async () => {
    expect(
      await verdicts('ids.each { |id| Thread.new { Rails.application.executor.wrap { Photo.find(id) } } }'),
    ).toEqual([]);
    const released = 'ids.each { |id| Thread.new { Photo.find(id); ActiveRecord::Base.clear_active_connections! } }';
    expect(await verdicts(released)).toEqual(['info thread-new-in-loop']);
  });

  it('is info where the version of Rails is not known', async () => {
    const { findings } = await lintFiles({
      ...MODELS,
      'config/database.yml': 'production:\n  adapter: postgresql\n',
      'app/services/work.rb': service(WRITE),
    });
    const own = findings.filter(({ rule }) => rule === 'thread-new-in-loop');
    expect(own.map(({ severity, confidence }) => [severity, confidence])).toEqual([['info', 'low']]);
  });

  it('names every step of the way', async () => {
    const { findings } = await lintFiles({
      ...MODELS,
      'Gemfile.lock': lockfile({ rails: '7.1.5', puma: '6.6.0', pg: '1.5.9' }),
      'config/database.yml': 'production:\n  adapter: postgresql\n',
      'app/services/work.rb': service(
        'ids.each { |id| Thread.new { drop(id) } }',
        'def drop(id)\n  Photo.cleanup\nend\n',
      ),
    });
    const [finding] = findings;
    expect(concise(finding!)).toBe(
      'app/services/work.rb:3:21: warning thread-new-in-loop Thread.new in ids.each starts a thread in every pass, ' +
        'and each uses the database: call → drop → Photo.cleanup → old → where',
    );
    expect(finding!.related.map(({ at, message }) => `${at.file.path} ${message}`)).toEqual([
      'app/services/work.rb ids.each: as often as there are elements',
      'app/services/work.rb calls drop',
      'app/services/work.rb calls Photo.cleanup',
      'app/models/photo.rb calls old',
      'app/models/photo.rb where uses the database',
    ]);
  });
});

describe('parallel-exceeds-pool', () => {
  it('compares the threads and the one that starts them with the pool', async () => {
    const parallel = (count: string) => `Parallel.each(ids, in_threads: ${count}) { |id| Photo.find(id).touch }`;
    expect(await verdicts(parallel('4'))).toEqual([]);
    expect(await verdicts(parallel('5'))).toEqual(['warning parallel-exceeds-pool']);
    expect(await verdicts(parallel('0'), { pool: '1' })).toEqual([]);
    expect(await verdicts(parallel('5'), { pool: '6' })).toEqual([]);
  });

  it('knows that a cached pool has no bound, whatever it is given', async () => {
    const cached = 'pool = Concurrent::CachedThreadPool.new(max_threads: 2)\npool.post { Photo.count }';
    const [finding] = (await said(cached)).findings;
    expect(finding!.message).toContain('as many threads as there is work');
  });

  it('cannot tell a computed number', async () => {
    const { findings, unresolved } = await said('Parallel.each(ids, in_threads: many) { |id| Photo.find(id) }');
    expect(findings).toEqual([]);
    expect(unresolved).toContain('the threads of Parallel.each');
  });

  it('speaks of a thread pool without a bound', async () => {
    const body = 'pool = Concurrent::CachedThreadPool.new\nids.each { |id| pool.post { Photo.find(id) } }';
    expect(await verdicts(body)).toEqual(['warning parallel-exceeds-pool']);
    expect(await verdicts(body, { rails: '8.0.2' })).toEqual(['info parallel-exceeds-pool']);
    expect(await verdicts(body.replace('Photo.find(id)', 'with_connection { Photo.find(id) }'))).toEqual([]);
  });
});

describe('thread-new-without-executor', () => {
  it('is info in every version', async () => {
    for (const rails of ['6.1.7', '7.1.5', '7.2.0', '8.1.0']) {
      expect(await verdicts('Thread.new { Photo.find(1).destroy! }', { rails })).toEqual([
        'info thread-new-without-executor',
      ]);
    }
  });

  it('says nothing of a protected body, or one without a database', async () => {
    expect(await verdicts('Thread.new { with_connection { Photo.find(1) } }')).toEqual([]);
    expect(await verdicts('Thread.new { Net::HTTP.get(uri) }')).toEqual([]);
  });

  it('speaks of no executor before Rails 5.0, which has none', async () => {
    const snippets = async (rails: string) =>
      (await said('Thread.new { Photo.find(1) }', { rails })).findings.map(({ message, snippet }) =>
        /executor/.test(message + snippet),
      );
    expect(await snippets('4.2.11')).toEqual([false]);
    expect(await snippets('5.0.0')).toEqual([true]);
  });
});
