import type { Span } from '../../text/source.ts';
import type { Environment } from '../../value/environment.ts';
import type { Assumption } from '../../value/origin.ts';
import { unknown } from '../../value/traced.ts';

/** What a file says of an app that Heroku creates from it: production may have changed since. */
export function still(file: string): Assumption {
  return { kind: 'reachable', text: `production still is as ${file} creates it` };
}

/**
 * The variables of an app with an add-on: a database server of any plan sets the URL of its name, DATABASE_URL unless
 * `as` says another one. Other add-ons change nothing. Source: devcenter.heroku.com/articles/app-json-schema
 */
export function withPostgres(environment: Environment, plan: string, as: string | null, at: Span): Environment {
  if (!/^heroku-postgresql(?::|$)/.test(plan)) return environment;
  const variable = `${as?.toUpperCase() ?? 'DATABASE'}_URL`;
  const origin = { kind: 'platform', at, from: [] } as const;
  return environment.with(variable, unknown(`${variable} is set by the add-on heroku-postgresql`, origin));
}
