import { describe, expect, it } from 'vitest';
import { factsOf, service } from './code.ts';

async function loopOf(body: string): Promise<string | null> {
  const { sites } = (await factsOf(service(body))).threads;
  expect(sites).toHaveLength(1);
  const loop = sites[0]!.loop;
  return loop && `${loop.text} ${loop.count ?? '?'}`;
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
    ['1.step(9, 2) { Thread.new { Photo.count } }', '1.step ?'],
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
  ])('%s', async (body) => {
    expect(await loopOf(body)).toBeNull();
  });
});
