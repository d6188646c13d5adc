import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

const production = (pool: number): string => `production:\n  adapter: postgresql\n  pool: ${pool}\n`;

/** The pool of the web process in each deployment, with the file that says it. */
async function pools(instructions: readonly string[]): Promise<readonly string[]> {
  const { projects } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '7.1.5' }),
    'config/database.yml': production(5),
    'docker/database.yml': production(12),
    Procfile: 'web: bundle exec puma\n',
    'compose.yaml':
      'services:\n  web: { build: ., command: bundle exec puma, environment: { RAILS_ENV: production } }\n',
    Dockerfile: ['FROM ruby:3.4', 'ENV SHOP=/shop', 'WORKDIR /shop', ...instructions, ''].join('\n'),
  });
  return projects.flatMap(({ deployment, launches }) =>
    launches.flatMap(({ databases }) =>
      databases.map(({ pool }) => `${deployment} ${pool.known ? pool.value : 'unknown'}`),
    ),
  );
}

describe('database.yml in an image', () => {
  it('is what the Dockerfile copies there last, for the processes that run in the image', async () => {
    for (const copy of [
      'COPY docker/database.yml config/database.yml',
      'COPY docker/database.yml config/',
      'COPY --chown=shop:shop docker/database.yml $SHOP/config/database.yml',
    ]) {
      expect(await pools(['COPY . .', copy])).toEqual(['heroku 5', 'compose 12']);
    }
  });

  it('is the file of the repository where that is copied over it, or something else is copied', async () => {
    const copy = 'COPY docker/database.yml config/database.yml';
    expect(await pools([copy, 'COPY . .'])).toEqual(['heroku 5', 'compose 5']);
    expect(await pools([copy, 'COPY ./ $SHOP/'])).toEqual(['heroku 5', 'compose 5']);
    expect(await pools([copy, 'COPY config config'])).toEqual(['heroku 5', 'compose 5']);
    expect(await pools(['COPY . .', 'COPY docker/database.yml config/database.docker.yml'])).toEqual([
      'heroku 5',
      'compose 5',
    ]);
    expect(await pools(['COPY . .', 'COPY --from=build /database.yml config/database.yml'])).toEqual([
      'heroku 5',
      'compose 5',
    ]);
  });
});
