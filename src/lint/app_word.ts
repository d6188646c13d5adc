import { appRoots } from '../launch/apps.ts';
import type { AppFiles } from '../launch/files.ts';
import type { RubyParser } from '../ruby/parse.ts';
import type { Span } from '../text/source.ts';
import { BadConfiguration } from './bad_configuration.ts';
import type { Configuration } from './configuration.ts';
import type { App } from './engine.ts';
import { fileInBaseline } from './baseline.ts';
import { mentionsIgnores, NO_IGNORES, unknownName, type Ignores, type RuleNames } from './ignore.ts';
import type { AppWord, Severities } from './judge.ts';

/**
 * What the people of an app say of its findings: in the configuration, in the baseline, and in the comments of every
 * file that was read.
 * @throws BadConfiguration for a rule that does not exist
 */
export async function wordOf(app: App, files: AppFiles, names: RuleNames, parser: RubyParser): Promise<AppWord> {
  const { configuration, baseline = null, root } = app;
  const nested = baseline ? appRoots(app.tree).filter((one) => one !== '.') : [];
  const isBelow = (folder: string, file: string): boolean => folder === '.' || file.startsWith(`${folder}/`);
  const folderIn = (path: string): string => fileInBaseline(baseline!, path);
  return {
    severities: severitiesOf(configuration, names),
    ignores: await ignoresOf(files, names, parser),
    configured: (configuration?.ignore ?? []).map((one) => ({
      ...one,
      rules: idsOf(one.rule, one.ruleAt, names),
    })),
    baseline: baseline && {
      ...baseline,
      entries: baseline.entries.filter(({ rule, at }) => idsOf(rule, at, names).length > 0),
    },
    coversConfiguration: app.coversConfiguration ?? false,
    owns: (file) => isBelow(folderIn(root), file) && !nested.some((one) => isBelow(folderIn(files.shown(one)), file)),
  };
}

/** Severities by the ids of rules, whatever name the configuration gives them. */
function severitiesOf(configuration: Configuration | null, names: RuleNames): Severities {
  if (!configuration) return new Map();
  const severities = [...configuration.rules].flatMap(([name, severity]) =>
    idsOf(name, configuration.rulesAt.get(name)!, names).map((id) => [id, severity] as const),
  );
  return new Map(severities);
}

/** The command that lists what a rule may be called: they are too many for a message. */
const RULES = 'rails-pool-lint rules';

function idsOf(name: string, at: Span, names: RuleNames): readonly string[] {
  const ids = names.ids.get(name);
  if (ids) return ids;
  const { problem, members } = unknownName(name, names);
  if (members.length > 0)
    throw new BadConfiguration(`${problem}: name its rules one by one: ${members.join(', ')}`, at);
  throw new BadConfiguration(problem, at, name, [...names.ids.keys()], RULES);
}

async function ignoresOf(files: AppFiles, names: RuleNames, parser: RubyParser): Promise<Ignores> {
  const code = [...files.mentioning].flatMap((path) => files.source(path) ?? []);
  const mentioning = [...new Set([...files.read, ...code])].filter(mentionsIgnores);
  if (mentioning.length === 0) return NO_IGNORES;
  const { ignoresIn } = await import('./ignores.ts');
  return ignoresIn(mentioning, parser, names);
}
