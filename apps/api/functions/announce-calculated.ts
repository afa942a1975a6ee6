import { Calculated } from "../../shared/contracts/events.ts";
import { components, topics } from "../../shared/contracts/names.ts";
import { onEvent } from "../../shared/runtime/functions.ts";
import type { Calculators } from "../calculators.ts";
import type { Feed } from "../feed.ts";
import type { Values } from "../values.ts";

/**
 * Topic `calculated`, to every replica → its open pages and its memory. Twice or
 * late does no harm: a value never changes. A replica that starts hears the last
 * thousand again, and so begins with a warm memory.
 */
export const announceCalculated = (feed: Feed, values: Values, calculators: Calculators) =>
  onEvent({
    name: "announce-calculated",
    component: components.broadcast,
    topic: topics.calculated,
    data: Calculated,
    async handle(event) {
      values.remember(event.values);
      calculators.note(event.values);
      feed.send("calculated", event);
    },
  });
