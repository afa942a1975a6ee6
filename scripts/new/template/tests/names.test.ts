import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import type { Orders } from "../apps/orders/orders.ts";
import { appId, components } from "../apps/shared/contracts/names.ts";
import type { AppFunction } from "../apps/shared/runtime/functions.ts";

type Component = { kind: string; spec: { metadata: { name: string; value: string }[] } };
type Place = { component: string; name: string };

const files = readdirSync(`apps/${appId}/functions`).sort();
// Functions declare before they are called, so parts that nothing calls will do.
const parts = { reportSeconds: 1 } as Orders;
const functions: AppFunction[] = [];
for (const file of files) functions.push((await import(`../apps/${appId}/functions/${file}`)).default(parts));

const published = functions.flatMap((each): Place[] => [
  ...(each.publishes ?? []),
  // The runtime publishes dead letters for every function that has a topic for them.
  ...(each.kind === "event" && each.topic.deadLetterTopic
    ? [{ component: each.topic.component, name: each.topic.deadLetterTopic }]
    : []),
]);
const subscribed = functions.flatMap((each): Place[] => (each.kind === "event" ? [each.topic] : []));

const listed = (places: Place[]) =>
  [...new Set(places.filter((each) => each.component === components.pubsub).map(({ name }) => name))]
    .sort()
    .join(",");

const metadataOf = (component: string) => {
  const { spec } = parse(readFileSync(`components/${component}.yaml`, "utf8")) as Component;
  return Object.fromEntries(spec.metadata.map(({ name, value }) => [name, value]));
};

test("Every function has the name of its file", () => {
  assert.deepEqual(
    functions.map(({ name }) => `${name}.ts`),
    files,
  );
});

test("The topics in components/pubsub.yaml are those that the functions use", () => {
  const topics = listed([...published, ...subscribed]);
  const wanted: Record<string, string> = {
    allowedTopics: topics,
    protectedTopics: topics,
    publishingScopes: `${appId}=${listed(published)}`,
    subscriptionScopes: `${appId}=${listed(subscribed)}`,
  };
  const present = metadataOf(components.pubsub);
  const wrong = Object.entries(wanted).filter(([name, value]) => present[name] !== value);
  const lines = wrong.map(([name, value]) => `    - name: ${name}\n      value: ${value}`);
  assert.equal(
    wrong.length,
    0,
    `components/pubsub.yaml does not fit the functions. Paste:\n${lines.join("\n")}`,
  );
});

test("Every schedule has a cron binding of its name that calls it", () => {
  for (const { name } of functions.filter(({ kind }) => kind === "schedule")) {
    assert.equal(metadataOf(name).route, `/schedules/${name}`);
  }
});
