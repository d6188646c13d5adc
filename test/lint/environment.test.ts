import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

describe('the environment that is read', () => {
  it('has to exist, whoever asks for it, where the app says which there are', async () => {
    const files = {
      'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
      'config/environments/production.rb': '',
      'config/database.yml': 'production: { adapter: postgresql, pool: 5 }\n',
    };
    const wrong = 'no environment is called `stagng`';
    await expect(lintFiles(files, { environment: 'stagng' })).rejects.toThrow(wrong);
    await expect(lintFiles({ ...files, '.rails-pool-lint.yml': 'environment: stagng\n' })).rejects.toThrow(wrong);
    const { projects } = await lintFiles({ ...files, '.rails-pool-lint.yml': 'environment: production\n' });
    expect(projects.map(({ environment }) => environment)).toEqual(['production']);
  });
});
