import { describe, expect, it } from 'vitest';
import { PLATFORMS } from '../../../src/platforms/index.ts';
import { MemoryTree } from '../../../src/repo/memory.ts';
import { compose } from '../../../src/platforms/compose.ts';
import { app, described } from '../harness.ts';
import { deployed } from './harness.ts';

const WEB = 'services:\n  web: {image: shop, command: puma}\n';
const inEnvironment = (name: string) =>
  `services:\n  web: {image: shop, command: puma, environment: {RAILS_ENV: ${name}}}\n`;

function names(files: Record<string, string>): string[] {
  return deployed(files).deployments.map(({ name }) => name);
}

describe('a compose file is a deployment', () => {
  it.each([
    ['the only one', { 'docker-compose.yml': WEB }, ['compose']],
    ['the only one that is read', { 'compose.yaml': WEB, 'compose.dev.yaml': WEB }, ['compose']],
    [
      'named by the environment',
      { 'docker-compose.yml': WEB, 'docker-compose.production.yml': WEB },
      ['compose docker-compose.production.yml'],
    ],
    [
      'named as people shorten it',
      { 'docker-compose.yml': WEB, 'docker-compose.prod.yml': WEB },
      ['compose docker-compose.prod.yml'],
    ],
    ['of the environment', { 'docker-compose.yml': inEnvironment('production'), 'compose.ci.yml': WEB }, ['compose']],
    [
      'one of several',
      { 'compose.production.yml': WEB, 'compose.eu.yml': inEnvironment('production') },
      ['compose compose.eu.yml', 'compose compose.production.yml'],
    ],
    ['in a folder for it', { 'docker/docker-compose.yml': WEB }, ['compose docker/docker-compose.yml']],
    [
      'with RACK_ENV in an env file',
      {
        'compose.yml': 'services:\n  web: {image: shop, command: puma, env_file: app.env}',
        'app.env': 'RACK_ENV=production',
        'compose.eu.yml': WEB,
      },
      ['compose'],
    ],
    [
      'with RAILS_ENV in its Dockerfile',
      {
        'compose.yml': 'services:\n  web: {build: ., command: puma}',
        Dockerfile: 'FROM ruby\nENV RAILS_ENV=production',
        'compose.eu.yml': WEB,
      },
      ['compose'],
    ],
    [
      'with a fallback',
      { 'compose.yml': inEnvironment('"${RAILS_ENV:-production}"'), 'compose.eu.yml': WEB },
      ['compose'],
    ],
  ])('%s', (_, files, expected) => expect(names(files)).toEqual(expected));

  it.each([
    ['two of which neither says so', { 'compose.yml': WEB, 'compose.eu.yml': WEB }],
    ['of another environment', { 'compose.yml': inEnvironment('development') }],
    ['for development', { 'docker-compose.dev.yml': inEnvironment('production') }],
    ['for tests', { 'docker-compose-test.yml': inEnvironment('production') }],
    ['for one machine', { 'compose.local.yml': inEnvironment('production') }],
    ['to be copied', { 'compose.example.yml': inEnvironment('production') }],
    ['in a container for developers', { '.devcontainer/docker-compose.yml': inEnvironment('production') }],
    ['that starts what developers start', { 'compose.yml': 'services:\n  web: {build: ., command: bin/dev}' }],
    [
      'with variables for development',
      { 'compose.yml': 'services:\n  web: {build: ., command: puma, env_file: [.env.development]}' },
    ],
    [
      'built from a Dockerfile for development',
      {
        'compose.yml': 'services:\n  web: {build: {context: ., dockerfile: Dockerfile.dev}, command: puma}',
        'Dockerfile.dev': 'FROM ruby',
      },
    ],
    ['in the folder of those who develop it', { 'docker/develop/compose.yml': WEB }],
    [
      'built up to the stage for development',
      { 'compose.yml': 'services:\n  web: {build: {context: ., target: development}, command: puma}' },
    ],
    ['of databases only', { 'compose.production.yml': 'services:\n  db: {image: postgres}' }],
    ['of something else', { 'compose.production.yml': 'services:\n  mail: {image: mailpit, command: mailpit}' }],
    ['without services', { 'compose.yml': '' }],
    ['of another kind', { 'compose.rb': '', 'decompose.yml': WEB, 'app/models/compose.yml': WEB }],
  ])('but not one %s', (_, files) => expect(names(files)).toEqual([]));

  it('is one for staging where staging is asked for', () => {
    const files = { 'compose.yml': WEB, 'compose.staging.yml': WEB, 'compose.production.yml': WEB };
    const given = { ...app(files), railsEnv: 'staging' };
    expect(compose.read(given).map(({ name }) => name)).toEqual(['compose compose.staging.yml']);
  });
});

describe('files that are read together', () => {
  it('are the one compose takes and its override', () => {
    const override = 'services:\n  web: {environment: {DB_POOL: 7}}\n';
    const { deployments } = deployed({ 'docker-compose.yml': WEB, 'docker-compose.override.yml': override });
    expect(deployments.map(described)).toEqual([['compose', 'web puma puma']]);
    expect(deployments[0]!.launches[0]!.environment.get('DB_POOL')).toMatchObject({ value: '7' });
  });

  it('are the file alone where it is production and its override is not', () => {
    const dev = inEnvironment('development');
    expect(names({ 'compose.yml': inEnvironment('production'), 'compose.override.yml': dev })).toEqual(['compose']);
    expect(names({ 'compose.yml': WEB, 'compose.override.yml': dev })).toEqual([]);
  });

  it('are an overlay, whose services have no image, and what it lies over', () => {
    const overlay = 'services:\n  web: {environment: {RAILS_ENV: production}, deploy: {replicas: 3}}\n';
    const { deployments } = deployed({ 'docker-compose.yml': WEB, 'docker-compose.prod.yml': overlay });
    expect(deployments.map(described)).toEqual([['compose docker-compose.prod.yml', 'web puma puma']]);
    expect(deployments[0]!.launches[0]!.hosts).toMatchObject({ value: 3 });
  });
});

describe('an image that the file does not build', () => {
  it('is the app where its command is, in the image of the app’s Dockerfile', () => {
    const Dockerfile = 'FROM ruby\nENV DB_POOL=4\nENTRYPOINT ["tini", "--"]\nCMD ["puma"]';
    const { deployments } = deployed({ 'compose.yml': WEB, Dockerfile });
    expect(deployments[0]!.launches[0]!.environment.get('DB_POOL')).toMatchObject({ value: '4' });
  });

  it('is the app without a command where its variables are those of Rails', () => {
    const text =
      'services:\n  shop: {image: shop/shop, environment: [DATABASE_URL=postgres://db/shop]}\n  cache: {image: redis}';
    const Dockerfile = 'FROM ruby\nCMD ["puma", "-t", "3"]';
    expect(deployed({ 'compose.yml': text, Dockerfile }).deployments.map(described)).toEqual([
      ['compose', 'shop puma puma -t 3'],
    ]);
    expect(names({ 'compose.yml': text })).toEqual([]);
  });
});

describe('what compose refuses', () => {
  it.each([
    ['services:\n\tweb: {}', 2],
    ['services: [', 1],
    ['a: 1\na: 2', 2],
  ])('%j is a problem with a place', (text, line) => {
    const { files, deployments } = deployed({ 'compose.yml': text });
    expect(deployments).toEqual([]);
    expect(files.problems.map(({ kind, at }) => [kind, at.file.position(at.start).line])).toEqual([
      ['parse-error', line],
    ]);
  });

  it.each(['services: 1', 'services: {web: 1}', '- a', 'services: {web: {extends: {service: x, file: ../x.yml}}}'])(
    '%j is no deployment',
    (text) => expect(names({ 'compose.yml': text })).toEqual([]),
  );
});

it('is loaded only where there is a file of its own', () => {
  const applies = (files: Record<string, string>) =>
    PLATFORMS.filter((entry) => entry.applies(new MemoryTree(files), 'production')).length;
  expect(applies({ 'compose.dev.yml': '', 'config/compose.rb': '' })).toBe(0);
  expect(applies({ 'compose.yml': '' })).toBe(1);
});
