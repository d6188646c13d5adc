import { withCode, withGem } from './site.mjs';

const MANY = 1000;

/** Threads that use the database: in a loop, outside of the executor, more than the pool has. @type {import('./site.mjs').Operator} */
export default {
  name: 'threads-in-code',
  mutants: (site) => {
    const parallel = withGem(site, 'parallel', '1.26.3');
    return [
      ...withCode(
        site,
        'app/jobs/mutated_import_job.rb',
        [
          'class MutatedImportJob < ApplicationJob',
          '  def perform(ids)',
          '    threads = ids.map do |id|',
          '      Thread.new { MutatedPhoto.find(id).touch }',
          '    end',
          '    threads.each(&:join)',
          '  end',
          'end',
        ],
        'Thread.new',
        'thread-new-in-loop',
      ),
      ...withCode(
        site,
        'app/controllers/mutated_photos_controller.rb',
        [
          'class MutatedPhotosController < ApplicationController',
          '  def destroy',
          '    Thread.new { MutatedPhoto.find(params[:id]).destroy! }',
          '    head :accepted',
          '  end',
          'end',
        ],
        'Thread.new',
        'thread-new-without-executor',
      ),
      ...(parallel === null
        ? []
        : withCode(
            site,
            'app/services/mutated_resize.rb',
            [
              'class MutatedResize',
              '  def call(ids)',
              `    Parallel.each(ids, in_threads: ${MANY}) { |id| MutatedPhoto.find(id).touch }`,
              '  end',
              'end',
            ],
            'Parallel.each',
            'parallel-exceeds-pool',
          ).map((mutant) => ({ ...mutant, files: { ...mutant.files, 'Gemfile.lock': parallel } }))),
    ];
  },
};
