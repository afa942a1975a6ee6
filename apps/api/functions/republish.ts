import { submitted } from "../../shared/contracts/events.ts";
import { onSchedule } from "../../shared/runtime/functions.ts";
import type { Api } from "../api.ts";

/**
 * Every ten seconds, in every replica: publishes the submissions again that this replica accepted and
 * that are not recorded after twenty seconds, as when Redis came back empty.
 *
 * Publishing again is safe: recording and calculating are idempotent. If the replica dies, its memory of
 * these submissions is lost, and the stream in Redis alone carries them.
 */
export default ({ submissions }: Api) =>
  onSchedule({
    name: "republish",
    runs: "replica",
    publishes: [submitted],
    async handle({ log }) {
      const overdue = await submissions.republishOverdue();
      if (overdue > 0) log.warn({ unrecorded: overdue }, "submissions published again");
    },
  });
