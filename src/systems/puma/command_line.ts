import type { Command, Word } from '../../launch/launch.ts';
import { readOptions, type OptionShape, type ReadOptions } from '../../launch/options.ts';
import { NOTHING_ASSUMED } from '../../value/origin.ts';
import { combine, known, type Traced } from '../../value/traced.ts';
import { coerced, kernelInteger } from '../coercion.ts';
import type { RaisedAt } from '../raised.ts';
import { wrongThreads, type PumaOptions } from './directives.ts';
import type { PumaRules } from './rules.ts';

/** What starts Puma: its own executable, or a program that loads the app first and then runs Puma inside itself. */
export type Starter = 'puma' | 'rails' | 'rackup' | 'hanami';

/** What a command line tells Puma. */
export interface CommandLine {
  readonly starter: Starter;
  readonly options: PumaOptions;
  /** `-C`, in order; "-" for none. */
  readonly configFiles: readonly Traced<string>[];
  readonly environment: Traced<string> | null;
  readonly plugins: readonly string[];
  readonly raised: RaisedAt | null;
  readonly read: ReadOptions;
}

/** Source: lib/puma/cli.rb@v8.0.2; what older versions lack is refused by their rules. */
const PUMA_OPTIONS: readonly OptionShape[] = [
  { key: 'bind', short: 'b', long: 'bind', takes: 'value' },
  { key: 'bind-to-activated-sockets', long: 'bind-to-activated-sockets', takes: 'maybe' },
  { key: 'config', short: 'C', long: 'config', takes: 'value' },
  { key: 'no-config', long: 'no-config', takes: 'nothing' },
  { key: 'control-url', long: 'control-url', takes: 'value' },
  { key: 'control', long: 'control', takes: 'value' },
  { key: 'control-token', long: 'control-token', takes: 'value' },
  { key: 'daemon', short: 'd', long: 'daemon', takes: 'nothing' },
  { key: 'debug', long: 'debug', takes: 'nothing' },
  { key: 'dir', long: 'dir', takes: 'value' },
  { key: 'environment', short: 'e', long: 'environment', takes: 'value' },
  { key: 'fork-worker', short: 'f', long: 'fork-worker', takes: 'maybe' },
  { key: 'include', short: 'I', long: 'include', takes: 'value' },
  { key: 'idle-timeout', long: 'idle-timeout', takes: 'value' },
  { key: 'port', short: 'p', long: 'port', takes: 'value' },
  { key: 'pidfile', long: 'pidfile', takes: 'value' },
  { key: 'plugin', long: 'plugin', takes: 'value' },
  { key: 'preload', long: 'preload', takes: 'nothing' },
  { key: 'prune-bundler', long: 'prune-bundler', takes: 'nothing' },
  { key: 'extra-runtime-dependencies', long: 'extra-runtime-dependencies', takes: 'value' },
  { key: 'quiet', short: 'q', long: 'quiet', takes: 'nothing' },
  { key: 'log-requests', short: 'v', long: 'log-requests', takes: 'nothing' },
  { key: 'restart-cmd', short: 'R', long: 'restart-cmd', takes: 'value' },
  { key: 'silent', short: 's', long: 'silent', takes: 'nothing' },
  { key: 'state', short: 'S', long: 'state', takes: 'value' },
  { key: 'threads', short: 't', long: 'threads', takes: 'value' },
  { key: 'tcp-mode', long: 'tcp-mode', takes: 'nothing' },
  { key: 'early-hints', long: 'early-hints', takes: 'nothing' },
  { key: 'workers', short: 'w', long: 'workers', takes: 'value' },
  { key: 'tag', long: 'tag', takes: 'value' },
  { key: 'redirect-stdout', long: 'redirect-stdout', takes: 'value' },
  { key: 'redirect-stderr', long: 'redirect-stderr', takes: 'value' },
];

/** Source: lib/puma/control_cli.rb@v8.0.2 */
const PUMACTL_OPTIONS: readonly OptionShape[] = [
  { key: 'state', short: 'S', long: 'state', takes: 'value' },
  { key: 'quiet', short: 'Q', long: 'quiet', takes: 'nothing' },
  { key: 'control-url', short: 'C', long: 'control-url', takes: 'value' },
  { key: 'control-token', short: 'T', long: 'control-token', takes: 'value' },
  { key: 'pidfile', short: 'P', long: 'pidfile', takes: 'value' },
  { key: 'pid', short: 'p', long: 'pid', takes: 'value' },
  { key: 'config', short: 'F', long: 'config-file', takes: 'value' },
  { key: 'environment', short: 'e', long: 'environment', takes: 'value' },
];

/** Source: railties/lib/rails/commands/server/server_command.rb@v8.1.3.1 */
const RAILS_SERVER_OPTIONS: readonly OptionShape[] = [
  { key: 'port', short: 'p', long: 'port', takes: 'value' },
  { key: 'bind', short: 'b', long: 'binding', takes: 'value' },
  { key: 'rackup', short: 'c', long: 'config', takes: 'value' },
  { key: 'environment', short: 'e', long: 'environment', takes: 'value' },
  { key: 'using', short: 'u', long: 'using', takes: 'value' },
  { key: 'pid', short: 'P', long: 'pid', takes: 'value' },
  { key: 'daemon', short: 'd', long: 'daemon', takes: 'nothing' },
  { key: 'dev-caching', short: 'C', long: 'dev-caching', takes: 'nothing' },
];

/** Source: lib/rackup/server.rb@v2.2.1 */
const RACKUP_OPTIONS: readonly OptionShape[] = [
  { key: 'require', short: 'r', long: 'require', takes: 'value' },
  { key: 'include', short: 'I', long: 'include', takes: 'value' },
  { key: 'using', short: 's', long: 'server', takes: 'value' },
  { key: 'bind', short: 'o', long: 'host', takes: 'value' },
  { key: 'port', short: 'p', long: 'port', takes: 'value' },
  { key: 'handler-option', short: 'O', long: 'option', takes: 'value' },
  { key: 'environment', short: 'E', long: 'env', takes: 'value' },
  { key: 'daemon', short: 'D', long: 'daemonize', takes: 'nothing' },
  { key: 'pid', short: 'P', long: 'pid', takes: 'value' },
];

const HANAMI_OPTIONS: readonly OptionShape[] = [
  { key: 'port', short: 'p', long: 'port', takes: 'value' },
  { key: 'bind', long: 'host', takes: 'value' },
  { key: 'rackup', short: 'c', long: 'config', takes: 'value' },
  { key: 'environment', short: 'e', long: 'env', takes: 'value' },
];

interface Program {
  readonly starter: Starter;
  /** Where its own arguments begin. */
  readonly from: number;
  readonly shapes: readonly OptionShape[];
}

/** Which program the words start, the first without its folder; null where it is none that runs Puma. */
export function programOf(names: readonly string[]): Program | null {
  const [name, subcommand] = names;
  switch (name) {
    case 'puma':
      return { starter: 'puma', from: 1, shapes: PUMA_OPTIONS };
    case 'pumactl':
      return names.includes('start') ? { starter: 'puma', from: 1, shapes: PUMACTL_OPTIONS } : null;
    case 'rails':
      if (subcommand !== 'server' && subcommand !== 's') return null;
      return usesPuma(names, 2, ['-u', '--using'], true)
        ? { starter: 'rails', from: 2, shapes: RAILS_SERVER_OPTIONS }
        : null;
    case 'rackup':
      return usesPuma(names, 1, ['-s', '--server'], false)
        ? { starter: 'rackup', from: 1, shapes: RACKUP_OPTIONS }
        : null;
    case 'hanami':
      return subcommand === 'server' || subcommand === 's'
        ? { starter: 'hanami', from: 2, shapes: HANAMI_OPTIONS }
        : null;
    default:
      return null;
  }
}

/** Servers that `rails server NAME` and `-u NAME` know besides Puma. */
const OTHER_SERVERS = /^(?:thin|webrick|unicorn|falcon|passenger|iodine|agoo|cgi|fastcgi|lsws|scgi)$/;

function usesPuma(names: readonly string[], from: number, flags: readonly string[], positional: boolean): boolean {
  for (let index = from; index < names.length; index += 1) {
    const word = names[index]!;
    if (positional && index === from && OTHER_SERVERS.test(word)) return false;
    const [flag, value] = word.split('=', 2);
    const server = flags.includes(word) ? names[index + 1] : flags.includes(flag!) ? value : undefined;
    if (server !== undefined && OTHER_SERVERS.test(server)) return false;
  }
  return true;
}

export const NO_COMMAND_LINE = {
  options: {},
  configFiles: [],
  environment: null,
  plugins: [],
  raised: null,
} as const;

/** Reads the command line as one version of Puma does. */
export function readCommandLine(command: Command, names: readonly string[], rules: PumaRules): CommandLine {
  const program = programOf(names) ?? { starter: 'puma', from: 1, shapes: PUMA_OPTIONS };
  const read = readOptions(command, program.from, program.shapes);
  const line = new Line(rules);
  for (const option of read.options) {
    if (program.starter === 'puma')
      line.puma(option.key, option.value, { value: known('', originOf(option)), at: option.at });
    else line.server(option.key, option.value);
  }
  return {
    starter: program.starter,
    options: line.options,
    configFiles: line.configFiles,
    environment: line.environment,
    plugins: line.plugins,
    raised: line.raised,
    read,
  };
}

function originOf(option: { readonly at: Word['at'] }) {
  return { kind: 'literal', at: option.at } as const;
}

class Line {
  readonly options: PumaOptions = {};
  readonly configFiles: Traced<string>[] = [];
  readonly plugins: string[] = [];
  environment: Traced<string> | null = null;
  raised: RaisedAt | null = null;
  readonly #rules: PumaRules;

  constructor(rules: PumaRules) {
    this.#rules = rules;
  }

  puma(key: string, value: Traced<string> | null, word: Word): void {
    switch (key) {
      case 'threads':
        if (value) this.#threads(value);
        return;
      case 'workers':
        if (value)
          this.options.workers = coerced(value, this.#rules.workers, (what, assumes) =>
            this.#raise(what, value, assumes),
          );
        return;
      case 'config':
        if (value) this.configFiles.push(value);
        return;
      case 'no-config':
        if (this.#has('--no-config', word)) this.configFiles.push(combine(null, [word.value], () => '-'));
        return;
      case 'environment':
        if (value) this.environment = value;
        return;
      case 'preload':
        this.options.preloadApp = combine(null, [word.value], () => true);
        return;
      case 'prune-bundler':
        this.options.pruneBundler = combine(null, [word.value], () => true);
        return;
      case 'fork-worker':
        if (this.#has('--fork-worker', word)) this.options.forkWorker = combine(null, [word.value], () => true);
        return;
      case 'plugin':
        if (value?.known && this.#has('--plugin', word)) this.plugins.push(value.value);
        return;
      default:
    }
  }

  /** Options of a program that runs Puma inside itself. */
  server(key: string, value: Traced<string> | null): void {
    if (key === 'environment' && value) this.environment = value;
    if (key === 'handler-option' && value?.known) {
      const threads = /^Threads=(.*)$/.exec(value.value)?.[1];
      if (threads !== undefined) this.#threads(combine(null, [value], () => threads));
    }
  }

  /** `min, max = arg.split(":")`; one number is both. */
  #threads(value: Traced<string>): void {
    const parts = (text: string) => text.replace(/(?<!:):+$/, '').split(':');
    const raised = (what: { error: string; message: string }) => this.#raise(what, value, NOTHING_ASSUMED);
    const min = coerced(
      combine(null, [value], (text) => parts(text)[0] ?? ''),
      kernelInteger,
      raised,
    );
    const max = coerced(
      combine(null, [value], (text) => parts(text)[1] ?? parts(text)[0] ?? ''),
      kernelInteger,
      raised,
    );
    const wrong = wrongThreads(min, max);
    if (wrong) raised(wrong);
    this.options.minThreads = min;
    this.options.maxThreads = max;
  }

  #has(option: '--plugin' | '--no-config' | '--fork-worker', word: Word): boolean {
    if (this.#rules.options.includes(option)) return true;
    this.#raise(
      { error: 'OptionParser::InvalidOption', message: `invalid option: ${option}` },
      word.value,
      NOTHING_ASSUMED,
    );
    return false;
  }

  #raise(what: { error: string; message: string }, because: Traced<unknown>, assumes: RaisedAt['assumes']): void {
    this.raised ??= { ...what, origin: because.origin, assumes };
  }
}
