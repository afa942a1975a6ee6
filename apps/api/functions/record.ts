import { type Submission, Submitted } from "../../shared/contracts/events.ts";
import { components, topics } from "../../shared/contracts/names.ts";
import { onEvent, Retry } from "../../shared/runtime/functions.ts";
import { GroupCommit } from "../../shared/runtime/group-commit.ts";
import type { Sidecar } from "../../shared/runtime/sidecar.ts";
import { isRefusal } from "../database.ts";
import type { Entries } from "../entries.ts";
import { recorded } from "../metrics.ts";
import { indexTooHigh } from "../parse-index.ts";
import type { Submissions } from "../submissions.ts";

/** Events whose submissions go into one statement: as many as are delivered at once. */
const eventsPerStatement = 16;
/** A lone entry waits for others, and lets its value go first: that is what somebody looks at. */
const lingerMilliseconds = 10;

/**
 * Topic `submitted` → rows in Postgres, then the news that they are there.
 *
 * Idempotent by submission id: twice, or at the same time in two replicas, is one row.
 * Late is only later in `recorded_at`; the history is ordered by id, the time of
 * entering. Dying before the acknowledgement brings the event again, and with it
 * perhaps the news, twice. While Postgres is away the event waits, without end; one whose
 * rows Postgres refuses is a dead letter in the end, and does not keep the others waiting.
 */
export const record = (sidecar: Sidecar, entries: Entries, submissions: Submissions, upperLimit: number) => {
  async function write(rows: Submission[]): Promise<void> {
    await entries.insert(rows);
    recorded.inc(rows.length);
    await sidecar.publish(components.broadcast, topics.recorded, { entries: rows });
  }

  const writeAll = (events: Submission[][]) => write(events.flat());
  const commit = new GroupCommit<Submission[]>(writeAll, eventsPerStatement, lingerMilliseconds);

  return onEvent({
    name: "record",
    component: components.pubsub,
    topic: topics.submitted,
    deadLetterTopic: topics.submittedDead,
    data: Submitted,
    async handle(event, { giveUp }) {
      const good = event.submissions.filter(({ index }) => index <= upperLimit);
      if (good.length < event.submissions.length) {
        const bad = event.submissions.filter(({ index }) => index > upperLimit);
        await giveUp({ submissions: bad }, indexTooHigh);
      }
      if (good.length === 0) return;
      try {
        // What Postgres refuses fails the whole statement; alone, each event is told apart.
        await commit.add(good).catch((error) => (isRefusal(error) ? write(good) : Promise.reject(error)));
      } catch (error) {
        throw isRefusal(error) ? error : new Retry(`not recorded: ${error}`);
      }
      submissions.confirm(good.map(({ id }) => id));
    },
  });
};
