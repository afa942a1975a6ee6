import { z } from "zod";
import { type Cancelled, cancelled } from "../../shared/contracts/events.ts";
import { PendingValue } from "../../shared/contracts/http.ts";
import { components } from "../../shared/contracts/names.ts";
import { cancelledKey } from "../../shared/contracts/state.ts";
import { json, problem } from "../../shared/runtime/answers.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { HttpProblem } from "../../shared/runtime/problem.ts";
import type { Api } from "../api.ts";
import { indexInUrl } from "../index-schema.ts";
import { later, tooHigh } from "../problems.ts";

/**
 * `DELETE /calculations/:index`: cancels a calculation. The mark in the store
 * keeps redeliveries and the sweep from calculating it; the event stops the replica that
 * calculates. Entering the index again afterwards calculates it again. The entries stay.
 * A calculation of less than a second may finish all the same.
 */
export default ({ sidecar, values, upperLimit }: Api) =>
  onRequest({
    name: "cancel-calculation",
    method: "DELETE",
    path: "/calculations/:index",
    summary: "Cancel a calculation. Its entries stay; entering the index again calculates it again.",
    access: "operator",
    params: z.object({ index: indexInUrl(upperLimit) }),
    answers: {
      202: json("Cancelled.", PendingValue),
      409: problem("The index has its value already."),
      ...tooHigh,
      ...later,
    },
    publishes: [cancelled],
    async handle({ params: { index } }) {
      if ((await values.get([index])).has(index)) {
        throw new HttpProblem(409, "Already calculated", `Index ${index} has its value already.`);
      }
      const event: Cancelled = { index, at: new Date().toISOString() };
      await sidecar.saveState(components.state, [{ key: cancelledKey(index), value: event }]);
      await sidecar.publish(cancelled, event);
      const body: z.infer<typeof PendingValue> = { status: "cancelled", index };
      return { status: 202, body };
    },
  });
