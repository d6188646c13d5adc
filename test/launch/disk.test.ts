import { describe, expect, it } from 'vitest';
import { lintFiles, lockfile } from '../support/lint.ts';

const production = (pool: number): string => `production:\n  adapter: postgresql\n  pool: ${pool}\n`;

const SHOP = {
  'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '7.1.5' }),
  'config/database.yml': production(5),
  'config/database.docker.yml': production(12),
  'docker/database.yml': production(13),
  'docker/template.yml': 'production:\n  adapter: postgresql\n  pool: $DB_POOL\n',
  Dockerfile: 'FROM ruby:3.4\nWORKDIR /shop\nCOPY . .\nENTRYPOINT ["docker/entry.sh"]\n',
  'compose.yaml':
    'services:\n  web: { build: ., command: bundle exec puma, environment: { RAILS_ENV: production, SHOP_DB: mysql } }\n',
};

/** The pools of the processes, or why one is not known, where the entrypoint of the container is such a script. */
async function pools(
  script: string,
  more: Readonly<Record<string, string>> = {},
  without: readonly string[] = [],
): Promise<readonly string[]> {
  const files: Record<string, string> = { ...SHOP, 'docker/entry.sh': `#!/bin/sh\n${script}\nexec "$@"\n`, ...more };
  for (const path of without) delete files[path];
  const { projects } = await lintFiles(files);
  return projects.flatMap(({ launches }) =>
    launches.flatMap(({ launch, databases }) =>
      databases.map(
        ({ pool }) =>
          `${launch.name} ${pool.known ? `${pool.value}${pool.assumes.length > 0 ? '?' : ''}` : pool.reason}`,
      ),
    ),
  );
}

describe('what the start of a container puts in the place of database.yml', () => {
  it.each([
    'cp config/database.docker.yml config/database.yml',
    'cp -f ./config/database.docker.yml ./config/database.yml || exit 1',
    'mv config/database.docker.yml /shop/config/database.yml',
    'ln -sf database.docker.yml config/database.yml',
    'ln -sf /shop/config/database.docker.yml config/database.yml',
    'rm -f config/database.yml && ln -s database.docker.yml config/database.yml',
    'install -m 600 config/database.docker.yml config/database.yml',
    'cd config && cp database.docker.yml database.yml && cd ..',
    'cd /shop\ncp config/database.docker.yml config/database.yml',
    '(cd config; cp database.docker.yml database.yml)',
    'cat config/database.docker.yml > config/database.yml',
    'erb config/database.docker.yml >config/database.yml',
    'envsubst < config/database.docker.yml > config/database.yml',
    'cp config/database.docker.yml /tmp/db.yml; cp /tmp/db.yml config/database.yml',
    'sudo cp config/database.docker.yml config/database.yml',
    'sh -c "cp config/database.docker.yml config/database.yml"',
    'cp docker/database.yml config/; cp config/database.docker.yml config/database.yml',
    'cp config/database.docker.yml config/database.yml; [ -f config/database.yml ] || cp docker/database.yml config/',
    'if [ ! -z "$SHOP_DB" ]; then cp config/database.docker.yml config/database.yml; fi',
    'if [ "$SHOP_DB" = pg ]; then cp docker/database.yml config/; else cp config/database.docker.yml config/database.yml; fi',
    'for host in db; do nc -z $host; done; cp config/database.docker.yml config/database.yml',
    'cp config/database.docker.yml config/database.yml; while ! nc -z db 5432; do sleep 1; done',
    'place() {\n  local to=config/database.yml\n  cp $1 $to\n}\nplace config/database.docker.yml',
    'place() {\n  if [ "$1" = no ]; then return; fi\n  cp config/database.docker.yml config/database.yml\n}\nplace yes',
  ])('is read: %s', async (script) => expect(await pools(script)).toEqual(['web 12']));

  it.each([
    '',
    'cp docker/database.yml config/database.docker.yml',
    'cp -n docker/database.yml config/database.yml',
    'ln -s ../docker/database.yml config/database.yml',
    '[ -f config/database.yml ] || cp docker/database.yml config/database.yml',
    'test -e ./config/database.yml || cp docker/database.yml config/database.yml',
    'if [ ! -f config/database.yml ]; then cp docker/database.yml config/database.yml; fi',
    'if ! [ -f /shop/config/database.yml ]; then cp docker/database.yml config/database.yml; fi',
    'if [[ ! -e config/database.yml ]]; then cp docker/database.yml config/database.yml; fi',
    'place() { cp docker/database.yml config/database.yml; }',
    'place() {\n  return\n  cp docker/database.yml config/database.yml\n}\nplace',
    'grep -q adapter config/database.yml > /dev/null',
    'sed s/a/b/ config/database.yml',
    'cp config/database.yml /tmp/database.yml',
  ])('is the file of the image: %s', async (script) => expect(await pools(script)).toEqual(['web 5']));

  it('is what is put there where nothing is committed in its place', async () => {
    const script = '[ -f config/database.yml ] || cp docker/database.yml config/database.yml';
    expect(await pools(script, {}, ['config/database.yml'])).toEqual(['web 13']);
    expect(await pools('cp -n docker/database.yml config/', {}, ['config/database.yml'])).toEqual(['web 13']);
  });

  it.each([
    ['cp /run/secrets/database.yml config/database.yml', '/run/secrets/database.yml is put there'],
    ['ln -sf /etc/shop/database.yml config/', '/etc/shop/database.yml is put there'],
    ['envsubst < docker/template.yml > config/database.yml', '`envsubst` writes it'],
    ['cat docker/template.yml | envsubst > config/database.yml', '`envsubst` writes it'],
    ['echo "$DATABASE_YML" > config/database.yml', '`echo` writes it'],
    ['cat > config/database.yml <<EOF\nproduction:\n  pool: 9\nEOF', '`cat` writes it'],
    ['{ echo a; echo b; } > config/database.yml', 'a program writes it'],
    ['cat docker/database.yml >> config/database.yml', '`cat` writes it'],
    ['sed -i s/5/6/ config/database.yml', '`sed` writes it'],
    ['dockerize -template docker/template.yml:config/database.yml', '`dockerize` writes it'],
    ['confd -onetime -o config/database.yml', '`confd` writes it'],
    ['echo x | tee config/database.yml', '`tee` writes it'],
    ['rm config/database.yml', '`rm` takes it away'],
    ['if [ -n "$OTHER" ]; then cp docker/database.yml config/database.yml; fi', 'a condition of the shell decides'],
    ['grep -q x /etc/os && cp docker/database.yml config/database.yml', 'a condition of the shell decides'],
    ['for one in $ALL; do cp docker/database.yml config/database.yml; done', 'a condition of the shell decides'],
    ['case "$OTHER" in\n  a) cp docker/database.yml config/ ;;\nesac', 'a condition of the shell decides'],
    ['place() {\n  [ -z "$OTHER" ] && return\n  cp docker/database.yml config/\n}\nplace', 'a condition of the shell'],
  ])('is not known: %s', async (script, reason) => {
    const [pool] = await pools(script);
    expect(pool).toContain('nobody can tell what it says');
    expect(pool).toContain(reason);
  });

  it('rests on the variables that name it', async () => {
    const file = { 'docker/database.mysql.yml': production(14) };
    expect(await pools('cp docker/database.$SHOP_DB.yml config/database.yml', file)).toEqual(['web 14']);
    expect(await pools('cp docker/database.${OTHER:-mysql}.yml config/database.yml', file)).toEqual(['web 14?']);
  });

  it('is done by a script that the shell reads itself, and by one that it starts', async () => {
    const functions = '#!/bin/sh\nuse_docker() {\n  cp config/database.docker.yml config/database.yml\n}\n';
    expect(await pools('. docker/functions.sh\nuse_docker', { 'docker/functions.sh': functions })).toEqual(['web 12']);
    const alone = '#!/bin/sh\ncd config\ncp database.docker.yml database.yml\n';
    expect(await pools('source docker/place.sh\ncd ..', { 'docker/place.sh': alone })).toEqual(['web 12']);
    expect(await pools('docker/place.sh', { 'docker/place.sh': alone })).toEqual(['web 12']);
  });

  it('is what each of several processes gets', async () => {
    const script = [
      'case "$1" in',
      'web) cp config/database.docker.yml config/database.yml; exec bundle exec puma ;;',
      '*) exec bundle exec puma ;;',
      'esac',
    ].join('\n');
    const compose = ['web', 'admin'].map(
      (name) => `  ${name}: { build: ., command: ${name}, environment: { RAILS_ENV: production } }`,
    );
    const found = await pools(script, { 'compose.yaml': ['services:', ...compose, ''].join('\n') });
    expect(found).toEqual(['web 12', 'admin 5']);
  });

  it('is written over what is mounted there, which is over what the image has', async () => {
    const compose = (volumes: string): string =>
      `services:\n  web: { build: ., command: bundle exec puma, environment: { RAILS_ENV: production }, volumes: [${volumes}] }\n`;
    const mounted = async (volumes: string, script = '') => await pools(script, { 'compose.yaml': compose(volumes) });
    expect(await mounted("'./docker/database.yml:/shop/config/database.yml:ro'")).toEqual(['web 13']);
    expect(await mounted("'${SHOP_HOME:-.}/docker/database.yml:/shop/config/database.yml'")).toEqual(['web 13?']);
    expect(await mounted('{ type: bind, source: ./docker/database.yml, target: /shop/config/database.yml }')).toEqual([
      'web 13',
    ]);
    expect(await mounted('./docker:/shop/config')).toEqual(['web 13']);
    expect(await mounted("'.:/shop', 'log:/shop/log', './docker/database.yml:/shop/docker/database.yml'")).toEqual([
      'web 5',
    ]);
    const [pool] = await mounted("'/srv/database.yml:/shop/config/database.yml'");
    expect(pool).toBe(
      'web /srv/database.yml is mounted there, which is not in the repository: nobody can tell what it says',
    );
    const script = 'cp config/database.docker.yml config/database.yml';
    expect(await mounted('./docker/database.yml:/shop/config/database.yml', script)).toEqual(['web 12']);
  });

  it('is not known where a pod mounts it', async () => {
    const pod = (path: string): string =>
      [
        'apiVersion: apps/v1',
        'kind: Deployment',
        'metadata: { name: web }',
        'spec:',
        '  template:',
        '    spec:',
        '      containers:',
        '        - name: web',
        '          image: shop',
        '          args: [bundle, exec, puma]',
        `          volumeMounts: [{ name: shop, mountPath: ${path}, subPath: database.yml }]`,
        '',
      ].join('\n');
    const [pool] = await pools('', { 'k8s/web.yml': pod('/shop/config/database.yml') }, ['compose.yaml']);
    expect(pool).toBe('web a volume of the pod is mounted there: nobody can tell what it says');
    expect(await pools('', { 'k8s/web.yml': pod('/shop/config/other.yml') }, ['compose.yaml'])).toEqual(['web 5']);
  });

  it('is read on every platform that says how a process is started', async () => {
    const line = 'cp config/database.docker.yml config/database.yml && bundle exec puma';
    expect(await pools('', { Procfile: `web: ${line}\n` }, ['compose.yaml'])).toEqual(['web 12']);
    const fly = `app = "shop"\n[processes]\nweb = "sh -c '${line}'"\n`;
    expect(await pools('', { 'fly.toml': fly }, ['compose.yaml'])).toEqual(['web 12']);
    const dockerfile = 'FROM ruby:3.4\nWORKDIR /shop\nCOPY . .\nCOPY docker/database.yml config/database.yml\n';
    const plain = 'app = "shop"\n[processes]\nweb = "bundle exec puma"\n';
    expect(await pools('', { 'fly.toml': plain, Dockerfile: dockerfile }, ['compose.yaml'])).toEqual(['web 13']);
  });
});
