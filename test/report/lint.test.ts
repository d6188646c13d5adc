import { describe, expect, it } from 'vitest';
import { concise } from '../../src/report/concise.ts';
import { github } from '../../src/report/github.ts';
import { json } from '../../src/report/json.ts';
import { text, type TextOptions } from '../../src/report/text.ts';
import { SourceFile } from '../../src/text/source.ts';
import { databaseYml, finding, place, procfile, result } from './results.ts';

const plain: TextOptions = { color: false, width: 90, verbose: false, quiet: false, failLevel: 'warning' };
const ignored = { kind: 'ignore', reason: 'x', file: 'Procfile', line: 2 } as const;

describe('text', () => {
  it('shows what is, where, what happens, what to do', () => {
    expect(text(result([finding()], { verdicts: { holds: 2, violated: 1, unknown: 0 } }), plain))
      .toMatchInlineSnapshot(`
      "warning[pool-smaller-than-sidekiq-concurrency]: worker runs 25 threads on a pool of 5

         config/database.yml:4:9
       4 │   pool: <%= ENV.fetch("RAILS_MAX_THREADS", 5) %>
         │         ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 5, the fallback: nothing sets
         │                                                  RAILS_MAX_THREADS for worker
       8 │   <<: *default
         │   ──────────── reaches production.primary here

         Procfile:2:29
       2 │ worker: bundle exec sidekiq -c 25
         │                             ───── 25 threads in each worker process

         In production  20 of 25 threads wait for a connection.
         Arithmetic     pool 5 < 25 threads
         What to do     let one variable size both, for this process only:
                          worker: RAILS_MAX_THREADS=25 bundle exec sidekiq
         Unless         RAILS_MAX_THREADS is set elsewhere: say so under env: in
                        .rails-pool-lint.yml
         Fine when      most jobs never touch the database
         More           rails-pool-lint explain pool-smaller-than-sidekiq-concurrency

      1 warning.
      Checked 2 pools and 1 budget: 2 hold, 1 violated.
      "
    `);
  });

  it('says what was read and proved where nothing is wrong', () => {
    expect(text(result([]), plain)).toMatchInlineSnapshot(`
      "No findings. Read Rails 8.0.2, Puma 6.6.0: 1 kind of process, 2 pools, all hold.
      "
    `);
    const unknown = { verdicts: { holds: 1, violated: 0, unknown: 1 } };
    expect(text(result([], unknown), plain)).toMatchInlineSnapshot(`
      "No findings. Read Rails 8.0.2, Puma 6.6.0: 1 kind of process, 2 pools; 1 of 2 conditions
      hold, 1 cannot be told (--verbose says why).
      "
    `);
  });

  it('prints nothing at all where nothing is wrong and nobody wants to hear it', () => {
    expect(text(result([]), { ...plain, quiet: true })).toBe('');
  });

  it('names what it assumes in one sentence, not as what is not untrue', () => {
    const assumes = [{ kind: 'reachable', text: 'nothing else loads the app in the master' }] as const;
    expect(text(result([finding({ assumes })]), plain)).toContain(
      '   Unless         this assumption is wrong: nothing else loads the app in the master\n',
    );
  });

  it('says the fourth of a kind in one line, unless asked', () => {
    const many = result(Array.from({ length: 5 }, () => finding({ related: [] })));
    const lines = text(many, plain).split('\n');
    expect(lines.filter((line) => line.includes(' │ '))).toHaveLength(9);
    expect(lines.filter((line) => line.endsWith('(config/database.yml:4:9)'))).toHaveLength(2);
    expect(text(many, { ...plain, verbose: true })).not.toContain('(config/database.yml:4:9)');
  });

  it('hides infos, counts them, and shows them when they matter', () => {
    const info = result([finding({ severity: 'info' }), finding({ severity: 'info' })]);
    expect(text(info, plain)).toMatchInlineSnapshot(`
      "2 infos (--verbose prints the infos).
      Checked 2 pools: 2 hold, 0 violated.
      "
    `);
    expect(text(info, { ...plain, failLevel: 'info' })).toContain('info[pool-smaller');
    expect(text(info, { ...plain, verbose: true })).toContain('info[pool-smaller');
  });

  it('says in how many findings the violated conditions are told, where one finding speaks of several', () => {
    const closed = (count: number, violated: number) => {
      const findings = Array.from({ length: count }, () => finding());
      return text(result(findings, { verdicts: { holds: 124, violated, unknown: 1 } }), plain)
        .split('\n')
        .slice(-3, -1);
    };
    expect(closed(7, 62).join(' ')).toBe(
      'Checked 187 conditions: 124 hold, 62 violated (told in 7 findings), 1 cannot be told (--verbose says why).',
    );
    expect(closed(1, 2).join(' ')).toContain('2 violated (told in 1 finding), 1 cannot');
    expect(closed(2, 2).join(' ')).toContain('2 violated, 1 cannot');
  });

  it('leaves suppressed findings out and counts them', () => {
    const suppressed = text(result([finding({ suppressed: ignored })]), plain);
    expect(suppressed).toMatchInlineSnapshot(`
      "No findings, 1 suppressed. Read Rails 8.0.2, Puma 6.6.0: 1 kind of process, 2 pools; 2
      other conditions hold.
      "
    `);
  });

  it('lists what cannot be told when asked', () => {
    const unresolved = [{ what: 'pool of primary in web', reason: 'A\x1b[2J is unknown', at: place(procfile, 'web') }];
    expect(text(result([], { unresolved }), { ...plain, verbose: true })).toContain(
      String.raw`   pool of primary in web: A\x1b[2J is unknown (Procfile:1:1)`,
    );
  });

  it('paints only when asked', () => {
    const escape = String.fromCharCode(27);
    expect(text(result([finding()]), plain)).not.toContain(escape);
    const coloured = text(result([finding()]), { ...plain, color: true });
    expect(coloured).toContain(`${escape}[33m${escape}[1mwarning[pool-smaller-than-sidekiq-concurrency]`);
    // eslint-disable-next-line no-control-regex
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(text(result([finding()]), plain));
  });

  it('underlines what it means, whatever stands before it', () => {
    const file = new SourceFile('a.yml', `\t日本 \x07: { password: hunter2, pool: 5 } # ${'x'.repeat(300)}\n`);
    const shown = text(result([finding({ at: place(file, 'pool: 5'), label: 'here', related: [] })]), plain);
    expect(shown.split('\n').slice(2, 5)).toMatchInlineSnapshot(`
      [
        "   a.yml:1:29",
        " 1 │ …本 \\x07: { password: ***, pool: 5 } # xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
        "   │                            ━━━━━━━ here",
      ]
    `);
  });

  it('shows the part of a long line that matters', () => {
    const file = new SourceFile('a.rb', `${'a '.repeat(3000)}pool = 5 ${'b '.repeat(3000)}\n`);
    const shown = text(result([finding({ at: place(file, 'pool = 5'), label: 'here', related: [] })]), plain);
    expect(shown.split('\n').slice(2, 5)).toMatchInlineSnapshot(`
      [
        "   a.rb:1:6001",
        " 1 │ … a a a a a a a a a a a a a pool = 5 b b b b b b b b b b b b b b b b b b b b b b b b…",
        "   │                             ━━━━━━━━ here",
      ]
    `);
  });

  it('gives a label that does not fit a line of its own', () => {
    const shown = text(result([finding({ related: [] })]), { ...plain, width: 60 });
    expect(shown.split('\n').slice(3, 7)).toMatchInlineSnapshot(`
      [
        " 4 │   pool: <%= ENV.fetch("RAILS_MAX_THREADS", 5) %>",
        "   │         ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━",
        "   │ 5, the fallback: nothing sets RAILS_MAX_THREADS for",
        "   │ worker",
      ]
    `);
  });

  it('shows the first line of a place with several, and says how far it goes', () => {
    const at = { ...place(databaseYml, 'adapter'), end: databaseYml.text.indexOf('url') };
    expect(text(result([finding({ at, label: 'all of it', related: [] })]), plain)).toContain(
      '━ all of it (to line 5)',
    );
  });

  it('never shows a secret, also not where it points at one', () => {
    const leaking = finding({
      at: place(databaseYml, 'hunter2'),
      label: 'postgres://bob:hunter2@h',
      message: 'DB_PASSWORD=hunter2',
      related: [{ at: place(databaseYml, 'url: postgres://bob:hunter2@db.internal/app'), message: '' }],
      snippet: 'production:\n  password: hunter2',
    });
    const options = { ...plain, verbose: true };
    const tool = { name: 'rails-pool-lint', version: '1' };
    const printed = [text, concise].map((report) => report(result([leaking]), options));
    printed.push(github(result([leaking]), { workspace: '' }), json(result([leaking]), { tool }));
    for (const output of printed) expect(output).not.toContain('hunter2');
  });
});

describe('concise', () => {
  it('is one line per finding, infos included, suppressed ones not', () => {
    const found = [finding(), finding({ severity: 'info', message: 'a\nb' }), finding({ suppressed: ignored })];
    expect(concise(result(found))).toMatchInlineSnapshot(`
      "config/database.yml:4:9: warning pool-smaller-than-sidekiq-concurrency worker runs 25 threads on a pool of 5
      config/database.yml:4:9: info pool-smaller-than-sidekiq-concurrency a\\nb
      "
    `);
  });

  it('does not let a path give commands to a runner', () => {
    const file = new SourceFile('::set-env name=a::b\x1b.rb', 'x');
    expect(concise(result([finding({ at: place(file, 'x') })]))).toMatch(/^\.\/::set-env name=a::b\\x1b\.rb:1:1: /);
  });
});

describe('github', () => {
  it('annotates the place that a change touches, and names the one to change', () => {
    const changedAt = place(procfile, '-c 25');
    const [line] = github(result([finding({ changedAt })]), { workspace: null }).split('\n');
    expect(line).toMatch(/^::warning file=Procfile,line=2,/);
    expect(line).toContain('::config/database.yml:4:9: worker runs 25 threads');
  });

  it('holds nothing back that a change is about, as long as there is something else', () => {
    const changedAt = place(procfile, '-c 25');
    const others = Array.from({ length: 12 }, (_, nth) => finding({ message: `other ${nth}` }));
    const lines = github(result([...others, finding({ message: 'changed', changedAt })]), { workspace: null });
    expect(lines.split('\n')[0]).toContain('changed%0A');
    expect(lines).toContain('Held back: 3 warnings.');
  });

  it('escapes what the command syntax gives a meaning', () => {
    const file = new SourceFile('a,b:c%.rb', 'x\n');
    const one = finding({
      at: place(file, 'x'),
      message: '100 % of\r\nit',
      consequence: null,
      snippet: null,
      assumes: [],
    });
    expect(github(result([one]), { workspace: 'apps/shop' })).toMatchInlineSnapshot(`
      "::warning file=apps/shop/a%2Cb%3Ac%25.rb,line=1,endLine=1,col=1,endColumn=2,title=pool-smaller-than-sidekiq-concurrency::apps/shop/a,b:c%25.rb:1:1: 100 %25 of\\r\\nit%0AArithmetic: pool 5 < 25 threads%0AWhat to do: let one variable size both, for this process only:
      "
    `);
  });

  it('gives columns only on one line', () => {
    const at = { ...place(databaseYml, 'adapter'), end: databaseYml.text.indexOf('url') };
    expect(github(result([finding({ at })]), { workspace: null })).toMatch(
      /^::warning file=config\/database\.yml,line=2,endLine=5,title=[a-z-]+::config\/database\.yml:2:3: /,
    );
  });

  it('keeps to ten of a level, the most important first, and says what it holds back', () => {
    const many = [
      ...Array.from({ length: 12 }, () => finding({ severity: 'error' })),
      ...Array.from({ length: 3 }, () => finding()),
      ...Array.from({ length: 11 }, () => finding({ severity: 'info' })),
    ];
    const lines = github(result(many), { workspace: null }).trimEnd().split('\n');
    expect(lines.map((line) => line.slice(0, 9))).toEqual([
      ...Array.from({ length: 10 }, () => '::error f'),
      ...Array.from({ length: 3 }, () => '::warning'),
      ...Array.from({ length: 10 }, () => '::notice '),
      'Held back',
    ]);
    expect(lines.at(-1)).toContain('2 errors, 1 notice.');
  });
});

describe('json', () => {
  const tool = { name: 'rails-pool-lint', version: '0.1.0' };

  it('is what the contract says', () => {
    const fix = { safety: 'unsafe', description: 'x', edits: [{ at: place(databaseYml, '5'), text: '25' }] } as const;
    expect(json(result([finding({ related: [], fix, suppressed: ignored })]), { tool })).toMatchInlineSnapshot(`
      "{
        "version": 1,
        "tool": {
          "name": "rails-pool-lint",
          "version": "0.1.0"
        },
        "projects": [
          {
            "root": ".",
            "deployment": "heroku",
            "environment": "production",
            "versions": {
              "rails": "8.0.2",
              "puma": "6.6.0",
              "sidekiq": null
            }
          }
        ],
        "findings": [
          {
            "rule": "pool-smaller-than-sidekiq-concurrency",
            "severity": "warning",
            "confidence": "medium",
            "project": ".",
            "deployments": [
              "heroku"
            ],
            "process": "worker",
            "processes": [
              "worker"
            ],
            "database": "primary",
            "message": "worker runs 25 threads on a pool of 5",
            "consequence": "20 of 25 threads wait for a connection.",
            "arithmetic": "pool 5 < 25 threads",
            "advice": "let one variable size both, for this process only:",
            "snippet": "worker: RAILS_MAX_THREADS=25 bundle exec sidekiq",
            "file": "config/database.yml",
            "line": 4,
            "column": 9,
            "endLine": 4,
            "endColumn": 49,
            "related": [],
            "fix": {
              "safety": "unsafe",
              "description": "x",
              "edits": [
                {
                  "file": "config/database.yml",
                  "line": 4,
                  "column": 44,
                  "endLine": 4,
                  "endColumn": 45,
                  "text": "25"
                }
              ]
            },
            "suppressed": {
              "kind": "ignore",
              "reason": "x",
              "file": "Procfile",
              "line": 2
            },
            "docs": "rules/pool/pool-smaller-than-sidekiq-concurrency.md"
          }
        ],
        "unresolved": [],
        "summary": {
          "errors": 0,
          "warnings": 0,
          "infos": 0,
          "suppressed": 1,
          "checked": 2,
          "holds": 2,
          "violated": 0,
          "unknown": 0
        }
      }
      "
    `);
  });

  it('has no edit that would write a mask into a file', () => {
    const edits = [{ at: place(databaseYml, '5'), text: 'postgres://u:p@h' }];
    const fixed = finding({ fix: { safety: 'unsafe', description: 'x', edits } });
    expect(JSON.parse(json(result([fixed]), { tool })).findings[0].fix).toBeNull();
  });

  it('gives what cannot be told a reason and a place where there is one', () => {
    const unresolved = [
      { what: 'a', reason: 'b', at: place(procfile, 'worker') },
      { what: 'c', reason: 'd', at: null },
    ];
    expect(JSON.parse(json(result([], { unresolved }), { tool })).unresolved).toEqual([
      { what: 'a', reason: 'b', file: 'Procfile', line: 2, column: 1 },
      { what: 'c', reason: 'd', file: null, line: null, column: null },
    ]);
  });
});

describe('the other processes of a finding', () => {
  const others = result([finding({ processes: ['worker', 'bulk', 'mail\n'] })]);

  it('are named in every format for people', () => {
    expect(text(others, plain)).toContain('\n   Also           bulk, mail\\n\n');
    expect(concise(others)).toMatch(/worker runs 25 threads on a pool of 5 \(also bulk, mail\\n\)\n$/);
    expect(github(others, { workspace: null })).toContain('on a pool of 5 (also bulk, mail\\n)%0A');
    expect(text(result(Array.from({ length: 4 }, () => others.findings[0]!)), plain)).toMatch(
      /\(also bulk, mail\\n\) \(/,
    );
  });

  it('are a list in JSON', () => {
    const [one] = JSON.parse(json(others, { tool: { name: 'a', version: '1' } })).findings;
    expect(one).toMatchObject({ message: 'worker runs 25 threads on a pool of 5', process: 'worker' });
  });
});

it('cuts what an exception says at length', () => {
  const long = result([
    finding({ message: `Ruby raises RuntimeError: ${'x'.repeat(100_000)}`, label: 'y'.repeat(9999) }),
  ]);
  for (const report of [text(long, plain), concise(long), github(long, { workspace: null })])
    expect(report.length).toBeLessThan(3000);
  expect(JSON.parse(json(long, { tool: { name: 'a', version: '1' } })).findings[0].message).toHaveLength(300);
});

it('claims no more than was checked', () => {
  const said = (verdicts: { holds: number; violated: number; unknown: number }) =>
    text(result([], { verdicts }), plain).replaceAll('\n', ' ');
  expect(said({ holds: 0, violated: 0, unknown: 0 })).toContain('2 pools; no condition was checked.');
  expect(said({ holds: 1, violated: 0, unknown: 0 })).toContain('2 pools; 1 condition holds.');
  expect(said({ holds: 7, violated: 0, unknown: 0 })).toContain('2 pools; all 7 conditions hold.');
});

it('has a text for every part of a finding in JSON, an empty one where there is nothing to say', () => {
  const tool = { name: 'rails-pool-lint', version: '0.1.0' };
  const [bare] = JSON.parse(json(result([finding({ arithmetic: null, consequence: null })]), { tool })).findings;
  expect([bare.arithmetic, bare.consequence]).toEqual(['', '']);
});
