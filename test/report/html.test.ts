import { describe, expect, it } from 'vitest';
import { budgetHtml } from '../../src/report/html/budget.ts';
import { lintHtml } from '../../src/report/html/lint.ts';
import { showHtml } from '../../src/report/html/show.ts';
import { finding, project, result } from './results.ts';

const options = { failLevel: 'warning' } as const;

describe('html', () => {
  it('shows each finding with its place in the source and what to do', () => {
    const page = lintHtml(result([finding()], { verdicts: { holds: 2, violated: 1, unknown: 0 } }), options);
    expect(page).toContain('<section class="finding warning">');
    expect(page).toContain('pool: &lt;%= ENV.fetch(&#34;RAILS_MAX_THREADS&#34;, 5) %&gt;');
    expect(page).toContain('<pre>worker: RAILS_MAX_THREADS=25 bundle exec sidekiq</pre>');
    expect(page).toContain('Checked 2 pools and 1 budget: 2 hold, 1 violated.');
  });

  it('shows the budget against what is usable, and the configuration of each process', () => {
    const budget = budgetHtml([project()]);
    expect(budget).toContain('steady: 80, 82 % of 97, 14 to spare with 3 for console and migrations');
    expect(budget).toContain('<p>Fits up to 2 web hosts, everything else as it is.</p>');
    expect(budget).toContain('<tr class="total"><td>ceiling</td>');
    expect(showHtml([project()], { files: [] })).toContain('<td>threads_max</td><td>5</td>');
  });

  it('loads nothing, runs nothing, and lets no text of the repository mean anything in it', () => {
    const hostile = '<script>alert(1)</script><img src=x onerror=alert(2)> <% throw 1 %> <%- x %>';
    const page = lintHtml(
      result([finding({ message: hostile, advice: hostile, snippet: hostile })], {
        unresolved: [{ what: hostile, reason: hostile, at: null }],
      }),
      options,
    );
    const shown = showHtml([project({ environment: hostile })], { files: [] });
    for (const text of [page, shown, budgetHtml([project({ name: hostile })])]) {
      expect(text).not.toMatch(/<script|<img|<link|https?:/);
      expect(text).toContain('&lt;script&gt;');
    }
  });

  it('shows no secret', () => {
    const page = lintHtml(result([finding({ consequence: 'url is postgres://bob:hunter2@db.internal/app' })]), options);
    for (const text of [page, showHtml([project()], { files: [] })]) expect(text).not.toContain('hunter2');
  });
});
