import { argumentsOf, blockMethod, blockOf, callText, constantName, methodAround, methodName, option } from './call.ts';
import type { CodeNode } from './code_node.ts';
import type { Collector, Fact } from './collector.ts';
import { nameSpan } from './reach.ts';

/** A place of the application that forks a process which has everything the application has opened. */
export interface ForkSite extends Fact {
  /** `fork`, `Process.fork`, `Parallel.each`. */
  readonly call: string;
  readonly method: string | null;
  /** Whether the method around it, or its file where there is none, disconnects, closes or resets something. */
  readonly disconnects: boolean;
}

/** Finds forks that neither become another program nor leave without cleaning up. */
export function forkSites(): Collector<readonly ForkSite[]> {
  const found: ForkSite[] = [];
  return {
    // A plugin of Puma forks in the master: what it starts is a process of its own.
    words: /\bfork\b|\bParallel\s*(?:\.|::)\s*[a-z]/,
    collect(file) {
      if (/(?:^|\/)lib\/puma\/plugin\//.test(file.path)) return;
      for (const call of [...file.calls('fork'), ...file.calls(...PARALLEL)]) {
        const body = blockOf(call);
        if (!body || !isFork(call) || body.within().some(endsElsewhere)) continue;
        const method = methodAround(call);
        const name = method?.child('name')?.text ?? null;
        const disconnects = callsDisconnect(method ?? file.root);
        found.push({ call: callText(call), method: name, disconnects, at: nameSpan(call), scope: file.scope });
      }
    },
    facts: () => found,
  };
}

const PARALLEL = [
  'each',
  'each_with_index',
  'map',
  'map_with_index',
  'flat_map',
  'filter_map',
  'any?',
  'all?',
  'in_processes',
];

/** Without a word about threads the gem parallel forks. Source: lib/parallel.rb@v2.3.0 (`map`) */
function isFork(call: CodeNode): boolean {
  const receiver = call.child('receiver');
  const constant = constantName(receiver);
  if (methodName(call) === 'fork') return receiver === null || constant === 'Process' || constant === 'Kernel';
  if (constant !== 'Parallel') return false;
  if (methodName(call) === 'in_processes') return true;
  const processes = option(call, 'in_processes');
  const given = call.child('arguments')?.children ?? [];
  const isOpen =
    argumentsOf(call).some(({ type }, index) => index > 0 && type !== 'hash') ||
    given.some(({ type }) => type === 'hash_splat_argument');
  if (processes) return processes.text !== '0';
  return !isOpen && option(call, 'in_threads') === null && option(call, 'in_ractors') === null;
}

/** `exec` replaces the child and its sockets with it, `exit!` runs nothing that closes them. */
function endsElsewhere(node: CodeNode): boolean {
  const name = node.type === 'call' ? methodName(node) : node.type === 'identifier' ? node.text : null;
  return name === 'exec' || name === 'exit!';
}

/** `DB.disconnect`, `each(&:disconnect)`, `close_clients`. A comment, a string or a variable of that name does nothing. */
function callsDisconnect(body: CodeNode): boolean {
  const nodes = body.within();
  const variables = new Set(nodes.filter(isVariable).map(({ text }) => text));
  return nodes.some((node) => {
    if (node.type === 'call') {
      const names = [methodName(node), blockMethod(node)?.name];
      return node.field !== 'left' && names.some((name) => DISCONNECTS.test(name ?? ''));
    }
    const isBareCall = node.type === 'identifier' && node.field !== 'method' && node.field !== 'name';
    return isBareCall && DISCONNECTS.test(node.text) && !variables.has(node.text);
  });
}

const DISCONNECTS = /^(?:disconnect|close|reset)(?:_\w+)?!?$/;

/** Whether an identifier is where a parameter or a variable gets its name. */
function isVariable({ type, field, parent }: CodeNode): boolean {
  if (type !== 'identifier') return false;
  const names = /_parameters?$|^left_assignment_list$/;
  return field === 'left' || names.test(parent?.type ?? '');
}
