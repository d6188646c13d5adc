import { describe, expect, it } from 'vitest';
import { gitlab } from '../../src/report/gitlab.ts';
import { junit } from '../../src/report/junit.ts';
import { markdown } from '../../src/report/markdown.ts';
import { SourceFile } from '../../src/text/source.ts';
import { databaseYml, finding, place, result } from './results.ts';

const ignored = { kind: 'ignore', reason: 'x', file: 'Procfile', line: 2 } as const;
const hostile = finding({
  at: place(new SourceFile('config/<b>|`x`\u001b.yml', databaseYml.text), 'adapter'),
  message: 'a & b < "c" | `d`\u0000 </failure> </details>',
});

describe('gitlab', () => {
  it('is an array of issues, each with a fingerprint of its own', () => {
    const issues: { fingerprint: string }[] = JSON.parse(
      gitlab(result([finding(), finding(), finding({ suppressed: ignored })])),
    );
    expect(issues).toHaveLength(2);
    expect(issues[0]).toEqual({
      description: 'worker runs 25 threads on a pool of 5',
      check_name: 'pool-smaller-than-sidekiq-concurrency',
      fingerprint: expect.any(String),
      severity: 'major',
      location: { path: 'config/database.yml', lines: { begin: 4, end: 4 } },
    });
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  it('is an empty array where nothing is wrong', () => {
    expect(JSON.parse(gitlab(result([])))).toEqual([]);
  });
});

describe('junit', () => {
  it('fails a case per finding at the fail level, and passes the others and what holds', () => {
    const xml = junit(result([finding(), finding({ severity: 'info' })]), { failLevel: 'warning' });
    expect(xml).toContain('<testsuites name="rails-pool-lint" tests="3" failures="1" errors="0" time="0">');
    expect(xml.match(/<failure /g)).toHaveLength(1);
    expect(xml.match(/<system-out>/g)).toHaveLength(1);
    expect(xml).toContain('name="2 checks hold"');
    expect(junit(result([finding({ severity: 'info' })]), { failLevel: 'info' })).toContain('failures="1"');
  });

  it('is never empty, and leaves suppressed findings out', () => {
    expect(junit(result([finding({ suppressed: ignored })]), { failLevel: 'warning' })).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="rails-pool-lint" tests="1" failures="0" errors="0" time="0">
        <testsuite name="rails-pool-lint ." tests="1" failures="0" errors="0" skipped="0" time="0">
          <testcase classname="rails-pool-lint" name="2 checks hold" time="0"/>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it('escapes what means something in XML, and writes control characters out', () => {
    const xml = junit(result([hostile]), { failLevel: 'warning' });
    expect(xml).toContain('message="a &amp; b &lt; &quot;c&quot; | `d`\\x00 &lt;/failure&gt; &lt;/details&gt;"');
    expect(xml).toContain('file="config/&lt;b&gt;|`x`\\x1b.yml"');
    // eslint-disable-next-line no-control-regex
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });
});

describe('markdown', () => {
  it('says how much was found, lists it, and teaches each', () => {
    const text = markdown(result([finding()], { verdicts: { holds: 2, violated: 1, unknown: 0 } }), {
      failLevel: 'warning',
    });
    expect(text).toMatchInlineSnapshot(`
      "**1 warning.**

      Checked 2 pools and 1 budget: 2 hold, 1 violated.

      |  | rule | place | what |
      | --- | --- | --- | --- |
      | warning | pool-smaller-than-sidekiq-concurrency | config/database.yml:4:9 | worker runs 25 threads on a pool of 5 |

      <details>
      <summary><code>config/database.yml:4:9</code>: worker runs 25 threads on a pool of 5</summary>

      In production: 20 of 25 threads wait for a connection.

      Arithmetic: pool 5 \\< 25 threads

      What to do: let one variable size both, for this process only:

          worker: RAILS_MAX_THREADS=25 bundle exec sidekiq

      Unless RAILS\\_MAX\\_THREADS is set elsewhere: say so under env: in .rails-pool-lint.yml

      </details>
      "
    `);
  });

  it('is one line where nothing is wrong', () => {
    expect(markdown(result([]), { failLevel: 'warning' })).toMatchInlineSnapshot(`
      "**No findings. Read Rails 8.0.2, Puma 6.6.0: 1 kind of process, 2 pools, all hold.**
      "
    `);
  });

  it('lets no text of the repository mean anything in it', () => {
    const text = markdown(result([hostile]), { failLevel: 'warning' });
    expect(text.match(/<\/details>/g)).toHaveLength(1);
    expect(text).not.toContain('<b>');
    expect(text.split('\n').find((line) => line.startsWith('| warning'))).toContain('\\| \\`d\\`');
  });
});

describe('Markdown', () => {
  it('calls nobody', () => {
    const file = new SourceFile('@shop/owners.yml', databaseYml.text);
    const said = finding({
      at: place(file, 'adapter'),
      message: '@octocat runs 25 threads, (@org/team) at a@b.example',
    });
    const shown = markdown(result([said]), { failLevel: 'warning' });
    expect(shown).not.toMatch(/(?<!\w)@(?!&#8203;)/);
    expect(shown).toContain('a@b.example');
  });
});
