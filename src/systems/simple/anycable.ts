import type { Boot } from '../../launch/boot.ts';
import { agree, UNDECIDED, type Traced } from '../../value/traced.ts';
import type { PsychScalar } from '../../yaml/node.ts';
import { entryOf, scalarOf } from '../yaml_keys.ts';
import { anycableConstant, anycableInRuby } from './anycable_ruby.ts';
import { valued, type Reading } from './reading.ts';
import { alone, type Counts, type SimpleRow } from './row.ts';

export const anycable: SimpleRow = {
  id: 'anycable',
  title: 'AnyCable',
  role: 'cable',
  kind: 'cable',
  gem: 'anycable',
  source: 'lib/anycable/grpc/config.rb@v1.6.4',
  inferred: 'bundle exec anycable',
  options: valued('pool', 'rpc-pool-size'),
  recognises: ([program]) => program === 'anycable',
  // One process loads the application and answers. Source: lib/anycable/cli.rb@v1.6.4
  loadsIn: () => true,
  listener: { constant: 'AnyCable', host: anycableConstant },
  counts,
};

const FILE = 'config/anycable.yml';

/** How many threads answer where nothing says a number. Source: lib/anycable/grpc/config.rb@v1.6.4 */
export const ANYCABLE_THREADS = 30;

/**
 * Threads that answer what the WebSocket server asks: the option, what Ruby sets, the variable, then the section of
 * config/anycable.yml for the environment. Source: lib/anycable/grpc/config.rb@v1.6.4, lib/anyway_config.rb@v2.9.1 (loaders),
 * lib/anyway/loaders/yaml.rb@v2.9.1 (config_with_env)
 */
function counts(reading: Reading): Counts {
  const said = [
    reading.option('pool'),
    anycableInRuby(reading.application, 'rpc_pool_size'),
    reading.variable('ANYCABLE_RPC_POOL_SIZE'),
    anycableSizeInFile(reading.boot),
  ];
  const threads = reading.number(
    said,
    reading.fallback(ANYCABLE_THREADS, 'AnyCable answers with thirty threads by default'),
  );
  return { processes: alone('anycable is one process'), threads, settings: { rpc_pool_size: threads } };
}

/** `rpc_pool_size` of config/anycable.yml, in its section for the environment; null where it does not say it. */
export function anycableSizeInFile(boot: Boot): Traced<PsychScalar> | null {
  if (boot.files.kind(FILE) !== 'file') return null;
  const worlds = boot.yaml(FILE, null) ?? [];
  const said = worlds.flatMap(({ document: { root } }): readonly Traced<PsychScalar>[] => {
    const section = root?.kind === 'mapping' ? entryOf(root, boot.railsEnv, 'string') : null;
    if (section?.kind !== 'node' || section.node.kind !== 'mapping') return [];
    const size = entryOf(section.node, 'rpc_pool_size', 'string');
    return size.kind === 'node' ? [scalarOf(size.node)] : [];
  });
  return said.length > 0 && said.length === worlds.length ? agree(UNDECIDED, said) : null;
}
