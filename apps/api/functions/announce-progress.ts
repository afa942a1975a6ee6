import { progress } from "../../shared/contracts/events.ts";
import { onEvent } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";

/** Topic `progress`, to every replica → its clients. Late or out of order: pages never let a bar go back. */
export default ({ feed }: Api) =>
  onEvent({
    name: "announce-progress",
    topic: progress,
    async handle(event) {
      feed.send("progress", event);
    },
  });
