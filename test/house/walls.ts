import ts from 'typescript';

/** One import as it stands in a file. */
export interface Import {
  readonly specifier: string;
  /** `import type`, `typeof import(…)`: gone at run time. */
  readonly typeOnly: boolean;
  /** `import(…)`: loaded only when it is reached. */
  readonly lazy: boolean;
  readonly line: number;
}

export interface Module {
  readonly path: string;
  readonly imports: readonly Import[];
  /** Places that would run text as a program. */
  readonly evaluations: readonly number[];
}

/** Files by their path from the project's folder. */
export type Sources = ReadonlyMap<string, string>;

/** What a room of src/ (or rules/) may know: either nothing but, or everything except. */
export type Wall = { readonly only: readonly string[] } | { readonly never: readonly string[]; readonly why: string };

const everythingAbove = [
  'index',
  'platforms',
  'launch',
  'systems',
  'limits',
  'model',
  'lint',
  'report',
  'cli',
  'rules',
];

/**
 * The column "never knows" of the drawing, as imports. A room is the first folder below src/, or `rules`;
 * `systems/*` is what lies in a folder of its own below src/systems.
 */
export const WALLS: Readonly<Record<string, Wall>> = {
  repo: { only: ['text'] },
  text: { only: [] },
  value: { only: ['text'] },
  versions: { only: ['repo', 'text', 'value'] },
  ruby: { only: ['repo', 'text', 'value', 'erb', 'yaml'] },
  erb: { only: ['text', 'value', 'ruby'] },
  yaml: { only: ['text', 'value', 'erb'] },
  index: { never: ['rules', 'lint', 'report', 'cli', 'model', 'platforms'], why: 'facts know no rules' },
  platforms: { never: ['systems/*', 'model', 'lint', 'report', 'cli', 'rules'], why: 'it never knows systems’ files' },
  launch: { never: ['platforms', 'lint', 'report', 'cli', 'rules'], why: 'it never knows formats of deployments' },
  database: { never: everythingAbove, why: 'it never knows servers and jobs' },
  systems: { never: ['platforms', 'model', 'lint', 'report', 'cli', 'rules'], why: 'it never knows platforms' },
  limits: {
    never: ['systems/*', 'launch', 'model', 'lint', 'report', 'cli', 'rules'],
    why: 'limits are facts of servers',
  },
  model: {
    never: ['repo', 'erb', 'yaml', 'ruby', 'platforms', 'index', 'lint', 'report', 'cli', 'rules'],
    why: 'it never knows file formats',
  },
  lint: { never: ['report', 'cli'], why: 'it never knows the layout of sentences' },
  report: {
    never: ['repo', 'erb', 'yaml', 'ruby', 'platforms', 'index', 'launch', 'systems/*', 'cli', 'rules'],
    why: 'it never knows how findings were found',
  },
  rules: {
    never: ['repo', 'erb', 'yaml', 'ruby', 'platforms', 'systems/*', 'report', 'cli'],
    why: 'rules never know files, flags, formats',
  },
  cli: { never: [], why: '' },
};

/** What takes long to load. Whoever needs it reaches it through `import(…)`. */
export const HEAVY = [
  'yaml',
  'web-tree-sitter',
  'globby',
  'ejs',
  'unbash',
  'typescript',
  '@typescript-eslint/typescript-estree',
];

const VAGUE = /(^|[/_-])(utils?|helpers?|common|managers?|data|infos?)([_-][^/]*)?(\.ts|\/)/;

const LONGEST_FILE = 400;

export function readModule(path: string, text: string): Module {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const imports: Import[] = [];
  const evaluations: number[] = [];
  const lineOf = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean, lazy: boolean): void => {
    if (specifier && ts.isStringLiteralLike(specifier)) {
      imports.push({ specifier: specifier.text, typeOnly, lazy, line: lineOf(node) });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, importsOnlyTypes(node.importClause), false);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      add(node, node.moduleSpecifier, node.isTypeOnly, false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, true, false);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false, true);
    } else if (
      (ts.isCallExpression(node) || ts.isNewExpression(node)) &&
      /^(globalThis\.)?(eval|Function)$/.test(node.expression.getText(file))
    ) {
      evaluations.push(lineOf(node));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, imports, evaluations };
}

/** With verbatimModuleSyntax `import { type A } from` still loads the module; only `import type` does not. */
function importsOnlyTypes(clause: ts.ImportClause | undefined): boolean {
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

/** Every breach of the walls, one sentence each. */
export function breaches(sources: Sources, packages: readonly string[]): string[] {
  const modules = [...sources].map(([path, text]) => readModule(path, text));
  return [
    ...modules.flatMap((module) => wallBreaches(module)),
    ...modules.flatMap((module) => platformBreaches(module)),
    ...modules.flatMap((module) => packageBreaches(module, packages)),
    ...[...sources].flatMap(([path, text]) => shapeBreaches(path, text)),
    ...lazinessBreaches(modules, 'src/cli/cli.ts'),
  ];
}

/** `src/systems/puma/hooks.ts` is in the room `systems` and in the part `systems/*`. */
function roomOf(path: string): { room: string; part: string } {
  const [top = '', ...rest] = path.split('/');
  if (top !== 'src') return { room: top, part: top };
  const room = rest[0] ?? '';
  return { room, part: rest.length > 2 ? `${room}/*` : room };
}

function resolvePath(from: string, specifier: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}

function wallBreaches(module: Module): string[] {
  const { room } = roomOf(module.path);
  const wall = WALLS[room];
  if (!wall) return [`${module.path}: ${room} is no room; draw it into WALLS first`];
  return module.imports.flatMap(({ specifier, line }) => {
    if (!specifier.startsWith('.')) return [];
    const target = roomOf(resolvePath(module.path, specifier));
    if (target.room === room) return [];
    if ('only' in wall) {
      return wall.only.includes(target.room)
        ? []
        : [`${module.path}:${line}: ${room} knows only ${wall.only.join(', ') || 'itself'}, not ${target.room}`];
    }
    return wall.never.includes(target.room) || wall.never.includes(target.part)
      ? [`${module.path}:${line}: ${room} imports ${target.part}, but ${wall.why}`]
      : [];
  });
}

function platformBreaches(module: Module): string[] {
  const mayTouchNode = module.path.startsWith('src/cli/') || module.path === 'src/repo/disk.ts';
  return [
    ...module.evaluations.map((line) => `${module.path}:${line}: runs text as a program`),
    ...module.imports.flatMap(({ specifier, line }) => {
      if (/^(node:)?child_process$|^node:(vm|worker_threads|net|https?|dns|dgram|tls)$/.test(specifier)) {
        return [`${module.path}:${line}: ${specifier}: nothing is spawned, evaluated or fetched`];
      }
      if (specifier.startsWith('node:') && !mayTouchNode) {
        return [`${module.path}:${line}: ${specifier} outside src/cli and src/repo/disk.ts`];
      }
      return [];
    }),
  ];
}

function packageBreaches(module: Module, packages: readonly string[]): string[] {
  return module.imports.flatMap(({ specifier, typeOnly, line }) => {
    if (/^(\.|node:)/.test(specifier)) return [];
    const name = packageOf(specifier);
    // A package of types alone is there while this is built, and gone when it runs.
    const isPresent = packages.includes(name) || (typeOnly && packages.includes(`@types/${name}`));
    return isPresent ? [] : [`${module.path}:${line}: ${name} is not among the dependencies`];
  });
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function shapeBreaches(path: string, text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  return [
    ...(VAGUE.test(path.slice(path.indexOf('/') + 1)) ? [`${path}: a name that says nothing`] : []),
    ...(lines > LONGEST_FILE ? [`${path}: ${lines} lines; more than ${LONGEST_FILE} are more than one thing`] : []),
  ];
}

/** Whatever the entry loads before it does anything must be light. */
function lazinessBreaches(modules: readonly Module[], entry: string): string[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const reached = new Map<string, string>(byPath.has(entry) ? [[entry, entry]] : []);
  const found: string[] = [];
  for (const [path, way] of reached) {
    for (const { specifier, typeOnly, lazy } of byPath.get(path)?.imports ?? []) {
      if (typeOnly || lazy) continue;
      if (HEAVY.includes(packageOf(specifier))) found.push(`${way} → ${specifier}: loaded before anything asks for it`);
      const target = resolvePath(path, specifier);
      if (specifier.startsWith('.') && !reached.has(target)) reached.set(target, `${way} → ${target}`);
    }
  }
  return found;
}
