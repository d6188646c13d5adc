import { codeFacts, type CodeFacts } from '../../src/index/facts.ts';
import { AppFiles } from '../../src/launch/files.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { loadRuby } from '../../src/ruby/parse.ts';
import { grammar } from '../support/lint.ts';

/** A shop's models, for code that uses them. */
export const MODELS = {
  'app/models/application_record.rb':
    'class ApplicationRecord < ActiveRecord::Base\n  self.abstract_class = true\nend\n',
  'app/models/photo.rb': `class Photo < ApplicationRecord
  belongs_to :album
  has_many :comments
  scope :recent, -> { where(created_at: 1.day.ago..) }

  def self.cleanup
    old.each(&:destroy)
  end

  def self.old
    where(old: true)
  end

  def self.extensions
    %w[jpg png]
  end

  def publish!
    update!(published: true)
  end

  def file_name
    "#{id}.jpg"
  end
end
`,
  'app/models/album.rb': 'class Album < ApplicationRecord\n  has_many :photos\nend\n',
  'app/models/shop/order.rb': 'module Shop\n  class Order < ApplicationRecord\n  end\nend\n',
  'app/models/admin.rb': 'class Admin < User\nend\n',
  'app/models/user.rb': 'class User < ApplicationRecord\nend\n',
};

/** The facts of a shop with one more file. */
export async function factsOf(ruby: string, path = 'app/services/work.rb'): Promise<CodeFacts> {
  return factsOfFiles({ ...MODELS, [path]: ruby });
}

export async function factsOfFiles(files: Record<string, string>): Promise<CodeFacts> {
  return codeFacts(new AppFiles(new MemoryTree(files), '.'), await loadRuby(grammar));
}

/** A method of a service, with what stands in it. */
export function service(body: string, rest = ''): string {
  return `class Work\n  def call(ids)\n${body.replace(/^/gm, '    ')}\n  end\n${rest.replace(/^/gm, '  ')}\nend\n`;
}
