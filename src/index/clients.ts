import { blockMethod, callText, keyword, methodAround, methodName, rootOf } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { Collector, Fact } from './collector.ts';
import { CLIENT_METHODS, CLIENT_WORDS, clientOf } from './kept_connections.ts';
import { nameSpan } from './reach.ts';

/** A client of a database that is made while the application loads: a fork shares its socket. */
export interface LoadedClient extends Fact {
  readonly call: string;
  readonly library: string;
  /** `DB`, `$db`; null where nothing holds it (Sequel keeps every database it connects to). */
  readonly holder: string | null;
  /** Whether nothing is connected before somebody asks: `Sequel.connect(url, test: false)`. */
  readonly lazy: boolean;
  /** The condition under which it is made, as written; null where there is none but the environment. */
  readonly condition: string | null;
}

/** What a process may load. */
const LOADED = /^(?:app|lib|config|slices|system)\/|^[^/]+\.rb$|^config\.ru$/;

/**
 * With this extension of Sequel the connections are Active Record's.
 * Source: sequel-activerecord_connection, README.md@v2.0.0
 */
const BORROWED = /\bactiverecord_connection\b/;

/** Finds Sequel, PG, Mysql2 and Trilogy connections outside of methods. */
export function loadedClients(): Collector<readonly LoadedClient[]> {
  const found: LoadedClient[] = [];
  return {
    words: CLIENT_WORDS,
    collect(file) {
      if (file.scope === 'script' || !LOADED.test(file.path)) return;
      if (BORROWED.test(file.source.text)) return;
      for (const call of file.calls(...CLIENT_METHODS)) {
        const library = clientOf(call);
        if (library === null || methodAround(call) || isLater(call)) continue;
        const holder = holderOf(call);
        // A driver's connection that nothing keeps is gone before anything forks.
        if (holder === null && library !== 'sequel' && library !== 'rom') continue;
        if (isClosedAgain(call, holder)) continue;
        const lazy = keyword(call, 'test')?.text === 'false';
        const condition = conditionOf(call);
        found.push({ call: callText(call), library, holder, lazy, condition, at: nameSpan(call), scope: file.scope });
      }
    },
    facts: () => found,
  };
}

function holderOf(call: CodeNode): string | null {
  for (const outer of call.around()) {
    const left = /^(?:operator_)?assignment$/.test(outer.type) ? outer.child('left') : null;
    if (left && /^(?:constant|global_variable|scope_resolution|class_variable|instance_variable|call)$/.test(left.type))
      return left.text;
  }
  return null;
}

/** `DB.disconnect`, `Sequel::DATABASES.each(&:disconnect)`: further down in the same file, while that is loaded. */
function isClosedAgain(call: CodeNode, holder: string | null): boolean {
  return rootOf(call)
    .within()
    .some((node) => {
      if (node.type !== 'call' || node.start < call.end || methodAround(node) || isInBlock(node)) return false;
      const on = node.child('receiver')?.text;
      if (/^(?:disconnect|close)!?$/.test(methodName(node) ?? '')) return on !== undefined && on === holder;
      return on === 'Sequel::DATABASES' && blockMethod(node)?.name === 'disconnect';
    });
}

function isInBlock(node: CodeNode): boolean {
  return [...node.around()].some(({ type }) => type === 'block' || type === 'do_block' || type === 'lambda');
}

/** What decides whether it is made; that the environment is not that of tests or of development is none here. */
function conditionOf(call: CodeNode): string | null {
  let inner = call;
  for (const outer of call.around()) {
    const condition = CONDITIONAL.test(outer.type) && inner.field !== 'condition' ? outer.child('condition') : null;
    if (condition && !/\bRails\.env\b|\b(?:RAILS|RACK)_ENV\b/.test(condition.text)) return condition.text;
    inner = outer;
  }
  return null;
}

const CONDITIONAL = /^(?:if|unless|elsif|if_modifier|unless_modifier|conditional)$/;

/** Inside a block that does not run while the file is loaded, or that builds one per worker or per pool slot. */
function isLater(call: CodeNode): boolean {
  for (const outer of call.around()) {
    if (outer.type === 'lambda') return true;
    const taken = outer.type === 'block' || outer.type === 'do_block' ? outer.parent : null;
    if (taken && !/^(?:configure|tap|then|to_prepare|after_initialize|each|map)$/.test(methodName(taken) ?? ''))
      return true;
  }
  return false;
}

/** A hook around a fork that disconnects or reconnects something. */
export interface ForkHook extends Fact {
  readonly hook: string;
  /** The hook with its block, as written: what it names, it takes care of. */
  readonly text: string;
}

const HOOKS = [
  'before_fork',
  'after_fork',
  'on_worker_boot',
  'before_worker_boot',
  'after_worker_fork',
  'on_worker_fork',
  'before_worker_fork',
  'after_mold_fork',
  'before_refork',
  'after_refork',
  'on_refork',
  'before_first_fork',
];

/** Finds hooks around forks, in the files of servers and job systems and wherever else they are registered. */
export function forkHooks(): Collector<readonly ForkHook[]> {
  const found: ForkHook[] = [];
  return {
    words: new RegExp(`\\b(?:${HOOKS.join('|')})\\b`),
    collect(file) {
      for (const node of file.root.within()) found.push(...assignedHook(node, file.scope));
      for (const call of file.calls(...HOOKS)) {
        const body = call.child('block');
        const reconnects = (body?.within() ?? []).some(isReconnect);
        const passed = (call.child('arguments')?.children ?? []).some(({ text }) => /disconnect|connect/.test(text));
        if (reconnects || passed)
          found.push({ hook: methodName(call) ?? '', text: call.text, at: call.at, scope: file.scope });
      }
    },
    facts: () => found,
  };
}

/** `Resque.before_fork = proc { DB.disconnect }`. Source: lib/resque.rb@v2.6.0 (`before_fork=`) */
function assignedHook(node: CodeNode, scope: Fact['scope']): readonly ForkHook[] {
  const left = node.type === 'assignment' ? node.child('left') : null;
  const hook = left?.type === 'call' ? methodName(left) : null;
  if (!hook || !HOOKS.includes(hook)) return [];
  const given = node.child('right');
  const reconnects = given && (given.within().some(isReconnect) || /disconnect|connect/.test(given.text));
  return reconnects ? [{ hook, text: node.text, at: node.at, scope }] : [];
}

/** `DB.disconnect`, `each(&:disconnect)`, `establish_connection`. */
function isReconnect({ type, field, text }: CodeNode): boolean {
  if (type === 'simple_symbol') return /^:(?:disconnect!?|close!?|reconnect!?)$/.test(text);
  return (
    type === 'identifier' &&
    field === 'method' &&
    /^(?:(?:re|dis)?connect!?|close!?|reset!?|establish_connection|new)$/.test(text)
  );
}
