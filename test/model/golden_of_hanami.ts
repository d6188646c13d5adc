import { lockfile } from '../support/lint.ts';
import type { GoldenCase } from './golden.ts';

/** Hanami as its generator writes it, with what else its gateway is told. */
function hanami(more: Record<string, string> = {}): Record<string, string> {
  const gems = { hanami: '2.2.1', 'hanami-db': '2.2.1', mysql2: '0.5.6', puma: '6.6.0', sequel: '5.92.0' };
  return {
    'Gemfile.lock': lockfile({ ...gems, rom: '5.4.2', 'rom-sql': '3.7.0' }),
    'config/app.rb': "require 'hanami'\n\nmodule Shop\n  class App < Hanami::App\n  end\nend\n",
    'config/puma.rb': "count = ENV.fetch('HANAMI_MAX_THREADS', 5)\nthreads count, count\nworkers 4\n",
    'app/relations/books.rb':
      'module Shop\n  module Relations\n    class Books < Shop::DB::Relation\n      schema :books, infer: true\n    end\n  end\nend\n',
    Procfile: 'web: bundle exec hanami server\n',
    ...more,
  };
}

export const GOLDEN_OF_HANAMI: readonly GoldenCase[] = [
  {
    title: 'Hanami, 4 Puma workers × 5 threads, one gateway with max_connections of the same variable',
    said: '"up to 20 connections for 4 workers and 5 threads"',
    files: hanami({
      'config/providers/db.rb':
        'Hanami.app.configure_provider :db do\n  config.gateway :default do |gateway|\n    gateway.connection_options max_connections: ENV.fetch("HANAMI_MAX_THREADS", 5).to_i\n  end\nend\n',
    }),
    demand: { default: 20 },
    ceiling: 20,
    findings: [],
    why: 'The article is right. A second gateway would have as many again.',
  },
  {
    title: 'The same with a gateway that says nothing of its connections',
    said: 'nothing: the article has the option',
    files: hanami(),
    demand: { default: 16 },
    ceiling: 16,
    findings: [],
    why: 'Sequel takes 4, whatever the server runs: the fifth thread of every worker waits for one. Nobody chose either number, so `orm-pool-smaller-than-threads` is an info.',
  },
];
