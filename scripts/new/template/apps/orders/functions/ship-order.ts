import { components } from "../../shared/contracts/names.ts";
import {
  hourKey,
  hourOf,
  type Order,
  ordered,
  orderKey,
  type ShippedInHour,
  type ShippedOrder,
} from "../../shared/contracts/orders.ts";
import { onEvent, Retry } from "../../shared/runtime/functions.ts";
import { GroupCommit } from "../../shared/runtime/group-commit.ts";
import type { Orders } from "../orders.ts";

/** Orders that are handled at the same time are written together: as many as the sidecar delivers at once. */
const ordersPerWrite = 16;

/**
 * Topic `ordered` → the order in the state store, and its quantity in the hour's.
 *
 * Twice: both writes go by the order's id, so a second delivery changes nothing.
 * Late: the order counts for the hour in which it was placed; the report looks at the last 24 hours.
 * Dying: the event is delivered again, and the write that is missing is made. While Redis is away the
 * event waits. Two replicas that write the same hour: the store refuses one, whose event is delivered again.
 */
export default ({ sidecar }: Orders) => {
  const commit = new GroupCommit<Order>(ship, ordersPerWrite);

  async function ship(orders: Order[]): Promise<void> {
    const hours = [...new Set(orders.map(({ orderedAt }) => hourOf(orderedAt)))];
    const keys = [...orders.map(({ id }) => orderKey(id)), ...hours.map(hourKey)];
    const found = await sidecar.getState<ShippedOrder | ShippedInHour>(components.state, keys);

    const shippedAt = new Date().toISOString();
    const missing = orders.filter(({ id }) => !found.has(orderKey(id)));
    const writes = missing.map((order) => ({
      key: orderKey(order.id),
      value: { ...order, shippedAt },
      firstWrite: true,
    }));
    await sidecar.saveState(components.state, writes);

    for (const hour of hours) {
      const before = found.get(hourKey(hour));
      const quantities = { ...(before?.value as ShippedInHour | undefined)?.quantities };
      const uncounted = orders.filter(
        (order) => hourOf(order.orderedAt) === hour && !(order.id in quantities),
      );
      if (uncounted.length === 0) continue;
      for (const { id, quantity } of uncounted) quantities[id] = quantity;
      const unchanged = before ? { etag: before.etag } : {};
      const write = { key: hourKey(hour), value: { quantities }, firstWrite: true, ...unchanged };
      await sidecar.saveState(components.state, [write]);
    }
  }

  return onEvent({
    name: "ship-order",
    topic: ordered,
    async handle(order) {
      try {
        await commit.add(order);
      } catch (error) {
        throw new Retry(`not shipped: ${error}`);
      }
    },
  });
};
