import { describe, expect, it } from 'vitest';
import type { Launch } from '../../../src/launch/launch.ts';
import { kamal } from '../../../src/platforms/kamal.ts';
import { known } from '../../../src/value/traced.ts';
import { lintFiles, lockfile } from '../../support/lint.ts';
import { app } from '../harness.ts';

function launches(body: string, version: string | null = null): readonly Launch[] {
  const files = {
    'config/deploy.yml': `service: shop\nimage: me/shop\n${body}`,
    Dockerfile: 'FROM ruby\nCMD ["bin/rails", "server"]',
  };
  const given = app(files, version === null ? [] : [`kamal ${version}`]);
  return kamal.read(given).flatMap((one) => one.launches);
}

/** The turns of each role, "place@round", or why nobody knows them. */
function turns(body: string, version: string | null = null): readonly string[] {
  return launches(body, version).map(({ name, hosts, turns: turnsOf }) => {
    const all = turnsOf!(hosts);
    return `${name}: ${all.known ? all.value.map(({ place, round }) => `${place}@${round}`).join(' ') : all.reason}`;
  });
}

const APART = 'servers:\n  web: [a, b, c, d]\n  job: {hosts: [e], cmd: bin/jobs}\n';
const SHARED = 'servers:\n  web: [a, b]\n  job: {hosts: [b, c], cmd: bin/jobs}\n';

describe('a deploy of Kamal', () => {
  it.each([
    ['replaces all hosts at once', APART, ['web: a@0 b@0 c@0 d@0', 'job: e@0']],
    ['takes as many hosts as it is told', `${APART}boot: {limit: 3}`, ['web: a@0 b@0 c@0 d@1', 'job: e@1']],
    ['takes a share of all hosts', `${APART}boot: {limit: 50%}`, ['web: a@0 b@0 c@1 d@1', 'job: e@2']],
    [
      'counts those of accessories for the share',
      `${APART}boot: {limit: 50%}\naccessories: {db: {image: postgres, host: f}}`,
      ['web: a@0 b@0 c@0 d@1', 'job: e@1'],
    ],
    ['takes one host at least', `${APART}boot: {limit: 1%}`, ['web: a@0 b@1 c@2 d@3', 'job: e@4']],
    ['takes the roles of a host one after another', SHARED, ['web: a@0 b@0', 'job: b@0 c@0']],
    [
      'takes them together where it is told to',
      `${SHARED}boot: {parallel_roles: true}`,
      ['web: web on a@0 web on b@0', 'job: job on b@0 job on c@0'],
    ],
    [
      'starts with the hosts of the primary role, then goes by the names of the roles',
      'primary_role: shop\nservers:\n  shop: [s]\n  mail: {hosts: [m], cmd: bin/jobs}\n  api: [x]\nboot: {limit: 1}',
      ['shop: s@0', 'mail: m@2', 'api: x@1'],
    ],
    [
      'says so where a limit is none',
      `${APART}boot: {limit: 0}`,
      [
        'web: `boot.limit` is neither a number of hosts nor a share of them',
        'job: `boot.limit` is neither a number of hosts nor a share of them',
      ],
    ],
    [
      'says so where hosts are not known',
      'servers:\n  web: [a]\n  job: {hosts: <%= ServerList.of(:job) %>, cmd: bin/jobs}\n',
      [
        'web: `ServerList.of(:job)` is decided by code this tool does not run',
        'job: `ServerList.of(:job)` is decided by code this tool does not run',
      ],
    ],
  ])('%s', (_, body, expected) => expect(turns(body)).toEqual(expected));

  it('goes by the version', () => {
    const limited = [
      'servers:\n  web: [c, d, e]\n  job: {hosts: [b], cmd: bin/jobs}',
      'accessories: {db: {image: postgres, host: y}, cache: {image: redis, host: z}}\nboot: {limit: 50%}',
    ].join('\n');
    expect(turns(limited, '2.12.0')).toEqual(['web: c@0 d@0 e@0', 'job: b@1']);
    // In the order of the names of the roles, job before web.
    expect(turns(limited, '2.6.0')).toEqual(['web: c@0 d@0 e@1', 'job: b@0']);
    expect(turns(limited, '2.5.3')).toEqual(['web: c@0 d@0 e@0', 'job: b@1']);
    // Half of four hosts: accessories did not count.
    expect(turns(limited, '1.4.0')).toEqual(['web: c@0 d@1 e@1', 'job: b@0']);
    const parallel = `${SHARED}boot: {parallel_roles: true}`;
    expect(turns(parallel, '2.10.0')[1]).toBe('job: job on b@0 job on c@0');
    expect(turns(parallel, '2.9.0')[1]).toBe('job: b@0 c@0');
  });

  it('of other numbers of hosts than the file names is told only where all are replaced at once', () => {
    const asked = (body: string, count: number) => {
      const all = launches(body)[0]!.turns!(known(count, { kind: 'flag', text: 'hosts' }));
      return all.known ? all.value.map(({ place }) => place).join(', ') : all.reason;
    };
    expect(asked('servers: [a]', 3)).toBe('a, host 2 of a, host 3 of a');
    expect(asked(APART, 2)).toBe('a, b');
    expect(asked(`${APART}boot: {limit: 3}`, 6)).toBe('in which order `boot.limit` takes 6 hosts of web is not known');
  });
});

/** Connections in steady state and during a deploy, of Puma with 5 threads and Sidekiq with 8. */
async function sums(body: string): Promise<readonly (number | null)[]> {
  const { projects } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2', sidekiq: '7.3.9' }),
    Dockerfile: 'FROM ruby\nCMD ["bin/rails", "server"]',
    'config/puma.rb': 'threads 5, 5\n',
    'config/database.yml': 'production: {adapter: postgresql, host: db.example, pool: 10}\n',
    'config/deploy.yml': `service: shop\nimage: me/shop\n${body}`,
  });
  const [server] = projects[0]!.servers;
  return [server!.demand, server!.peak].map((one) => (one.known ? one.value : null));
}

describe('the peak of a deploy', () => {
  const job = 'cmd: bundle exec sidekiq -c 8';
  it.each([
    ['of roles on hosts of their own', `servers:\n  web: [a, b]\n  job: {hosts: [c], ${job}}`, [18, 36]],
    ['of roles on one host', `servers:\n  web: [a]\n  job: {hosts: [a], ${job}}`, [13, 21]],
    ['of roles that share some hosts', `servers:\n  web: [a, b]\n  job: {hosts: [b], ${job}}`, [18, 31]],
    ['in rounds', `servers:\n  web: [a, b, c, d]\n  job: {hosts: [e], ${job}}\nboot: {limit: 3}`, [28, 43]],
    ['in rounds of two', `servers:\n  web: [a, b, c, d]\n  job: {hosts: [d], ${job}}\nboot: {limit: 2}`, [28, 41]],
  ])('%s', async (_, body, expected) => expect(await sums(body)).toEqual(expected));
});
