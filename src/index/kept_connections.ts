import { blockOf, callText, constantName, isMethod, methodAround, methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import { isLease } from './active_record.ts';
import type { Collector, Fact } from './collector.ts';
import { isGiven } from './given.ts';
import { nameSpan } from './reach.ts';

/** A connection that outlives the unit of work it was taken in, or one that is opened beside all pools. */
export interface KeptConnection extends Fact {
  readonly call: string;
  /** What keeps it: `@connection`, `DB`, `$db`; null for a client that a method opens each time it is called. */
  readonly holder: string | null;
  readonly kind: 'memo' | 'constant' | 'global' | 'class variable' | 'opened per call';
  /** Active Record's own, or a driver's. */
  readonly of: 'active record' | 'client';
  /** Whether its method gives it to whoever calls: they may keep or close it. */
  readonly isGiven: boolean;
  readonly method: string | null;
}

const HOLDERS: Readonly<Record<string, KeptConnection['kind']>> = {
  instance_variable: 'memo',
  class_variable: 'class variable',
  constant: 'constant',
  global_variable: 'global',
};

/** Constructors of database clients that know nothing of Active Record's pools, by their library. */
const CLIENTS: Readonly<Record<string, { readonly methods: RegExp; readonly library: string }>> = {
  PG: { methods: /^connect$/, library: 'pg' },
  'PG::Connection': { methods: /^(?:new|open|connect)$/, library: 'pg' },
  'Mysql2::Client': { methods: /^new$/, library: 'mysql2' },
  Trilogy: { methods: /^new$/, library: 'trilogy' },
  Sequel: { methods: /^(?:connect|postgres|mysql2|sqlite|trilogy)$/, library: 'sequel' },
  ROM: { methods: /^container$/, library: 'rom' },
};

/** Methods that make a client, of whichever library. */
export const CLIENT_METHODS = [
  'connect',
  'new',
  'open',
  'container',
  'postgres',
  'mysql2',
  'sqlite',
  'trilogy',
] as const;

/** The library of the client that a call makes; null for every other call. */
export function clientOf(call: CodeNode | null): string | null {
  if (call?.type !== 'call') return null;
  const client = CLIENTS[constantName(call.child('receiver')) ?? ''];
  return client?.methods.test(methodName(call) ?? '') ? client.library : null;
}

/** What a file contains that makes one of these clients. */
export const CLIENT_WORDS =
  /\bPG\s*(?:\.|::)\s*connect\b|\bPG::Connection\b|\bMysql2::Client\b|\bTrilogy\s*(?:\.|::)\s*new\b|\bSequel\s*(?:\.|::)\s*(?:connect|postgres|mysql2|sqlite|trilogy)\b|\bROM\s*(?:\.|::)\s*container\b/;

/** `@connection ||= ActiveRecord::Base.connection`, `DB = …`, `$db = …`: no local variable. */
const KEPT =
  /connection\b(?<=(?:[@$]\w{1,80}|\b[A-Z]\w{0,80})\s{0,80}\W{0,2}=\s{0,80}(?:::)?[A-Z][\w:]{0,200}\s{0,80}(?:&?\.|::)\s{0,80}(?:lease_|retrieve_)?connection)/;

/** Finds connections in memos, constants and globals, and clients that are opened again and again. */
export function keptConnections(): Collector<readonly KeptConnection[]> {
  const found: KeptConnection[] = [];
  return {
    words: new RegExp(`${KEPT.source}|${CLIENT_WORDS.source}`),
    collect(file, { models }) {
      if (file.scope === 'script') return;
      for (const call of file.calls('connection', 'lease_connection', 'raw_connection')) {
        const holder = holderOf(call);
        if (!holder || !isLease(call, models)) continue;
        found.push({ ...factOf(call), scope: file.scope, ...holder, of: 'active record', isGiven: false });
      }
      for (const call of file.calls(...CLIENT_METHODS)) {
        if (clientOf(call) === null || file.scope === 'boot' || !isOpenedPerCall(call)) continue;
        const opened = { holder: null, kind: 'opened per call', of: 'client', isGiven: isGiven(call) } as const;
        found.push({ ...factOf(call), scope: file.scope, ...opened });
      }
    },
    facts: () => found,
  };
}

function factOf(call: CodeNode): Pick<KeptConnection, 'call' | 'at' | 'method'> {
  return { call: callText(call), at: nameSpan(call), method: methodAround(call)?.child('name')?.text ?? null };
}

/** What an expression is assigned to, if it stays there: a plain `@x =` in a method is one object's business. */
function holderOf(call: CodeNode): Pick<KeptConnection, 'holder' | 'kind'> | null {
  const assignment = call.parent;
  if (!assignment || call.field !== 'right') return null;
  const left = assignment.child('left');
  const kind = HOLDERS[left?.type ?? ''];
  if (!left || !kind) return null;
  if (kind === 'memo' && assignment.type !== 'operator_assignment') return null;
  return { holder: left.text, kind };
}

/** In a method, not kept, not handed out, and not closed by it. */
function isOpenedPerCall(call: CodeNode): boolean {
  const method = methodAround(call);
  if (!method || blockOf(call) || /^(?:initialize|connect!?|start)$/.test(method.child('name')?.text ?? ''))
    return false;
  for (const outer of call.around()) {
    // A pool, or whoever is given a lambda, says when.
    if (outer.type === 'lambda' || (blockOf(outer) && isInside(call, blockOf(outer)) && makes(outer))) return false;
    if (outer.type === 'operator_assignment') return false;
    if (outer.type === 'assignment' && outer.child('left')?.type !== 'identifier') return false;
    if (isMethod(outer)) break;
  }
  return !method
    .within()
    .some((node) => node.type === 'call' && /^(?:close|disconnect!?|finish)$/.test(methodName(node) ?? ''));
}

function makes(call: CodeNode): boolean {
  return call.type === 'call' && /^(?:new|proc|lambda|wrap)$/.test(methodName(call) ?? '');
}

function isInside(inner: CodeNode, outer: CodeNode | null): boolean {
  return outer !== null && inner.start >= outer.start && inner.end <= outer.end;
}
