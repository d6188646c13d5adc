/** The page, for ejs: `<%=` escapes, and only the style sheet, which is ours, is printed as it is. */
export const TEMPLATE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title><%= page.title %></title>
<style><%- page.style %></style>
</head>
<body>
<h1><%= page.title %></h1>
<%_ for (const block of page.blocks) { _%>
<%_ if (block.kind === 'heading') { _%>
<h<%= block.level %>><%= block.text %></h<%= block.level %>>
<%_ } else if (block.kind === 'text') { _%>
<p<%- block.strong ? ' class="strong"' : '' %>><%= block.text %></p>
<%_ } else if (block.kind === 'code') { _%>
<pre><%= block.text %></pre>
<%_ } else if (block.kind === 'list') { _%>
<ul>
<%_ for (const item of block.items) { _%>
<li><%= item %></li>
<%_ } _%>
</ul>
<%_ } else if (block.kind === 'bar') { _%>
<div class="bar<%= block.percent > 100 ? ' over' : '' %>" role="img" aria-label="<%= block.text %>"><i style="width:<%= Math.min(100, Math.max(0, block.percent)) %>%"></i><span><%= block.text %></span></div>
<%_ } else if (block.kind === 'table') { _%>
<div class="scroll"><table>
<thead><tr><% block.head.forEach((cell, column) => { %><th<%- column < block.left ? '' : ' class="n"' %>><%= cell %></th><% }) %></tr></thead>
<tbody>
<%_ block.rows.forEach((row, index) => { _%>
<tr<%- index >= block.rows.length - (block.totals ?? 0) ? ' class="total"' : '' %>><% row.forEach((cell, column) => { %><td<%- column < block.left ? '' : ' class="n"' %>><%= cell %></td><% }) %></tr>
<%_ }) _%>
</tbody>
</table></div>
<%_ } else { _%>
<section class="finding <%= block.severity %>">
<h3><span class="severity"><%= block.severity %></span> <%= block.message %></h3>
<p class="place"><code><%= block.place %></code> <code><%= block.rule %></code></p>
<pre><%= block.frame %></pre>
<dl>
<%_ for (const detail of block.details) { _%>
<dt><%= detail.label %></dt><dd><%= detail.text %><% if (detail.code !== null) { %><pre><%= detail.code %></pre><% } %></dd>
<%_ } _%>
</dl>
</section>
<%_ } _%>
<%_ } _%>
</body>
</html>
`;

export const STYLE = `
:root { color-scheme: light dark; --line: #d0d4da; --soft: #f4f5f7; --error: #b3261e; --warning: #9a5b00; --info: #1b5fa8; }
@media (prefers-color-scheme: dark) { :root { --line: #3b4048; --soft: #1e2126; --error: #ff8a80; --warning: #ffb95c; --info: #8ab8ff; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
pre, code { font: 13px/1.45 ui-monospace, monospace; } pre { background: var(--soft); padding: .7rem; overflow-x: auto; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; } th, td { padding: .25rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
.n { text-align: right; font-variant-numeric: tabular-nums; } .total td { font-weight: 600; } .strong { font-weight: 600; }
.finding { border-left: 4px solid var(--line); padding-left: 1rem; margin: 2rem 0; }
.error { border-color: var(--error); } .warning { border-color: var(--warning); } .info { border-color: var(--info); }
.error .severity { color: var(--error); } .warning .severity { color: var(--warning); } .info .severity { color: var(--info); }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
.bar { position: relative; background: var(--soft); border: 1px solid var(--line); margin: .4rem 0; }
.bar i { position: absolute; inset: 0 auto 0 0; background: var(--info); opacity: .3; } .bar.over i { background: var(--error); }
.bar span { position: relative; padding: 0 .5rem; }
@media print { body { max-width: none; } .finding { break-inside: avoid; } }
`;
