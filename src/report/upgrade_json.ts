import type { ReportedFinding } from '../lint/result.ts';
import type { Upgrade } from '../lint/upgrade.ts';
import { placeOf } from '../text/source.ts';
import { messageOf } from './message.ts';
import { sentence } from './secrets.ts';
import { tracedJson } from './traced.ts';

/** The upgrade as JSON has it. */
export function upgradeJson({ gems, changes, appearing, disappearing }: Upgrade): object {
  return {
    gems: gems.map(({ gem, from, to }) => ({ gem, from: [...from], to })),
    changes: changes.map(({ project, kind, processes, of, from, to }) => ({
      project: project.root,
      deployment: project.deployment,
      kind,
      processes: [...processes],
      of: of === null ? null : sentence(of),
      from: from && tracedJson(from),
      to: to && tracedJson(to),
    })),
    appearing: appearing.map(({ finding, before }) => ({ ...findingJson(finding), before })),
    disappearing: disappearing.map(findingJson),
  };
}

function findingJson(finding: ReportedFinding): object {
  const { rule, severity, project, database } = finding;
  return { rule, severity, project, database, message: messageOf(finding), ...placeOf(finding.at) };
}
