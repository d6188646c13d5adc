import { evaluateWorlds } from '../ruby/evaluate.ts';
import type { Evaluation, EvaluationInput, Host } from '../ruby/host.ts';
import type { ProgramParser, TrimMode } from '../ruby/syntax.ts';
import type { SourceFile } from '../text/source.ts';
import { known } from '../value/traced.ts';
import { TemplateOutput } from './output.ts';
import { plainText, type RenderedText } from './rendered.ts';

/** One possible course of a template, with what it prints. */
export interface ErbWorld<H extends Host> extends Evaluation<H> {
  readonly rendered: RenderedText;
}

/**
 * Renders a template as Ruby's ERB would: one world for every course that undecidable conditions leave open, at most
 * eight. A syntax error is a failure with the error `SyntaxError`, at its place in the template. Never throws.
 */
export function renderErb<H extends Host>(
  parser: ProgramParser,
  file: SourceFile,
  trimMode: TrimMode,
  input: EvaluationInput<H>,
): ErbWorld<H>[] {
  if (!file.text.includes('<%')) return [untouched(file, input)];
  const program = parser.parseTemplate(file, trimMode);
  return evaluateWorlds(program, input, () => new TemplateOutput(file)).map(({ evaluation, printer }) => ({
    ...evaluation,
    rendered: (printer as TemplateOutput).finish(),
  }));
}

/** A file without tags prints itself. */
function untouched<H extends Host>(file: SourceFile, input: EvaluationInput<H>): ErbWorld<H> {
  return {
    decisions: [],
    value: known(null, { kind: 'assumed', text: 'no template' }),
    host: input.host(),
    environment: input.environment,
    failure: null,
    skipped: [],
    possible: [],
    reads: new Set(),
    noticed: [],
    constants: new Map(),
    stopped: null,
    rendered: plainText(file),
  };
}
