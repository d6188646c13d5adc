import { placeOf } from '../text/source.ts';
import { passedOn, unsetVariables } from '../value/history.ts';
import { unknown, type Traced } from '../value/traced.ts';

/**
 * What an unset variable would decide is unknown here: production certainly sets it. Where a file of the deployment
 * gives the process what its own variables say, it is those that nothing sets.
 */
export function decidedOutside<T>(setting: Traced<T>): Traced<T> {
  if (!setting.known) return setting;
  const [variable] = unsetVariables(setting.origin);
  if (variable === undefined) return setting;
  const passed = passedOn(setting.origin);
  if (!passed) return unknown(`ENV["${variable}"] is not set anywhere in this repository`, setting.origin);
  const { file, line } = placeOf(passed.at);
  const reason = `${file}:${line} takes it from ${passed.variable} of whoever deploys, which nothing in this repository sets`;
  return unknown(reason, setting.origin);
}
