import { mentions } from '../index/mention.ts';
import type { System } from '../systems/system.ts';
import { literally } from '../text/pattern.ts';
import { lineThat, type Span } from '../text/source.ts';
import type { DeployedApp } from './platform.ts';

/**
 * Files by which programs are started that watch others, and that nobody here reads: systemd, eye, God, Monit, Upstart,
 * Circus, Invoker, tasks.
 */
const DEFINITIONS =
  /\.(?:service|eye|god|monit|monitrc|rake)(?:\.erb)?$|(?:^|\/)(?:monitrc|invoker\.ini|circus\.ini|god\.rb)$|^(?:config\/)?(?:processes|eye|god|monit|upstart|systemd)\/[^/]+$/;

/** Lines of these are whole commands; what else starts programs may put their options on other lines. */
const LINES = /\.service(?:\.erb)?$|\.ini$/;

/** Options that say how many threads run, or which file does; and what stands for any option. */
const SIZES = /\s-(?:c|C|t)\b|\s-[ct]?\d|\s--(?:concurrency|config|max[-_]threads|threads|worker)|[$%]|#\{/;

/** Where a job system is started by something that is not read, in a way that may change its numbers; or null. */
export function startedElsewhere(system: System, { files }: DeployedApp): { path: string; at: Span } | null {
  const program = system.inferred.replace(/^bundle exec /, '').split(' -')[0]!;
  const name = literally(program.replace(/^(?:rake|bin\/)\s*/, ''));
  const start = new RegExp(`(?:\\bexec\\s+(?:\\S*/)?|\\bbin/|\\brake\\s+)${name}(?![\\w./-])|\\b${name}\\s+-`);
  for (const { path } of mentions(files.tree, DEFINITIONS, start)) {
    const source = files.source(path);
    if (!source) continue;
    const at = lineThat((line) => {
      const found = start.exec(line);
      return found !== null && (!LINES.test(path) || SIZES.test(line.slice(found.index)));
    }, source);
    if (at) return { path: source.path, at };
  }
  return null;
}
