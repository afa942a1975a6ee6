import { z } from "zod";
import { components } from "../../shared/contracts/names.ts";
import { orderKey, ShippedOrder } from "../../shared/contracts/orders.ts";
import { json, problem } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { notFound } from "../../shared/runtime/problem.ts";
import type { Orders } from "../orders.ts";
import { later, orLater } from "../problems.ts";

/** `GET /orders/:id`: an order that was shipped. 404 until then: the order itself is only in the event. */
export default ({ sidecar }: Orders) =>
  onRequest({
    name: "read-order",
    method: "GET",
    path: "/orders/:id",
    summary: "Read an order that was shipped.",
    params: z.object({ id: z.uuid() }),
    answers: {
      200: json("Shipped.", ShippedOrder),
      400: problem("The id is not a UUID."),
      404: problem("No order with this id was shipped."),
      ...later,
    },
    async handle({ params: { id } }) {
      const key = orderKey(id);
      const found = await orLater(sidecar.getState<ShippedOrder>(components.state, [key]));
      const order = found.get(key)?.value;
      if (!order) throw notFound(`No order ${id} was shipped.`);
      return { headers: { "cache-control": "no-store" }, body: order };
    },
  });
