/** The methods of ENV that set or delete variables. */
export const ENV_WRITERS: ReadonlySet<string> = new Set([
  '[]=',
  'store',
  'delete',
  'update',
  'merge!',
  'replace',
  'clear',
]);
