import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import type { Order, Report } from "../apps/shared/contracts/orders.ts";
import { waitFor } from "../scripts/local/wait-for.ts";
import { type System, startSystem } from "./system.ts";

const newOrder = (item: string): Order => ({
  id: randomUUID(),
  item,
  quantity: 2,
  orderedAt: new Date().toISOString(),
});

describe("The app on a real sidecar and a real Redis", () => {
  let system: System;
  // A report every second instead of every hour.
  before(async () => {
    system = await startSystem({ REPORT_SECONDS: "1" }, { report: { schedule: "@every 1s" } });
  });
  after(() => system?.stop());

  const post = (path: string, body: unknown) =>
    fetch(`${system.replica.app.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  const get = (path: string) => fetch(`${system.replica.app.url}${path}`);
  const publish = (order: unknown) =>
    fetch(`${system.replica.sidecar.url}/v1.0/publish/pubsub/ordered`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(order),
    });
  const shipped = (id: string) => waitFor(`order ${id}`, async () => (await get(`/orders/${id}`)).ok);
  const reportedOrders = async () => {
    const response = await get("/report");
    if (!response.ok) return 0;
    return ((await response.json()) as Report).hours.reduce((sum, { orders }) => sum + orders, 0);
  };

  test("an order that is accepted is shipped", async () => {
    const response = await post("/orders", { item: "tea", quantity: 3 });
    assert.equal(response.status, 202);
    const { id } = (await response.json()) as Order;
    await shipped(id);
    const { item, quantity } = (await (await get(`/orders/${id}`)).json()) as Order;
    assert.deepEqual({ item, quantity }, { item: "tea", quantity: 3 });
  });

  test("an order with a quantity of zero is refused, and the answer says why", async () => {
    const response = await post("/orders", { item: "tea", quantity: 0 });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /`quantity`/);
  });

  test("an event that is delivered twice is one order in the report", async () => {
    const twice = newOrder("coffee");
    const other = newOrder("cocoa");
    for (const order of [twice, twice, other]) assert.equal((await publish(order)).status, 204);
    await shipped(twice.id);
    await shipped(other.id);
    // One from the first test, and these two.
    await waitFor("the report", async () => (await reportedOrders()) === 3);
  });

  test("an order that is published while the app is dead is shipped when it is back", async () => {
    await system.replica.app.kill();
    const order = newOrder("milk");
    assert.equal((await publish(order)).status, 204);
    await system.replica.app.restart();
    await shipped(order.id);
    await waitFor("the report", async () => (await reportedOrders()) === 4);
  });

  test("an event that is no order does not keep others waiting", async () => {
    assert.equal((await publish({ nonsense: true })).status, 204);
    const order = newOrder("honey");
    await publish(order);
    await shipped(order.id);
  });
});
