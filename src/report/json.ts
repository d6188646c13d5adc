import type { Fix, RelatedPlace } from '../lint/finding.ts';
import type { LintResult, Project, ReportedFinding } from '../lint/result.ts';
import type { Upgrade } from '../lint/upgrade.ts';
import { placeOf } from '../text/source.ts';
import { printJson } from './print_json.ts';
import { messageWithoutSecrets, secretFreeSnippet, withoutSecrets } from './secrets.ts';
import { tally } from './tally.ts';
import { upgradeJson } from './upgrade_json.ts';

export interface Tool {
  readonly name: string;
  readonly version: string;
}

/** The lint as JSON, version 1. */
export function json(result: LintResult, options: { readonly tool: Tool; readonly upgrade?: Upgrade | null }): string {
  const { errors, warnings, infos, suppressed } = tally(result.findings);
  const { holds, violated, unknown } = result.verdicts;
  return printJson({
    version: 1,
    tool: { name: options.tool.name, version: options.tool.version },
    projects: result.projects.map(projectJson),
    ...(options.upgrade ? { upgrade: upgradeJson(options.upgrade) } : {}),
    findings: result.findings.map(findingJson),
    unresolved: result.unresolved.map(({ what, reason, at }) => {
      const place = at ? placeOf(at) : null;
      return {
        what: withoutSecrets(what),
        reason: messageWithoutSecrets(reason),
        file: place?.file ?? null,
        line: place?.line ?? null,
        column: place?.column ?? null,
      };
    }),
    summary: {
      errors,
      warnings,
      infos,
      suppressed,
      checked: holds + violated + unknown,
      holds,
      violated,
      unknown,
    },
  });
}

/** A project as the JSON of `show` and `budget` begins. */
export function projectJson(project: Project): object {
  return {
    root: project.root,
    deployment: project.deployment,
    environment: project.environment,
    versions: { ...project.versions },
  };
}

function findingJson(finding: ReportedFinding): object {
  return {
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    project: finding.project,
    deployments: [...finding.deployments],
    process: finding.process,
    processes: [...finding.processes],
    database: finding.database,
    message: messageWithoutSecrets(finding.message),
    consequence: shown(finding.consequence),
    arithmetic: shown(finding.arithmetic),
    advice: withoutSecrets(finding.advice),
    snippet: finding.snippet === null ? null : secretFreeSnippet(finding.snippet).join('\n'),
    ...placeOf(finding.at),
    related: finding.related.map(relatedJson),
    fix: finding.fix && fixJson(finding.fix),
    suppressed: finding.suppressed && {
      kind: finding.suppressed.kind,
      reason: withoutSecrets(finding.suppressed.reason),
      file: finding.suppressed.file,
      line: finding.suppressed.line,
    },
    docs: finding.docs,
  };
}

function relatedJson(related: RelatedPlace): object {
  return { ...placeOf(related.at), message: messageWithoutSecrets(related.message) };
}

function fixJson(fix: Fix): object | null {
  // A masked edit would write `***` into the file of whoever applies it.
  if (fix.edits.some((edit) => withoutSecrets(edit.text) !== edit.text)) return null;
  return {
    safety: fix.safety,
    description: withoutSecrets(fix.description),
    edits: fix.edits.map(({ at, text }) => ({ ...placeOf(at), text })),
  };
}

/** A text is always a text: where there is nothing to say it is empty. */
function shown(text: string | null): string {
  return text === null ? '' : withoutSecrets(text);
}
