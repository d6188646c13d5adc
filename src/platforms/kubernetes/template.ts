import type { HostCall, HostObject } from '../../ruby/host.ts';
import { RubyString, type RubyValue, type Value } from '../../ruby/values.ts';
import type { Assumption } from '../../value/origin.ts';
import { combine, known, unknown, via, type Traced } from '../../value/traced.ts';
import type { GoNode, GoScalar, GoValue } from '../../yaml/go.ts';
import type { PsychNode, PsychScalarNode } from '../../yaml/node.ts';
import { keyText } from '../../yaml/read.ts';
import type { DeployedApp } from '../platform.ts';

/**
 * The manifests in a template that krane renders with the bindings it is given, `environment` among them. Null where
 * they depend on a binding that nobody here knows.
 * Source: lib/krane/renderer.rb, lib/krane/deploy_task.rb@v3.6.2 (Shopify/krane)
 */
export function renderedManifests(path: string, app: DeployedApp): readonly GoNode[] | null {
  const worlds = app.template(path, app.environmentOf(''), () => new Bindings(app.railsEnv));
  const [only, ...more] = worlds;
  if (!only || more.length > 0 || only.failure) return null;
  const documents = only.documents();
  if (documents.some(({ problem }) => problem !== null)) return null;
  const roots = documents.flatMap(({ root }) => (root ? [goNode(root)] : []));
  return roots.length === 0 ? null : roots;
}

/** What a template is rendered with. Its `environment` is the one asked for, as long as it is given that. */
class Bindings implements HostObject {
  readonly hostName = 'krane';
  readonly #environment: string;

  constructor(environment: string) {
    this.#environment = environment;
  }

  call({ method, at }: HostCall): Value {
    if (method !== 'environment')
      return unknown(`${method} is given where krane is run`, { kind: 'code', at, from: [] });
    const origin = { kind: 'flag', text: `--env ${this.#environment}` } as const;
    const given: Assumption = { kind: 'reachable', text: `krane is given environment=${this.#environment}` };
    return known<RubyValue>(new RubyString(known(this.#environment, origin, [given])), origin, [given]);
  }
}

function goNode(node: PsychNode): GoNode {
  const { at } = node;
  switch (node.kind) {
    case 'scalar':
      return goScalar(node);
    case 'sequence':
      return { kind: 'sequence', at, tag: null, items: node.items.map(goNode) };
    case 'mapping': {
      const entries = node.entries.map(({ key, keyAt, value }) => ({ key: keyText(key), keyAt, value: goNode(value) }));
      return { kind: 'mapping', at, tag: null, entries };
    }
  }
}

function goScalar({ at, value }: PsychScalarNode): GoScalar {
  const plain: Traced<GoValue> = combine(null, [value], (one) =>
    typeof one === 'object' && one !== null ? keyText(one) : one,
  );
  const written = plain.known && typeof plain.value === 'string' ? plain.value : null;
  return {
    kind: 'scalar',
    at,
    tag: null,
    value: plain,
    written,
    place: () => at,
    part: (start, end) =>
      via(
        combine(null, [plain], (text) => String(text).slice(start, end)),
        (from) => from,
      ),
  };
}
