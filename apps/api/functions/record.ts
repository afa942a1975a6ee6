import { recorded, type Submission, submitted } from "../../shared/contracts/events.ts";
import { indexTooHigh } from "../../shared/contracts/settings.ts";
import { onEvent, Retry } from "../../shared/runtime/functions.ts";
import { GroupCommit } from "../../shared/runtime/group-commit.ts";
import { counter } from "../../shared/runtime/metrics.ts";
import type { Api } from "../api.ts";
import { isRefusal } from "../database.ts";

const written = counter(
  "fib_recorded_total",
  "Submissions that this replica wrote to Postgres; a redelivery counts again.",
);

/** Events whose submissions go into one statement: as many as are delivered at once. */
const eventsPerStatement = 16;
/** A lone entry waits for others, and lets its value go first: that is what somebody looks at. */
const lingerMilliseconds = 10;

/**
 * Topic `submitted` → rows in Postgres, then the event that they are recorded.
 *
 * Idempotent by submission id: twice, or at the same time in two replicas, is one row.
 * Late is only later in `recorded_at`; the history is ordered by id, the time of
 * entering. Dying before the acknowledgement has the event delivered again, and
 * perhaps `recorded` published twice. While Postgres is away the event waits, without end; one whose
 * rows Postgres refuses is a dead letter in the end, and does not keep the others waiting.
 */
export default ({ sidecar, entries, submissions, upperLimit }: Api) => {
  async function write(rows: Submission[]): Promise<void> {
    await entries.insert(rows);
    written.inc(rows.length);
    await sidecar.publish(recorded, { entries: rows });
  }

  const writeAll = (events: Submission[][]) => write(events.flat());
  const commit = new GroupCommit<Submission[]>(writeAll, eventsPerStatement, lingerMilliseconds);

  return onEvent({
    name: "record",
    topic: submitted,
    publishes: [recorded],
    async handle(event, { deadLetter }) {
      const good = event.submissions.filter(({ index }) => index <= upperLimit);
      if (good.length < event.submissions.length) {
        const bad = event.submissions.filter(({ index }) => index > upperLimit);
        await deadLetter({ submissions: bad }, indexTooHigh);
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
