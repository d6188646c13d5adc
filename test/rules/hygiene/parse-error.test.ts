import { describe, expect, it } from 'vitest';
import { lintFiles } from '../../support/lint.ts';

const LOCK = 'GEM\n  remote: https://gems.example/\n  specs:\n    pg (1.5.9)\n    puma (6.5.0)\n    rails (8.0.2)\n';
const APPLICATION = "require 'rails/all'\nmodule Shop\n  class Application < Rails::Application\n  end\nend\n";

const SHOP = {
  'Gemfile.lock': LOCK,
  'config/application.rb': APPLICATION,
  'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n  pool: 5\n',
  'config/puma.rb': 'threads 5, 5\n',
  Procfile: 'web: bundle exec puma\n',
};

async function broken(files: Record<string, string>): Promise<readonly string[]> {
  const { findings } = await lintFiles({ ...SHOP, ...files });
  return findings
    .filter(({ rule }) => rule === 'parse-error')
    .map(({ severity, at, message }) => `${severity} ${at.file.path}:${at.start} ${message}`);
}

describe('Ruby that cannot be read', () => {
  it.each([
    'config/boot.rb',
    'config/environment.rb',
    'config/environments/production.rb',
    'config/initializers/cors.rb',
    'config/initializers/clients/search.rb',
  ])('is an error in %s, which every process loads', async (path) => {
    expect(await broken({ [path]: 'sizes = [5, 5\n' })).toEqual([
      `error ${path}:13 syntax error: unexpected end-of-input; expected a \`,\` separator for the array elements`,
    ]);
  });

  it('is an error in the application itself, said once for all processes', async () => {
    const text = APPLICATION.replace('  end\n', '    config.x = { a: 1\n  end\n');
    const files = { 'config/application.rb': text, Procfile: 'web: bundle exec puma\nworker: bundle exec rake work\n' };
    expect(await broken(files)).toEqual([expect.stringMatching(/^error config\/application\.rb:\d+ syntax error: /)]);
  });

  it.each([
    'config/environments/staging.rb',
    'config/initializers/cors.rb.example',
    'config/puma_old.rb',
    'spec/models/order_spec.rb',
    'lib/templates/order.rb',
  ])('is nothing in %s, which no process loads', async (path) => {
    expect(await broken({ [path]: 'sizes = [5, 5\n' })).toEqual([]);
  });

  it('is nothing where it is a template of Ruby', async () => {
    expect(await broken({ 'lib/order.rb': 'class <%= name %>\n  def [\nend\n' })).toEqual([]);
  });

  it('is an info in code of the application', async () => {
    const files = {
      'app/models/order.rb': 'class Order < ApplicationRecord; def (\n',
      'app/models/photo.rb': 'class Photo\n  def import\n    Thread.new { Photo.find(1)\n  end\nend\n',
      'lib/prices.rb': '<<<<<<< HEAD\nPRICE = 1\n=======\nPRICE = 2\n>>>>>>> theirs\n',
      // Words that somebody looks for, and nothing that anybody wants.
      'lib/query.rb': '# Thread.new\nrows = Order.connection.select_all(\n',
    };
    expect((await broken(files)).map((one) => one.split(' ').slice(0, 2).join(' '))).toEqual([
      expect.stringMatching(/^info app\/models\/order\.rb:/),
      expect.stringMatching(/^info app\/models\/photo\.rb:/),
      expect.stringMatching(/^info lib\/prices\.rb:/),
      expect.stringMatching(/^info lib\/query\.rb:/),
    ]);
  });
});

it('leaves alone what only the grammar cannot read: the threads are not known then', async () => {
  const newer = "def size = Integer ENV.fetch('RAILS_MAX_THREADS', 5)\n";
  const { findings, unresolved } = await lintFiles({
    ...SHOP,
    'config/puma.rb': `${newer}threads size, size\n`,
    'config/initializers/cors.rb': newer,
    'app/models/photo.rb': `class Photo < ApplicationRecord\n${newer}end\n`,
  });
  expect(findings).toEqual([]);
  expect(unresolved.map(({ reason }) => reason)).toContainEqual(expect.stringContaining('this program does not yet'));
});
