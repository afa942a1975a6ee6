import { recorded } from "../../shared/contracts/events.ts";
import { onEvent } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";

/**
 * Topic `recorded`, to every replica → its clients, and its memory of the submissions that
 * are not recorded yet. Twice or late does no harm: pages know entries by id.
 */
export default ({ feed, submissions }: Api) =>
  onEvent({
    name: "announce-recorded",
    topic: recorded,
    async handle({ entries }) {
      submissions.confirm(entries.map(({ id }) => id));
      const rows = entries.map(({ id, index, submittedAt }) => ({ id, number: index, submittedAt }));
      feed.send("recorded", { entries: rows });
    },
  });
