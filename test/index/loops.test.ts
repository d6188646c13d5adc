import { describe, expect, it } from 'vitest';
import { factsOf, service } from './code.ts';

async function loopOf(body: string): Promise<string | null> {
  const { sites } = (await factsOf(service(body))).threads;
  expect(sites).toHaveLength(1);
  const loop = sites[0]!.loop;
  if (!loop) return null;
  const most = loop.most === loop.count ? '' : `, at most ${loop.most ?? '?'}`;
  return `${loop.text} ${loop.count ?? '?'}${most}${loop.waits ? ', waits' : ''}`;
}

describe('a thread is started in a loop', () => {
  it.each([
    ['ids.each { |id| Thread.new { Photo.find(id) } }', 'ids.each ?'],
    ['ids.each do |id|\n  Thread.new do\n    Photo.find(id)\n  end\nend', 'ids.each ?'],
    ['ids.each { Thread.new { Photo.find(_1) } }', 'ids.each ?'],
    ['ids.each { Thread.new { Photo.find(it) } }', 'ids.each ?'],
    ['ids.map { |id| Thread.new { Photo.find(id) } }', 'ids.map ?'],
    ['ids.flat_map { |id| Thread.new { Photo.find(id) } }', 'ids.flat_map ?'],
    ['ids.collect { |id| Thread.start { Photo.find(id) } }', 'ids.collect ?'],
    ['ids.filter_map { |id| Thread.fork { Photo.find(id) } }', 'ids.filter_map ?'],
    ['ids&.each { |id| Thread.new { Photo.find(id) } }', 'ids.each ?'],
    ['ids.each_with_index { |id, i| Thread.new { Photo.find(id) } }', 'ids.each_with_index ?'],
    ['ids.each.with_index(1) { |id, i| Thread.new { Photo.find(id) } }', 'ids.each.with_index ?'],
    ['ids.each_with_index.map { |id, i| Thread.new { Photo.find(id) } }', 'ids.each_with_index.map ?'],
    ['ids.each_with_object([]) { |id, all| all << Thread.new { Photo.find(id) } }', 'ids.each_with_object ?'],
    ['ids.inject([]) { |all, id| all << Thread.new { Photo.find(id) } }', 'ids.inject ?'],
    ['ids.reverse_each { |id| Thread.new { Photo.find(id) } }', 'ids.reverse_each ?'],
    ['Photo.find_each { |photo| Thread.new { photo.destroy! } }', 'Photo.find_each ?'],
    ['Photo.in_batches { |batch| Thread.new { batch.delete_all } }', 'Photo.in_batches ?'],
    ['3.times { Thread.new { Photo.count } }', '3.times 3'],
    ['3.times.map { Thread.new { Photo.count } }', '3.times.map 3'],
    ['ids.size.times { Thread.new { Photo.count } }', 'ids.size.times ?'],
    ['1.upto(8) { Thread.new { Photo.count } }', '1.upto 8'],
    ['8.downto(5) { Thread.new { Photo.count } }', '8.downto 4'],
    ['1.step(9, 2) { Thread.new { Photo.count } }', '1.step 5'],
    ['(1..10).step(4) { Thread.new { Photo.count } }', '(1..10).step 3'],
    ['1.step { Thread.new { Photo.count } }', '1.step ?'],
    ['(1..10).each_slice(4) { Thread.new { Photo.count } }', '(1..10).each_slice 3'],
    ['9.times.each_slice(4) { Thread.new { Photo.count } }', '9.times.each_slice 3'],
    ['ids.in_groups(3) { |group| Thread.new { Photo.find(group) } }', 'ids.in_groups 3'],
    ['[1, 2].cycle { Thread.new { Photo.count } }', '[1, 2].cycle ?'],
    ['[1, 2, 3].each_cons(2) { Thread.new { Photo.count } }', '[1, 2, 3].each_cons ?'],
    ['ids.combination(2) { Thread.new { Photo.count } }', 'ids.combination ?'],
    ['{ a: 1, b: 2 }.each { |name, id| Thread.new { Photo.find(id) } }', '{ a: 1, b: 2 }.each 2'],
    ['[1, 2].find { |id| Thread.new { Photo.find(id) } }', '[1, 2].find ?, at most 2'],
    ['ids.first(3).each { |id| Thread.new { Photo.find(id) } }', 'ids.first(…).each ?, at most 3'],
    [
      'Photo.limit(3).pluck(:id).map { |id| Thread.new { Photo.find(id) } }',
      'Photo.limit(…).pluck(…).map ?, at most 3',
    ],
    ['n = 4\nn.times { Thread.new { Photo.count } }', 'n.times 4'],
    ['n = 4\nn += 1\nn.times { Thread.new { Photo.count } }', 'n.times ?'],
    ['[8, 9].each { |n| n.times { Thread.new { Photo.count } } }; n = 4', 'n.times ?'],
    ['ids.each_slice(4).each { |s| s.map { |id| Thread.new { Photo.find(id) } }.each(&:join) }', 's.map 4'],
    ['ids.each_slice(4).map.with_index { |s| s.map { |id| Thread.new { Photo.find(id) } }.each(&:join) }', 's.map 4'],
    ['ids.in_groups_of(4, false).each { |s| s.map { |id| Thread.new { Photo.find(id) } }.map(&:value) }', 's.map 4'],
    ['Photo.find_in_batches(batch_size: 4) { |b| b.map { |x| Thread.new { x.touch } }.each(&:join) }', 'b.map 4'],
    ['(1..4).each { Thread.new { Photo.count } }', '(1..4).each 4'],
    ['(0...4).map { Thread.new { Photo.count } }', '(0...4).map 4'],
    ['[1, 2].each { Thread.new { Photo.count } }', '[1, 2].each 2'],
    ['[*ids, 2].each { Thread.new { Photo.count } }', '[*ids, 2].each ?'],
    ['%w[a b c].each { Thread.new { Photo.count } }', '%w[a b c].each 3'],
    ['Array.new(6) { Thread.new { Photo.count } }', 'Array.new 6'],
    ['loop { Thread.new { Photo.count } }', 'loop ?'],
    ['loop do\n  Thread.new { Photo.count }\nend', 'loop ?'],
    ['while ids.any?\n  Thread.new { Photo.count }\nend', 'while ?'],
    ['until ids.empty?\n  Thread.new { Photo.count }\nend', 'until ?'],
    ['Thread.new { Photo.count } while ids.any?', 'while ?'],
    ['begin\n  Thread.new { Photo.count }\nend until ids.empty?', 'until ?'],
    ['for id in ids\n  Thread.new { Photo.find(id) }\nend', 'for ?'],
    ['for i in 1..3 do Thread.new { Photo.count } end', 'for 3'],
    ['2.times { 3.times { Thread.new { Photo.count } } }', '3.times 6'],
    ['ids.each_slice(4) { |s| s.map { |id| Thread.new { Photo.find(id) } }.each(&:join) }', 's.map 4'],
    ['ids.each_slice(4) { |s| s.map { |id| Thread.new { Photo.find(id) } } }', 's.map ?'],
    ['ids.each { |id| if id.odd? then Thread.new { Photo.find(id) } end }', 'ids.each ?'],
    ['ids.each { |id| @threads.push(Thread.new { Photo.find(id) }) }', 'ids.each ?'],
    ['ids.each { |id| Concurrent::Promises.future(id) { |i| Photo.find(i) } }', 'ids.each ?'],
    ['ids.each { |id| Concurrent::Future.execute { Photo.find(id) } }', 'ids.each ?'],
  ])('%s', async (body, loop) => {
    expect(await loopOf(body)).toBe(loop);
  });

  it('a constant of the same file says how often', async () => {
    const ruby = `WORKERS = 4\n${service('WORKERS.times { Thread.new { Photo.count } }')}`;
    expect((await factsOf(ruby)).threads.sites[0]!.loop?.count).toBe(4);
  });

  it.each([
    ['TITLES = %w[title caption]\nFIELDS = TITLES + ["body"]\n', 3],
    ['FIELDS = TITLES + ["body"]\nTITLES = %w[title caption]\n', undefined],
    ['FIELDS = Photo.column_names + ["body"]\n', undefined],
    ['FIELDS = %w[a b] - %w[a]\n', undefined],
    ['FIELDS = FIELDS.freeze\n', undefined],
  ])('%j is as long as its terms together', async (constants, count) => {
    const ruby = `${constants}${service('FIELDS.each { |field| Thread.new { Photo.count } }')}`;
    expect((await factsOf(ruby)).threads.sites[0]!.loop?.count ?? undefined).toBe(count);
  });
});

it('the slices of a loop are arrays, which ask for nothing', async () => {
  const useOf = async (call: string) => {
    const body = `Photo.all.each_slice(4) { |some| Thread.new { some.each { |x| x.${call} } } }`;
    return (await factsOf(service(body))).threads.sites[0]!.use?.path ?? null;
  };
  expect(await useOf('file_name')).toBeNull();
  expect(await useOf('destroy')).toEqual(['x.destroy']);
});

describe('a thread is not started in a loop', () => {
  it.each([
    'Thread.new { Photo.count }',
    'Thread.new { ids.each { |id| Photo.find(id) } }',
    'Thread.new { loop { Photo.count } }',
    'ids.tap { Thread.new { Photo.count } }',
    'synchronize { Thread.new { Photo.count } }',
    'ids.each { |id| remove(id) }; Thread.new { Photo.count }',
    'ids.each { |id| define_method(id) { Thread.new { Photo.count } } }',
    'ids.each { |id| handlers << -> { Thread.new { Photo.count } } }',
    'items.loop { Thread.new { Photo.count } }',
    'ids.each { |id| trap(id) { Thread.new { Photo.count } } }',
    'ids.each { |id| handlers << Proc.new { Thread.new { Photo.count } } }',
    'ids.each { |id| queue.subscribe(id) { Thread.new { Photo.count } } }',
    'begin\n  Thread.new { Photo.count }\n  sweep\nrescue\n  retry\nend',
  ])('%s', async (body) => {
    expect(await loopOf(body)).toBeNull();
  });

  it.each([
    'pool = Concurrent::FixedThreadPool.new(4)\nids.each { |id| Concurrent::Promises.future_on(pool) { Photo.find(id) } }',
    'ids.each { |id| Concurrent::Future.execute(executor: @pool) { Photo.find(id) } }',
    'ids.each { |id| Concurrent::Promises.future_on(:fast) { Photo.find(id) } }',
  ])('that is not bounded by an executor: %s', async (body) => {
    expect(await loopOf(body)).toBeNull();
    expect(await loopOf('ids.each { |id| Concurrent::Promises.future_on(:io) { Photo.find(id) } }')).toBe('ids.each ?');
  });
});

describe('a loop waits for what it starts', () => {
  it.each([
    'ids.each { |id| Thread.new { Photo.find(id) }.join }',
    'ids.each do |id|\n  Thread.new do\n    Photo.find(id)\n  end.join\nend',
    'ids.map { |id| Thread.new { Photo.find(id) }.value }',
    'ids.each { |id| thread = Thread.new { Photo.find(id) }; thread.join }',
    'ids.each { |id| [Thread.new { Photo.find(id) }].each(&:join) }',
    'ids.each { |id| @threads << Thread.new { Photo.find(id) }; @threads.each { |thread| thread.join } }',
    'ids.each { |id| threads.push(Thread.new { Photo.find(id) }); threads.map(&:value) }',
    'ids.each { |id| threads[id] = Thread.new { Photo.find(id) }; ThreadsWait.all_waits(*threads.values) }',
    'while ids.any?\n  thread = Thread.new { Photo.find(ids.shift) }\n  thread.join\nend',
    'ids.each { |id| if id then thread = Thread.new { Photo.find(id) }; thread.join end }',
    'ids.each { |id| Concurrent::Promises.future { Photo.find(id) }.value! }',
    'ids.each { |id| future = Concurrent::Future.execute { Photo.find(id) }; results << future.value }',
  ])('for all of it: %s', async (body) => {
    expect(await loopOf(body)).toBeNull();
  });

  it.each([
    'ids.each { |id| threads << Thread.new { Photo.find(id) }; threads.shift.join if threads.size > 4 }',
    'ids.each { |id| threads.shift.join if threads.size > 4; threads << Thread.new { Photo.find(id) } }',
    'ids.each { |id| threads << Thread.new { Photo.find(id) }; if threads.size > 4 then threads.each(&:join); threads.clear end }',
    'ids.each { |id| thread = Thread.new { Photo.find(id) }; thread.join(5) }',
    'ids.each { |id| thread = Thread.new { Photo.find(id) }; busy? && thread.join }',
    'ids.each { |id| semaphore.acquire; Thread.new { Photo.find(id) } }',
    'ids.each { |id| sleep 1 while threads.count(&:alive?) > 4; threads << Thread.new { Photo.find(id) } }',
  ])('for some of it: %s', async (body) => {
    expect(await loopOf(body)).toBe('ids.each ?, waits');
  });

  it.each([
    'ids.each { |id| threads << Thread.new { Photo.find(id) } }; threads.each(&:join)',
    'ids.map { |id| Thread.new { Photo.find(id) } }.each(&:join)',
    'ids.each { |id| names = albums.join; Thread.new { Photo.find(id) } }',
    'ids.each { |id| Thread.new { Photo.find(id) }; path = File.join("a", "b") }',
    'ids.each { |id| Thread.new { Photo.find(setting.value) } }',
    'ids.each { |id| thread = Thread.new { Photo.find(id) }; other.join }',
    'ids.each { |id| Thread.new { helper = Thread.new(id); helper.join; Photo.find(id) } }',
  ])('for nothing: %s', async (body) => {
    expect(await loopOf(body)).toMatch(/^ids\.(?:each|map) \?$/);
  });
});
