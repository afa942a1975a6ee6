import { Cancelled } from "../../shared/contracts/events.ts";
import { components, topics } from "../../shared/contracts/names.ts";
import { onEvent } from "../../shared/runtime/functions.ts";
import type { Calculations } from "../calculations.ts";

/**
 * Topic `cancelled`, to every replica → whichever calculates the index stops. Late, or
 * heard again at a start, it does no harm: an index that was entered after the
 * cancellation goes on.
 */
export const cancel = (calculations: Calculations) =>
  onEvent({
    name: "cancel",
    component: components.broadcast,
    topic: topics.cancelled,
    data: Cancelled,
    async handle(event) {
      calculations.cancel(event);
    },
  });
