import { argumentsOf, callText, constantName, keyword, methodAround, methodName } from './call.ts';
import type { Classes } from './classes.ts';
import type { CodeNode } from './code_node.ts';
import { isRecordClass } from './active_record.ts';
import type { Code, CodeFile, Collector, Fact } from './collector.ts';
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
    collect(file, code) {
      // What an initializer defines and does not call, others call later.
      const isInitializer = file.scope === 'boot' && INITIALIZER.test(file.path);
      if (file.scope === 'boot' && !isInitializer) return;
      const scope = isInitializer ? 'library' : file.scope;
      for (const call of file.calls(...Object.keys(KINDS))) {
        const method = methodAround(call)?.child('name')?.text;
        const does = method === undefined ? null : kindOf(call, code);
        if (method === undefined || !does || (isInitializer && isCalledHere(method, file))) continue;
        found.push({ call: callText(call), does, given: givenTo(call), at: nameSpan(call), scope, method });
      }
    },
    facts: () => found,
  };
}

const INITIALIZER = /(?:^|\/)config\/initializers\//;

/** Whether reading the file runs a method that it defines: by a call outside of methods, through others, or as a hook. */
function isCalledHere(method: string, file: CodeFile, asked = new Set<string>()): boolean {
  if (asked.has(method)) return false;
  asked.add(method);
  if (file.source.text.includes(`:${method}`)) return true;
  return file.calls(method).some((call) => {
    const caller = methodAround(call);
    return caller === null || isCalledHere(caller.child('name')?.text ?? '', file, asked);
  });
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

function kindOf(call: CodeNode, { models, classes }: Code): RuntimeConnection['does'] | null {
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
    case 'connection_config':
      return onRecord && !definesItself(receiver, method, models, classes) ? KINDS[method]! : null;
    default:
      return onRecord ? KINDS[method]! : null;
  }
}

/** Whether a class has a class method of its own of that name. */
function definesItself(receiver: CodeNode | null, method: string, models: Models, classes: Classes): boolean {
  const model = models.named(constantName(receiver) ?? '');
  const definition = model && models.body(model)?.definition;
  return Boolean(definition && classes.method(definition, method, 'class'));
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
