import { randomUUID } from "node:crypto";
import { NewOrder, Order, ordered } from "../../shared/contracts/orders.ts";
import { json, problem } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import type { Orders } from "../orders.ts";
import { later, orLater } from "../problems.ts";

/**
 * `POST /orders {item, quantity}`: 202 when Redis has the event, which is the promise to ship the order.
 *
 * Twice: a request that is sent twice makes two orders; let clients send an id of their own if that matters.
 * Late: nothing here waits for a certain time.
 * Dying: if the process dies before it answers, nothing was promised; the order may be shipped all the same.
 */
export default ({ sidecar }: Orders) =>
  onRequest({
    name: "place-order",
    method: "POST",
    path: "/orders",
    summary: "Place an order. The 202 is a promise: it will be shipped once.",
    body: NewOrder,
    answers: { 202: json("Accepted.", Order), 400: problem("Not an order."), ...later },
    publishes: [ordered],
    async handle({ body: { item, quantity } }) {
      const order: Order = { id: randomUUID(), item, quantity, orderedAt: new Date().toISOString() };
      await orLater(sidecar.publish(ordered, order));
      return { status: 202, headers: { location: `/orders/${order.id}` }, body: order };
    },
  });
