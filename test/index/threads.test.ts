import { describe, expect, it } from 'vitest';
import { codeFacts } from '../../src/index/facts.ts';
import { AppFiles } from '../../src/launch/files.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { loadRuby } from '../../src/ruby/parse.ts';
import { grammar } from '../support/lint.ts';
import { factsOf, factsOfFiles, MODELS, service } from './code.ts';

/** The path of the first site's use with how it holds its connection, or what protects it. */
async function siteIn(ruby: string, path?: string): Promise<string> {
  const { sites, pools } = (await factsOf(ruby, path)).threads;
  const [site] = [...sites, ...pools];
  if (!site) return 'no site';
  const { use, protection } = site;
  const said = use ? `${use.path.join(' → ')} (${use.hold})` : 'nothing';
  return protection ? `${said}, ${protection.text}${protection.always ? '' : ' sometimes'}` : said;
}

describe('the body reaches the database', () => {
  it.each([
    ['Photo.find(1)', 'Photo.find (query)'],
    ['::Photo.find(1)', '::Photo.find (query)'],
    ['Photo.find_by_name("a")', 'Photo.find_by_name (query)'],
    ['Photo.where(a: 1).update_all(b: 2)', 'Photo.where(…).update_all (query)'],
    ['Photo.recent', 'Photo.recent (query)'],
    ['Photo.create!(a: 1)', 'Photo.create! (transaction)'],
    ['Photo.transaction { 1 }', 'Photo.transaction (transaction)'],
    ['ActiveRecord::Base.transaction { 1 }', 'ActiveRecord::Base.transaction (transaction)'],
    ['ActiveRecord::Base.connection.execute("SELECT 1")', 'ActiveRecord::Base.connection (lease)'],
    ['Photo.lease_connection.select_value("SELECT 1")', 'Photo.lease_connection (lease)'],
    ['Shop::Order.count', 'Shop::Order.count (query)'],
    ['Admin.first', 'Admin.first (query)'],
    ['photo = Photo.find(1); photo.destroy!', 'photo.destroy! (transaction)'],
    ['x = Photo.find(1); x.update!(a: 1)', 'x.update! (transaction)'],
    ['Photo.new(a: 1).save!', 'Photo.new(…).save! (transaction)'],
    ['Photo.where(a: 1).each { |x| x.destroy }', 'x.destroy (transaction)'],
    ['photo.reload', 'photo.reload (query)'],
    ['@photo.touch', '@photo.touch (transaction)'],
    ['Photo.new.album.photos.count', 'Photo.new.album.photos.count (query)'],
    ['Photo.new.album.photos.where(a: 1).to_a', 'Photo.new.album.photos.where(…).to_a (query)'],
    ['Photo.new.album.photos.each { |x| x.destroy }', 'x.destroy (transaction)'],
    ['Photo.where(a: 1).each { _1.destroy }', '_1.destroy (transaction)'],
    ['Photo.where(a: 1).each { it.destroy }', 'it.destroy (transaction)'],
    ['Photo.all.each(&:destroy)', 'Photo.all.each(&:destroy) (transaction)'],
    ['Photo.recent.map(&:publish!)', 'Photo.recent.map(&:publish!) → update! (transaction)'],
    ['Photo.recent.map(&:file_name)', 'Photo.recent.map (query)'],
    ['Photo.find(1).tap(&:touch)', 'Photo.find(…).tap(&:touch) (transaction)'],
    ['Photo.new.album.photos.each(&:destroy)', 'Photo.new.album.photos.each(&:destroy) (transaction)'],
    ['Photo.find_or_initialize_by(a: 1)', 'Photo.find_or_initialize_by (query)'],
    ['Photo.public_send(:count)', 'Photo.public_send (query)'],
    ['photo.send(:publish!)', 'photo.send → update! (transaction)'],
    ['photo.class.count', 'photo.class.count (query)'],
    ['Photo.cleanup', 'Photo.cleanup → old → where (query)'],
    ['photo.publish!', 'photo.publish! → update! (transaction)'],
    ['begin\n  Photo.find(1)\nrescue => e\n  log(e)\nend', 'Photo.find (query)'],
    ['Photo.find(1) if ready?', 'Photo.find (query)'],
    ['work = Photo.count', 'Photo.count (query)'],
    ['[Photo.count, 1].max', 'Photo.count (query)'],
    ['"#{Photo.count} photos"', 'Photo.count (query)'],
  ])('%s', async (body, path) => {
    expect(await siteIn(service(`Thread.new { ${body} }`))).toBe(path);
  });

  it('through methods of the class, three calls deep', async () => {
    const rest = 'def a = b\ndef b = c\ndef c = Photo.count\n';
    expect(await siteIn(service('Thread.new { a }', rest))).toBe('a → b → c → Photo.count (query)');
    expect(await siteIn(service('Thread.new { a }', `${rest.replace('Photo.count', 'd')}def d = Photo.count\n`))).toBe(
      'nothing',
    );
  });

  it('through self, a method object, and another class of the file', async () => {
    const rest = 'def remove(id)\n  Photo.find(id)\nend\n';
    expect(await siteIn(service('Thread.new { self.remove(1) }', rest))).toBe('remove → Photo.find (query)');
    expect(await siteIn(service('Thread.new { send(:remove, 1) }', rest))).toBe('remove → Photo.find (query)');
    const onClass = 'def self.sweep\n  Photo.delete_all\nend\n';
    expect(await siteIn(service('Thread.new { self.class.sweep }', onClass))).toBe(
      'self.class.sweep → Photo.delete_all (query)',
    );
    expect(await siteIn(service('Thread.new { self.class.sweep }', onClass.replace('self.', '')))).toBe('nothing');
    expect(await siteIn(service('Thread.new(&method(:remove))', rest))).toBe('Photo.find (query)');
    const other = `class Remover\n  def run\n    Photo.delete_all\n  end\nend\n${service('Thread.new { Remover.new.run }')}`;
    expect(await siteIn(other)).toBe('Remover.new.run → Photo.delete_all (query)');
  });

  it('in a model, on itself', async () => {
    const ruby = 'class Clip < ApplicationRecord\n  def drop\n    Thread.new { destroy }\n  end\nend\n';
    expect(await siteIn(ruby, 'app/models/clip.rb')).toBe('destroy (transaction)');
  });

  it('through methods that call each other without end', async () => {
    expect(await siteIn(service('Thread.new { a }', 'def a = b\ndef b = a\n'))).toBe('nothing');
  });
});

describe('the body does not touch the database', () => {
  it.each([
    'Net::HTTP.get(uri)',
    'puts 1',
    'Photo.new(a: 1)',
    'Photo.extensions',
    'photo.file_name',
    'photo.album',
    'photo.album.photos.to_a',
    'photo.album.photos.map(&:file_name)',
    'ids.each { it.destroy }',
    'photo.class.extensions',
    'send(:work)',
    'send(name)',
    'photo.album.photos.each { |x| x.file_name }',
    'file.save',
    'image = Image.open(x); image.save',
    'event = Stripe::Event.construct(x); event.update(1)',
    'Redis.new.get("photo")',
    'ForeignPhoto.find(1)',
    'client.find(1)',
    '"Photo.find(1)"',
    '# Photo.find(1)\n1',
    'handler = -> { Photo.find(1) }',
    'def later = Photo.find(1)',
    'yield',
    'RemovePhotoJob.perform_later(1)',
  ])('%s', async (body) => {
    expect(await siteIn(service(`Thread.new { ${body}\n}`))).toBe('nothing');
  });
});

describe('something gives the connection back', () => {
  it.each([
    ['ActiveRecord::Base.connection_pool.with_connection { Photo.find(1) }', 'nothing, with_connection'],
    ['ActiveRecord::Base.with_connection { |c| c.execute("SELECT 1") }', 'nothing, with_connection'],
    ['Photo.with_connection do\n  Photo.find(1)\nend', 'nothing, with_connection'],
    ['wrap_in_app_executor { Photo.find(1) }', 'nothing, wrap_in_app_executor'],
    ['with_database_connection { Photo.find(1) }', 'nothing, with_database_connection'],
    ['Rails.application.executor.wrap { Photo.find(1) }', 'nothing, executor.wrap'],
    ['Rails.application.reloader.wrap { Photo.find(1) }', 'nothing, reloader.wrap'],
    ['ActiveSupport::Executor.wrap(&method(:work))', 'nothing, ActiveSupport::Executor.wrap'],
    ['@executor.wrap { Photo.find(1) }', 'nothing, executor.wrap'],
    ['Rails.application.executor.perform { Photo.find(1) }', 'nothing, executor.perform'],
    ['c = Photo.connection\nc.execute("SELECT 1")\nensure\n  c&.close', 'close'],
    ['c = nil\nc = Photo.connection_pool.checkout\nPhoto.find(1)\nensure\n  c.close', 'close'],
    ['state = Rails.application.executor.run!\nPhoto.find(1)\nensure\n  state.complete!', 'nothing, executor.run!'],
    ['Photo.find(1)\nensure\n  ActiveRecord::Base.connection_pool.release_connection', 'release'],
    ['begin\n  Photo.find(1)\nensure\n  ActiveRecord::Base.clear_active_connections!\nend', 'clear'],
    ['begin; Photo.find(1); ensure; ActiveRecord::Base.connection_handler.clear_active_connections!; end', 'clear'],
    ['begin; Photo.find(1); ensure; ActiveRecord::Base.connection.close; end', 'close'],
  ])('%s', async (body, expected) => {
    const block = body.includes('\nensure\n') && !body.startsWith('begin');
    const said = await siteIn(service(block ? `Thread.new do\n${body}\nend` : `Thread.new { ${body} }`));
    const short: Record<string, string> = {
      release: 'nothing, release_connection',
      clear: 'nothing, clear_active_connections!',
      close: 'nothing, connection.close',
    };
    expect(said).toBe(short[expected] ?? expected);
  });

  it('in the method that the body calls', async () => {
    const rest = 'def remove\n  Rails.application.executor.wrap { Photo.find(1) }\nend\n';
    expect(await siteIn(service('Thread.new { remove }', rest))).toBe('nothing, executor.wrap');
  });

  it.each(['release', 'release()', 'self.release', 'release if busy?'])(
    'in the method that its ensure calls: %s',
    async (call) => {
      const rest = 'def release\n  ActiveRecord::Base.clear_active_connections!\nend\n';
      const body = `Thread.new do\n  Photo.find(1)\nensure\n  ${call}\nend`;
      expect(await siteIn(service(body, rest))).toBe('nothing, release');
      expect(await siteIn(service(body, 'def release = 1'))).toBe('Photo.find (query)');
      expect(await siteIn(service(body.replace('ensure', ''), rest))).toBe(
        'Photo.find (query), clear_active_connections! sometimes',
      );
    },
  );

  it.each([
    'def borrowing\n  yield\nensure\n  ActiveRecord::Base.connection_handler.clear_active_connections!\nend\n',
    'def borrowing(&block)\n  block.call\nensure\n  ActiveRecord::Base.release_connection\nend\n',
    'def borrowing\n  Photo.with_connection { yield }\nend\n',
    'def borrowing(&block)\n  Rails.application.executor.wrap(&block)\nend\n',
    'def borrowing(&block)\n  Rails.application.executor.wrap { block.call }\nend\n',
  ])('in a method that the body hands its work to: %j', async (rest) => {
    expect(await siteIn(service('Thread.new { borrowing { Photo.find(1) } }', rest))).toBe('nothing, borrowing');
    const plain = 'def borrowing\n  Photo.with_connection { log }\n  yield\nend\n';
    expect(await siteIn(service('Thread.new { borrowing { Photo.find(1) } }', plain))).toBe(
      'Photo.find (query), with_connection',
    );
  });

  it('only as long as nothing is raised', async () => {
    const body = 'Photo.find(1); ActiveRecord::Base.connection_pool.release_connection';
    expect(await siteIn(service(`Thread.new { ${body} }`))).toBe('Photo.find (query), release_connection sometimes');
  });

  it('for one use, and not for another', async () => {
    const body = 'with_connection { Photo.find(1) }; Photo.count';
    expect(await siteIn(service(`Thread.new { ${body} }`))).toBe('Photo.count (query), with_connection');
  });

  it('not where it stands around the thread', async () => {
    expect(await siteIn(service('Rails.application.executor.wrap { Thread.new { Photo.find(1) } }'))).toBe(
      'Photo.find (query)',
    );
  });
});

describe('what starts a thread', () => {
  it.each([
    ['ForumThread.new { Photo.find(1) }', 'no site'],
    ['Mail::Thread.new { Photo.find(1) }', 'no site'],
    ['"Thread.new { Photo.find(1) }"', 'no site'],
    ['# Thread.new { Photo.find(1) }', 'no site'],
    ['x = <<~RUBY\n  Thread.new { Photo.find(1) }\nRUBY', 'no site'],
    ['Thread.current[:photo] = Photo.find(1)', 'no site'],
    ['Thread.new', 'no site'],
    ['::Thread.new { Photo.find(1) }', 'Photo.find (query)'],
    ['Thread::new { Photo.find(1) }', 'Photo.find (query)'],
    ['Thread\n  .new { Photo.find(1) }', 'Photo.find (query)'],
    ['work = -> { Photo.find(1) }\nThread.new(&work)', 'Photo.find (query)'],
    ['work = proc { |id| Photo.find(id) }\nThread.new(1, &work)', 'Photo.find (query)'],
    ['work = Proc.new { Photo.find(1) }\nwork = other if busy?\nThread.new(&work)', 'no site'],
    ['Thread.new(*ids, &block)', 'no site'],
    ['Concurrent::Promise.execute { Photo.find(1) }', 'Photo.find (query)'],
    ['Concurrent::TimerTask.new(execution_interval: 5) { Photo.count }', 'Photo.count (query)'],
    ['Concurrent::ScheduledTask.execute(1) { Photo.count }', 'Photo.count (query)'],
    ['Async { Photo.count }', 'Photo.count (query)'],
    ['Async do |task|\n  Photo.count\nend', 'Photo.count (query)'],
    ['Parallel.each(ids, in_threads: 2) { |id| Photo.find(id) }', 'Photo.find (query)'],
    ['Parallel.map(Photo.all, in_threads: 2) { |x| x.destroy }', 'x.destroy (transaction)'],
    ['Parallel.each(ids, { in_threads: 2 }) { |id| Photo.find(id) }', 'Photo.find (query)'],
    ['Parallel.in_threads(count: 2) { Photo.count }', 'Photo.count (query)'],
    ['Parallel.map(ids, in_processes: 0) { |id| Photo.find(id) }', 'no site'],
    ['Parallel.map(ids, in_processes: 2) { |id| Photo.find(id) }', 'no site'],
    ['Parallel.map(ids) { |id| Photo.find(id) }', 'no site'],
    ['pool = Concurrent::FixedThreadPool.new(5)\npool.post { Photo.count }', 'Photo.count (query)'],
    ['pool = Concurrent::CachedThreadPool.new\npool.post(1) { |id| Photo.find(id) }', 'Photo.find (query)'],
    ['pool = Concurrent::FixedThreadPool.new(5)\nother.post { Photo.count }', 'nothing'],
  ])('%s', async (body, expected) => {
    expect(await siteIn(service(body))).toBe(expected);
  });

  it('arguments of the thread become those of its block', async () => {
    expect(await siteIn(service('Thread.new(Photo.first) { |x| x.destroy }'))).toBe('x.destroy (transaction)');
  });
});

describe('where it stands', () => {
  it.each([
    'spec/services/work_spec.rb',
    'test/models/photo_test.rb',
    'engines/shop/spec/work.rb',
    'features/steps/work.rb',
    'db/migrate/20200101_work.rb',
    'db/post_migrate/20200101_work.rb',
    'vendor/gems/work/lib/work.rb',
    'node_modules/work/work.rb',
    'lib/generators/work/templates/work.rb',
    'app/services/work_spec.rb',
    'demo/app/models/work.rb',
  ])('%s is not read', async (path) => {
    expect(await siteIn(service('Thread.new { Photo.find(1) }'), path)).toBe('no site');
  });

  it.each([
    ['app/controllers/photos_controller.rb', 'request'],
    ['app/jobs/work_job.rb', 'job'],
    ['app/services/work.rb', 'application'],
    ['app/models/features/work.rb', 'application'],
    ['lib/work.rb', 'library'],
    ['config/initializers/work.rb', 'boot'],
    ['lib/tasks/work.rake', 'script'],
    ['Rakefile', 'script'],
    ['script/work.rb', 'script'],
  ])('%s is %s', async (path, scope) => {
    const { sites } = (await factsOf(service('Thread.new { Photo.find(1) }'), path)).threads;
    expect(sites.map((site) => site.scope)).toEqual([scope]);
  });

  it('what a tool wrote is not read', async () => {
    const ruby = `# This file is autogenerated. DO NOT EDIT.\n${service('Thread.new { Photo.find(1) }')}`;
    expect(await siteIn(ruby)).toBe('no site');
  });

  it('places are counted in characters, whatever stands before', async () => {
    const { sites } = (await factsOf(`# 写真 🖼\n${service('Thread.new { Photo.find(1) }')}`)).threads;
    const { at } = sites[0]!;
    expect(at.file.text.slice(at.start, at.end)).toBe('Thread.new');
  });

  it('what belongs to another app further down is not this app’s, but its models are known', async () => {
    const tree = new MemoryTree({
      ...MODELS,
      'engines/shop/app/models/basket.rb': 'class Basket < ApplicationRecord\nend\n',
      'engines/shop/app/work.rb': service('Thread.new { Photo.find(1) }'),
      'app/work.rb': service('Thread.new { Basket.find(1) }'),
    });
    const facts = codeFacts(new AppFiles(tree, '.'), await loadRuby(grammar), (path) => path.startsWith('engines/'));
    expect(facts.threads.sites.map(({ at, use }) => [at.file.path, use?.path])).toEqual([
      ['app/work.rb', ['Basket.find']],
    ]);
  });

  it('a file that is no text, or broken, stops nothing', async () => {
    const facts = await factsOfFiles({
      ...MODELS,
      'app/a.rb': 'class A; def b; Thread.new { Photo.find(1 }; end',
      'app/work.rb': service('Thread.new { Photo.find(1) }'),
    });
    expect(facts.threads.sites.map(({ at }) => at.file.path)).toContain('app/work.rb');
  });
});
