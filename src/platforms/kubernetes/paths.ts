import { listed, mentions } from '../../index/mention.ts';
import type { FileTree } from '../../repo/tree.ts';

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
function isManifestPath(path: string): boolean {
  return /\.ya?ml(?:\.erb)?$/i.test(path) && (FOLDER.test(path) || NAME.test(path)) && !NOT_READ.test(path);
}

/** Files of other names that are looked into: not the application's own, nor those of its continuous integration. */
const OTHER = /^(?!(?:app|config|db|lib|public|log|tmp|locale|\.\w[^/]*)\/)(?:[^/]+\/){1,2}[^/]+\.ya?ml$/i;
/** With more of them it is a repository of data. */
const MOST_OTHERS = 100;
/** What is deployed as a number of pods, as a line of a manifest. */
export const WORKLOAD = /^kind:[ \t]*["']?(?:Deployment|StatefulSet|DaemonSet)\b/m;

/** The files of a repository that are manifests by their paths, or that have workloads in them. */
export function manifestPaths(files: FileTree): readonly string[] {
  const named = files.list().filter(isManifestPath);
  const others = listed(files, OTHER).filter((path) => !isManifestPath(path) && !NOT_READ.test(path));
  if (others.length === 0 || others.length > MOST_OTHERS) return named;
  const found = new Set(mentions(files, OTHER, WORKLOAD).map(({ path }) => path));
  return [...named, ...others.filter((path) => found.has(path))];
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
