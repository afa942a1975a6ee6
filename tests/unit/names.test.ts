import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { appIds, components, stateKeyPrefix } from "../../apps/shared/contracts/names.ts";
import type { AppFunction } from "../../apps/shared/runtime/functions.ts";
import { functionsOf } from "../support/functions-of.ts";

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
const functions = {
  api: await functionsOf("api"),
  calculator: await functionsOf("calculator"),
};
const schedules = Object.entries(functions).flatMap(([appId, list]) =>
  list.filter(({ kind }) => kind === "schedule").map(({ name }) => ({ appId, name })),
);

/** What one app publishes on, by what its functions declare. */
const published = (list: AppFunction[]) =>
  list.flatMap((each) => [
    ...(each.publishes ?? []),
    // The runtime publishes dead letters for every function that has a topic for them.
    ...(each.kind === "event" && each.topic.deadLetterTopic
      ? [{ component: each.topic.component as string, name: each.topic.deadLetterTopic }]
      : []),
  ]);
const subscribed = (list: AppFunction[]) =>
  list.flatMap((each) => (each.kind === "event" ? [each.topic] : []));

/** Topics of a component that any function uses. */
const topicsOf = (component: string) =>
  [
    ...new Set(
      Object.values(functions)
        .flatMap((list) => [...published(list), ...subscribed(list)])
        .filter((each) => each.component === component)
        .map(({ name }) => name),
    ),
  ]
    .sort()
    .join(",");

/** The scopes of a component as its YAML has to say them, from the functions. */
function scopes(
  component: string,
  used: (list: AppFunction[]) => { component: string; name: string }[],
): string {
  return Object.entries(functions)
    .map(([appId, list]) => {
      const names = used(list)
        .filter((each) => each.component === component)
        .map(({ name }) => name);
      return { appId, names: [...new Set(names)].sort() };
    })
    .filter(({ names }) => names.length > 0)
    .map(({ appId, names }) => `${appId}=${names.join(",")}`)
    .join(";");
}

/** Fails with the lines to paste when a component's metadata is not what the functions say. */
function demand(component: string, wanted: Record<string, string>): void {
  const wrong = Object.entries(wanted).filter(([name, value]) => setting(component, name) !== value);
  if (wrong.length === 0) return;
  const lines = wrong.map(([name, value]) => `    - name: ${name}\n      value: ${value}`);
  throw new Error(`components/${component}.yaml does not fit the functions. Paste:\n${lines.join("\n")}`);
}

describe("The YAML agrees with the code", () => {
  test("on the components: each name has a file, and each file a name", () => {
    expect(found.map(({ metadata }) => metadata.name).sort()).toEqual(
      [...Object.values(components), ...schedules.map(({ name }) => name)].sort(),
    );
    for (const { file, metadata } of found) expect(file).toBe(`${metadata.name}.yaml`);
  });

  test("on the app ids in dapr.yaml", () => {
    const run = parse(readFileSync("dapr.yaml", "utf8")) as { apps: { appID: string; command?: string[] }[] };
    // The callers' sidecar has no app.
    const apps = run.apps.filter(({ command }) => command);
    expect(apps.map(({ appID }) => appID).sort()).toEqual(Object.values(appIds).sort());
  });

  test.each([components.pubsub, components.broadcast])(
    "on the topics of %s, and on who may use them",
    (component) => {
      demand(component, {
        allowedTopics: topicsOf(component),
        protectedTopics: topicsOf(component),
        publishingScopes: scopes(component, published),
        subscriptionScopes: scopes(component, subscribed),
      });
    },
  );

  test("on the key prefix, the same in both state components", () => {
    for (const component of [components.state, components.stateReplica]) {
      expect(setting(component, "keyPrefix")).toBe(stateKeyPrefix);
    }
  });

  test.each(schedules)("on the schedule $name, which its cron binding calls", ({ appId, name }) => {
    const resource = found.find(({ metadata }) => metadata.name === name);
    expect(resource).toMatchObject({ scopes: [appId], spec: { type: "bindings.cron" } });
    expect(setting(name, "route")).toBe(`/schedules/${name}`);
  });
});

describe("Every function", () => {
  test.each(Object.entries(functions).flatMap(([appId, list]) => list.map(({ name }) => ({ appId, name }))))(
    "$name of $appId has the name of its file",
    ({ appId, name }) => {
      expect(readdirSync(`apps/${appId}/functions`)).toContain(`${name}.ts`);
    },
  );
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
