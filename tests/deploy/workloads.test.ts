import { join } from "node:path";
import { dirname } from "node:path/posix";
import { buildAll, buildFolders, find, parse, type Resource, workloads } from "./support/build.ts";
import { combinations, kubernetes, overlays } from "./support/combinations.ts";

const patience = 600_000;

/** A set that holds every workload, one with managed services, and every overlay. */
const chosen = () => {
  const all = combinations();
  const longest = all.reduce((long, each) => (each.components.length > long.components.length ? each : long));
  const keda = all.filter(({ name }) => name.includes("options/keda")).at(-1)!;
  const plain = all.filter(({ components }) => components.length === 3);
  return [longest, keda, ...plain];
};

describe("every workload", () => {
  let sets: { name: string; resources: Resource[] }[];
  let all: [string, Resource, Resource[]][];

  beforeAll(async () => {
    const picked = chosen();
    const texts = await buildAll(picked.map(({ components }) => components));
    const overlayTexts = await buildFolders(overlays.map((name) => join(kubernetes, "overlays", name)));
    sets = [
      ...picked.map(({ name }, index) => ({ name, resources: parse(texts[index]!) })),
      ...overlays.map((name, index) => ({ name, resources: parse(overlayTexts[index]!) })),
    ];
    all = sets.flatMap(({ name, resources }) =>
      workloads(resources).map(
        (each) => [`${name}: ${each.metadata.name}`, each, resources] as [string, Resource, Resource[]],
      ),
    );
  }, patience);

  // biome-ignore lint/suspicious/noExplicitAny: containers of all kinds.
  const containers = (workload: Resource): any[] => workload.spec.template.spec.containers;
  const each = (check: (workload: Resource, resources: Resource[]) => void) => {
    for (const [name, workload, resources] of all) {
      try {
        check(workload, resources);
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`);
      }
    }
  };

  test("passes the restricted Pod Security Standard, with a read-only root besides", () => {
    each((workload) => {
      const { spec } = workload.spec.template;
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      });
      for (const field of ["hostNetwork", "hostPID", "hostIPC"]) expect(spec[field]).toBeUndefined();
      for (const container of containers(workload)) {
        expect(container.securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
        expect(container.securityContext.runAsUser ?? spec.securityContext.runAsUser).toBeGreaterThan(0);
      }
      for (const volume of spec.volumes ?? []) {
        const [kind] = Object.keys(volume).filter((key) => key !== "name");
        expect(["configMap", "emptyDir", "persistentVolumeClaim", "csi"]).toContain(kind);
      }
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec.enableServiceLinks).toBe(false);
    });
  });

  test("has probes, requests of at least 100m and 100Mi, and limits", () => {
    each((workload) => {
      for (const container of containers(workload)) {
        expect(container.livenessProbe).toBeDefined();
        expect(container.readinessProbe).toBeDefined();
        const { requests, limits } = container.resources;
        expect(millicores(requests.cpu)).toBeGreaterThanOrEqual(100);
        expect(mebibytes(requests.memory)).toBeGreaterThanOrEqual(100);
        expect(mebibytes(limits["ephemeral-storage"])).toBeGreaterThanOrEqual(
          mebibytes(requests["ephemeral-storage"]),
        );
        expect(millicores(limits.cpu)).toBeGreaterThanOrEqual(millicores(requests.cpu));
        expect(mebibytes(limits.memory)).toBeGreaterThanOrEqual(mebibytes(requests.memory));
      }
    });
  });

  test("runs an image with a version, which is not pulled when it is there", () => {
    each((workload) => {
      for (const { image, imagePullPolicy } of containers(workload)) {
        expect(image).toMatch(/^[a-z0-9./_-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$|^postgres:17-bookworm$/);
        expect(imagePullPolicy).toBe("IfNotPresent");
      }
    });
  });

  test("is spread when there is more than one of it", () => {
    each((workload) => {
      if (workload.spec.replicas === 1) return;
      const spread = workload.spec.template.spec.topologySpreadConstraints as Resource[];
      for (const { labelSelector } of spread)
        expect(workload.spec.template.metadata.labels).toMatchObject((labelSelector as Resource).matchLabels);
      expect(spread.map(({ topologyKey }) => topologyKey)).toContain("kubernetes.io/hostname");
    });
  });

  test("selects its own pods, mounts volumes that are there and runs under an account that is there", () => {
    each((workload, resources) => {
      const { metadata, spec } = workload.spec.template;
      expect(metadata.labels).toMatchObject(workload.spec.selector.matchLabels);
      const claims = (workload.spec.volumeClaimTemplates ?? []).map((claim: Resource) => claim.metadata.name);
      const volumes = [...(spec.volumes ?? []).map(({ name }: { name: string }) => name), ...claims];
      for (const container of containers(workload))
        for (const { name } of container.volumeMounts ?? []) expect(volumes).toContain(name);
      find(resources, "ServiceAccount", spec.serviceAccountName);
      for (const volume of spec.volumes ?? []) {
        if (volume.configMap && !volume.configMap.optional)
          find(resources, "ConfigMap", volume.configMap.name);
        if (volume.persistentVolumeClaim)
          find(resources, "PersistentVolumeClaim", volume.persistentVolumeClaim.claimName);
        if (volume.csi)
          find(resources, "SecretProviderClass", volume.csi.volumeAttributes.secretProviderClass);
      }
    });
  });

  test("is in the namespace of the system, as everything else is that has one", () => {
    for (const { resources } of sets)
      for (const { kind, metadata } of resources) {
        if (["Namespace", "StorageClass"].includes(kind)) continue;
        expect([kind, metadata.name, metadata.namespace]).toEqual([
          kind,
          metadata.name,
          kind === "Gateway" ? "fib-gateway" : "fib-calculator",
        ]);
      }
  });

  test("a Service selects exactly one workload, by a selector that no other Service has", () => {
    for (const { resources } of sets) {
      const services = resources.filter(({ kind }) => kind === "Service");
      const selectors = services.map(({ spec }) => JSON.stringify(spec.selector));
      // Dapr makes a Service for each of its apps that selects by the Deployment's labels.
      for (const { spec } of workloads(resources))
        if (spec.template.metadata.annotations?.["dapr.io/enabled"])
          selectors.push(JSON.stringify(spec.selector.matchLabels));
      expect(new Set(selectors).size).toBe(selectors.length);
      for (const service of services) {
        const target = selected(service, resources);
        const names = containers(target).flatMap(({ ports }) =>
          ports.map(({ name }: { name: string }) => name),
        );
        for (const { targetPort } of service.spec.ports) expect(names).toContain(targetPort);
      }
    }
  });

  test("routings lead to Services and ports that are there", () => {
    let routes = 0;
    for (const { resources } of sets) {
      for (const { spec } of resources.filter(({ kind }) => kind === "Ingress"))
        for (const { http } of spec.rules)
          for (const { backend } of http.paths) {
            const { ports } = find(resources, "Service", backend.service.name).spec;
            expect(ports.map(({ name }: { name: string }) => name)).toContain(backend.service.port.name);
            routes++;
          }
      for (const { spec } of resources.filter(({ kind }) => kind === "HTTPRoute"))
        for (const { backendRefs } of spec.rules)
          for (const { name, port } of backendRefs) {
            expect(find(resources, "Service", name).spec.ports[0].port).toBe(port);
            routes++;
          }
      for (const { data } of resources.filter(
        ({ kind, metadata }) => kind === "ConfigMap" && /^proxy-config/.test(metadata.name),
      ))
        for (const [, name, port] of (data["nginx.conf"] as string).matchAll(/server (\w+):(\d+);/g)) {
          expect(find(resources, "Service", name!).spec.ports[0].port).toBe(Number(port));
          routes++;
        }
    }
    expect(routes).toBeGreaterThan(6);
  });

  test("autoscalers and disruption budgets mean workloads that are there, and no budget keeps a node from draining", () => {
    for (const { resources } of sets) {
      for (const { spec } of resources.filter(({ kind }) => kind === "HorizontalPodAutoscaler")) {
        const target = find(resources, "Deployment", spec.scaleTargetRef.name);
        expect(target.spec.replicas).toBeUndefined();
        for (const { containerResource } of spec.metrics)
          expect(containers(target).map(({ name }) => name)).toContain(containerResource.container);
      }
      for (const { spec } of resources.filter(({ kind }) => kind === "PodDisruptionBudget")) {
        expect(spec).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" });
        expect(
          workloads(resources).filter((workload) => matches(spec.selector.matchLabels, workload)),
        ).toHaveLength(1);
      }
    }
  });

  test("network policies deny first, and name pods and ports that are there", () => {
    const { resources } = sets.find(({ name }) => name === "aks")!;
    const policies = resources.filter(({ kind }) => kind === "NetworkPolicy");
    expect(find(policies, "NetworkPolicy", "deny-all").spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    for (const name of ["postgres", "redis", "api", "web"]) {
      const { podSelector, ingress } = find(policies, "NetworkPolicy", name).spec;
      const [workload] = workloads(resources).filter((each) => matches(podSelector.matchLabels, each));
      const open = containers(workload!).flatMap(({ ports }) =>
        ports.map((port: Resource) => port.containerPort),
      );
      // Exporters come with options/observability.
      const exporters = [9121, 9187];
      for (const { ports } of ingress)
        for (const { port } of ports) expect([...open, ...exporters]).toContain(port);
    }
    // Postgres hears the API and nobody else.
    expect(find(policies, "NetworkPolicy", "postgres").spec.ingress).toEqual([
      {
        from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } } }],
        ports: [{ port: 5432, protocol: "TCP" }],
      },
      // And its exporter, the collector.
      {
        from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "otel-collector" } } }],
        ports: [{ port: 9187, protocol: "TCP" }],
      },
    ]);
  });
});

describe("each app", () => {
  let resources: Resource[];
  beforeAll(async () => {
    resources = parse((await buildFolders([join(kubernetes, "overlays/local")]))[0]!);
  }, patience);
  const app = (name: string) => find(resources, "Deployment", name).spec.template;

  test.each(["api", "calculator"])("%s: the sidecar calls the port that the app listens on", (name) => {
    const { metadata, spec } = app(name);
    const [{ env, ports }] = spec.containers;
    const port = env.find((each: Resource) => each.name === "APP_PORT").value;
    expect(metadata.annotations["dapr.io/app-port"]).toBe(port);
    expect(String(ports[0].containerPort)).toBe(port);
  });

  test.each(["api", "calculator"])("%s ends in an order in which nothing is cut off", (name) => {
    const { metadata, spec } = app(name);
    const seconds = (key: string) => Number.parseInt(metadata.annotations[`dapr.io/${key}`], 10);
    const [container] = spec.containers;
    const grace = Number(container.env.find((each: Resource) => each.name === "GRACE_SECONDS").value);
    const pause = Number(/(\d+)\)$/.exec(container.lifecycle.preStop.exec.command.at(-1))![1]) / 1000;
    const noticed = seconds("app-health-probe-interval") * seconds("app-health-threshold");
    const block = seconds("block-shutdown-duration");
    // The sidecar's API outlives the app's drain, whether it waits for its time or for the app to go.
    expect(block).toBeGreaterThanOrEqual(pause + grace);
    expect(noticed).toBeGreaterThanOrEqual(grace);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(block + seconds("graceful-shutdown-seconds"));
  });

  test("no update takes a pod away before another one is ready", () => {
    for (const { kind, spec } of workloads(resources))
      if (kind === "Deployment")
        expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test("nobody calls the calculator: it has no Service", () => {
    const services = resources.filter(({ kind }) => kind === "Service");
    expect(services.map((each) => selected(each, resources).metadata.name)).not.toContain("calculator");
  });

  test("Redis may use less memory than its limit, and keeps nothing where another one writes", () => {
    const { spec } = find(resources, "StatefulSet", "redis-statefulset").spec.template;
    const redis = spec.containers.find(({ name }: Resource) => name === "redis");
    const most = redis.env.find((each: Resource) => each.name === "REDIS_MAXMEMORY").value as string;
    expect(Number.parseInt(most, 10)).toBeLessThanOrEqual(mebibytes(redis.resources.limits.memory) * 0.75);
  });

  test("with shared files each Redis writes to the folder of its ordinal and only reads the rest", async () => {
    const shared = parse((await buildFolders([join(kubernetes, "overlays/aks-shared-files")]))[0]!);
    const set = find(shared, "StatefulSet", "redis-statefulset");
    const mounts = set.spec.template.spec.containers[0].volumeMounts as Resource[];
    const ofShare = mounts.filter(({ name }) => name === "shared");
    expect(ofShare).toEqual([
      { name: "shared", mountPath: "/data", subPathExpr: "redis/$(POD_INDEX)" },
      { name: "shared", mountPath: "/shared", readOnly: true },
    ]);
    expect(dirname("/data")).toBe("/");
    expect(set.spec.volumeClaimTemplates).toBeUndefined();
    expect(find(shared, "PersistentVolumeClaim", "redis-shared-files").spec.accessModes).toEqual([
      "ReadWriteMany",
    ]);
  });

  test("the Services of Redis: names for all, writes to ordinal 0, reads from whoever is ready", () => {
    expect(find(resources, "Service", "redis-headless").spec).toMatchObject({
      clusterIP: "None",
      publishNotReadyAddresses: true,
    });
    expect(find(resources, "StatefulSet", "redis-statefulset").spec).toMatchObject({
      serviceName: "redis-headless",
      podManagementPolicy: "Parallel",
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    });
    expect(find(resources, "Service", "redis-master").spec.selector).toEqual({
      "statefulset.kubernetes.io/pod-name": "redis-statefulset-0",
    });
    expect(find(resources, "Service", "redis-read").spec.publishNotReadyAddresses).toBeUndefined();
  });
});

const matches = (selector: Record<string, string>, workload: Resource) => {
  const labels = workload.spec.template.metadata.labels as Record<string, string>;
  return Object.entries(selector).every(
    ([name, value]) =>
      labels[name] === value ||
      // The StatefulSet itself gives its pods this one.
      (name === "statefulset.kubernetes.io/pod-name" && value === `${workload.metadata.name}-0`),
  );
};

function selected(service: Resource, resources: Resource[]): Resource {
  const targets = workloads(resources).filter((each) => matches(service.spec.selector, each));
  if (targets.length !== 1)
    throw new Error(`Service ${service.metadata.name} selects ${targets.length} workloads`);
  return targets[0]!;
}

function millicores(text: string | number): number {
  const value = String(text);
  return value.endsWith("m") ? Number.parseInt(value, 10) : Number(value) * 1000;
}

function mebibytes(text: string): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(text)!;
  return Number(number) * (unit === "Gi" ? 1024 : 1);
}
