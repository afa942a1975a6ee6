import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { appIds, components, stateKeyPrefix, topics } from "../../apps/shared/contracts/names.ts";

interface Resource {
  kind: string;
  metadata: { name: string };
  spec: { type?: string; metadata?: { name: string; value?: string }[]; targets?: { components: object } };
  scopes?: string[];
}

const folder = "components";
const resources = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml") && file !== "kustomization.yaml")
  .map((file) => ({ file, ...(parse(readFileSync(`${folder}/${file}`, "utf8")) as Resource) }));
const found = resources.filter(({ kind }) => kind === "Component");
const setting = (component: string, name: string) =>
  found.find(({ metadata }) => metadata.name === component)?.spec.metadata?.find((each) => each.name === name)
    ?.value;
const list = (text: string | undefined) => text?.split(",") ?? [];

const workTopics = [topics.submitted, topics.submittedDead];
const newsTopics = [topics.calculated, topics.cancelled, topics.progress, topics.recorded];

describe("The YAML agrees with the code", () => {
  test("on the components: each name has a file, and each file a name", () => {
    expect(found.map(({ metadata }) => metadata.name).sort()).toEqual(Object.values(components).sort());
    for (const { file, metadata } of found) expect(file).toBe(`${metadata.name}.yaml`);
  });

  test("on the app ids in dapr.yaml", () => {
    const run = parse(readFileSync("dapr.yaml", "utf8")) as { apps: { appID: string }[] };
    expect(run.apps.map(({ appID }) => appID).sort()).toEqual(Object.values(appIds).sort());
  });

  test("on the topics of each pub/sub component", () => {
    expect(list(setting(components.pubsub, "allowedTopics"))).toEqual(workTopics);
    expect(list(setting(components.pubsub, "protectedTopics"))).toEqual(workTopics);
    expect(list(setting(components.broadcast, "allowedTopics"))).toEqual(newsTopics);
    expect(list(setting(components.broadcast, "protectedTopics"))).toEqual(newsTopics);
  });

  test("on the key prefix, the same in both state components", () => {
    for (const component of [components.state, components.stateReplica]) {
      expect(setting(component, "keyPrefix")).toBe(stateKeyPrefix);
    }
  });

  test("on the route of the sweep", () => {
    expect(setting(components.sweep, "route")).toBe(`/schedules/${components.sweep}`);
  });
});

describe("Every resource", () => {
  test.each(resources.map(({ file, scopes }) => ({ file, scopes })))(
    "$file says who may use it",
    ({ scopes }) => {
      expect(scopes?.length).toBeGreaterThan(0);
      for (const scope of scopes ?? []) expect(Object.values(appIds)).toContain(scope);
    },
  );

  test("with Postgres or its dead letters is out of the calculator's sight", () => {
    expect(resources.find(({ metadata }) => metadata.name === components.entries)?.scopes).toEqual([
      appIds.api,
    ]);
  });

  test("of the resiliency targets a component that is there", () => {
    const resiliency = resources.find(({ kind }) => kind === "Resiliency");
    for (const target of Object.keys(resiliency?.spec.targets?.components ?? {})) {
      expect(Object.values(components)).toContain(target);
    }
  });

  test("that carries work retries without end, since Redis pub/sub acknowledges what failed", () => {
    const text = readFileSync(`${folder}/resiliency.yaml`, "utf8");
    const { spec } = parse(text);
    for (const component of [components.pubsub, components.broadcast]) {
      const retry = spec.targets.components[component].inbound.retry;
      expect(spec.policies.retries[retry].maxRetries).toBe(-1);
      expect(spec.targets.components[component].inbound.circuitBreaker).toBeUndefined();
    }
  });

  test("of pub/sub trims its streams and redelivers what a dead replica left", () => {
    for (const component of [components.pubsub, components.broadcast]) {
      expect(Number(setting(component, "maxLenApprox"))).toBeGreaterThan(0);
      expect(setting(component, "queueDepth")).toBe(setting(component, "concurrency"));
    }
    expect(Number(setting(components.pubsub, "processingTimeout"))).toBeGreaterThan(10_000);
    expect(setting(components.pubsub, "redeliverInterval")).toMatch(/^[1-9]\d*$/);
  });
});
