import { calculated } from "../../shared/contracts/events.ts";
import { onEvent } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";

/**
 * Topic `calculated`, to every replica → its clients and its memory. Twice or
 * late does no harm: a value never changes. A replica that starts is given the last
 * thousand again, and so begins with a warm memory.
 */
export default ({ feed, values, calculators }: Api) =>
  onEvent({
    name: "announce-calculated",
    topic: calculated,
    async handle(event) {
      values.remember(event.values);
      calculators.note(event.values);
      feed.send("calculated", event);
    },
  });
