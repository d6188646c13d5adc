import { span, spanText, type Span } from '../../text/source.ts';
import type { Environment, VariableState } from '../../value/environment.ts';
import { combine, known, saidBy, unknown, type Traced } from '../../value/traced.ts';
import { goAt, goText, type GoMapping, type GoNode } from '../../yaml/go.ts';
import { entriesOf, isNull, itemsAt, scalarAt, textAt } from '../../yaml/go_read.ts';
import { everyAt, valueAt, type Manifest } from './manifests.ts';
import { OF_EVERY_PROCESS } from '../every_process.ts';

/**
 * The variables of a container, above those of its image: `envFrom` in order, then `env`, whose values may name
 * variables before them as `$(NAME)`. What comes from a Secret, a field or an object outside of the repository is not
 * known.
 * Source: pkg/kubelet/kubelet_pods.go@v1.34.0 (makeEnvironmentVariables, kubernetes/kubernetes)
 */
export function containerEnvironment(
  layers: readonly GoMapping[],
  base: Environment,
  objects: readonly Manifest[],
): Environment {
  let environment = base;
  for (const source of layers.flatMap((layer) => itemsAt(layer, 'envFrom')))
    environment = withSource(environment, source, objects);
  const named = new Map<string, GoMapping>();
  // Patches are merged by the name of the variable.
  for (const item of layers.flatMap((layer) => itemsAt(layer, 'env'))) {
    const name = textAt(item, 'name');
    if (name !== null && item.kind === 'mapping') named.set(name, item);
  }
  for (const [name, item] of named) environment = environment.with(name, stateOf(item, environment, objects));
  return environment;
}

function withSource(environment: Environment, source: GoNode, objects: readonly Manifest[]): Environment {
  const prefix = textAt(source, 'prefix') ?? '';
  const map = textAt(source, 'configMapRef', 'name');
  const object = map === null ? undefined : objects.find(({ kind, name }) => kind === 'ConfigMap' && name === map);
  if (object) {
    let result = environment;
    for (const { key, value } of everyAt(object, 'data').flatMap(entriesOf)) {
      if (value.kind === 'scalar' && !isNull(value))
        result = result.with(prefix + key, saidBy(value.at, goText(value)));
    }
    return result;
  }
  const secret = textAt(source, 'secretRef', 'name');
  const what = secret !== null ? `the Secret ${secret}` : `the ConfigMap ${map ?? ''}, which is not in the repository`;
  return environment.opened(`it may be set in ${what}`, { kind: 'platform', at: source.at, from: [] }, (name) =>
    OF_EVERY_PROCESS.has(name),
  );
}

function stateOf(item: GoMapping, environment: Environment, objects: readonly Manifest[]): VariableState {
  const from = goAt(item, 'valueFrom');
  if (from) return fromElsewhere(item, from, objects);
  const value = scalarAt(item, 'value');
  if (!value) return known('', { kind: 'platform', at: item.at, from: [] });
  const text = combine(null, [goText(value)], (one) => one ?? '');
  return saidBy(value.at, value.written === null ? text : expanded(value.written, value.at, environment, text));
}

function fromElsewhere(item: GoMapping, from: GoNode, objects: readonly Manifest[]): VariableState {
  const map = textAt(from, 'configMapKeyRef', 'name');
  const key = textAt(from, 'configMapKeyRef', 'key');
  const object = objects.find(({ kind, name }) => kind === 'ConfigMap' && name === map);
  const value = object && key !== null ? valueAt(object, 'data', key) : undefined;
  if (value?.kind === 'scalar') return saidBy(value.at, goText(value));
  const name = textAt(item, 'name') ?? '';
  const source = entriesOf(from)[0]?.key ?? 'valueFrom';
  return unknown(`${name} comes from elsewhere (${source})`, { kind: 'platform', at: item.at, from: [] });
}

/** Every `$$` and `$(NAME)`. What no bracket closes is text, and its end is not looked for from each of its openings. */
function referencesIn(written: string): readonly RegExpExecArray[] {
  const end = written.lastIndexOf(')') + 1;
  const dollars = [...written.matchAll(/\$\$/g)].filter(({ index }) => index >= end);
  return [...written.slice(0, end).matchAll(/\$\$|\$\(([^)]*)\)/g), ...dollars];
}

/**
 * `$(NAME)` is a variable that is set before it, `$$` a dollar, and a name that nothing sets stays as it is written.
 * Source: third_party/forked/golang/expansion/expand.go@v1.34.0 (kubernetes/kubernetes)
 */
export function expanded(written: string, at: Span, environment: Environment, plain: Traced<string>): Traced<string> {
  if (!written.includes('$')) return plain;
  const offset = spanText(at).indexOf(written);
  const pieces: Traced<string>[] = [];
  let from = 0;
  for (const match of referencesIn(written)) {
    const [text, name] = match;
    const place =
      offset === -1
        ? at
        : span(at.file, at.start + offset + match.index, at.start + offset + match.index + text.length);
    const state = name === undefined ? null : environment.declares(name) ? environment.get(name, place) : null;
    pieces.push(known(written.slice(from, match.index), { kind: 'literal', at }));
    if (state) pieces.push(combine(null, [state], (value) => value ?? ''));
    else pieces.push(known(text === '$$' ? '$' : text, { kind: 'literal', at: place }));
    from = match.index + text.length;
  }
  if (pieces.length === 0) return plain;
  return combine(at, [...pieces, known(written.slice(from), { kind: 'literal', at } as const)], (...all) =>
    all.join(''),
  );
}
