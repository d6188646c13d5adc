/** Folders in which manifests lie. Reading every YAML file of a repository would take in its translations. */
const FOLDER =
  /(?:^|\/)(?:\.?k8s|kube|kubernetes|manifests?|deploy|deploys|deployments?|kustomize|overlays|base|infra|infrastructure|ops|gitops|argocd|flux|clusters?)\//i;
const NAME = /(?:^|\/)(?:[\w.-]*(?:k8s|kube(?:rnetes)?|deployment|statefulset)[\w.-]*)\.ya?ml$/i;
const NOT_READ = /(?:^|\/)(?:node_modules|vendor|spec|test|tests|fixtures|locales|templates|examples?|docs?)\//i;
/** Names of environments: a part of a path that names one is for that one alone. */
const ENVIRONMENTS: Readonly<Record<string, string>> = {
  prod: 'production',
  production: 'production',
  live: 'production',
  stage: 'staging',
  staging: 'staging',
  dev: 'development',
  development: 'development',
  local: 'development',
  minikube: 'development',
  kind: 'development',
  test: 'test',
  ci: 'test',
  qa: 'qa',
  uat: 'uat',
  sandbox: 'sandbox',
  review: 'review',
  preview: 'review',
  demo: 'demo',
};
/** Whether a file can be one with manifests, by its path. */
export function isManifestPath(path: string): boolean {
  return /\.ya?ml(?:\.erb)?$/i.test(path) && (FOLDER.test(path) || NAME.test(path)) && !NOT_READ.test(path);
}

/** Of a folder in a folder the inner one says it: `live/staging/web.yaml` is for staging in a cluster that is live. */
function environmentsIn(path: string): readonly string[] {
  const named = path
    .toLowerCase()
    .split('/')
    .map((segment) => segment.split(/[._-]/).flatMap((part) => ENVIRONMENTS[part] ?? []));
  return named.findLast((environments) => environments.length > 0) ?? [];
}

/** Whether a path is for some environments only. */
export function namesEnvironment(path: string): boolean {
  return environmentsIn(path).length > 0;
}

/** Whether a path is for an environment, among others or alone. */
export function isFor(path: string, environment: string): boolean {
  const named = environmentsIn(path);
  return named.length === 0 || named.includes(environment);
}
