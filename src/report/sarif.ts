import type {
  ArtifactChange,
  Fix as SarifFix,
  Location,
  Log,
  Notification,
  Region,
  ReportingConfiguration,
  ReportingDescriptor,
  Result,
  Suppression as SarifSuppression,
} from 'sarif';
import type { Fix, Severity } from '../lint/finding.ts';
import { capital } from '../lint/phrases.ts';
import type { LintResult, ReportedFinding, Suppression } from '../lint/result.ts';
import type { RuleGroup } from '../lint/rule.ts';
import { placeOf, type Span } from '../text/source.ts';
import { fingerprints } from './fingerprint.ts';
import type { Tool } from './json.ts';
import { explanationOf, messageOf } from './message.ts';
import { printJson } from './print_json.ts';
import { messageWithoutSecrets, withoutSecrets } from './secrets.ts';
import { inWorkspace } from './workspace.ts';

/** A rule as its page tells it. */
export interface DocumentedRule {
  readonly id: string;
  readonly group: RuleGroup;
  readonly severity: Severity;
  readonly summary: string;
  /** The page, as Markdown; null where there is none. */
  readonly page: string | null;
}

export interface SarifOptions {
  readonly tool: Tool;
  /** The working directory relative to the root of the repository; null where nobody says. */
  readonly workspace: string | null;
  readonly rules: readonly DocumentedRule[];
}

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<
  Severity,
  ReportingConfiguration.level
>;
/** How code scanning sorts what is as sure as this. */
const PRECISION = { high: 'very-high', medium: 'high', low: 'medium' } as const;
const ROOT = '%SRCROOT%';

/** The findings as SARIF 2.1.0, suppressed ones included, with the pages of the rules as their help. */
export function sarif(result: LintResult, options: SarifOptions): string {
  const indexes = new Map(options.rules.map(({ id }, index) => [id, index]));
  const prints = fingerprints(result.findings);
  const log: Log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: options.tool.name,
            version: options.tool.version,
            semanticVersion: options.tool.version,
            rules: options.rules.map(descriptorOf),
          },
        },
        automationDetails: { id: `${options.tool.name}/` },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { description: { text: 'The root of the repository.' } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: result.unresolved.map(({ what, reason, at }): Notification => {
              const text = `${withoutSecrets(what)}: ${messageWithoutSecrets(reason)}`;
              return {
                level: 'note',
                message: { text },
                ...(at ? { locations: [locationOf(at, options)] } : {}),
              };
            }),
          },
        ],
        results: result.findings.map((finding, index): Result => {
          const rule = indexes.get(finding.rule);
          return {
            ruleId: finding.rule,
            ...(rule === undefined ? {} : { ruleIndex: rule }),
            level: LEVELS[finding.severity],
            // All four parts of the message: a viewer shows nothing else of a finding.
            message: { text: [`${messageOf(finding)}.`, ...explanationOf(finding)].join('\n') },
            locations: [{ ...locationOf(finding.at, options), ...logicalOf(finding) }],
            relatedLocations: finding.related.map(({ at, message }, id) => ({
              id,
              ...locationOf(at, options),
              message: { text: messageWithoutSecrets(message) },
            })),
            partialFingerprints: { 'railsPoolLintSubject/v1': prints[index] ?? '' },
            ...fixesOf(finding.fix, options),
            suppressions: finding.suppressed ? [suppressionOf(finding.suppressed, options)] : [],
            properties: {
              confidence: finding.confidence,
              precision: PRECISION[finding.confidence],
              deployments: [...finding.deployments],
            },
          };
        }),
      },
    ],
  };
  return printJson(log);
}

function descriptorOf(rule: DocumentedRule): ReportingDescriptor {
  return {
    id: rule.id,
    name: rule.id.split('-').map(capital).join(''),
    shortDescription: { text: rule.summary },
    fullDescription: { text: rule.summary },
    ...(rule.page === null ? {} : { help: { text: rule.summary, markdown: rule.page } }),
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: { tags: ['connection-pool', rule.group], 'problem.severity': LEVELS[rule.severity] },
  };
}

function locationOf(at: Span, options: SarifOptions): Pick<Location, 'physicalLocation'> {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(at.file.path, options), uriBaseId: ROOT },
      region: regionOf(at),
    },
  };
}

function logicalOf({ process, database }: ReportedFinding): Pick<Location, 'logicalLocations'> {
  const parts = [process, database].filter((part) => part !== null);
  if (parts.length === 0) return {};
  return { logicalLocations: [{ name: parts.at(-1)!, fullyQualifiedName: parts.join('/') }] };
}

function regionOf(at: Span): Region {
  const { line, column, endLine, endColumn } = placeOf(at);
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function uriOf(path: string, { workspace }: SarifOptions): string {
  return inWorkspace(path, workspace).split('/').map(encodeURIComponent).join('/');
}

function fixesOf(fix: Fix | null, options: SarifOptions): { readonly fixes?: SarifFix[] } {
  // A masked edit would write `***` into the file of whoever applies it.
  if (!fix || fix.edits.some(({ text }) => withoutSecrets(text) !== text)) return {};
  const changes = new Map<string, ArtifactChange>();
  for (const { at, text } of fix.edits) {
    const uri = uriOf(at.file.path, options);
    const change = changes.get(uri) ?? { artifactLocation: { uri, uriBaseId: ROOT }, replacements: [] };
    change.replacements.push({ deletedRegion: regionOf(at), insertedContent: { text } });
    changes.set(uri, change);
  }
  return {
    fixes: [{ description: { text: withoutSecrets(fix.description) }, artifactChanges: [...changes.values()] }],
  };
}

function suppressionOf({ kind, reason, file, line }: Suppression, options: SarifOptions): SarifSuppression {
  return {
    kind: kind === 'ignore' ? 'inSource' : 'external',
    status: 'accepted',
    justification: withoutSecrets(reason),
    location: {
      physicalLocation: {
        artifactLocation: { uri: uriOf(file, options), uriBaseId: ROOT },
        region: { startLine: line },
      },
    },
  };
}
