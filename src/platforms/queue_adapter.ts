import { initializers, listed, mentions } from '../index/mention.ts';
import type { System } from '../systems/system.ts';
import { span, type Span } from '../text/source.ts';
import type { DeployedApp } from './platform.ts';

/** Which of several job systems run: those that Active Job hands its jobs to, and those that the code talks to itself. */
export interface ChosenJobSystems {
  readonly running: readonly System[];
  /** Those of which one runs, and where it is computed which. */
  readonly open: { readonly systems: readonly System[]; readonly at: Span } | null;
}

const CODE = /^(?:app|lib)\/.+\.rb$/;

/**
 * Of several job systems that nothing starts, those that are used. Where nothing names an adapter, all of them.
 * Source: activejob/lib/active_job/queue_adapter.rb@v8.0.2
 */
export function chosenJobSystems(systems: readonly System[], app: DeployedApp): ChosenJobSystems {
  const all = { running: systems, open: null };
  const said = systems.length < 2 ? [] : adaptersSaid(app);
  if (said.length === 0) return all;
  const isDirect = ({ usedDirectly: use }: System): boolean =>
    use !== undefined && mentions(app.files.tree, CODE, use).length > 0;
  const direct = systems.filter(isDirect);
  const computed = said.find(({ name }) => name === null);
  if (computed) {
    const left = systems.filter((system) => !isDirect(system));
    return left.length < 2 ? all : { running: direct, open: { systems: left, at: computed.at } };
  }
  const running = systems.filter((system) => isDirect(system) || said.some(({ name }) => name === system.id));
  return running.length === 0 ? all : { running, open: null };
}

interface SaidAdapter {
  /** Null where it is computed. */
  readonly name: string | null;
  readonly at: Span;
}

/** `config.active_job.queue_adapter = :sidekiq`: what the environment says counts more than what the application does. */
function adaptersSaid({ files, railsEnv }: DeployedApp): readonly SaidAdapter[] {
  const paths = [...listed(files.tree, /^app\/jobs\/.+\.rb$/), ...initializers(files.tree)];
  const inCode = paths.flatMap((path) => saidIn(path, files));
  const inEnvironment = saidIn(`config/environments/${railsEnv}.rb`, files);
  const own = inEnvironment.length > 0 ? inEnvironment : saidIn('config/application.rb', files);
  return [...own, ...inCode];
}

function saidIn(path: string, files: DeployedApp['files']): readonly SaidAdapter[] {
  const source = files.exists(path) ? files.source(path) : null;
  return [...(source?.text.matchAll(/(?<![^\n])[^#\n]*\bqueue_adapter\s*=(?!=)\s*([^\n#]+)/g) ?? [])].map((match) => {
    const written = match[1]!.trim();
    const start = match.index + match[0].length - match[1]!.length;
    const name = /^(?::|["'])(\w+)["']?$/.exec(written)?.[1] ?? null;
    return { name, at: span(source!, start, start + written.length) };
  });
}
