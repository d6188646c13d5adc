import { span, type SourceFile } from '../text/source.ts';
import type { Environment, VariableState } from '../value/environment.ts';
import { combine, known, unknown, type Traced } from '../value/traced.ts';
import type { Word } from './launch.ts';
import { readOptions, taking, type OptionShape, type ReadOptions } from './options.ts';
import { procfileLines, type ProcfileEntry } from './procfile.ts';
import { MOST_PROGRAMS, TOO_MANY, type Run, type RunProgram, type Scripts } from './runner.ts';
import { wordNames } from './words.ts';

/** A program that starts what a Procfile says. */
interface ProcfileRunner {
  /** The words by which it starts everything; null where it does nothing else. */
  readonly starts: readonly string[] | null;
  readonly options: readonly OptionShape[];
  /** What the words that are no options name. */
  readonly rest: 'process' | 'processes' | 'procfile' | 'nothing';
  /** Variables that stand in for options. */
  readonly variables: Readonly<Record<string, string>>;
  /** How often a process runs that the formation does not name. */
  readonly unnamed: (formation: boolean) => number;
  /** From the port of one copy to that of the next. */
  readonly step: number;
}

/**
 * Source: lib/foreman/cli.rb, lib/foreman/engine.rb@v0.90.0 (ddollar/foreman); main.go, start/procfile.go@v2.5.1
 * (DarthSim/overmind); main.go, procfile.go@v1.1.0 (DarthSim/hivemind); honcho/command.py, honcho/environ.py@v2.0.0
 */
const RUNNERS: Readonly<Record<string, ProcfileRunner>> = {
  foreman: {
    starts: ['start'],
    options: taking('procfile:f formation:m env:e port:p root:d timeout:t'),
    rest: 'process',
    variables: {},
    unnamed: (formation) => (formation ? 0 : 1),
    step: 1,
  },
  overmind: {
    starts: ['start', 's'],
    options: taking(
      'procfile:f formation:m processes:l ignored-processes:x port:p root:d timeout:t title:w port-step:P can-die:c ' +
        'auto-restart:r colors:b stop-signals:i tmux-config:F shell:H socket:s network:S formation-port-step:',
    ),
    rest: 'nothing',
    variables: {
      procfile: 'OVERMIND_PROCFILE',
      formation: 'OVERMIND_FORMATION',
      processes: 'OVERMIND_PROCESSES',
      'ignored-processes': 'OVERMIND_IGNORED_PROCESSES',
    },
    unnamed: () => 1,
    step: 10,
  },
  hivemind: {
    starts: null,
    options: taking('processes:l port:p port-step:P root:d timeout:t title:w'),
    rest: 'procfile',
    variables: { procfile: 'HIVEMIND_PROCFILE', processes: 'HIVEMIND_PROCESSES' },
    unnamed: () => 1,
    step: 1,
  },
  honcho: {
    starts: ['start'],
    options: taking('procfile:f concurrency:c env:e port:p app-root:d quiet:q'),
    rest: 'processes',
    variables: { procfile: 'PROCFILE' },
    unnamed: () => 1,
    step: 1,
  },
};

/** What `foreman start`, `overmind start`, `hivemind` or `honcho start` runs; null for any other words. */
export function readForeman(words: readonly Word[], environment: Environment, scripts: Scripts): Run | null {
  const [name = '', ...names] = wordNames(words);
  const runner = Object.hasOwn(RUNNERS, name) ? RUNNERS[name]! : null;
  if (!runner) return null;
  const start = runner.starts === null ? 0 : names.findIndex((word) => runner.starts!.includes(word)) + 1;
  if (runner.starts !== null && start === 0) return null;
  const others = runner.starts === null ? words : words.toSpliced(start, 1);
  const at = words[0]!.at;
  const read = readOptions({ text: name, at, words: others, wrappers: [] }, 1, runner.options);
  if (read.open) return { unknown: read.open.reason };
  return new ProcfileRun(name, runner, read, environment, scripts).run();
}

/** One start of a program that runs what a Procfile says, by the options it was given. */
class ProcfileRun {
  readonly #name: string;
  readonly #runner: ProcfileRunner;
  readonly #read: ReadOptions;
  readonly #scripts: Scripts;
  readonly #environment: Environment;
  /** Why something that decides is not known, or null. */
  #lost: string | null = null;

  constructor(name: string, runner: ProcfileRunner, read: ReadOptions, environment: Environment, scripts: Scripts) {
    this.#name = name;
    this.#runner = runner;
    this.#read = read;
    this.#scripts = scripts;
    this.#environment = this.#withFiles(environment);
  }

  run(): Run {
    const root = this.#text('root') ?? this.#text('app-root');
    const named = this.#runner.rest === 'procfile' ? this.#rest()[0] : undefined;
    const path =
      named ?? this.#text('procfile') ?? (root === null ? 'Procfile' : `${root.replace(/\/$/, '')}/Procfile`);
    const formation = this.#formation();
    if (this.#lost !== null) return { unknown: this.#lost };
    const file = this.#scripts(path.includes('/') ? path : `./${path}`);
    if (!file) return { unknown: `${this.#name} starts what ${path} says, which is not in the repository` };
    const entries = procfileLines(file);
    const programs: RunProgram[] = [];
    for (const [index, entry] of entries.entries()) {
      const count = formation(entry.name);
      if (programs.length + count > MOST_PROGRAMS) return TOO_MANY;
      for (let copy = 0; copy < count; copy += 1) programs.push(this.#program(entry, index, copy));
    }
    return programs.length === 0 ? { unknown: `${this.#name} starts nothing of ${path}` } : { programs };
  }

  #program({ name, command, at }: ProcfileEntry, index: number, copy: number): RunProgram {
    const offset = index * 100 + copy * this.#runner.step;
    const origin = { kind: 'platform', at, from: [] } as const;
    const base = this.#optionOf('port') ?? this.#environment.get('PORT', at);
    const port = combine(at, [base], (text) => String((Number.parseInt(text ?? '', 10) || 5000) + offset));
    const named = this.#environment.with('PS', known<string | null>(`${name}.${copy + 1}`, origin));
    return { name, at, start: { line: command }, environment: named.with('PORT', port) };
  }

  /** How often a process of the Procfile runs, by its name. */
  #formation(): (process: string) => number {
    const said = this.#text('formation') ?? this.#text('concurrency');
    const only = this.#runner.rest === 'process' || this.#runner.rest === 'processes' ? this.#rest() : [];
    const listed = [...only, ...splitNames(this.#text('processes'))];
    const ignored = splitNames(this.#text('ignored-processes'));
    const counts = new Map(
      (said ?? '')
        .replace(/\s/g, '')
        .split(',')
        .map((pair) => pair.split('='))
        .flatMap(([name, count]) => (name && count ? [[name, Number.parseInt(count, 10) || 0] as const] : [])),
    );
    // A process that foreman is told to start alone takes the place of the formation.
    if (this.#runner.rest === 'process' && only.length > 0) return (name) => (only.includes(name) ? 1 : 0);
    const otherwise = counts.get('all') ?? this.#runner.unnamed(said !== null);
    return (name) => {
      if (ignored.includes(name) || (listed.length > 0 && !listed.includes(name))) return 0;
      return counts.get(name) ?? otherwise;
    };
  }

  #rest(): readonly string[] {
    return this.#read.rest.flatMap(({ value: text }) => this.#known(text) ?? []);
  }

  #optionOf(key: string): Traced<string> | null {
    return this.#read.options.findLast((one) => one.key === key)?.value ?? null;
  }

  #text(key: string): string | null {
    const option = this.#optionOf(key);
    if (option) return this.#known(option);
    const variable = this.#runner.variables[key];
    const state = variable === undefined ? null : this.#environment.get(variable);
    return state ? this.#known(state) : null;
  }

  #known(text: Traced<string | null>): string | null {
    if (text.known) return text.value;
    this.#lost ??= text.reason;
    return null;
  }

  /** With `.env`, or the files that it is told to read: what stands there counts more than what is set. */
  #withFiles(environment: Environment): Environment {
    const said = this.#optionOf('env');
    const names = said?.known ? splitNames(said.value) : ['.env'];
    const own = this.#name === 'overmind' ? ['.overmind.env', ...names] : names;
    return own.reduce((before, name) => {
      const file = this.#scripts(name.includes('/') ? name : `./${name}`);
      return file ? withVariables(before, file, this.#name === 'foreman') : before;
    }, environment);
  }
}

function splitNames(text: string | null): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * `KEY=value`, as foreman reads it. What the others make of quotes, comments and variables is not followed.
 * Source: lib/foreman/env.rb@v0.90.0
 */
function withVariables(environment: Environment, file: SourceFile, isForeman: boolean): Environment {
  let result = environment;
  for (let number = 1; number <= file.lineCount; number += 1) {
    const line = file.line(number);
    const match = (isForeman ? /^([A-Za-z_0-9]+)=(.*)$/ : /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=([^\n]*)$/).exec(line);
    if (!match) continue;
    const [, name, behind] = match as unknown as [string, string, string];
    const written = isForeman ? behind : behind.trim();
    const start = file.lineStart(number);
    const at = span(file, start, start + line.length);
    result = result.with(name, isForeman || /^[\w./:@%+-]*$/.test(written) ? said(written) : notFollowed(name));

    function said(text: string): VariableState {
      const quoted = /^'(.*)'$/.exec(text)?.[1];
      const double = /^"(.*)"$/.exec(text)?.[1];
      const plain = quoted ?? double?.replaceAll('\\n', '\n').replace(/\\(.)/g, '$1') ?? text;
      return known<string | null>(plain, { kind: 'platform', at, from: [] });
    }
    function notFollowed(variable: string): VariableState {
      return unknown(`what ${file.path} makes of ${variable} is not followed`, { kind: 'platform', at, from: [] });
    }
  }
  return result;
}
