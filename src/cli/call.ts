import { parseArgs } from 'node:util';
import { escapeControls } from '../report/characters.ts';
import { BadCall } from './bad_call.ts';
import { COMMANDS, FLAGS, FORMATS, isKnownTo, type Command, type Flag } from './flags.ts';
import { didYouMean } from './suggest.ts';

/** One report: how it is printed, and where to; null is standard output. */
export interface Output {
  readonly format: string;
  readonly file: string | null;
}

/** What was typed, with every flag known to the command and every format available. */
export interface Call {
  readonly command: Command;
  /** Whether the command was typed, or is the default. */
  readonly commandTyped: boolean;
  readonly positionals: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
  readonly outputs: readonly Output[];
  has(flag: string): boolean;
  /** The last value given: a later flag wins over an earlier one. */
  value(flag: string): string | null;
  values(flag: string): readonly string[];
}

/** Reads the command line. Throws BadCall. */
export async function readCall(argv: readonly string[]): Promise<Call> {
  const options = Object.fromEntries(
    FLAGS.map((flag) => [
      flag.name,
      { type: flag.value ? ('string' as const) : ('boolean' as const), ...(flag.short ? { short: flag.short } : {}) },
    ]),
  );
  // Not strict: Node's own messages name its function and not what to type instead.
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  const pairs: { readonly name: string; readonly value: string }[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = FLAGS.find(({ name }) => name === token.name);
    if (!flag) throw new BadCall(await unknownFlag(token.rawName));
    const value = valueOf(flag, token.rawName, token.value, token.inlineValue ?? false);
    const values = given.get(flag.name) ?? [];
    values.push(value);
    given.set(flag.name, values);
    if (flag.name === 'format' || flag.name === 'output-file') pairs.push({ name: flag.name, value });
  }
  const first = positionals[0];
  const typed = COMMANDS.find((name) => name === first);
  const command = typed ?? 'lint';
  const call = {
    command,
    commandTyped: typed !== undefined,
    positionals: typed ? positionals.slice(1) : positionals,
    help: given.has('help'),
    version: given.has('version'),
    has: (flag: string) => given.has(flag),
    value: (flag: string) => given.get(flag)?.at(-1) ?? null,
    values: (flag: string) => given.get(flag) ?? [],
  };
  if (call.help || call.version) return { ...call, outputs: [] };
  for (const name of given.keys())
    refuse(
      FLAGS.find((flag) => flag.name === name)!,
      command,
    );
  return { ...call, outputs: await outputsOf(pairs, command) };
}

function valueOf(flag: Flag, raw: string, value: string | undefined, inline: boolean): string {
  if (!flag.value) {
    if (value !== undefined) throw new BadCall(`${raw} takes no value; type ${raw} alone`);
    return '';
  }
  // `--env --verbose` forgot a value; `--env=--verbose` means it.
  const missing = value === undefined || (!inline && value.length > 1 && value.startsWith('-') && !/^-\d/.test(value));
  if (missing) throw new BadCall(`${raw} needs a value; type ${raw} ${flag.value}`);
  if (value === '') throw new BadCall(`${raw} needs a value that is not empty; type ${raw} ${flag.value}`);
  return value;
}

function refuse(flag: Flag, command: Command): void {
  if (!isKnownTo(flag, command)) {
    const [owner] = flag.only!;
    const instead = owner === 'lint' ? '`rails-pool-lint`, which lints,' : `\`rails-pool-lint ${owner}\``;
    throw new BadCall(`--${flag.name} is a flag of ${instead} and not of \`rails-pool-lint ${command}\``);
  }
}

async function unknownFlag(raw: string): Promise<string> {
  if (raw === '--no-color') return 'unknown flag `--no-color`; type --color never';
  const shown = escapeControls(raw);
  const known = FLAGS.map(({ name }) => `--${name}`);
  const hint = raw.startsWith('--') ? await didYouMean(raw, known) : '';
  return `unknown flag \`${shown}\`${hint || '; rails-pool-lint --help lists them'}`;
}

/**
 * Pairs every -o with the -f before it, or, where none is, with the one after it. One report may go to standard
 * output: two of them there could not be told apart.
 */
async function outputsOf(
  pairs: readonly { readonly name: string; readonly value: string }[],
  command: Command,
): Promise<readonly Output[]> {
  const outputs: { format: string | null; file: string | null }[] = [];
  for (const { name, value } of pairs) {
    const last = outputs.at(-1);
    if (name === 'format') {
      if (last && last.format === null) last.format = value;
      else outputs.push({ format: value, file: null });
    } else if (!last) outputs.push({ format: null, file: value });
    else if (last.file === null) last.file = value;
    else throw new BadCall(`-o ${escapeControls(value)} has no format of its own; type -f FORMAT before every -o FILE`);
  }
  if (outputs.length === 0) outputs.push({ format: null, file: null });
  if (outputs.filter(({ file }) => file === null).length > 1)
    throw new BadCall('two reports cannot share standard output; type -o FILE after all but one -f FORMAT');
  const files = outputs.flatMap(({ file }) => (file === null ? [] : [file]));
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined)
    throw new BadCall(`two reports cannot share the file ${escapeControls(twice)}; give each -f its own -o FILE`);
  const result: Output[] = [];
  for (const { format, file } of outputs) result.push({ format: await formatOf(format ?? 'text', command), file });
  return result;
}

async function formatOf(format: string, command: Command): Promise<string> {
  const known = FORMATS[command];
  if (known.includes(format)) return format;
  const choice = `type -f with one of ${known.join(', ')}`;
  const what = command === 'lint' ? 'format' : `format of ${command}`;
  const hint = await didYouMean(format, known);
  throw new BadCall(
    `unknown ${what} \`${escapeControls(format)}\`${hint === '' ? `; ${choice}` : `${hint} ${choice}`}`,
  );
}
