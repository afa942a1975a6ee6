import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { submitted } from "../../apps/shared/contracts/events.ts";
import { appIds, components, stateKeyPrefix } from "../../apps/shared/contracts/names.ts";
import { cloneFolder } from "../../scripts/local/folders.ts";
import { writeResources } from "../../scripts/local/resources.ts";
import { type Built, buildOverlay, buildWith, find, parse, type Resource } from "./support/build.ts";

const patience = 600_000;
const master = "redis-statefulset-0.redis-headless:6379";
const metadataOf = (component: Resource) =>
  Object.fromEntries(
    (component.spec.metadata as { name: string; value?: string; secretKeyRef?: object }[]).map((item) => [
      item.name,
      item.value ?? item.secretKeyRef,
    ]),
  );

describe("names in the cluster and names in the code", () => {
  let cluster: Built;
  let laptop: Resource[];

  beforeAll(async () => {
    cluster = await buildOverlay("aks");
    const folder = join(cloneFolder, "components");
    const files = (await readdir(folder)).filter((name) => name.endsWith(".yaml"));
    const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
    laptop = texts.flatMap(parse).filter(({ kind }) => kind !== "Kustomization");
  }, patience);

  test("every component of the laptop is in the cluster, and no other", () => {
    const names = (resources: Resource[]) =>
      resources
        .filter(({ apiVersion, kind }) => apiVersion.startsWith("dapr.io/") && kind !== "Configuration")
        .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
        .sort();
    expect(names(cluster.resources)).toEqual(names(laptop));
    expect(names(laptop)).toEqual(
      expect.arrayContaining(Object.values(components).map((name) => `Component/${name}`)),
    );
  });

  test("a component differs in its hosts and secrets alone", () => {
    for (const ours of laptop.filter(({ kind }) => kind === "Component")) {
      const theirs = find(cluster.resources, "Component", ours.metadata.name);
      expect(theirs.spec.type).toBe(ours.spec.type);
      expect(theirs.scopes).toEqual(ours.scopes);
      const [here, there] = [metadataOf(ours), metadataOf(theirs)];
      // Redis on a laptop has no setting for TLS; the cluster's has it at a fixed place for the options.
      expect(Object.keys(there).filter((name) => name !== "enableTLS")).toEqual(Object.keys(here));
      if (there.enableTLS) expect(there.enableTLS).toBe("false");
      const changed = Object.keys(here).filter((name) => here[name] !== there[name]);
      for (const name of changed) expect(["redisHost", "redisPassword", "connectionString"]).toContain(name);
    }
  });

  test("writes, events and fresh reads go to ordinal 0, reads that may lag to the read Service", () => {
    const host = (name: string) => metadataOf(find(cluster.resources, "Component", name)).redisHost;
    for (const name of [components.state, components.pubsub, components.broadcast])
      expect(host(name)).toBe(master);
    expect(host(components.stateReplica)).toBe("redis-read:6379");
    for (const name of [components.state, components.stateReplica])
      expect(metadataOf(find(cluster.resources, "Component", name)).keyPrefix).toBe(stateKeyPrefix);
  });

  test("the apps are annotated with the ids of the code", () => {
    for (const id of Object.values(appIds)) {
      const { annotations } = find(cluster.resources, "Deployment", id).spec.template.metadata;
      expect(annotations["dapr.io/app-id"]).toBe(id);
      expect(annotations["dapr.io/config"]).toBe(
        find(cluster.resources, "Configuration", "fib-calculator").metadata.name,
      );
    }
  });

  test("KEDA counts the topic of submissions for the consumer group that the calculators are", async () => {
    const { resources } = await buildWith([
      "storage/disk-per-replica",
      "options/autoscaling",
      "options/keda",
    ]);
    const { triggers } = find(resources, "ScaledObject", "calculator").spec;
    const concurrency = metadataOf(find(resources, "Component", components.pubsub)).concurrency;
    for (const { type, metadata } of triggers) {
      expect(type).toBe("redis-streams");
      expect(metadata).toMatchObject({ stream: submitted.name, consumerGroup: appIds.calculator });
      expect(metadata.lagCount ?? metadata.pendingEntriesCount).toBe(concurrency);
    }
    expect(triggers.map(({ metadata }: Resource) => "lagCount" in metadata)).toEqual([true, false]);
    // Two scalers on one Deployment would fight.
    expect(
      resources.filter(({ kind }) => kind === "HorizontalPodAutoscaler").map(({ metadata }) => metadata.name),
    ).toEqual(["api"]);
  });

  test("with managed services the components keep their names, topics and scopes", async () => {
    const { resources } = await buildWith([
      "options/service-bus",
      "options/managed-postgres",
      "options/managed-redis",
    ]);
    expect(resources.filter(({ kind }) => kind === "StatefulSet")).toEqual([]);
    for (const name of [components.pubsub, components.broadcast]) {
      const managed = find(resources, "Component", name);
      const own = find(cluster.resources, "Component", name);
      expect(managed.spec.type).toBe("pubsub.azure.servicebus.topics");
      expect(managed.scopes).toEqual(own.scopes);
      const [there, here] = [metadataOf(managed), metadataOf(own)];
      for (const item of ["allowedTopics", "protectedTopics", "publishingScopes", "subscriptionScopes"])
        expect(there[item]).toBe(here[item]);
      expect(there.connectionString).toEqual({ name: "servicebus-secret", key: "connectionString" });
      expect(JSON.stringify(managed)).not.toMatch(/redis/i);
    }
    for (const name of [components.state, components.stateReplica])
      expect(metadataOf(find(resources, "Component", name))).toMatchObject({
        redisHost: { name: "redis-secret", key: "host" },
        enableTLS: "true",
        keyPrefix: stateKeyPrefix,
      });
  });

  test("the file that makes /components a kustomization does not disturb who starts the apps locally", async () => {
    const { mkdtemp, rm } = await import("node:fs/promises");
    const { tmpdir } = await import("node:os");
    const to = await mkdtemp(join(tmpdir(), "fib-components-"));
    await writeResources(join(cloneFolder, "components"), to, { redisHost: "localhost:1" });
    const copied = parse(await readFile(join(to, "statestore.yaml"), "utf8"));
    expect(metadataOf(copied[0]!).redisHost).toBe("localhost:1");
    await rm(to, { recursive: true });
  });
});
