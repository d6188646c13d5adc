/**
 * A program that starts the program named in its arguments. How many of its own words come first is what the table
 * says: options, then a subcommand, then positional words, then `--`.
 */
export interface Wrapper {
  readonly names: readonly string[];
  /** Without one of these words the program is not a wrapper: `bundle exec`, `doppler run`. */
  readonly subcommands?: readonly string[];
  /** Options whose value is the next word. Every other word with a dash is an option of its own. */
  readonly valued?: readonly string[];
  /** Words before the program that are no options: the seconds of `timeout 60`. */
  readonly positional?: number;
  /** The program comes after `--`, and nowhere else. */
  readonly separator?: boolean;
}

export const WRAPPERS: readonly Wrapper[] = [
  { names: ['bundle'], subcommands: ['exec'], valued: ['--gemfile'] },
  { names: ['exec'], valued: ['-a'] },
  { names: ['command', 'builtin', 'nohup', 'setsid', 'time', 'eatmydata', 'unbuffer', 'catchsegv'] },
  { names: ['nice'], valued: ['-n', '--adjustment'] },
  { names: ['ionice'], valued: ['-c', '--class', '-n', '--classdata'] },
  { names: ['chrt'], positional: 1 },
  { names: ['taskset'], valued: ['-c', '--cpu-list'], positional: 0 },
  { names: ['stdbuf'], valued: ['-i', '-o', '-e'] },
  { names: ['timeout', 'gtimeout'], valued: ['-k', '--kill-after', '-s', '--signal'], positional: 1 },
  { names: ['prlimit', 'softlimit', 'setpriv', 'numactl'], valued: ['-m', '-o', '-d', '-s'] },
  { names: ['sudo'], valued: ['-u', '--user', '-g', '--group', '-D', '--chdir'] },
  { names: ['gosu', 'su-exec', 's6-setuidgid', 'setuidgid', 'runuser'], valued: ['-u'], positional: 1 },
  { names: ['chpst'], valued: ['-u', '-U', '-e', '-m', '-n', '-o'] },
  { names: ['envdir', 's6-envdir'], positional: 1 },
  { names: ['dumb-init'], valued: ['-r', '--rewrite'] },
  { names: ['tini', 'tini-static', 'docker-init', 'catatonit'], valued: ['-p', '-e'] },
  { names: ['jemalloc.sh', 'with_jemalloc', 'with-jemalloc', 'jemalloc'] },
  { names: ['chamber'], subcommands: ['exec'], separator: true },
  { names: ['doppler'], subcommands: ['run'], separator: true },
  { names: ['op', 'infisical', 'teller'], subcommands: ['run'], separator: true },
  { names: ['aws-vault'], subcommands: ['exec'], separator: true },
  { names: ['vault-env', 'secrets-init', 'berglas', 'summon', 'envconsul'], valued: ['-f', '-config', '-e'] },
  { names: ['foreman', 'honcho', 'overmind'], subcommands: ['run'], valued: ['-e', '--env', '-f', '--procfile', '-d'] },
  { names: ['dotenv'], valued: ['-f', '-e'] },
  { names: ['dotenvx'], subcommands: ['run'], valued: ['-f', '--env-file', '-e', '--env'] },
  { names: ['with_env', 'with-env', 'withenv', 'env_run', 'load_env', 'load-env'] },
  { names: ['thrust', 'litestream-wrapper'] },
  { names: ['start-nginx', 'start-nginx-solo', 'start-pgbouncer', 'start-pgbouncer-stunnel', 'start-stunnel'] },
  { names: ['start-nginx-debug', 'qgsocksify', 'qgtunnel', 'start-dyno', 'proximo', 'statica', 'fixie-wrench'] },
  { names: ['newrelic-admin'], subcommands: ['run-program', 'run-python'] },
  { names: ['ddprofrb', 'ddtracerb', 'ddcirb'], subcommands: ['exec'] },
  { names: ['rbenv', 'asdf', 'nodenv'], subcommands: ['exec'] },
  { names: ['mise', 'rtx'], subcommands: ['exec', 'x'], separator: true },
  { names: ['rvm'], subcommands: ['do'], positional: 0 },
  { names: ['rvm-exec', 'chruby-exec'], positional: 1 },
  { names: ['direnv'], subcommands: ['exec'], positional: 1 },
  { names: ['spring'] },
  { names: ['ruby', 'jruby', 'truffleruby'], valued: ['-r', '-I', '-C', '-E', '-W'] },
  { names: ['launcher'] },
  { names: ['dockerize'], valued: ['-wait', '-timeout', '-template', '-stdout', '-stderr', '-wait-retry-interval'] },
  { names: ['wait-for-it', 'wait-for-it.sh', 'wait-for', 'wait-for.sh'], separator: true },
  { names: ['docker-entrypoint', 'docker-entrypoint.sh', 'entrypoint', 'entrypoint.sh', 'docker_entrypoint.sh'] },
];

/**
 * How many words come before the program, or null where the words are not this wrapper. `names` are the words, the
 * first one without its folder.
 */
export function wrapperLength(names: readonly string[]): number | null {
  const name = names[0];
  const wrapper = name === undefined ? undefined : WRAPPERS.find((one) => one.names.includes(name));
  return wrapper ? lengthOf(wrapper, names) : afterSeparator(names);
}

function lengthOf(wrapper: Wrapper, names: readonly string[]): number | null {
  let index = 1;
  if (wrapper.subcommands) {
    index = names.findIndex((word, at) => at > 0 && wrapper.subcommands!.includes(word)) + 1;
    if (index === 0) return null;
  }
  if (wrapper.separator) return afterSeparator(names);
  let positional = wrapper.positional ?? 0;
  while (index < names.length) {
    const word = names[index]!;
    if (word === '--') return programAt(index + 1, names);
    if (word.startsWith('-') && word !== '-') index += wrapper.valued?.includes(word) ? 2 : 1;
    else if (positional > 0) {
      positional -= 1;
      index += 1;
    } else break;
  }
  return programAt(index, names);
}

function afterSeparator(names: readonly string[]): number | null {
  const separator = names.indexOf('--');
  return separator > 0 ? programAt(separator + 1, names) : null;
}

function programAt(index: number, names: readonly string[]): number | null {
  return index < names.length ? index : null;
}
