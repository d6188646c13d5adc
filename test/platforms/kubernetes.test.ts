import { describe, expect, it } from 'vitest';
import { kubernetes } from '../../src/platforms/kubernetes.ts';
import { known } from '../../src/value/traced.ts';
import { PLATFORMS } from '../../src/platforms/index.ts';
import { MemoryTree } from '../../src/repo/memory.ts';
import { app, described } from './harness.ts';

function read(files: Record<string, string>) {
  const given = app(files);
  const [deployment, ...more] = kubernetes.read(given);
  expect(more).toEqual([]);
  return {
    launches: deployment?.launches ?? [],
    services: deployment?.services ?? [],
    lines: deployment ? described(deployment) : [],
    notes: given.notes,
    problems: given.files.problems.map(({ message }) => message),
  };
}

function workload(name: string, container: string, spec = '', kind = 'Deployment'): string {
  return `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
spec:
${indented(spec, 2)}
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers:
        - name: app
          image: registry.example/shop:1
${indented(container, 10)}
`;
}

/** What runs by a manifest at a path, and what is not read of it. */
function at(path: string, text: string, files: Record<string, string> = {}): unknown {
  const { lines, notes } = read({ [path]: text, ...files });
  return [lines.slice(1), notes];
}

describe('where manifests are', () => {
  const web = workload('web', 'command: [puma]');
  const runs = [['web puma puma'], []];

  it.each(['hokusai/production.yml', 'cluster/apps/web.yaml', 'manifests/web.yaml', 'shop/deployment.yml'])(
    'reads %s by what it says',
    (path) => {
      expect(at(path, web)).toEqual(runs);
    },
  );

  it.each(['hokusai/staging.yml', 'config/locales/web.yml', 'app/web.yml', 'docs/web.yml', 'web.yml', 'a/b/c/d.yml'])(
    'reads no %s',
    (path) => {
      expect(at(path, web)).toEqual([[], []]);
    },
  );

  it('looks into no repository of data', () => {
    const others = Array.from({ length: 101 }, (_, index) => [`data/${index}.yml`, 'name: one\n'] as const);
    expect(at('hokusai/production.yml', web, Object.fromEntries(others))).toEqual([[], []]);
  });

  it('is loaded where it reads something, and only there', () => {
    const applies = (files: Record<string, string>) =>
      PLATFORMS.find(({ applies: one }) => one(new MemoryTree({ 'k8s/web.yml': '' }), 'production'))!.applies(
        new MemoryTree(files),
        'production',
      );
    expect(applies({ 'hokusai/production.yml': web })).toBe(true);
    expect(applies({ 'hokusai/config.yml': 'project-name: shop\n' })).toBe(false);
  });
});

describe('what somebody renders', () => {
  const note = 'what renders it decides what it says; it is not counted';

  it('is left out document by document, and said where it is a workload', () => {
    const web = workload('web', 'command: [puma]');
    const ingress = 'apiVersion: v1\nkind: Ingress\nmetadata:\n  name: web\n  hosts: {{ hosts }}\n';
    const jobs = workload('{{ name }}', 'command: [sidekiq]');
    expect(at('hokusai/production.yml', `${ingress}---\n${web}`)).toEqual([['web puma puma'], []]);
    const line = web.split('\n').length + 2;
    expect(at('hokusai/production.yml', `${web}---\n${jobs}---\n${ingress}`)).toEqual([
      ['web puma puma'],
      [`hokusai/production.yml: ${note} (hokusai/production.yml:${line})`],
    ]);
  });
});

function indented(text: string, by: number): string {
  return text
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
}

const puma = 'command: ["bundle", "exec", "puma", "-C", "config/puma.rb"]';

describe('manifests of Kubernetes', () => {
  it('are one launch for every program that holds connections', () => {
    const { lines, notes } = read({
      'k8s/web.yaml': workload('web', puma),
      'k8s/jobs.yml': `${workload('worker', 'args: [bundle, exec, sidekiq, -c, "25"]')}---\n${workload('clock', 'command: [bin/clock]')}`,
      'k8s/migrate.yaml': workload('migrate', puma, '', 'Job'),
      'config/locales/k8s.yml': 'kind: Deployment',
    });
    expect(lines).toEqual(['kubernetes', 'worker sidekiq sidekiq -c 25', 'web puma puma -C config/puma.rb']);
    expect(notes).toEqual([
      'process clock: `bin/clock` is no program this version knows; it is not counted (k8s/jobs.yml:29)',
    ]);
  });

  it('state how many pods there are, at the top of autoscaling, and while they are replaced', () => {
    const scaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 2
  maxReplicas: 10
`;
    const [web] = read({ 'k8s/web.yaml': workload('web', puma, 'replicas: 3'), 'k8s/hpa.yaml': scaler }).launches;
    expect(web).toMatchObject({ hosts: { value: 3 }, autoscaled: { value: 10 } });
    const [scaled] = read({ 'k8s/web.yaml': workload('web', puma), 'k8s/hpa.yaml': scaler }).launches;
    expect(scaled).toMatchObject({ hosts: { value: 2 } });
    const [alone] = read({ 'k8s/web.yaml': workload('web', puma) }).launches;
    expect(alone).toMatchObject({ hosts: { value: 1, origin: { kind: 'assumed' } } });
    expect(alone).not.toHaveProperty('autoscaled');
  });

  it.each([
    ['Deployment', '', 10, 13],
    ['Deployment', '', 1, 2],
    ['Deployment', 'strategy: { rollingUpdate: { maxSurge: 2 } }', 10, 12],
    ['Deployment', 'strategy: { rollingUpdate: { maxSurge: 30% } }', 4, 6],
    ['Deployment', 'strategy: { rollingUpdate: { maxSurge: 0 } }', 4, 4],
    ['Deployment', 'strategy: { type: Recreate }', 4, 4],
    ['StatefulSet', '', 4, 4],
  ])('a %s with %j of %i pods has %i of them during a deploy', (kind, spec, copies, peak) => {
    const [web] = read({ 'k8s/web.yaml': workload('web', puma, spec || 'paused: false', kind) }).launches;
    expect(web?.overlap?.(known(copies, { kind: 'flag', text: 'n' }))).toMatchObject({ value: peak });
  });

  it('of another environment are not read, and overlays are laid over their base', () => {
    const { launches } = read({
      'k8s/base/web.yaml': workload(
        'web',
        `${puma}\nenv: [{ name: A, value: "1" }, { name: B, value: "1" }]`,
        'replicas: 1',
      ),
      'k8s/overlays/staging/web.yaml': workload('web', 'env: [{ name: A, value: "2" }]', 'replicas: 2'),
      'k8s/overlays/production/web.yaml': workload('web', 'env: [{ name: A, value: "3" }]', 'replicas: 6'),
    });
    expect(launches).toHaveLength(1);
    expect(launches[0]?.hosts).toMatchObject({ value: 6 });
    expect(launches[0]?.environment.get('A')).toMatchObject({ value: '3' });
    expect(launches[0]?.environment.get('B')).toMatchObject({ value: '1' });
  });

  it('give variables: values, ConfigMaps of the repository, and what nobody here can see', () => {
    const map =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { RAILS_MAX_THREADS: "7", A: map }\n';
    const [web] = read({
      'k8s/map.yaml': map,
      'k8s/web.yaml': workload(
        'web',
        `${puma}
envFrom: [{ configMapRef: { name: settings } }]
env:
  - { name: A, value: own }
  - { name: B, value: "$(A)-$(RAILS_MAX_THREADS)-$(NOWHERE)-$$(A)" }
  - { name: C, valueFrom: { secretKeyRef: { name: db, key: password } } }
  - { name: D, valueFrom: { configMapKeyRef: { name: settings, key: RAILS_MAX_THREADS } } }
  - { name: E }`,
      ),
    }).launches;
    const environment = web!.environment;
    expect(environment.get('RAILS_MAX_THREADS')).toMatchObject({ value: '7' });
    expect(environment.get('A')).toMatchObject({ value: 'own' });
    expect(environment.get('B')).toMatchObject({ value: 'own-7-$(NOWHERE)-$(A)' });
    expect(environment.get('C')).toMatchObject({ known: false });
    expect(environment.get('D')).toMatchObject({ value: '7' });
    expect(environment.get('E')).toMatchObject({ value: '' });
    expect(environment.get('F')).toMatchObject({ known: true, value: null });
  });

  it('know nothing of what a Secret may set, but what is set beside it', () => {
    const [web] = read({
      'k8s/web.yaml': workload(
        'web',
        `${puma}\nenvFrom: [{ secretRef: { name: shop } }]\nenv: [{ name: A, value: "1" }]`,
      ),
    }).launches;
    expect(web!.environment.get('RAILS_MAX_THREADS')).toMatchObject({
      known: false,
      reason: 'it may be set in the Secret shop',
    });
    expect(web!.environment.get('A')).toMatchObject({ value: '1' });
    expect(web!.environment.get('RAILS_ENV')).toMatchObject({ value: 'production' });
  });

  it('leave it to the image of this repository what runs, where it is that image', () => {
    const dockerfile = 'FROM ruby\nENV RAILS_MAX_THREADS=4\nCMD ["bundle", "exec", "puma"]\n';
    const { lines, launches } = read({ Dockerfile: dockerfile, 'k8s/web.yaml': workload('web', 'ports: []') });
    expect(lines).toEqual(['kubernetes', 'web puma puma']);
    expect(launches[0]?.environment.get('RAILS_MAX_THREADS')).toMatchObject({ value: '4' });
    const frontend = workload('frontend', 'ports: []').replace('registry.example/shop', 'registry.example/frontend');
    const both = read({ Dockerfile: dockerfile, 'k8s/all.yaml': `${workload('web', puma)}---\n${frontend}` });
    expect(both.lines).toEqual(['kubernetes', 'web puma puma -C config/puma.rb']);
    expect(both.notes).toHaveLength(1);
  });

  it('name the database server that they run, and the Service in front of it', () => {
    const server = workload('db', 'args: ["-c", "max_connections=200"]', 'serviceName: db', 'StatefulSet').replace(
      'registry.example/shop:1',
      'postgres:17',
    );
    const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: postgres }\nspec: { selector: { app: db } }\n';
    const { services, notes } = read({ 'k8s/all.yaml': [workload('web', puma), server, service].join('---\n') });
    expect(services).toMatchObject([{ kind: 'postgresql', names: ['postgres', 'db'] }]);
    expect(services[0]?.command?.map(({ value }) => value.known && value.value)).toEqual(['-c', 'max_connections=200']);
    expect(notes).toEqual([]);
  });

  it('may be templates of krane, which is given the environment', () => {
    const template = workload(
      'web',
      `${puma}\nenv: [{ name: RAILS_MAX_THREADS, value: "<%= environment == 'production' ? 8 : 2 %>" }]`,
      "<% if environment == 'staging' %>\nreplicas: 3\n<% else %>\nreplicas: 9\n<% end %>",
    ).replace('shop:1', 'shop:<%= current_sha %>');
    const { launches } = read({ 'config/deploy/web.yaml.erb': template });
    expect(launches).toHaveLength(1);
    expect(launches[0]?.hosts).toMatchObject({ value: 9, assumes: [{ kind: 'reachable' }] });
    expect(launches[0]?.environment.get('RAILS_MAX_THREADS')).toMatchObject({ value: '8' });
    const several = `# shop\n---\n${template}---\n${workload('worker', 'command: [sidekiq, -c, "<%= 3 + 4 %>"]')}`;
    expect(read({ 'config/deploy/all.yml.erb': several }).lines).toEqual([
      'kubernetes',
      'web puma puma -C config/puma.rb',
      'worker sidekiq sidekiq -c 7',
    ]);
    const undecided = template.replace("environment == 'staging'", 'canary');
    expect(read({ 'config/deploy/web.yaml.erb': undecided })).toMatchObject({ lines: [], notes: [expect.any(String)] });
  });

  it('are what a kustomization makes of them: replicas, and patches that stand in it', () => {
    const base = {
      'k8s/base/web.yaml': workload('web', puma, 'replicas: 1'),
      'k8s/base/worker.yaml': workload('worker', 'command: [sidekiq, -c, "$(JOBS)"]', 'replicas: 1'),
    };
    const overlaid = (kustomization: string) =>
      read({
        ...base,
        'k8s/overlays/production/kustomization.yaml': `resources: [../../base]\n${kustomization}`,
      }).launches.map(({ name, hosts, environment }) => {
        const jobs = environment.stateOf('JOBS');
        return `${name} ${hosts.known ? hosts.value : '?'}${jobs?.known ? ` ${jobs.value}` : ''}`;
      });
    expect(overlaid('replicas:\n  - name: web\n    count: 5\n')).toEqual(['web 5', 'worker 1']);
    expect(
      overlaid(
        'patches:\n  - target: { kind: Deployment, name: worker }\n    patch: |-\n      - op: replace\n        path: /spec/replicas\n        value: 3\n',
      ),
    ).toEqual(['web 1', 'worker 3']);
    expect(
      overlaid(
        'patches:\n  - patch: |-\n      kind: Deployment\n      metadata: { name: worker }\n      spec:\n        replicas: 2\n        template: { spec: { containers: [{ name: app, env: [{ name: JOBS, value: "7" }] }] } }\n',
      ),
    ).toEqual(['web 1', 'worker 2 7']);
    const staging = { 'k8s/overlays/staging/kustomization.yaml': 'replicas: [{ name: web, count: 9 }]\n' };
    expect(read({ ...base, ...staging }).launches[0]?.hosts).toMatchObject({ value: 1 });
  });

  it('have what a kustomization generates, of literals and of files', () => {
    const web = workload('web', `${puma}\nenvFrom: [{ configMapRef: { name: shop } }]`);
    const variables = (kustomizations: Record<string, string>) => {
      const { environment } = read({
        'k8s/base/web.yaml': web,
        'k8s/base/shop.env': '# shop\nDB_POOL=7 \n\nTHREADS="3"\n',
        ...kustomizations,
      }).launches[0]!;
      return ['DB_POOL', 'THREADS', 'OTHER'].map((name) => {
        const state = environment.get(name);
        return state.known ? state.value : '?';
      });
    };
    const base = 'k8s/base/kustomization.yaml';
    const generator = (...lines: string[]) =>
      `configMapGenerator:\n  - name: shop\n${lines.map((line) => `    ${line}\n`).join('')}`;
    expect(variables({ [base]: generator('literals: [DB_POOL=5, \'THREADS="4"\']') })).toEqual(['5', '4', null]);
    expect(variables({ [base]: generator('envs: [shop.env]', 'literals: [OTHER=6]') })).toEqual(['7 ', '"3"', '6']);
    expect(variables({ [base]: generator('envs: [shop.env]', 'literals: [DB_POOL=6]') })).toEqual(['?', '?', '?']);
    const overlay = 'k8s/overlays/production/kustomization.yaml';
    const plain = generator('literals: [DB_POOL=5, THREADS=4]');
    const above = (...lines: string[]) => variables({ [base]: plain, [overlay]: generator(...lines) });
    expect(above('behavior: merge', 'literals: [DB_POOL=9]')).toEqual(['9', '4', null]);
    expect(above('behavior: replace', 'literals: [DB_POOL=9]')).toEqual(['9', null, null]);
    // Both create it, or nobody sees all of it.
    expect(above('literals: [DB_POOL=9]')).toEqual(['?', '?', '?']);
    expect(above('behavior: merge', 'envs: [gone.env]')).toEqual(['?', '?', '?']);
  });

  it('are scaled by KEDA too', () => {
    const scaled = (spec: string) =>
      read({
        'k8s/web.yaml': workload('web', puma),
        'k8s/scaled.yaml': `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: web }\nspec:\n  scaleTargetRef: { name: web }\n${spec}`,
      }).launches[0];
    const both = scaled('  minReplicaCount: 2\n  maxReplicaCount: 12\n');
    expect(both).toMatchObject({ hosts: { value: 2 }, autoscaled: { value: 12 } });
    expect(scaled('')).toMatchObject({ autoscaled: { known: false } });
  });

  it('are never fewer than the autoscaler keeps', () => {
    const scaler = (least: number) =>
      `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }\nspec:\n  scaleTargetRef: { kind: Deployment, name: web }\n  minReplicas: ${least}\n  maxReplicas: 9\n`;
    const hosts = (least: number) =>
      read({ 'k8s/web.yaml': workload('web', puma, 'replicas: 3'), 'k8s/hpa.yaml': scaler(least) }).launches[0];
    expect(hosts(5)).toMatchObject({ hosts: { value: 5 }, autoscaled: { value: 9 } });
    expect(hosts(2)).toMatchObject({ hosts: { value: 3 }, autoscaled: { value: 9 } });
  });

  it('of another environment are not laid over those of this one, whatever the cluster is called', () => {
    const { launches } = read({
      '.k8s/live/production/web.yaml': workload('web', puma, 'replicas: 4'),
      '.k8s/live/staging/web.yaml': workload('web', puma, 'replicas: 2'),
      '.k8s/live/dev-lgfs/worker.yaml': workload('worker', 'command: [sidekiq]'),
    });
    expect(launches.map(({ name, hosts }) => [name, hosts.known && hosts.value])).toEqual([['web', 4]]);
  });

  it('that are templates of Helm, or no YAML, are no deployment', () => {
    expect(read({ 'k8s/web.yaml': workload('{{ .Release.Name }}', puma) })).toMatchObject({ lines: [], problems: [] });
    const broken = read({ 'k8s/web.yaml': `${workload('web', puma)}\n  : [` });
    expect(broken.lines).toEqual([]);
    expect(broken.problems).toEqual([expect.stringMatching(/^kubectl cannot read it: /)]);
  });
});
