import type { BadConfiguration } from '../lint/configuration.ts';
import { placeOf } from '../text/source.ts';
import { escapeControls } from '../report/characters.ts';
import { sentence } from '../report/secrets.ts';
import { isBadCall } from './bad_call.ts';
import { callsOf } from './stack.ts';
import { didYouMean } from './suggest.ts';

/** What is printed on standard error when there is no answer. */
export async function explainFailure(error: unknown, verbose: boolean): Promise<string> {
  if (isBadCall(error)) return `rails-pool-lint: ${sentence(error.message)}${await choices(error)}\n`;
  if (isBadConfiguration(error)) {
    const { file, line, column } = placeOf(error.at);
    const place = `${escapeControls(file)}:${line}:${column}`;
    return `rails-pool-lint: ${place}: ${sentence(error.message)}${await choices(error)}\n`;
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = verbose && error instanceof Error && error.stack ? callsOf(error.stack) : '';
  const hint = verbose ? '' : ' (--verbose says where)';
  return `rails-pool-lint: internal error: ${sentence(message)}${hint}; this is a fault of rails-pool-lint, please report it\n${stack}`;
}

function isBadConfiguration(error: unknown): error is BadConfiguration {
  return error instanceof Error && error.name === 'BadConfiguration' && 'at' in error;
}

/** The engine knows which names there are once it has read the repository. */
async function choices(error: Error): Promise<string> {
  if (!('given' in error) || error.given === null || !('choices' in error) || !Array.isArray(error.choices)) return '';
  const names = error.choices.map(String);
  if (names.length === 0) return '; there is none';
  const hint = await didYouMean(String(error.given), names);
  if ('listedBy' in error && typeof error.listedBy === 'string')
    return hint === ''
      ? `; \`${error.listedBy}\` lists them`
      : `${sentence(hint)} \`${error.listedBy}\` lists them all`;
  return `${sentence(hint)}${hint === '' ? ';' : ''} there ${names.length === 1 ? 'is' : 'are'} ${names.map(sentence).join(', ')}`;
}
