import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

/** Why nobody knows the host of the first database, with these variables in the deployment. */
async function reason(env: string): Promise<string | null> {
  const { projects } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/database.yml':
      'production:\n  adapter: postgresql\n  host: <%= ENV.fetch("DATABASE_HOST") { "localhost" } %>\n',
    'config/deploy.yml': `service: shop\nimage: shop\nservers:\n  web:\n    - 192.0.2.1\nenv:\n  clear:\n    PORT: 3000\n${env}`,
    Dockerfile: 'FROM ruby\nCMD ["bundle", "exec", "puma"]\n',
  });
  const host = projects[0]?.launches[0]?.databases[0]?.settings.get('host');
  return host && !host.known ? host.reason : null;
}

describe('a host that an unset variable would decide', () => {
  it('is not known, because nothing sets the variable', async () => {
    expect(await reason('')).toBe('ENV["DATABASE_HOST"] is not set anywhere in this repository');
  });

  it('is that of whoever deploys where the deployment passes their variable on', async () => {
    expect(await reason('    DATABASE_HOST: <%= ENV.fetch("SHOP_DATABASE", "your-database-host.example") %>\n')).toBe(
      'config/deploy.yml:9 takes it from SHOP_DATABASE of whoever deploys, which nothing in this repository sets',
    );
  });

  it('is known where the deployment says it', async () => {
    expect(await reason('    DATABASE_HOST: db.shop.example\n')).toBeNull();
  });
});
