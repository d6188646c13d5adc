import { COMMANDS, FLAGS, FORMATS, isKnownTo, type Command } from './flags.ts';

interface Page {
  readonly usage: string;
  readonly does: string;
}

const PAGES: Readonly<Record<Command, Page>> = {
  lint: { usage: '[path …]', does: 'finds connection pools that are too small, without running the app' },
  budget: { usage: 'budget [path]', does: 'the connection budget: processes × pools, per database server' },
  show: {
    usage: 'show [path …]',
    does: 'the configuration as each production process sees it, with where it comes from',
  },
  explain: { usage: 'explain <rule>', does: 'the page of a rule; or explain "<error message>": which limit it names' },
  rules: { usage: 'rules', does: 'every rule: id, group, severity, one line' },
  init: {
    usage: 'init [path]',
    does: 'writes a commented .rails-pool-lint.yml, with what the repository does not say',
  },
};

/** The help of a command, or of the whole program. */
export function help(command: Command | null): string {
  const lines: string[] = [];
  if (command) lines.push(`rails-pool-lint ${PAGES[command].usage}`, `  ${PAGES[command].does}`, '');
  else {
    lines.push('Reads a Rails checkout the way production will read it, without running any of it.', '');
    for (const { usage, does } of Object.values(PAGES)) {
      lines.push(`  ${`rails-pool-lint ${usage}`.padEnd(32)}${does}`);
    }
    lines.push('');
  }
  const shown = command ?? 'lint';
  const flags = FLAGS.filter((flag) => isKnownTo(flag, shown) && (flag.matters ?? COMMANDS).includes(shown));
  lines.push('Flags:');
  for (const flag of flags) {
    const typed = `${flag.short ? `-${flag.short}, ` : '    '}--${flag.name}${flag.value ? ` ${flag.value}` : ''}`;
    const again = flag.repeatable ? ' (repeatable)' : '';
    if (typed.length > 29) lines.push(`  ${typed}`, `${' '.repeat(32)}${flag.help}${again}`);
    else lines.push(`  ${typed.padEnd(30)}${flag.help}${again}`);
  }
  lines.push('', `Formats: ${FORMATS[shown].join(', ')}`);
  if (shown === 'lint')
    lines.push('Exit code: 0 nothing found at the fail level, 1 findings, 2 the answer cannot be trusted');
  return `${lines.join('\n')}\n`;
}
