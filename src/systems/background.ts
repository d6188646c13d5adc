import type { Boot } from '../launch/boot.ts';
import { goodJobInside } from './inside/good_job.ts';
import { sharing, type Inside } from './inside/inside.ts';
import type { Booted, BootedProcess } from './system.ts';

/**
 * What a booted program runs besides its own threads because the application it loads asks for it: job threads in the
 * web server. It is the same for every server.
 */
export function withBackground(boot: Boot, booted: Booted): Booted {
  return { ...booted, processes: booted.processes.map((process) => sharing(process, partsOf(boot, process))) };
}

function partsOf(boot: Boot, { role }: BootedProcess): readonly Inside[] {
  const application = boot.application();
  return role === 'web' ? [goodJobInside(boot, application)] : [];
}
