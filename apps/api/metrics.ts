import { counter, gauge, readCounter, readGauge } from "../shared/runtime/metrics.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Feed } from "./feed.ts";
import type { Submissions } from "./submissions.ts";
import type { Values } from "./values.ts";

/** What the API counts. Each replica for itself: Prometheus adds them up (docs/workshop/11-watch-it.md). */

export const accepted = counter("fib_accepted_total", "Submissions that this replica promised to keep.");
export const refused = counter(
  "fib_refused_total",
  "Submissions that this replica refused, by reason: overload or store.",
  ["reason"],
);
export const recorded = counter(
  "fib_recorded_total",
  "Submissions that this replica wrote to Postgres; a redelivery counts again.",
);
export const uncalculated = gauge(
  "fib_uncalculated",
  "Indexes in the history without a value that this replica's sweep knows of.",
);
export const oldestUncalculated = gauge(
  "fib_oldest_uncalculated_seconds",
  "How long ago the oldest of them was entered; 0 when there is none.",
);

/** What is looked up whenever somebody asks. */
export function watch(parts: {
  submissions: Submissions;
  values: Values;
  deadLetters: DeadLetters;
  feed: Feed;
}): void {
  const { submissions, values, deadLetters, feed } = parts;
  readGauge(
    "fib_unrecorded",
    "Submissions that this replica promised and that are not in Postgres yet.",
    () => submissions.unrecorded,
  );
  readGauge(
    "fib_oldest_unrecorded_seconds",
    "How long the oldest of them has been waiting; 0 when there is none.",
    () => secondsSince(submissions.oldest),
  );
  readCounter(
    "fib_answers_total",
    "Values answered, by the place they were read from: memory, replica or master.",
    "place",
    () => ({ ...values.reads }),
  );
  readGauge("fib_dead_letters", "Dead letters in Postgres that nobody replayed.", () => deadLetters.count());
  readGauge("fib_open_pages", "Pages that listen to this replica.", () => feed.listeners);
}

/** @param time ISO 8601. */
export const secondsSince = (time: string | undefined): number =>
  time === undefined ? 0 : Math.max(0, (Date.now() - Date.parse(time)) / 1_000);
