/** The files PM2 takes for its own without being told. */
export const ECOSYSTEM_FILES = ['js', 'cjs', 'mjs', 'ts'].map((extension) => `ecosystem.config.${extension}`);
