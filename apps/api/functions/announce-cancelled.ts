import { cancelled } from "../../shared/contracts/events.ts";
import { onEvent } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";

/** Topic `cancelled`, to every replica → its clients. A page that gets it late asks for the value anyway. */
export default ({ feed }: Api) =>
  onEvent({
    name: "announce-cancelled",
    topic: cancelled,
    async handle({ index }) {
      feed.send("cancelled", { index });
    },
  });
