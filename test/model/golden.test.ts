import { describe, expect, it } from 'vitest';
import type { LintResult, Project } from '../../src/lint/result.ts';
import { lintFiles, lintFixture } from '../support/lint.ts';
import { GOLDEN, type GoldenCase } from './golden.ts';

async function lint({ files, options }: GoldenCase): Promise<LintResult> {
  const fixture = 'fixture' in files && typeof files.fixture === 'string' ? files.fixture : null;
  return fixture === null ? lintFiles({ ...files }, options) : lintFixture(fixture, options);
}

/** Demand by database over all declared processes, as the model has it, where the database is on a server. */
function demand({ processes }: Project): Record<string, number | null> {
  const sums: Record<string, number | null> = {};
  for (const { declared, pools } of processes)
    for (const pool of declared ? pools.filter(({ database }) => database.server !== null) : []) {
      const before = sums[pool.database.name] ?? 0;
      sums[pool.database.name] = pool.demand.known ? before + pool.demand.value : null;
    }
  return sums;
}

function total(servers: Project['servers'], of: 'ceiling' | 'peak' | 'demand'): unknown {
  return servers.reduce<unknown>((sum, server) => {
    const number = server[of];
    return number.known && typeof number.value === 'number' && typeof sum === 'number' ? sum + number.value : null;
  }, 0);
}

describe.each(GOLDEN.map((one) => [one.title, one] as const))('%s', (_, golden) => {
  it('has the demand, the ceiling and the findings that the page states', async () => {
    const { projects, findings } = await lint(golden);
    const project = projects.find(({ servers }) => servers.length > 0) ?? projects[0]!;
    expect(project.processes).not.toEqual([]);
    expect(demand(project)).toEqual(golden.demand);
    const sum = Object.values(golden.demand).reduce((all, one) => all + one, 0);
    expect(total(project.servers, 'demand')).toBe(sum);
    expect(total(project.servers, 'ceiling')).toBe(golden.ceiling);
    if (golden.peak !== undefined) expect(total(project.servers, 'peak')).toBe(golden.peak);
    const spoken = findings.filter(({ severity }) => severity !== 'info').map(({ rule }) => rule);
    expect(spoken.toSorted()).toEqual(golden.findings);
  });
});

it('is told side by side on a page', async () => {
  await expect(page()).toMatchFileSnapshot('../../rules/golden-cases.md');
});

/** What is open at once, by database where there are several. */
function happens({ demand: own, ceiling, peak }: GoldenCase): string {
  const databases = Object.entries(own);
  if (databases.length === 0) return 'no connection to any server.';
  const sum = databases.reduce((all, [, one]) => all + one, 0);
  const parts = databases.length > 1 ? ` (${databases.map(([name, one]) => `${name} ${one}`).join(', ')})` : '';
  const during = peak === undefined ? '' : `; during the deploy ${peak}`;
  return `${sum}${parts}; the pools would allow ${ceiling}${during}.`;
}

function page(): string {
  const lines = [
    '# What the articles say, and what happens',
    '',
    'Numbers from articles, threads and outages about connection pools, and the same applications as this program reads',
    'them. Demand is what can be open at once; the ceiling is what the pools would allow. Console, cron and migrations (3)',
    'stand beside both, once for each server. The tests hold every number of this page.',
    '',
  ];
  for (const golden of GOLDEN) {
    const { title, said, findings, why } = golden;
    lines.push(
      `## ${title}`,
      '',
      `- The article: ${said}.`,
      `- What happens: ${happens(golden)}`,
      `- Reported: ${findings.length === 0 ? 'nothing' : [...new Set(findings)].map((rule) => `\`${rule}\``).join(', ')}.`,
      '',
      why,
      '',
    );
  }
  return lines.join('\n');
}
