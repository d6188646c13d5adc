import { initializers } from '../index/mention.ts';
import type { RubyParser } from '../ruby/parse.ts';
import { span } from '../text/source.ts';
import type { BootProblem } from './boot.ts';
import type { Evaluations } from './evaluations.ts';
import type { AppFiles } from './files.ts';

/** What every process of a Rails application loads, whatever it is started with, besides its initializers. */
const ALWAYS = ['config/boot.rb', 'config/application.rb', 'config/environment.rb'];

/**
 * Ruby that a process of a Rails application certainly loads and that Ruby cannot read: it does not boot. Nothing is
 * said of an application that has its initializers somewhere else.
 * Sources: railties/lib/rails/engine.rb@v8.1.3.1 (load_config_initializers, load_environment_config)
 */
export function unparsableBootFiles(
  files: AppFiles,
  parser: RubyParser,
  railsEnv: string,
  evaluations: Evaluations,
): readonly BootProblem[] {
  return evaluations.shared(`unparsable ${railsEnv}`, () => problemsOf(files, parser, railsEnv));
}

function problemsOf(files: AppFiles, parser: RubyParser, railsEnv: string): readonly BootProblem[] {
  const application = files.source('config/application.rb')?.text ?? '';
  if (!/\bRails::Application\b/.test(application)) return [];
  const movesInitializers = /paths\[?\(?\s*['"]config\/(?:initializers|environments)/.test(application);
  return [
    ...ALWAYS,
    ...(movesInitializers ? [] : [`config/environments/${railsEnv}.rb`, ...initializers(files.tree)]),
  ].flatMap((path) => problemIn(path, files, parser) ?? []);
}

function problemIn(path: string, files: AppFiles, parser: RubyParser): BootProblem | null {
  const file = files.source(path);
  if (!file || parser.read(file.text, ({ hasError }) => hasError) !== true) return null;
  const refusal = parser.refusal(file.text);
  if (!refusal) return null;
  const at = span(file, refusal.start, refusal.end);
  return { kind: 'parse-error', message: `syntax error: ${refusal.message}`, at, assumes: [], stopsBoot: true };
}
