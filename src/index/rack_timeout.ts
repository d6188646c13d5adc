import { constantName, methodName } from './call.ts';
import type { Collector, Fact } from './collector.ts';
import type { CodeNode } from './code_node.ts';

/** What Ruby says to rack-timeout. */
export interface RackTimeoutSetting extends Fact {
  readonly option: 'service_timeout' | 'term_on_timeout';
  /** The value, where it is a literal: a number of seconds, true or false; null for anything computed. */
  readonly value: number | boolean | null;
}

/** Finds the options of Rack::Timeout: `use Rack::Timeout, term_on_timeout: true`, `Rack::Timeout.timeout = 20`. */
export function rackTimeout(): Collector<readonly RackTimeoutSetting[]> {
  const found: RackTimeoutSetting[] = [];
  return {
    words: /Rack::Timeout|\bRACK_TIMEOUT_/,
    collect(file) {
      for (const node of file.root.within()) {
        const written = optionOf(node);
        if (written) found.push({ ...written, at: node.at, scope: file.scope });
      }
    },
    facts: () => found,
  };
}

function optionOf(node: CodeNode): Pick<RackTimeoutSetting, 'option' | 'value'> | null {
  if (node.type === 'pair') {
    const option = optionNamed(node.child('key')?.text.replace(/^:|:$/g, ''));
    return option && { option, value: literal(node.child('value')) };
  }
  if (node.type !== 'assignment' && node.type !== 'operator_assignment') return null;
  const left = node.child('left');
  const isOption = left?.type === 'call' && /^(?:Rack::)?Timeout$/.test(constantName(left.child('receiver')) ?? '');
  const setter = isOption ? (methodName(left) ?? undefined) : undefined;
  // Source: lib/rack/timeout/legacy.rb@v0.4.2 (`alias_method :timeout=, :service_timeout=`)
  const option = setter === 'timeout' ? 'service_timeout' : optionNamed(setter);
  // Ruby that sets its variables decides as much.
  const variable = /^ENV\[["']RACK_TIMEOUT_(TERM_ON_TIMEOUT|SERVICE_TIMEOUT)["']\]$/.exec(left?.text ?? '')?.[1];
  if (variable) return { option: variable === 'TERM_ON_TIMEOUT' ? 'term_on_timeout' : 'service_timeout', value: null };
  return option && { option, value: literal(node.child('right')) };
}

function optionNamed(name: string | undefined): RackTimeoutSetting['option'] | null {
  return name === 'service_timeout' || name === 'term_on_timeout' ? name : null;
}

function literal(node: CodeNode | null): number | boolean | null {
  if (node?.type === 'true' || node?.type === 'false') return node.type === 'true';
  return node && /^(?:integer|float)$/.test(node.type) ? Number(node.text.replaceAll('_', '')) : null;
}
