import { DATABASE_ERAS } from '../database/eras.ts';
import type { DatabaseEntry } from '../database/entry.ts';
import { renderErb } from '../erb/render.ts';
import { initializers } from '../index/mention.ts';
import { evaluate } from '../ruby/evaluate.ts';
import type { Evaluation, EvaluationInput, Host, HostObject, SharedWork } from '../ruby/host.ts';
import type { RubyParser } from '../ruby/parse.ts';
import type { Value } from '../ruby/values.ts';
import { REPOSITORY_ROOT } from '../ruby/paths.ts';
import { span, type SourceFile } from '../text/source.ts';
import type { Environment, VariableState } from '../value/environment.ts';
import { sidekiqClient } from '../systems/sidekiq/ruby.ts';
import { anycableConstant } from '../systems/simple/anycable_ruby.ts';
import { isInstalled } from '../systems/rules.ts';
import type { Settings } from '../systems/system.ts';
import { distinctNoticed, type Noticed } from '../value/noticed.ts';
import { agree } from '../value/traced.ts';
import type { Versions } from '../versions/versions.ts';
import { parsePsych } from '../yaml/psych.ts';
import { activeRecordEntries } from './active_record_entries.ts';
import type {
  Application,
  ApplicationFile,
  Boot,
  BootProblem,
  EvaluatedCall,
  NotedProblem,
  RubyWorld,
  YamlWorld,
} from './boot.ts';
import { callInFile } from './call_in_file.ts';
import { assumptionsIn, unreadable } from './rendered_yaml.ts';
import { establishedBy, type Saying } from './connection_in_ruby.ts';
import { Evaluations, type Asked } from './evaluations.ts';
import type { LoadDotenv } from './dotenv.ts';
import type { AppFiles } from './files.ts';
import type { Launch } from './launch.ts';
import { movedOn } from './moving_on.ts';
import { applicationSelf, railsConstants, rubyConstants } from './rails.ts';
import { withSequel } from './sequel.ts';
import { sequelConstants, sequelFiles } from './sequel_files.ts';
import { unparsableBootFiles } from './unparsable.ts';
import { HAS_WORKER_HOOKS, HookListener, runHooks } from './worker_hooks.ts';
import { WorldHost } from './world_host.ts';

/** Source: lib/hanami/env.rb, lib/hanami.rb@v3.0.0 (Hanami.env) */
const HANAMI_ENVIRONMENT = ['HANAMI_ENV', 'RACK_ENV'];

/** Files of an app that say something about connections; the others are not worth an evaluation. */
const TELLS =
  /\bENV\b|good_job|GoodJob|async_query_executor|action_cable|isolation_level|SuckerPunch|[Ss]idekiq|Shoryuken|AnyCable|solid_queue|SolidQueue|cache_store|queue_adapter|connects_to|establish_connection/;

/** Files of an app in which numbers of job threads are set. */
const COUNTS = /\b(?:Sidekiq|Shoryuken|SolidQueue|GoodJob|solid_queue|good_job)\b/;

export interface BootInput {
  readonly launch: Launch;
  readonly railsEnv: string;
  readonly versions: Versions;
  readonly files: AppFiles;
  readonly parser: RubyParser;
  readonly cpus: number | null;
  /** What all evaluations of the run may do together. */
  readonly work: SharedWork;
  /** What the application's own files of variables add; null where it loads none. */
  readonly dotenv?: LoadDotenv | null;
  /** What other boots of the same app evaluated. */
  readonly evaluations?: Evaluations;
  /** Whether it only tries what would be: then nothing of it is kept for others. */
  readonly trial?: boolean;
}

/** Boots one launch from files alone: see `Boot`. */
export class PaperBoot implements Boot {
  readonly launch: Launch;
  readonly versions: Versions;
  readonly cpus: number | null;
  readonly files: AppFiles['tree'];
  readonly #files: AppFiles;
  readonly #dotenv: LoadDotenv | null;
  readonly #askedFor: string;
  readonly #work: SharedWork;
  readonly #parser: RubyParser;
  readonly #evaluations: Evaluations;
  readonly #keeps: boolean;
  readonly #defined = new Map<string, () => HostObject>();
  readonly #problems = new Map<string, BootProblem>();
  readonly #read = new Set<string>();
  readonly #noticed: Noticed[] = [];
  /** What the files read so far defined, for the files after them. */
  readonly #constants = new Map<string, Value>(rubyConstants());
  #environment: Environment;
  #application: Application | null = null;
  #databases: readonly DatabaseEntry[] = [];
  /** Files of the server that hang something on the start of its workers. */
  readonly #hooked: (readonly Evaluation<WorldHost>[])[] = [];

  constructor(input: BootInput) {
    this.launch = input.launch;
    this.#askedFor = input.railsEnv;
    this.#work = input.work;
    this.versions = input.versions;
    this.cpus = input.cpus;
    this.files = input.files.tree;
    this.#files = input.files;
    this.#dotenv = input.dotenv ?? null;
    this.#parser = input.parser;
    this.#evaluations = input.evaluations ?? new Evaluations(input.parser);
    this.#keeps = input.trial !== true;
    this.#environment = input.launch.environment;
    const sidekiq = this.versions.of('sidekiq');
    // Only the process that is Sidekiq says yes to `Sidekiq.server?`; it defines the constant anew.
    const client = this.#evaluations.shared('Sidekiq', () => () => sidekiqClient(sidekiq));
    if (isInstalled(this.versions, 'sidekiq')) this.define('Sidekiq', client);
    if (isInstalled(this.versions, 'anycable') || isInstalled(this.versions, 'anycable-core'))
      this.define('AnyCable', anycableConstant);
    for (const [name, host] of sequelConstants(this.versions, this.files, () => this.railsEnv)) this.define(name, host);
  }

  get environment(): Environment {
    return this.#environment;
  }

  /** Source: railties/lib/rails.rb@v8.1.3.1 (an empty string counts as unset). */
  get railsEnv(): string {
    const variables = isInstalled(this.versions, 'hanami') ? HANAMI_ENVIRONMENT : ['RAILS_ENV', 'RACK_ENV'];
    for (const variable of variables) {
      const state = this.#environment.get(variable);
      if (state.known && state.value?.trim()) return state.value;
    }
    return this.#askedFor;
  }

  export(variable: string, state: VariableState): void {
    this.#environment = this.#environment.with(variable, state);
  }

  /** The variables that any evaluation of this boot read, sorted. */
  get read(): readonly string[] {
    return [...this.#read].toSorted();
  }

  /** What the files that decide numbers were noticed to do, in the order in which they were read. */
  get noticed(): readonly Noticed[] {
    return distinctNoticed(this.#noticed);
  }

  get problems(): readonly NotedProblem[] {
    const process = this.launch.name === '' ? null : this.launch.name;
    return [...this.#problems.values()].map((problem) => ({ ...problem, process }));
  }

  /** The entries of database.yml as this process sees them; empty before `application()`. */
  get databases(): readonly DatabaseEntry[] {
    return this.#databases;
  }

  source(path: string): SourceFile | null {
    return this.#files.source(path);
  }

  define(constant: string, host: () => HostObject): void {
    this.#defined.set(constant, host);
  }

  note(problem: BootProblem): void {
    const key = `${problem.kind} ${problem.at.file.path} ${problem.at.start} ${problem.message}`;
    if (!this.#problems.has(key)) this.#problems.set(key, problem);
  }

  ruby(path: string, self: () => HostObject): readonly RubyWorld[] | null {
    const file = this.source(path);
    if (!file) return null;
    const hooked = HAS_WORKER_HOOKS.test(file.text);
    const receiver = hooked ? () => new HookListener(self()) : self;
    const worlds = evaluate(this.#evaluations.programs.parse(file), this.#input(receiver));
    if (hooked) this.#hooked.push(worlds);
    this.#notice(worlds);
    this.#noteFailures(worlds);
    this.#moveOn(worlds);
    return worlds.map((world) => {
      const { self: own } = world.host;
      return { ...world, self: own instanceof HookListener ? own.inner : own };
    });
  }

  call(path: string, receiver: string, method: string): EvaluatedCall | null {
    const file = this.source(path);
    if (!file?.text.includes(method)) return null;
    const written = this.#evaluations.shared(`${path}: ${receiver}.${method}`, () => {
      const found = this.#parser.read(file.text, (root) => callInFile(root, receiver, method));
      return found && { ...found, program: this.#parser.parse(file, found) };
    });
    if (!written) return null;
    const { start, end, within, program } = written;
    const worlds = evaluate(program, this.#input(applicationSelf));
    for (const world of worlds) for (const name of world.reads) this.#read.add(name);
    return { worlds: worlds.map(({ host }) => host.recorded()), at: span(file, start, end), within };
  }

  yaml(path: string, trimMode: null | '-'): readonly YamlWorld[] | null {
    const file = this.source(path);
    if (!file) return null;
    const worlds = this.#worldsOf(`${trimMode ?? ''} ${path}`, (input) => {
      // Reading YAML takes no steps: what is tried hundreds of times is charged for it.
      if (!this.#keeps) this.#work.left -= file.text.length >> 3;
      return renderErb(this.#evaluations.programs, file, trimMode, input).map((world) => ({
        ...world,
        // A template that raises prints nothing at all, however much it had printed by then.
        document: world.failure ? unreadable(world.failure) : parsePsych(world.rendered),
      }));
    });
    this.#notice(worlds);
    this.#noteFailures(worlds);
    this.#moveOn(worlds);
    const [first] = worlds;
    const broken = first?.document.problem;
    if (broken && worlds.every(({ failure, document }) => !failure && document.problem)) {
      this.note({ kind: 'parse-error', ...broken, assumes: assumptionsIn(first.rendered) });
    }
    return worlds;
  }

  application(): Application {
    if (this.#application) return this.#application;
    // Before its configuration is read: lib/dotenv/rails.rb@v3.2.0 (before_configuration).
    if (this.#dotenv) this.#environment = this.#dotenv(this.#environment, this.railsEnv);
    unparsableBootFiles(this.#files, this.#parser, this.railsEnv, this.#evaluations).forEach((one) => this.note(one));
    const files: ApplicationFile[] = [];
    for (const path of ['config/application.rb', `config/environments/${this.railsEnv}.rb`]) {
      const file = this.#recorded(path);
      if (file) files.push(file);
    }
    this.#databases = activeRecordEntries(this, this.#files);
    for (const path of this.#initializers()) {
      const file = this.#recorded(path);
      if (file) files.push(file);
    }
    for (const path of this.#sequelFiles(files)) {
      const file = this.#recorded(path);
      if (file) files.push(file);
    }
    this.#application = { files };
    this.#establish(files);
    this.#databases = withSequel({ boot: this, application: this.#application, entries: this.#databases });
    return this.#application;
  }

  /** What Ruby establishes comes after what the file says. */
  #establish(files: readonly Saying[]): void {
    const [first, ...others] = this.#databases;
    if (!first) return;
    this.#databases = [establishedBy(files, first, this.versions.possible('rails', DATABASE_ERAS)), ...others];
  }

  /** What the hooks of its workers make of the connections, where the server forks any. */
  startWorkers({ workers }: Settings): void {
    const count = typeof workers === 'object' && 'known' in workers ? workers : null;
    if (!count || (count.known && count.value === 0)) return;
    const before = this.#databases;
    for (const worlds of this.#hooked.splice(0)) {
      const said = runHooks(worlds);
      if (said) this.#establish([said]);
    }
    const [first, ...others] = this.#databases;
    const [master] = before;
    if (count.known || !first || !master || first === master) return;
    this.#databases = [{ ...first, pool: agree(count.reason, [master.pool, first.pool]) }, ...others];
  }

  #recorded(path: string): ApplicationFile | null {
    const file = this.source(path);
    if (!file) return null;
    const { programs } = this.#evaluations;
    const worlds = this.#worldsOf(`ruby ${path}`, (input) => evaluate(programs.parse(file), input));
    // What an application computes for anything but its threads and connections is its own business.
    if (COUNTS.test(file.text)) this.#notice(worlds);
    this.#moveOn(worlds);
    // A process that runs took a course on which nothing raises.
    const booting = worlds.some(({ failure }) => failure === null)
      ? worlds.filter(({ failure }) => failure === null)
      : worlds;
    return {
      path,
      worlds: booting.map(({ host }) => host.allRecorded),
      skipped: worlds.flatMap((world) => world.skipped),
      possible: worlds.flatMap((world) => world.possible),
      cutShort: booting.some(({ failure, stopped }) => failure !== null || stopped !== null) ? file : null,
    };
  }

  #sequelFiles(files: readonly ApplicationFile[]): readonly string[] {
    const read = new Set(files.map(({ path }) => path));
    const key = `sequel ${[...read].join('\0')}`;
    return this.#evaluations.shared(key, () =>
      sequelFiles(this.versions, this.files, (path) => this.source(path)?.text ?? '', read),
    );
  }

  #initializers(): readonly string[] {
    return this.#evaluations.shared('initializers', () =>
      initializers(this.files).filter((path) => TELLS.test(this.source(path)?.text ?? '')),
    );
  }

  /** The worlds of a file of the application, which may have been evaluated for another process already. */
  #worldsOf<W extends Evaluation<WorldHost>>(
    key: string,
    evaluateIn: (input: EvaluationInput<WorldHost>) => readonly W[],
  ): readonly W[] {
    return this.#evaluations.worldsOf<readonly W[]>(
      `${this.railsEnv} ${key}`,
      this.#environment,
      (name) => this.#defined.get(name) ?? this.#constants.get(name),
      this.#work,
      this.#keeps,
      (environment, asked) =>
        evaluateIn({ ...this.#input(applicationSelf), environment, host: () => this.#host(applicationSelf(), asked) }),
    );
  }

  #input(self: () => HostObject): EvaluationInput<WorldHost> {
    return { environment: this.#environment, files: this.files, host: () => this.#host(self()), work: this.#work };
  }

  #host(self: HostObject, asked: Asked | null = null): WorldHost {
    const constants = new Map(
      railsConstants({
        railsEnv: this.railsEnv,
        version: this.versions.text('rails'),
        cpus: this.cpus,
        root: REPOSITORY_ROOT,
        databases: () => {
          if (asked) asked.open = true;
          return this.#databases.length > 0 ? this.#databases : null;
        },
      }),
    );
    for (const [name, make] of this.#defined) constants.set(name, make());
    return new WorldHost(self, constants, this.#constants, asked && ((name) => asked.constants.add(name)));
  }

  #notice(worlds: readonly Evaluation<Host>[]): void {
    for (const world of worlds) this.#noticed.push(...world.noticed);
  }

  /** What raises in one possible world only is not certain to raise. */
  #noteFailures(worlds: readonly Evaluation<Host>[]): void {
    if (worlds.some((world) => world.failure === null)) return;
    for (const { failure } of worlds) {
      if (!failure) continue;
      const kind = failure.error === 'SyntaxError' ? 'parse-error' : 'boot-failure';
      const message = kind === 'parse-error' ? failure.message : `Ruby raises ${failure.error}: ${failure.message}`;
      this.note({ kind, message, at: failure.at, assumes: failure.assumes });
    }
  }

  #moveOn(worlds: readonly Evaluation<Host>[]): void {
    for (const world of worlds) for (const name of world.reads) this.#read.add(name);
    this.#environment = movedOn(worlds, this.#environment, this.#constants);
  }
}
