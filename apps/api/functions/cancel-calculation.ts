import type { Cancelled } from "../../shared/contracts/events.ts";
import type { ValueState } from "../../shared/contracts/http.ts";
import { components, topics } from "../../shared/contracts/names.ts";
import { cancelledKey } from "../../shared/contracts/state.ts";
import { onRequest } from "../../shared/runtime/functions.ts";
import { HttpProblem } from "../../shared/runtime/problem.ts";
import type { Sidecar } from "../../shared/runtime/sidecar.ts";
import { parseIndex } from "../parse-index.ts";
import type { Values } from "../values.ts";

/**
 * `DELETE /calculations/:index`: nobody wants this value any more. The mark in the store
 * keeps redeliveries and the sweep from beginning anew; the event stops the replica that
 * calculates. Entering the index again afterwards calculates it again. The entries stay.
 * A calculation of less than a second may finish all the same.
 */
export const cancelCalculation = (sidecar: Sidecar, values: Values, upperLimit: number) =>
  onRequest({
    name: "cancel-calculation",
    method: "DELETE",
    path: "/calculations/:index",
    async handle({ params }) {
      const index = parseIndex(params.index, upperLimit);
      if ((await values.get([index])).has(index)) {
        throw new HttpProblem(409, "Already calculated", `The value of index ${index} is there.`);
      }
      const event: Cancelled = { index, at: new Date().toISOString() };
      await sidecar.saveState(components.state, [{ key: cancelledKey(index), value: event }]);
      await sidecar.publish(components.broadcast, topics.cancelled, event);
      const state: ValueState = { status: "cancelled", index };
      return { status: 202, body: state };
    },
  });
