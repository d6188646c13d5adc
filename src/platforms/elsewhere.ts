import { mentions } from '../index/mention.ts';
import type { System } from '../systems/system.ts';
import { span, type Span } from '../text/source.ts';
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
  const name = program.replace(/^(?:rake|bin\/)\s*/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const start = new RegExp(`(?:\\bexec\\s+(?:\\S*/)?|\\bbin/|\\brake\\s+)${name}(?![\\w./-])|\\b${name}\\s+-`);
  for (const { path } of mentions(files.tree, DEFINITIONS, start)) {
    const source = files.source(path);
    if (!source) continue;
    let from = 0;
    for (const line of source.text.split('\n')) {
      const found = start.exec(line);
      if (found && (!LINES.test(path) || SIZES.test(line.slice(found.index))))
        return { path: source.path, at: span(source, from + line.search(/\S/), from + line.trimEnd().length) };
      from += line.length + 1;
    }
  }
  return null;
}
