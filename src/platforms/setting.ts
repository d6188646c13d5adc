/**
 * A command line with a variable for everything in it; what the line sets it to now goes. In a shell that is an
 * assignment in front of one command, an `export` in front of several.
 * @param by what sets it where no shell does
 */
export function withVariable(variable: string, value: string, command: string, by: 'shell' | 'env' = 'shell'): string {
  const rest = command
    .split(' ')
    .filter((word) => !word.startsWith(`${variable}=`))
    .join(' ');
  if (by === 'env') return `env ${variable}=${value} ${rest}`;
  return /[;|]|&&/.test(rest) ? `export ${variable}=${value} && ${rest}` : `${variable}=${value} ${rest}`;
}
