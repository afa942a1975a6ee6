import { cancelled } from "../../shared/contracts/events.ts";
import { onEvent } from "../../shared/runtime/functions.ts";
import type { Calculator } from "../calculator.ts";

/**
 * Topic `cancelled`, to every replica → the one that calculates the index stops. Late, or
 * delivered again at a start, it does no harm: an index that was entered after the
 * cancellation goes on.
 */
export default ({ calculations }: Calculator) =>
  onEvent({
    name: "cancel",
    topic: cancelled,
    async handle(event) {
      calculations.cancel(event);
    },
  });
