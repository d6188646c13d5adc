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

  it('is what a command of the build puts there', async () => {
    for (const commands of [
      ['RUN cp docker/database.yml config/database.yml'],
      ['RUN mv docker/database.yml config/ && bundle exec rails assets:precompile'],
      ['RUN rm config/database.yml && \\\n  ln -s ../docker/database.yml config/database.yml'],
      ['RUN cd docker && cp -f ./database.yml /shop/config'],
      [
        'COPY ["docker/database.yml", "/tmp/"]',
        'RUN ["true"]',
        'RUN install -m 644 /tmp/database.yml config/database.yml',
      ],
    ]) {
      expect([commands, await pools(['COPY . .', ...commands])]).toEqual([commands, ['heroku 5', 'compose 12']]);
    }
  });

  it('stays where a command copies only what is missing', async () => {
    for (const command of [
      'RUN cp -n docker/database.yml config/database.yml',
      'RUN [ -f config/database.yml ] || cp docker/database.yml config/database.yml',
      'RUN if [ ! -e ./config/database.yml ]; then cp docker/database.yml config/database.yml; fi',
    ]) {
      expect([command, await pools(['COPY . .', command])]).toEqual([command, ['heroku 5', 'compose 5']]);
    }
  });

  it('comes along from an earlier stage', async () => {
    const stages = (build: string, ...copies: string[]) => [
      'FROM ruby:3.4 AS Build',
      'WORKDIR /build',
      'COPY . .',
      build,
      'FROM ruby:3.4',
      'WORKDIR /shop',
      ...copies,
    ];
    const build = 'RUN cp docker/database.yml config/database.yml';
    expect(await pools(stages(build, 'COPY --from=build /build /shop'))).toEqual(['heroku 5', 'compose 12']);
    expect(await pools(stages(build, 'COPY . .', 'COPY --from=build /build/config ./config'))).toEqual([
      'heroku 5',
      'compose 12',
    ]);
    expect(await pools(stages(build, 'COPY --from=build /build/config/database.yml config/'))).toEqual([
      'heroku 5',
      'compose 12',
    ]);
    expect(await pools(stages(build, 'COPY . .', 'COPY --from=build /build/public ./public'))).toEqual([
      'heroku 5',
      'compose 5',
    ]);
    expect(await pools(stages(build, 'COPY --from=build /build /shop', 'COPY config config'))).toEqual([
      'heroku 5',
      'compose 5',
    ]);
  });

  it('is unknown where a command writes it, or it is copied from outside of the repository', async () => {
    for (const command of [
      'RUN envsubst < docker/database.yml > config/database.yml',
      "RUN sed -i 's/localhost/db/' config/database.yml",
      'RUN ln -sf /run/secrets/database.yml config/database.yml',
      'RUN curl -o config/database.yml https://config.example/database.yml',
    ]) {
      expect([command, await pools(['COPY . .', command])]).toEqual([command, ['heroku 5', 'compose unknown']]);
    }
  });
});
