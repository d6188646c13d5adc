import type { Application, Boot } from '../../launch/boot.ts';
import type { Command } from '../../launch/launch.ts';
import { lastOption, readOptions, type OptionShape, type ReadOptions } from '../../launch/options.ts';
import type { Environment } from '../../value/environment.ts';
import { assuming, combine, known, type Known, type Traced } from '../../value/traced.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { coerced, toI, type Coerced } from '../coercion.ts';
import { firstSaid } from '../good_job/threads.ts';
import type { RaisedAt } from '../raised.ts';

/** What a row of the table is read from: the command line, the variables, the files. */
export class Reading {
  readonly boot: Boot;
  readonly application: Application;
  readonly line: ReadOptions;
  /** The variables as the program found them, before any file changed them. */
  readonly environment: Environment;
  readonly #row: { readonly gem: string; readonly source: string };
  /** The first thing that keeps the program from starting. */
  raised: RaisedAt | null = null;

  constructor(
    boot: Boot,
    command: Command | null,
    row: { readonly gem: string; readonly source: string; readonly options: readonly OptionShape[] },
  ) {
    this.boot = boot;
    this.environment = boot.environment;
    this.line = readOptions(command, 1, row.options);
    this.application = boot.application();
    this.#row = row;
  }

  option(key: string): Traced<string | null> | null {
    return lastOption(this.line, key);
  }

  /** A variable: `rake resque:workers COUNT=4` sets it behind the task too. */
  variable(name: string): Traced<string | null> {
    const word = this.line.rest.findLast(({ value }) => value.known && value.value.startsWith(`${name}=`));
    if (!word) return this.environment.get(name);
    return combine(null, [word.value], (text): string | null => text.slice(name.length + 1));
  }

  /** What the program takes where nothing says otherwise. */
  fallback(value: number, text: string): Known<number> {
    const { gem, source } = this.#row;
    return known(value, { kind: 'default', text, row: { gem, versions: `every ${gem}`, source } });
  }

  /** The first source that says a number, converted as the program converts it. */
  number(
    sources: readonly (Traced<PsychScalar> | null)[],
    fallback: Known<number>,
    convert: (value: PsychScalar) => Coerced<number> = toI,
  ): Traced<number> {
    const otherwise = known<PsychScalar>(BigInt(fallback.value), fallback.origin, fallback.assumes);
    const said = firstSaid(sources, (value) => value !== null, otherwise);
    const number = coerced(said, convert, (what, assumes) => {
      this.raised ??= { ...what, origin: said.origin, assumes };
    });
    return assuming(number, this.line.assumes);
  }
}

/** The task among the words of rake or rails: `rake environment resque:work`. */
export function runsTask(names: readonly string[], task: RegExp): boolean {
  const [program, ...words] = names;
  return (program === 'rake' || program === 'rails') && words.some((word) => task.test(word));
}

export function valued(key: string, long: string, short?: string): readonly OptionShape[] {
  const shapes: OptionShape[] = [...new Set([long, long.replaceAll('-', '_')])].map((name) => ({
    key,
    long: name,
    takes: 'value',
  }));
  return short === undefined ? shapes : [...shapes, { key, short, takes: 'value' }];
}
