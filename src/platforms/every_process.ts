/** What says nothing about other variables of a process: `-e` is not for a file that nobody can see to change. */
export const OF_EVERY_PROCESS: ReadonlySet<string> = new Set(['RAILS_ENV', 'RACK_ENV', 'HANAMI_ENV']);
