import type { Span } from '../text/source.ts';
import {
  argumentsOf,
  blockMethod,
  blockOf,
  callText,
  constantName,
  keyword,
  methodAround,
  methodName,
  option,
} from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { CodeFile, Collector, Fact } from './collector.ts';
import { loopAround, type Loop } from './loops.ts';
import { integer } from './passes.ts';
import type { Protection } from './protection.ts';
import { nameSpan, Reachability, type DatabaseUse } from './reach.ts';
import { assignedOnce } from './variables.ts';

/** A place that starts a thread (or a fiber) of its own. */
export interface ThreadSite extends Fact {
  /** `Thread.new`, `Concurrent::Future.execute`, `Async`. */
  readonly call: string;
  readonly starts: 'thread' | 'future' | 'fiber';
  /** The method it stands in; null outside of methods. */
  readonly method: string | null;
  readonly loop: Loop | null;
  /** What its body does with the database that nothing protects. */
  readonly use: DatabaseUse | null;
  readonly protection: Protection | null;
}

/** A number of threads that share the work: `Parallel.each(…, in_threads: 8)`, a thread pool. */
export interface ThreadPoolSite extends Fact {
  readonly call: string;
  readonly method: string | null;
  /** How many, where it is a number; null where it is anything else, and where there is no bound. */
  readonly threads: number | null;
  /** The expression that says how many; null where there is no bound. */
  readonly threadsAt: Span | null;
  readonly use: DatabaseUse | null;
  readonly protection: Protection | null;
}

export interface ThreadFacts {
  readonly sites: readonly ThreadSite[];
  readonly pools: readonly ThreadPoolSite[];
}

const STARTERS: Readonly<Record<string, RegExp>> = {
  Thread: /^(?:new|start|fork)$/,
  'Concurrent::Future': /^(?:new|execute)$/,
  'Concurrent::Promise': /^(?:new|execute)$/,
  'Concurrent::Promises': /^(?:future|future_on|schedule|schedule_on)$/,
  'Concurrent::ScheduledTask': /^(?:new|execute)$/,
  'Concurrent::TimerTask': /^(?:new|execute)$/,
};

const POOLS = new Set([
  'Concurrent::FixedThreadPool',
  'Concurrent::CachedThreadPool',
  'Concurrent::ThreadPoolExecutor',
]);

/** The methods of the gem parallel that run their block in threads or processes. */
const PARALLEL = /^(?:each|each_with_index|map|map_with_index|flat_map|filter_map|any\?|all\?|in_threads)$/;

/** Finds what starts threads, and what their bodies do with the database. */
export function threads(): Collector<ThreadFacts> {
  const sites: ThreadSite[] = [];
  const pools: ThreadPoolSite[] = [];
  return {
    words:
      /\bThread\s*(?:\.|::)\s*(?:new|start|fork)\b|\bConcurrent::(?:Future|Promises?|ScheduledTask|TimerTask|FixedThreadPool|CachedThreadPool|ThreadPoolExecutor)\b|\bParallel\s*(?:\.|::)\s*[a-z]|\bAsync\b(?:\s*[{(]|[^\n.:<][^\n]{0,200}\bdo\b)/,
    collect(file, code) {
      const reachability = new Reachability(code);
      for (const call of file.calls(...METHODS)) {
        const site = threadSite(file, call, reachability);
        if (site) sites.push(site);
        const pool = parallelSite(file, call, reachability) ?? poolSite(file, call, reachability);
        if (pool) pools.push(pool);
      }
    },
    facts: () => ({ sites, pools }),
  };
}

const METHODS =
  `new start fork execute future future_on schedule schedule_on Async each each_with_index map map_with_index flat_map
  filter_map any? all? in_threads`.split(/\s+/);

/** What kind of thread a call starts; null for every other call. */
function starts(call: CodeNode): ThreadSite['starts'] | null {
  const receiver = call.child('receiver');
  const method = methodName(call) ?? '';
  if (!receiver) return method === 'Async' && blockOf(call) ? 'fiber' : null;
  const constant = constantName(receiver) ?? '';
  if (!STARTERS[constant]?.test(method)) return null;
  return constant === 'Thread' ? 'thread' : 'future';
}

function threadSite(file: CodeFile, call: CodeNode, reachability: Reachability): ThreadSite | null {
  const kind = starts(call);
  const body = kind && bodyOf(call, reachability);
  if (!kind || !body) return null;
  const { use, protection } = reachability.from(body, isSite);
  return {
    call: callText(call),
    starts: kind,
    at: nameSpan(call),
    scope: file.scope,
    method: enclosing(call),
    loop: isBounded(call) ? null : loopAround(call),
    use,
    protection,
  };
}

/** The block, the method that `&method(:work)` names, or the lambda that `&work` is. */
function bodyOf(call: CodeNode, reachability: Reachability): CodeNode | null {
  const block = blockOf(call);
  if (block) return block;
  const named = blockMethod(call);
  if (named) return named.own ? reachability.methodAt(call, named.name) : null;
  const given = call.child('arguments')?.children.find(({ type }) => type === 'block_argument')?.children[0];
  const made = given ? assignedOnce(given) : null;
  if (made?.type === 'lambda') return made;
  const isProc = made?.type === 'call' && /^(?:proc|lambda|Proc\.new|Proc::new)$/.test(callText(made));
  return isProc ? blockOf(made) : null;
}

/**
 * Whether an executor of the application's own runs it, or one with as many threads as processors: a loop around it
 * starts no more. `:io` has no bound.
 * Source: lib/concurrent-ruby/concurrent/configuration.rb@v1.3.5 (`new_fast_executor`, `new_io_executor`)
 */
function isBounded(call: CodeNode): boolean {
  const isGivenFirst = methodName(call)?.endsWith('_on') ?? false;
  const executor = isGivenFirst ? argumentsOf(call)[0] : keyword(call, 'executor');
  return executor !== undefined && executor !== null && !/^:io$|global_io_executor/.test(executor.text);
}

function isSite(call: CodeNode): boolean {
  return starts(call) !== null;
}

function enclosing(call: CodeNode): string | null {
  return methodAround(call)?.child('name')?.text ?? null;
}

/** `Parallel.each(photos, in_threads: 4) { … }`. In processes every child has a pool of its own. */
function parallelSite(file: CodeFile, call: CodeNode, reachability: Reachability): ThreadPoolSite | null {
  const method = methodName(call) ?? '';
  if (constantName(call.child('receiver')) !== 'Parallel' || !PARALLEL.test(method)) return null;
  const count = method === 'in_threads' ? (keyword(call, 'count') ?? argumentsOf(call)[0]) : option(call, 'in_threads');
  const body = bodyOf(call, reachability);
  if (!count || !body) return null;
  return poolFact(file, call, count, reachability.from(body, isSite));
}

/** A thread pool with everything that the same file posts to it. */
function poolSite(file: CodeFile, call: CodeNode, reachability: Reachability): ThreadPoolSite | null {
  const constant = constantName(call.child('receiver')) ?? '';
  if (methodName(call) !== 'new' || !POOLS.has(constant)) return null;
  const holder = call.parent?.child('left')?.text ?? enclosing(call);
  const posted = file
    .calls('post', 'future_on', 'schedule_on', 'execute')
    .filter((one) => postsTo(one, holder))
    .flatMap((one) => bodyOf(one, reachability) ?? []);
  const reached = posted.map((body) => reachability.from(body, isSite));
  const worst = reached.find(({ use }) => use !== null) ?? reached.find(({ protection }) => protection !== null);
  return poolFact(file, call, mostThreads(call, constant), worst ?? { use: null, protection: null });
}

/** A cached one grows without a bound, whatever it is given. Source: …/executor/cached_thread_pool.rb@v1.3.5 */
function mostThreads(call: CodeNode, constant: string): CodeNode | null {
  if (constant.endsWith('CachedThreadPool')) return null;
  return constant.endsWith('FixedThreadPool') ? (argumentsOf(call)[0] ?? null) : keyword(call, 'max_threads');
}

/** `pool.post { … }`, `Concurrent::Promises.future_on(pool) { … }`, `Concurrent::Future.execute(executor: pool) { … }`. */
function postsTo(call: CodeNode, holder: string | null): boolean {
  if (holder === null) return false;
  if (methodName(call) === 'post') return call.child('receiver')?.text === holder;
  return argumentsOf(call)[0]?.text === holder || keyword(call, 'executor')?.text === holder;
}

function poolFact(
  file: CodeFile,
  call: CodeNode,
  count: CodeNode | null,
  { use, protection }: Pick<ThreadPoolSite, 'use' | 'protection'>,
): ThreadPoolSite {
  return {
    call: callText(call),
    at: nameSpan(call),
    scope: file.scope,
    method: enclosing(call),
    threads: integer(count),
    threadsAt: count?.at ?? null,
    use,
    protection,
  };
}
