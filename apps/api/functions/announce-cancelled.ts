import { Cancelled } from "../../shared/contracts/events.ts";
import { components, topics } from "../../shared/contracts/names.ts";
import { onEvent } from "../../shared/runtime/functions.ts";
import type { Feed } from "../feed.ts";

/** Topic `cancelled`, to every replica → its open pages. A page that hears it late asks for the value anyway. */
export const announceCancelled = (feed: Feed) =>
  onEvent({
    name: "announce-cancelled",
    component: components.broadcast,
    topic: topics.cancelled,
    data: Cancelled,
    async handle({ index }) {
      feed.send("cancelled", { index });
    },
  });
