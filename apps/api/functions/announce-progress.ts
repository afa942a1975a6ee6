import { Progress } from "../../shared/contracts/events.ts";
import { components, topics } from "../../shared/contracts/names.ts";
import { onEvent } from "../../shared/runtime/functions.ts";
import type { Feed } from "../feed.ts";

/** Topic `progress`, to every replica → its open pages. Late or out of order: pages never let a bar go back. */
export const announceProgress = (feed: Feed) =>
  onEvent({
    name: "announce-progress",
    component: components.broadcast,
    topic: topics.progress,
    data: Progress,
    async handle(event) {
      feed.send("progress", event);
    },
  });
