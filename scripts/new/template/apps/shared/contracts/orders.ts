/** What travels in events and what the state store holds. */
import { z } from "zod";
import { topic } from "../runtime/topic.ts";
import { components } from "./names.ts";

/** What a customer sends. */
export const NewOrder = z.object({
  item: z.string().min(1).max(100),
  /** 1 to 1000. */
  quantity: z.int().min(1).max(1_000),
});

export const Order = NewOrder.extend({
  id: z.uuid(),
  /** ISO 8601, when the order was accepted. */
  orderedAt: z.iso.datetime(),
});
export type Order = z.infer<typeof Order>;

/** Orders that were accepted, to be shipped. */
export const ordered = topic({
  component: components.pubsub,
  name: "ordered",
  data: Order,
  deadLetterTopic: "ordered-dead",
});

/** In the state store: an order that was shipped. */
export const ShippedOrder = Order.extend({ shippedAt: z.iso.datetime() });
export type ShippedOrder = z.infer<typeof ShippedOrder>;
export const orderKey = (id: string) => `order:${id}`;

/** In the state store: the quantity of each shipped order by its id, for one hour of ordering. */
export const ShippedInHour = z.object({ quantities: z.record(z.string(), z.number()) });
export type ShippedInHour = z.infer<typeof ShippedInHour>;
/** @param time ISO 8601 in UTC; the hour is its first 13 characters, like "2026-01-31T09". */
export const hourOf = (time: string) => time.slice(0, 13);
export const hourKey = (hour: string) => `shipped:${hour}`;

/** In the state store: what the schedule wrote last. */
export const Report = z.object({
  writtenAt: z.iso.datetime(),
  hours: z.array(z.object({ hour: z.string(), orders: z.int(), quantity: z.int() })),
});
export type Report = z.infer<typeof Report>;
export const reportKey = "report";
