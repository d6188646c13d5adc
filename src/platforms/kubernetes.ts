import type { Launch } from '../launch/launch.ts';
import { combine, known, unknown, type Traced } from '../value/traced.ts';
import { goText, type GoNode } from '../yaml/go.ts';
import { textAt } from '../yaml/go_read.ts';
import { once, stated } from './copies.ts';
import { everyAt, readManifests, valueAt, type Manifest } from './kubernetes/manifests.ts';
import { appImages, readPods, serversIn } from './kubernetes/pod.ts';
import type { Platform } from './platform.ts';

/** What is deployed as a number of pods. Jobs and CronJobs come and go. */
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** The manifests of a Kubernetes cluster: Deployments, StatefulSets, and what scales and configures them. */
export const kubernetes: Platform = {
  kind: 'kubernetes',
  read(app) {
    const objects = readManifests(app);
    const workloads = objects.filter(({ kind }) => WORKLOADS.has(kind));
    const images = appImages(workloads, objects, app);
    const services = workloads.flatMap((workload) => serversIn(workload, objects));
    const launches = workloads.flatMap((workload) =>
      readPods(workload, copiesOf(workload, objects), { objects, images, app }),
    );
    return launches.length === 0 ? [] : [{ kind: 'kubernetes', name: 'kubernetes', launches, services }];
  },
};

function copiesOf(workload: Manifest, objects: readonly Manifest[]): Pick<Launch, 'hosts' | 'autoscaled' | 'overlap'> {
  if (workload.kind === 'DaemonSet') {
    const hosts = unknown<number>('it runs once on every node of the cluster', origin(workload));
    return { hosts, overlap: overlapOf(workload) };
  }
  const { fewest, most } = scalingOf(workload, objects);
  const said = valueAt(workload, 'spec', 'replicas');
  return {
    hosts: startedWith(said, fewest, workload.name),
    ...(most ? { autoscaled: most } : {}),
    overlap: overlapOf(workload),
  };
}

interface Scaling {
  readonly fewest: GoNode | undefined;
  readonly most: Traced<number> | null;
}

/**
 * What scales a workload: a HorizontalPodAutoscaler, or a ScaledObject, of which KEDA makes one.
 * Source: staging/src/k8s.io/api/autoscaling/v2/types.go@v0.34.0, apis/keda/v1alpha1/scaledobject_types.go (kedacore/keda)
 */
function scalingOf(workload: Manifest, objects: readonly Manifest[]): Scaling {
  const scales = (object: Manifest, kind: string): boolean => {
    const target = valueAt(object, 'spec', 'scaleTargetRef');
    return textAt(target, 'name') === workload.name && (textAt(target, 'kind') ?? kind) === workload.kind;
  };
  const scaler = objects.find((one) => one.kind === 'HorizontalPodAutoscaler' && scales(one, workload.kind));
  if (scaler) {
    const most = valueAt(scaler, 'spec', 'maxReplicas');
    return { fewest: valueAt(scaler, 'spec', 'minReplicas'), most: most ? stated(most) : null };
  }
  const keda = objects.find((one) => one.kind === 'ScaledObject' && scales(one, 'Deployment'));
  if (!keda) return { fewest: undefined, most: null };
  const most = valueAt(keda, 'spec', 'maxReplicaCount');
  const open = unknown<number>('the ScaledObject states no maxReplicaCount: KEDA goes up to 100', origin(keda));
  return { fewest: valueAt(keda, 'spec', 'minReplicaCount'), most: most ? stated(most) : open };
}

/** As many as are stated, and never fewer than the autoscaler keeps. */
function startedWith(said: GoNode | undefined, fewest: GoNode | undefined, name: string): Traced<number> {
  if (!said) return fewest ? stated(fewest) : once(name);
  const [count, least] = [stated(said), fewest ? stated(fewest) : null];
  return count.known && least?.known && least.value > count.value ? least : count;
}

/**
 * The pods of a Deployment are replaced beside the old ones, a quarter at a time unless it says otherwise, rounded up;
 * `Recreate`, a StatefulSet and, unless it says otherwise, a DaemonSet stop a pod before they start its successor.
 * Source: staging/src/k8s.io/api/apps/v1/types.go@v0.34.0, pkg/controller/deployment/util/deployment_util.go@v1.34.0
 */
function overlapOf(workload: Manifest): NonNullable<Launch['overlap']> {
  const strategy = workload.kind === 'Deployment' ? 'strategy' : 'updateStrategy';
  const type = textAt(valueAt(workload, 'spec', strategy, 'type'));
  const surge = everyAt(workload, 'spec', strategy, 'rollingUpdate', 'maxSurge').at(-1);
  if (workload.kind === 'StatefulSet' || type === 'Recreate' || type === 'OnDelete') return (copies) => copies;
  if (workload.kind === 'DaemonSet' && !surge) return (copies) => copies;
  const text: Traced<string | null> =
    surge?.kind === 'scalar'
      ? goText(surge)
      : known('25%', {
          kind: 'default',
          text: "Kubernetes' default",
          row: { gem: 'kubernetes', versions: 'apps/v1', source: 'pkg/apis/apps/v1/defaults.go@v1.34.0' },
        });
  return (copies) => combine(null, [copies, text], (count, more) => count + surgeOf(more, count));
}

function surgeOf(surge: string | null, count: number): number {
  const percent = /^(\d+)%$/.exec(surge ?? '');
  return percent ? Math.ceil((count * Number(percent[1])) / 100) : Number(surge ?? 0);
}

function origin(workload: Manifest) {
  return { kind: 'platform', at: workload.at, from: [] } as const;
}
