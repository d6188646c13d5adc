import type { Checkout } from '../../src/index/checkouts.ts';
import type { Severity } from '../../src/lint/finding.ts';
import { defineRule, type Outcome, type Rule, type Sentences } from '../../src/lint/rule.ts';

/** R51: a connection is checked out by hand, and not given back whatever happens. */
export const checkoutWithoutCheckin: Rule = defineRule<Checkout>({
  id: 'checkout-without-checkin',
  aliases: [],
  group: 'leaks',
  severity: 'warning',
  fix: null,
  summary: 'A connection is checked out by hand and not checked in again in an ensure, so the pool can lose it.',
  fineWhen: 'the connection belongs to an object that checks it in when it is closed',
  check: (project) => project.code.checkouts.map((checkout) => outcomeOf(checkout)),
  say,
});

function outcomeOf(checkout: Checkout): Outcome<Checkout> {
  const { at, scope, method } = checkout;
  return {
    kind: 'violates',
    severity: scope === 'script' ? 'info' : severity(checkout),
    assumes: [{ kind: 'reachable', text: `production runs ${method ?? checkout.call}` }],
    process: null,
    weight: 0,
    database: null,
    at,
    label: WHERE[checkout.returned],
    related: [],
    found: checkout,
  };
}

function severity({ returned }: Checkout): Severity {
  return returned === 'never' || returned === 'unless raised' ? 'warning' : 'info';
}

const WHERE: Readonly<Record<Checkout['returned'], string>> = {
  never: 'nothing of this class checks it in',
  'unless raised': 'checked in, but not in an ensure',
  elsewhere: 'checked in by another method',
  'by the caller': 'handed to the caller',
  ensure: 'a second connection of the same thread',
};

function say({ call, returned }: Checkout): Sentences {
  const common = { arithmetic: null, snippet: 'ActiveRecord::Base.connection_pool.with_connection { |connection| … }' };
  if (returned === 'ensure') {
    return {
      ...common,
      message: `${call} takes a second connection for the thread that already has one`,
      consequence:
        'Models do not use it: they take the connection of the thread. For as long as both are held, the thread counts ' +
        'twice against the pool.',
      advice: 'borrow the connection that the models use:',
    };
  }
  if (returned === 'elsewhere') {
    return {
      ...common,
      message: `${call} is checked in by another method`,
      consequence: 'Where that method is not reached, the pool has one connection less until the thread ends.',
      advice: 'let one block borrow it and give it back:',
    };
  }
  if (returned === 'by the caller') {
    return {
      ...common,
      message: `${call} is handed to the caller, who has to check it in`,
      consequence: 'A caller that does not, or that something raises in, leaves the pool with one connection less.',
      advice: 'let one block borrow it and give it back:',
    };
  }
  return {
    ...common,
    message: returned === 'never' ? `${call} is never checked in` : `${call} is not checked in when something raises`,
    consequence:
      'Each time, the pool has one connection less until the thread ends. When none is left, every thread waits for ' +
      'checkout_timeout and raises ActiveRecord::ConnectionTimeoutError.',
    advice: 'let a block borrow it and give it back, whatever happens:',
  };
}
