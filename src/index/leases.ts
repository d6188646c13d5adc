import { callText, constantName, isMethod, methodAround, methodName } from './call.ts';
import type { CodeNode } from './code_node.ts';
import { isLease } from './active_record.ts';
import type { Collector, Fact } from './collector.ts';
import { releaseIn, wrapping } from './protection.ts';
import { nameSpan } from './reach.ts';
import type { CodeScope } from './scope.ts';

/** `ActiveRecord::Base.connection` in a method of a controller or job that also waits for something slow. */
export interface SlowLease extends Fact {
  readonly call: string;
  readonly method: string;
  /** What it waits for: `Net::HTTP.get`, `sleep`. */
  readonly slow: string;
  readonly slowAt: Fact['at'];
}

const CLIENTS =
  /^(?:Net::HTTP|HTTP|HTTParty|Faraday|RestClient|Excon|Typhoeus|HTTPX|HTTPClient|Curl|URI|OpenURI|Open3|Net::FTP|Net::SFTP|Net::SMTP)(?:::|$)/;

/** What a file contains that waits for any of them. */
const SLOW =
  /\bsleep\b|\b(?:Net::|HTTP|Faraday|RestClient|Excon|Typhoeus|Curl|URI|OpenURI|Open3)[\w:]{0,60}\s{0,80}(?:&?\.|::)\s*(?:get|post|put|patch|delete|head|open|start|request|run|new|capture|popen)/;

const SERVING: ReadonlySet<CodeScope> = new Set(['request', 'job']);

/** Finds leases that are held while something else is waited for. */
export function slowLeases(): Collector<readonly SlowLease[]> {
  const found: SlowLease[] = [];
  return {
    words: /(?:\.|::)\s*(?:lease_)?connection\b/,
    also: SLOW,
    collect(file, { models }) {
      if (!SERVING.has(file.scope)) return;
      for (const call of file.calls('connection', 'lease_connection')) {
        const method = methodAround(call);
        if (!method || !isLease(call, models) || isBorrowed(call) || releaseIn(method)) continue;
        const slow = method.within().find((node) => node.start > call.end && isSlow(node));
        if (!slow) continue;
        const name = method.child('name')?.text ?? '';
        const at = nameSpan(call);
        found.push({
          call: callText(call),
          method: name,
          slow: callText(slow),
          slowAt: nameSpan(slow),
          at,
          scope: file.scope,
        });
      }
    },
    facts: () => found,
  };
}

/** After the lease: it is kept, however short its own query was. */
function isSlow(node: CodeNode): boolean {
  if (node.type !== 'call') return false;
  const method = methodName(node) ?? '';
  const receiver = node.child('receiver');
  if (method === 'sleep') return receiver === null || constantName(receiver) === 'Kernel';
  const constant = constantName(receiver);
  return (
    constant !== null &&
    CLIENTS.test(constant) &&
    /^(?:get|post|put|patch|delete|head|open|start|request|run|new|capture\w*|popen\w*)/.test(method)
  );
}

function isBorrowed(call: CodeNode): boolean {
  for (const outer of call.around()) {
    if (outer.type === 'call' && wrapping(outer)) return true;
    if (isMethod(outer)) return false;
  }
  return false;
}
