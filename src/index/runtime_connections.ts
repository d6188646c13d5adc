import { argumentsOf, callText, keyword, methodAround, methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import { isRecordClass } from './active_record.ts';
import type { Collector, Fact } from './collector.ts';
import type { Models } from './models.ts';
import { nameSpan } from './reach.ts';

/** A change of Active Record's pools by a method, while the process serves requests or runs jobs. */
export interface RuntimeConnection extends Fact {
  readonly call: string;
  readonly does: 'establishes' | 'disconnects' | 'connects to' | 'asks for the configuration';
  /** What it is given: nothing, the name of an entry, a literal URL or Hash, or something computed. */
  readonly given: 'nothing' | 'name' | 'configuration' | 'computed';
  readonly method: string;
}

/** Finds pools that are built, taken down or replaced at run time. What runs while the process boots is not. */
export function runtimeConnections(): Collector<readonly RuntimeConnection[]> {
  const found: RuntimeConnection[] = [];
  return {
    words: WORDS,
    collect(file, { models }) {
      if (file.scope === 'boot') return;
      for (const call of file.calls(...Object.keys(KINDS))) {
        const method = methodAround(call)?.child('name')?.text;
        const does = method === undefined ? null : kindOf(call, models);
        if (method === undefined || !does) continue;
        found.push({ call: callText(call), does, given: givenTo(call), at: nameSpan(call), scope: file.scope, method });
      }
    },
    facts: () => found,
  };
}

/** Calls: what defines methods of these names is an adapter, or a library. */
const WORDS =
  /(?<!\bdef (?:self\.)?)\b(?:establish_connection\b|clear_all_connections!)|(?:\.|::)\s*(?:remove_connection|connection_config)\b|disconnect!(?<=connection(?:_pool|_handler)?\b[^]{0,200}(?:\.|::)\s{0,80}disconnect!)|\bconnected_to\b[^]{0,200}\bdatabase\b/;

const KINDS: Readonly<Record<string, RuntimeConnection['does']>> = {
  establish_connection: 'establishes',
  remove_connection: 'disconnects',
  'disconnect!': 'disconnects',
  'clear_all_connections!': 'disconnects',
  connected_to: 'connects to',
  connection_config: 'asks for the configuration',
};

function kindOf(call: CodeNode, models: Models): RuntimeConnection['does'] | null {
  const method = methodName(call) ?? '';
  const receiver = call.child('receiver');
  const onRecord = isRecordClass(receiver, models);
  switch (method) {
    case 'disconnect!':
    case 'clear_all_connections!': {
      const on = receiver?.type === 'call' ? (methodName(receiver) ?? '') : '';
      const isPool = /^(?:connection|lease_connection|connection_pool|connection_handler)$/.test(on);
      return isPool || (onRecord && method !== 'disconnect!') ? KINDS[method]! : null;
    }
    case 'connected_to':
      return onRecord && keyword(call, 'database') ? KINDS[method]! : null;
    case 'establish_connection':
      // On a variable it is some class; without a receiver, the class at hand.
      return onRecord || receiver === null || receiver.type === 'self' || isAnyClass(receiver) ? KINDS[method]! : null;
    default:
      return onRecord ? KINDS[method]! : null;
  }
}

/** `klass.establish_connection`, `connection_handler.establish_connection`, `model_class.…`. */
function isAnyClass(receiver: CodeNode): boolean {
  const name = receiver.type === 'call' ? (methodName(receiver) ?? '') : receiver.text;
  return /(?:class|klass|model|connection_handler|Record|Base)$/.test(name);
}

function givenTo(call: CodeNode): RuntimeConnection['given'] {
  const [first] = argumentsOf(call);
  const hasPairs = (call.child('arguments')?.children ?? []).some(
    ({ type }) => type === 'pair' || type === 'hash_splat_argument',
  );
  if (hasPairs) return 'configuration';
  if (!first) return 'nothing';
  if (first.type === 'simple_symbol') return 'name';
  return first.type === 'string' || first.type === 'hash' ? 'configuration' : 'computed';
}
