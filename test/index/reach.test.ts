import { describe, expect, it } from 'vitest';
import { factsOfFiles, MODELS } from './code.ts';

/** What the only thread of the files reaches. */
async function reached(files: Record<string, string>): Promise<string> {
  const { sites } = (await factsOfFiles({ ...MODELS, ...files })).threads;
  expect(sites).toHaveLength(1);
  const { use, protection } = sites[0]!;
  const said = use ? `${use.path.join(' → ')} (${use.hold})` : 'nothing';
  return protection ? `${said}, ${protection.text}` : said;
}

/** A controller whose action starts a thread. */
function threadWith(body: string, head = ''): Record<string, string> {
  const ruby = `class PhotosController < ApplicationController\n  ${head}\n  def drop(photo)\n    Thread.new { ${body} }\n  end\nend\n`;
  return { 'app/controllers/photos_controller.rb': ruby };
}

const REMOVER = {
  'app/services/photo_remover.rb': `class PhotoRemover
  def self.call(id)
    new(id).call
  end

  def self.extensions = %w[jpg]

  def initialize(id)
    @id = id
  end

  def call
    remove
  end

  private

  def remove
    Photo.find(@id)
  end
end
`,
};

describe('into a class that another file defines', () => {
  it.each([
    ['PhotoRemover.new(photo).call', 'PhotoRemover.new(…).call → remove → Photo.find (query)'],
    ['PhotoRemover.call(photo)', 'PhotoRemover.call → new(…).call → remove → Photo.find (query)'],
    ['::PhotoRemover.call(photo)', '::PhotoRemover.call → new(…).call → remove → Photo.find (query)'],
    ['remover = PhotoRemover.new(photo); remover.call', 'remover.call → remove → Photo.find (query)'],
    ['remover = PhotoRemover.new(photo); remover = 1; remover.call', 'nothing'],
    ['jobs.each { |remover| remover.call }; remover = PhotoRemover.new(photo)', 'nothing'],
    ['PhotoRemover.new(photo)', 'nothing'],
    ['PhotoRemover.extensions', 'nothing'],
    ['PhotoRemover.new(photo).extensions', 'nothing'],
    ['PhotoRemover.remove', 'nothing'],
    ['Vendor::PhotoRemover.call(photo)', 'nothing'],
    ['remover.call', 'nothing'],
  ])('%s', async (body, path) => {
    expect(await reached({ ...threadWith(body), ...REMOVER })).toBe(path);
  });

  it('whose initializer asks the database', async () => {
    const remover = 'class AlbumRemover\n  def initialize(id)\n    @album = Album.find(id)\n  end\nend\n';
    const files = { ...threadWith('AlbumRemover.new(1)'), 'app/services/album_remover.rb': remover };
    expect(await reached(files)).toBe('AlbumRemover.new → Album.find (query)');
  });

  it('that protects its work itself', async () => {
    const remover = `class AlbumRemover\n  def call\n    Album.with_connection { Album.find(1) }\n  end\nend\n`;
    const files = { ...threadWith('AlbumRemover.new.call'), 'app/services/album_remover.rb': remover };
    expect(await reached(files)).toBe('nothing, with_connection');
  });

  it('but not where two files define it', async () => {
    const twice = { 'lib/photo_remover.rb': 'class PhotoRemover\n  def self.call(id) = Photo.find(id)\nend\n' };
    expect(await reached({ ...threadWith('PhotoRemover.call(1)'), ...REMOVER, ...twice })).toBe('nothing');
  });

  it('but not where a test or a generated app defines it', async () => {
    const remover = REMOVER['app/services/photo_remover.rb'];
    const files = { ...threadWith('PhotoRemover.call(1)'), 'spec/support/photo_remover.rb': remover };
    expect(await reached(files)).toBe('nothing');
  });

  it('in the namespace around it before the one further out', async () => {
    const controller = `module Admin\n  class WorkController\n    def go\n      Thread.new { Sweep.call }\n    end\n  end\nend\n`;
    const sweep = (namespace: string, body: string): string =>
      `${namespace}class Sweep\n  def self.call\n    ${body}\n  end\nend\n${namespace === '' ? '' : 'end\n'}`;
    const files = {
      'app/controllers/admin/work_controller.rb': controller,
      'app/services/sweep.rb': sweep('', 'Photo.count'),
      'app/services/admin/sweep.rb': sweep('module Admin\n', 'puts 1'),
    };
    expect(await reached(files)).toBe('nothing');
    expect(await reached({ ...files, 'app/services/admin/sweep.rb': '' })).toBe('Sweep.call → Photo.count (query)');
  });

  it('and no second one from there', async () => {
    const files = {
      ...threadWith('First.call'),
      'app/services/first.rb': 'class First\n  def self.call = Second.call\nend\n',
      'app/services/second.rb': 'class Second\n  def self.call = Photo.count\nend\n',
    };
    expect(await reached(files)).toBe('nothing');
  });

  it('with the methods of the class above it', async () => {
    const files = {
      ...threadWith('Sweep.call(1)'),
      'app/services/base_service.rb': 'class BaseService\n  def self.call(...) = new(...).call\nend\n',
      'app/services/sweep.rb':
        'class Sweep < BaseService\n  def initialize(id)\n  end\n  def call = Photo.count\nend\n',
    };
    expect(await reached(files)).toBe('Sweep.call → new(…).call → Photo.count (query)');
  });

  it.each(['request', 'session', 'head', 'headers', 'logger'])(
    'with a method of the class above it that is called as one of controllers: %s',
    async (method) => {
      const files = {
        ...threadWith('Sweep.new(1).call'),
        'app/services/base_service.rb': `class BaseService\n  def ${method} = Photo.count\nend\n`,
        'app/services/sweep.rb': `class Sweep < BaseService\n  def call = self.${method}\nend\n`,
      };
      expect(await reached(files)).toBe(`Sweep.new(…).call → ${method} → Photo.count (query)`);
    },
  );

  it('with names as autoloading spells them', async () => {
    const files = {
      ...threadWith('PDFExport::HTMLPage.call'),
      'lib/pdf_export/html_page.rb':
        'module PDFExport\n  class HTMLPage\n    def self.call = Photo.count\n  end\nend\n',
    };
    expect(await reached(files)).toBe('PDFExport::HTMLPage.call → Photo.count (query)');
  });

  it.each(['extend self', 'module_function'])('a module with %s', async (opening) => {
    const module = `module Sweeping\n  ${opening}\n\n  def sweep\n    Photo.count\n  end\nend\n`;
    expect(await reached({ ...threadWith('Sweeping.sweep'), 'lib/sweeping.rb': module })).toBe(
      'Sweeping.sweep → Photo.count (query)',
    );
    const plain = module.replace(opening, '');
    expect(await reached({ ...threadWith('Sweeping.sweep'), 'lib/sweeping.rb': plain })).toBe('nothing');
  });

  it('whose classes stand above each other', async () => {
    const files = {
      ...threadWith('Sweep.call'),
      'app/services/sweep.rb': 'class Sweep < Clean\nend\n',
      'app/services/clean.rb': 'class Clean < Sweep\nend\n',
    };
    expect(await reached(files)).toBe('nothing');
  });

  it('whose files include each other', async () => {
    const files = {
      ...threadWith('sweep', 'include Sweeping'),
      'app/controllers/concerns/sweeping.rb': 'module Sweeping\n  include Cleaning\nend\n',
      'app/controllers/concerns/cleaning.rb': 'module Cleaning\n  include Sweeping\nend\n',
    };
    expect(await reached(files)).toBe('nothing');
  });
});

describe('through the modules that a class includes', () => {
  const concern = (body: string): Record<string, string> => ({
    'app/controllers/concerns/removing.rb': `module Removing\n  extend ActiveSupport::Concern\n\n${body}\nend\n`,
  });

  it.each(['include Removing', 'include Logging, Removing', 'prepend Removing'])('%s', async (head) => {
    const files = { ...threadWith('remove', head), ...concern('  def remove\n    Photo.count\n  end') };
    expect(await reached(files)).toBe('remove → Photo.count (query)');
  });

  it('not through one that it does not include', async () => {
    expect(await reached({ ...threadWith('remove'), ...concern('  def remove\n    Photo.count\n  end') })).toBe(
      'nothing',
    );
  });

  it('of the class above it', async () => {
    const files = {
      ...threadWith('remove'),
      'app/controllers/application_controller.rb': 'class ApplicationController\n  include Removing\nend\n',
      ...concern('  def remove\n    Photo.count\n  end'),
    };
    expect(await reached(files)).toBe('remove → Photo.count (query)');
  });

  it.each([
    ['include First, Last', 'first'],
    ['include Last\n  include First', 'first'],
    ['include First\n  include Last', 'last'],
    ['', 'above'],
  ])('in the order in which Ruby looks there: %j', async (head, where) => {
    const module = (name: string): string =>
      `module ${name}\n  def remove = ${name.toLowerCase()}\n  def ${name.toLowerCase()} = Photo.count\nend\n`;
    const files = {
      ...threadWith('remove', head),
      'app/controllers/concerns/first.rb': module('First'),
      'app/controllers/concerns/last.rb': module('Last'),
      'app/controllers/concerns/above.rb': module('Above'),
      'app/controllers/application_controller.rb': 'class ApplicationController\n  include Above\nend\n',
    };
    expect(await reached(files)).toBe(`remove → ${where} → Photo.count (query)`);
  });

  it('its own method before theirs', async () => {
    const files = {
      ...threadWith('remove', 'include Removing\n  def remove = 1'),
      ...concern('  def remove\n    Photo.count\n  end'),
    };
    expect(await reached(files)).toBe('nothing');
  });

  it.each([
    ['  class_methods do\n    def sweep = Photo.count\n  end', 'Sweep.sweep → Photo.count (query)'],
    ['  module ClassMethods\n    def sweep = Photo.count\n  end', 'Sweep.sweep → Photo.count (query)'],
    ['  def sweep = Photo.count', 'nothing'],
    ['  def self.sweep = Photo.count', 'nothing'],
  ])('class methods: %s', async (body, path) => {
    const files = {
      ...threadWith('Sweep.sweep'),
      'app/services/sweep.rb': 'class Sweep\n  include Removing\nend\n',
      ...concern(body),
    };
    expect(await reached(files)).toBe(path);
  });

  it('extend', async () => {
    const files = {
      ...threadWith('Sweep.sweep'),
      'app/services/sweep.rb': 'class Sweep\n  extend Removing\nend\n',
      ...concern('  def sweep = Photo.count'),
    };
    expect(await reached(files)).toBe('Sweep.sweep → Photo.count (query)');
  });

  it.each([
    ['photo.tagged', 'photo.tagged → tags.count (query)'],
    ['Photo.new.tags.delete_all', 'Photo.new.tags.delete_all (query)'],
    ['Photo.untagged', 'Photo.untagged (query)'],
    ['Photo.retag', 'Photo.retag → update_all (query)'],
    ['photo.tag_name', 'nothing'],
  ])('a model’s concern: %s', async (body, path) => {
    const files = {
      ...threadWith(body),
      'app/models/photo.rb': 'class Photo < ApplicationRecord\n  include Tagged\nend\n',
      'app/models/tag.rb': 'class Tag < ApplicationRecord\nend\n',
      'app/models/concerns/tagged.rb': `module Tagged
  extend ActiveSupport::Concern

  included do
    has_many :tags
    scope :untagged, -> { where(tags: nil) }
  end

  class_methods do
    def retag = update_all(tagged: false)
  end

  def tagged = tags.count
  def tag_name = "photo"
end
`,
    };
    expect(await reached(files)).toBe(path);
  });
});
