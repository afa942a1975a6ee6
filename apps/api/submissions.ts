import { setTimeout as pause } from "node:timers/promises";
import { v7 as newId } from "uuid";
import { type Submission, submissionsPerEvent, submitted } from "../shared/contracts/events.ts";
import { GroupCommit } from "../shared/runtime/group-commit.ts";
import { counter } from "../shared/runtime/metrics.ts";
import { unavailable } from "../shared/runtime/problem.ts";
import type { SidecarClient } from "../shared/runtime/sidecar-client.ts";
import { type PublishedEvent, StreamShare } from "./stream-share.ts";

const accepted = counter("fib_accepted_total", "Submissions that this replica accepted.");
const refused = counter(
  "fib_refused_total",
  "Submissions that this replica refused, by reason: overload or store.",
  ["reason"],
);

/**
 * Submissions on their way from the promise (a 2xx) to Postgres.
 *
 * The stream in Redis is what carries them. This replica remembers them too, until
 * it hears that they are recorded, and publishes the ones again that take too long:
 * that is what survives a Redis that comes back empty.
 */
export interface Submissions {
  /**
   * Resolves when Redis has the submission.
   * @throws HttpProblem 503 when too many wait to be recorded, or Redis refuses. A
   *   refused submission may still be recorded: a broken call is not an undone one.
   */
  accept(index: number): Promise<Submission>;
  /** These are in Postgres. Unknown ids are fine: other replicas' submissions are heard of too. */
  confirm(ids: Iterable<string>): void;
  /** Publishes again what waits for longer than it should; recording is idempotent. */
  republishOverdue(): Promise<number>;
  /** Publishes submissions, old or new, in as few events as possible. */
  publish(submissions: Submission[]): Promise<void>;
  /** Whether this replica accepted the index and has not heard that it is recorded. */
  isWaiting(index: number): boolean;
  readonly unrecorded: number;
  /** When the one was accepted that has been waiting longest. */
  readonly oldest: string | undefined;
}

/** Most submissions that wait to be recorded, in one replica. From there on new ones are refused. */
export const mostUnrecorded = 50_000;
/** After how long a submission is published again; each further time after twice as long. */
const overdueMilliseconds = 20_000;

/** How long a busy replica lets submissions gather for the next event. */
const busyMilliseconds = 5;

interface Waiting {
  submission: Submission;
  event: PublishedEvent;
  republishAt: number;
  patience: number;
}

export function openSubmissions(sidecar: Pick<SidecarClient, "publish">): Submissions {
  const waiting = new Map<string, Waiting>();
  const waitingByIndex = new Map<number, number>();
  const stream = new StreamShare();

  async function publishEvent(submissions: Submission[], event = stream.add(0)): Promise<void> {
    await sidecar.publish(submitted, { submissions });
    stream.published(event);
  }

  async function publish(submissions: Submission[]): Promise<void> {
    for (let at = 0; at < submissions.length; at += submissionsPerEvent) {
      await publishEvent(submissions.slice(at, at + submissionsPerEvent));
    }
  }

  /** One event for all submissions that arrive while the last one is being published. */
  const commit = new GroupCommit<Submission>(async (submissions) => {
    // Fewer, fuller events when many are under way: the stream's length is counted in events.
    if (stream.isBusy) await pause(busyMilliseconds);
    const event = stream.add(submissions.length);
    for (const submission of submissions) {
      const republishAt = Date.now() + overdueMilliseconds;
      waiting.set(submission.id, { submission, event, republishAt, patience: overdueMilliseconds });
      count(submission.index, 1);
    }
    try {
      await publishEvent(submissions, event);
    } catch (error) {
      forget(
        submissions.map(({ id }) => id),
        "refused",
      );
      throw error;
    }
  }, submissionsPerEvent);

  function forget(ids: Iterable<string>, why: "recorded" | "refused"): void {
    for (const id of ids) {
      const done = waiting.get(id);
      if (!done) continue;
      waiting.delete(id);
      count(done.submission.index, -1);
      stream.handled(done.event, why);
    }
  }

  function count(index: number, change: number): void {
    const left = (waitingByIndex.get(index) ?? 0) + change;
    if (left === 0) waitingByIndex.delete(index);
    else waitingByIndex.set(index, left);
  }

  return {
    confirm: (ids) => forget(ids, "recorded"),
    publish,
    isWaiting: (index) => waitingByIndex.has(index),
    get unrecorded() {
      return waiting.size;
    },
    get oldest() {
      return waiting.values().next().value?.submission.submittedAt;
    },

    async accept(index) {
      if (waiting.size + commit.waiting >= mostUnrecorded || stream.isFull) {
        refused.inc({ reason: "overload" });
        throw unavailable("More submissions arrive than can be recorded.", 5);
      }
      const submission = { id: newId(), index, submittedAt: new Date().toISOString() };
      try {
        await commit.add(submission);
      } catch {
        refused.inc({ reason: "store" });
        throw unavailable("The submission could not be stored. It was not accepted: send it again.");
      }
      accepted.inc();
      return submission;
    },

    async republishOverdue() {
      const now = Date.now();
      const overdue = [...waiting.values()].filter(({ republishAt }) => republishAt <= now);
      await publish(overdue.map(({ submission }) => submission));
      for (const each of overdue) {
        each.patience *= 2;
        each.republishAt = now + each.patience;
      }
      return overdue.length;
    },
  };
}
