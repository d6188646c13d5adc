/** A server on which one copy fits, and so many that no pool is small enough for them. */
const LIMIT = 200;
const LIMITED = { '.rails-pool-lint.yml': `max_connections: ${LIMIT}\n` };

/** Too many copies, not as the app starts but at the top of autoscaling or during a deploy. @type {import('./site.mjs').Operator} */
export default {
  name: 'copies-above-limit',
  mutants: ({ read, demand }) => {
    if (demand === null || demand > LIMIT / 4 || read('.rails-pool-lint.yml') !== null) return [];
    const deployment = [
      'apiVersion: apps/v1',
      'kind: Deployment',
      'metadata: { name: web }',
      'spec:',
      '  replicas: 1',
      '  strategy:',
      '    rollingUpdate:',
      `      maxSurge: ${LIMIT}`,
      '  template:',
      '    spec:',
      '      containers:',
      '        - name: web',
      '          image: registry.example/shop',
      '          command: [bundle, exec, puma]',
      '          env: [{ name: RAILS_ENV, value: production }]',
    ];
    const autoscaler = [
      '---',
      'apiVersion: autoscaling/v2',
      'kind: HorizontalPodAutoscaler',
      'metadata: { name: web }',
      'spec:',
      '  scaleTargetRef: { kind: Deployment, name: web }',
      '  minReplicas: 1',
      `  maxReplicas: ${LIMIT}`,
    ];
    const path = 'deploy/web.yaml';
    const mutant = (lines, line, rule) => ({
      files: { ...LIMITED, [path]: `${lines.join('\n')}\n` },
      expect: [{ rule, at: { path, line } }],
    });
    const all = [...deployment, ...autoscaler];
    return [mutant(deployment, 8, 'deploy-peak-exceeds-limit'), mutant(all, all.length, 'autoscale-max-exceeds-limit')];
  },
};
