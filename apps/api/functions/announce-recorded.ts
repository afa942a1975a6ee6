import { Recorded } from "../../shared/contracts/events.ts";
import { components, topics } from "../../shared/contracts/names.ts";
import { onEvent } from "../../shared/runtime/functions.ts";
import type { Feed } from "../feed.ts";
import type { Submissions } from "../submissions.ts";

/**
 * Topic `recorded`, to every replica → its open pages, and its memory of what still
 * waits. Twice or late does no harm: pages know entries by id.
 */
export const announceRecorded = (feed: Feed, submissions: Submissions) =>
  onEvent({
    name: "announce-recorded",
    component: components.broadcast,
    topic: topics.recorded,
    data: Recorded,
    async handle({ entries }) {
      submissions.confirm(entries.map(({ id }) => id));
      const rows = entries.map(({ id, index, submittedAt }) => ({ id, number: index, submittedAt }));
      feed.send("recorded", { entries: rows });
    },
  });
