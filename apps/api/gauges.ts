import { gauge, readCounter, readGauge } from "../shared/runtime/metrics.ts";
import type { Api } from "./api.ts";

/** Gauges of the API. Each replica reports its own: Prometheus adds them up (docs/workshop/11-watch-it.md). */

export const uncalculated = gauge(
  "fib_uncalculated",
  "Indexes in the history without a value that this replica's sweep knows of.",
);
export const oldestUncalculated = gauge(
  "fib_oldest_uncalculated_seconds",
  "How long ago the oldest of them was entered; 0 when there is none.",
);

/** Numbers that are looked up whenever Prometheus asks. */
export function watch({ submissions, values, deadLetters, feed }: Api): void {
  readGauge(
    "fib_unrecorded",
    "Submissions that this replica accepted and that are not in Postgres yet.",
    () => submissions.unrecorded,
  );
  readGauge(
    "fib_oldest_unrecorded_seconds",
    "How long the oldest of them has been waiting; 0 when there is none.",
    () => secondsSince(submissions.oldest),
  );
  readCounter(
    "fib_answers_total",
    "Values answered, by where they were read from: memory, replica or master.",
    "place",
    () => ({ ...values.reads }),
  );
  readGauge("fib_dead_letters", "Dead letters in Postgres that nobody replayed.", () => deadLetters.count());
  readGauge("fib_clients", "Clients that read this replica's stream of events.", () => feed.clients);
}

/** @param time ISO 8601. */
export const secondsSince = (time: string | undefined): number =>
  time === undefined ? 0 : Math.max(0, (Date.now() - Date.parse(time)) / 1_000);
