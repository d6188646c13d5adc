import { beforeAll, describe, expect, it } from 'vitest';
import { commentsOf } from '../../src/lint/comments.ts';
import { loadRuby, type RubyParser } from '../../src/ruby/parse.ts';
import { SourceFile, spanText } from '../../src/text/source.ts';
import { grammar } from '../support/lint.ts';

let parser: RubyParser;
beforeAll(async () => {
  parser = await loadRuby(grammar);
});

/** The comments as they stand in the file. */
function comments(path: string, text: string): readonly string[] {
  const file = new SourceFile(path, text);
  return commentsOf(file, parser).map((comment) => {
    // Whatever is around a comment, its words stand where it says.
    expect(file.text.slice(comment.textStart + 1, comment.textStart + comment.text.length)).toBe(comment.text.slice(1));
    return spanText(comment.at);
  });
}

describe('the comments of Ruby', () => {
  it('are those that Ruby knows', () => {
    const text = `# one\nx = "# no"\ny = <<~T\n  # no\nT\nz = %q(# no) # two\n=begin\n# no\n=end\n__END__\n# no\n`;
    expect(comments('config/puma.rb', text)).toEqual(['# one', '# two']);
  });

  it('are found in what has no ending but a name or a first line that says so', () => {
    for (const path of ['Gemfile', 'lib/tasks/a.rake', 'config.ru']) expect(comments(path, 'x # y\n')).toEqual(['# y']);
    expect(comments('bin/jobs', '#!/usr/bin/env ruby\nx # y\n')).toEqual(['#!/usr/bin/env ruby', '# y']);
    expect(comments('bin/web', '#!/bin/sh\nx # y\n# z\n')).toEqual(['#!/bin/sh', '# z']);
  });
});

describe('the comments of YAML', () => {
  it('are those that YAML knows', () => {
    const text = [
      'a: b#no # one',
      "q: '# no'",
      'd: "# no',
      '  # no" # two',
      'block: | # three',
      '  # no',
      'list: [a, # four',
      '  b]',
      '  # five',
    ].join('\n');
    expect(comments('docker-compose.yml', text)).toEqual(['# one', '# two', '# three', '# four', '# five']);
  });

  it('are not hidden by the tags of a template', () => {
    const text = [
      'pool: <%= ENV.fetch("A") { "# no" } %> # one',
      '<% if ENV["B"] # two',
      '%>',
      '  odd: "<%= "x" %>" # three',
      '    <%# four %>',
      '<%- end -%>',
      '<%% # five %>',
      'last: <%= 1 %>',
    ].join('\n');
    expect(comments('config/database.yml', text)).toEqual(['# one', '# two', '# three', '<%# four %>', '# five %>']);
  });

  it('end with what is never closed', () => {
    expect(comments('config/database.yml', 'a: 1 # one\n<% if x\nb: 2')).toContain('# one');
    expect(comments('config/database.yml', 'a: "b # no\n')).toEqual([]);
  });

  it('are no tags where nothing is a template', () => {
    expect(comments('compose.yaml', 'a: <%# no %>\nb: <% # one\n')).toEqual(['# one']);
  });
});

describe('the comments of .env files', () => {
  it('begin with every # outside of quotes', () => {
    const text = `A=1 # one\nB="x # no"\nC='\n# no\n' # two\n# three\nexport D=a#four\nE=\n  # five\n`;
    for (const path of ['.env', '.env.production', 'web.env', '.kamal/secrets'])
      expect(comments(path, text)).toEqual(['# one', '# two', '# three', '#four', '# five']);
  });
});

describe('the comments of other files', () => {
  it('have a line of their own', () => {
    expect(comments('Procfile', '# one\nweb: puma # no\n')).toEqual(['# one']);
    expect(comments('Dockerfile', 'FROM ruby # no\n  # one\r\nCMD x\n')).toEqual(['# one']);
    expect(comments('fly.toml', 'a = "#" # no\n# one')).toEqual(['# one']);
  });

  it('are not looked for where nobody knows how they look', () => {
    expect(comments('app.json', '# no\n')).toEqual([]);
    expect(comments('app/views/a.html', '# no\n')).toEqual([]);
  });
});
