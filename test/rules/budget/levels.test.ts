import { describe, expect, it } from 'vitest';
import { concise, lintFiles, lockfile } from '../../support/lint.ts';

/** A Deployment of 2 pods with 2 × 5 threads each: 20 connections, and 37 to give. */
async function deployed(spec: string, more: Record<string, string> = {}) {
  const { findings, projects } = await lintFiles({
    'Gemfile.lock': lockfile({ pg: '1.5.9', puma: '6.6.0', rails: '8.0.2' }),
    'config/puma.rb': 'workers 2\nthreads 5, 5\n',
    'config/database.yml': 'production:\n  adapter: postgresql\n  database: shop\n  pool: 5\n',
    '.rails-pool-lint.yml': 'max_connections: 40\noverhead: 7\n',
    'deploy/web.yaml': [
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata: { name: web }',
      'spec:',
      `  replicas: 2`,
      `  ${spec}`,
      '  template:',
      '    spec:',
      '      containers:',
      '        - name: web',
      '          image: shop',
      '          command: [bundle, exec, puma]',
      '          env: [{ name: RAILS_ENV, value: production }]',
      '',
    ].join('\n'),
    ...more,
  });
  const server = projects[0]!.servers[0]!;
  return {
    findings: findings.map(concise),
    verdicts: [server.verdict, server.autoscaledVerdict, server.peakVerdict],
  };
}

function scaler(most: number): Record<string, string> {
  const target = 'scaleTargetRef: { kind: Deployment, name: web }';
  return {
    'deploy/hpa.yaml': `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }\nspec:\n  ${target}\n  maxReplicas: ${most}\n`,
  };
}

const STOPPED = 'strategy: { type: Recreate }';

describe('deploy-peak-exceeds-limit', () => {
  it('speaks from the first connection on that is too many', async () => {
    // 30 during the deploy and 7 beside them are 37; another pod makes it 40.
    expect(await deployed('strategy: { rollingUpdate: { maxSurge: 1 } }')).toEqual({
      findings: [],
      verdicts: ['holds', 'holds', 'holds'],
    });
    expect(await deployed('strategy: { rollingUpdate: { maxSurge: 2 } }')).toEqual({
      findings: [
        'deploy/web.yaml:6:42: warning deploy-peak-exceeds-limit during a deploy the processes want 40 connections of primary, which has 37 to give',
      ],
      verdicts: ['holds', 'holds', 'violates'],
    });
  });

  it('is silent where the old pods stop first', async () => {
    expect((await deployed(STOPPED)).findings).toEqual([]);
  });

  it('leaves what does not fit without a deploy to the rule for that', async () => {
    const { findings } = await deployed('strategy: { rollingUpdate: { maxSurge: 2 } }', {
      'config/puma.rb': 'workers 4\nthreads 5, 5\n',
    });
    expect(findings).toEqual([expect.stringContaining('budget-exceeds-max-connections')]);
  });

  it('says nothing where the surge is unknown', async () => {
    const { findings, verdicts } = await deployed('strategy: { rollingUpdate: { maxSurge: "{{ .Values.surge }}" } }');
    expect(findings).toEqual([]);
    expect(verdicts[2]).toBe('unknown');
  });
});

describe('autoscale-max-exceeds-limit', () => {
  it('speaks from the first connection on that is too many', async () => {
    expect((await deployed(STOPPED, scaler(3))).findings).toEqual([]);
    expect(await deployed(STOPPED, scaler(4))).toEqual({
      findings: [
        'deploy/hpa.yaml:6:16: warning autoscale-max-exceeds-limit at 4 hosts of web the processes want 40 connections of primary, which has 37 to give',
      ],
      verdicts: ['holds', 'violates', 'violates'],
    });
  });
});
