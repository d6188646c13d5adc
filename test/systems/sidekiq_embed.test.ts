import { describe, expect, it } from 'vitest';
import { puma } from '../../src/systems/puma.ts';
import { bootCase, shownTraced, type Case } from './harness.ts';

const GEMS = { puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9' };

/** The job threads of the Sidekiq inside the web process; null where there is none. */
function embedded(given: Case): unknown {
  const { processes } = bootCase(puma, { gems: GEMS, ...given });
  const found = processes[0]!.inside?.find(({ system }) => system === 'sidekiq');
  return found ? shownTraced(found.threads) : null;
}

function inPuma(hook: string, body: string, rest = ''): Record<string, string> {
  const block = `  $sidekiq = Sidekiq.configure_embed do |config|\n${body}  end\n  $sidekiq.run\n`;
  return { 'config/puma.rb': `${rest}${hook} do\n${block}end\n` };
}

describe('an embedded Sidekiq', () => {
  it('has two threads, whatever sidekiq.yml and RAILS_MAX_THREADS say (lib/sidekiq.rb@v7.3.9)', () => {
    const files = { ...inPuma('on_booted', ''), 'config/sidekiq.yml': 'concurrency: 9\n' };
    expect(embedded({ files, env: { RAILS_MAX_THREADS: '12' } })).toBe(2);
  });

  it('has what its block says, capsules included', () => {
    const body =
      "    config.concurrency = ENV.fetch('JOBS', 4).to_i\n    config.capsule('mail') { |c| c.concurrency = 1 }\n";
    expect(embedded({ files: inPuma('on_booted', body) })).toBe(5);
    expect(embedded({ files: inPuma('on_booted', body), env: { JOBS: '7' } })).toBe(8);
  });

  it('runs the blocks of configure_server before its own', () => {
    const initializer = 'Sidekiq.configure_server do |config|\n  config.concurrency = 6\nend\n';
    const files = { ...inPuma('on_booted', ''), 'config/initializers/sidekiq.rb': initializer };
    expect(embedded({ files })).toBe(6);
  });

  it('runs where its hook runs: in workers, or in a Puma without', () => {
    expect(embedded({ files: inPuma('on_worker_boot', '') })).toBe(null);
    expect(embedded({ files: inPuma('on_worker_boot', '', 'workers 2\n') })).toBe(2);
    expect(embedded({ files: inPuma('on_booted', '', 'workers 2\n') })).toBe(null);
  });

  it("runs from a plugin of the application's own, where Puma loads it", () => {
    const plugin =
      'Puma::Plugin.create do\n  def start_sidekiq!\n    Thread.new do\n' +
      '      configs = Sidekiq.configure_embed do |config|\n        config.concurrency = 5\n        config.merge!(YAML.load_file("config/sidekiq.yml"))\n' +
      '      end.instance_variable_get(:@config)\n    end\n  end\nend\n';
    const files = { 'lib/puma/plugin/sidekiq_embed.rb': plugin, 'config/puma.rb': 'plugin :sidekiq_embed\n' };
    expect(embedded({ files })).toBe(5);
    expect(embedded({ files: { ...files, 'config/puma.rb': 'threads 3\n' } })).toBe(null);
  });

  it('is none without the gem, and unknown where its number is', () => {
    expect(embedded({ files: inPuma('on_booted', ''), gems: { puma: '6.6.0' } })).toBe(null);
    expect(embedded({ files: inPuma('on_booted', '    config.concurrency = threads\n') })).toBe('?');
  });

  /** What `Sidekiq.configure_embed` made of these blocks, run on Ruby 3.1: the same in both versions. */
  it.each([
    ['', 2],
    ['config.concurrency = 4', 4],
    ['config.concurrency = "4"', 4],
    ['config.capsule("mail") { |capsule| }', 2 + 5],
    ['config.concurrency = 3; config.capsule("mail") { |capsule| }', 3 + 5],
    ['config[:concurrency] = 9', 2],
    ['config[:concurrency] = 9; config.capsule("mail") { |capsule| }', 2 + 9],
    ['config.merge!(concurrency: 9)', 2],
  ])('of 7.0.9 and 7.3.9 makes of %j %i threads', (body, threads) => {
    for (const sidekiq of ['7.0.9', '7.3.9']) {
      const files = inPuma('on_booted', `    ${body}\n`);
      expect(embedded({ files, gems: { ...GEMS, sidekiq } })).toBe(threads);
    }
  });
});
