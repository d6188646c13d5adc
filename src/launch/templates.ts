import { renderErb } from '../erb/render.ts';
import type { Failure, HostObject, SharedWork } from '../ruby/host.ts';
import type { RubyParser } from '../ruby/parse.ts';
import type { Environment } from '../value/environment.ts';
import { allAssumptions, type Assumption, type Origin } from '../value/origin.ts';
import { unknown } from '../value/traced.ts';
import type { PsychDocument } from '../yaml/node.ts';
import { documentsIn } from '../yaml/documents.ts';
import { parsePsych } from '../yaml/psych.ts';
import type { AppFiles } from './files.ts';
import { applicationSelf, rubyConstants } from './rails.ts';
import { WorldHost } from './world_host.ts';

/** A template of a deployment in one possible world. */
export interface DeploymentTemplate {
  readonly document: PsychDocument;
  /** All documents of the stream, for tools that read more than the first. */
  readonly documents: () => readonly PsychDocument[];
  /** Ruby raised: the template prints nothing. */
  readonly failure: Failure | null;
  /** What the text as a whole rests on. */
  readonly assumes: readonly Assumption[];
  /** The variables afterwards: a template may set some for the next one. */
  readonly environment: Environment;
}

/** Renders a file that a deployment tool renders, on the machine of whoever deploys: no Rails, its own variables. */
export type ReadTemplate = (
  path: string,
  environment: Environment,
  /** What the tool hands to the template: the receiver of its calls. */
  self?: () => HostObject,
) => readonly DeploymentTemplate[];

/** Variables that the shell of whoever deploys certainly has. */
const ALWAYS_SET = ['HOME', 'HOSTNAME', 'LANG', 'LOGNAME', 'PATH', 'PWD', 'SHELL', 'TMPDIR', 'USER'];

const MACHINE: Origin = { kind: 'assumed', text: 'the machine of whoever deploys' };

/** @param work what all evaluations of the run may do together */
export function templateReader(files: AppFiles, parser: RubyParser, work: SharedWork): ReadTemplate {
  return (path, environment, self = applicationSelf) => {
    const file = files.source(path);
    if (!file) return [];
    const shell = ALWAYS_SET.reduce(
      (all, name) => all.with(name, unknown(`${name} is another one on every machine`, MACHINE)),
      environment,
    );
    const host = () => new WorldHost(self(), new Map(), new Map(rubyConstants()));
    const worlds = renderErb(parser, file, '-', { environment: shell, files: files.tree, host, work });
    return worlds.map(({ rendered, failure, environment: after }) => ({
      document: failure ? { root: null, problem: null } : parsePsych(rendered),
      documents: () => (failure ? [] : documentsIn(rendered).map(parsePsych)),
      failure,
      assumes: allAssumptions(
        ...rendered.pieces.map((piece) => (piece.kind === 'hole' ? [] : piece.assumes)),
        ...rendered.absences.map((absence) => absence.assumes),
      ),
      environment: after,
    }));
  };
}
